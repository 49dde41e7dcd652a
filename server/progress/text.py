"""The page's sentences in Indonesian and in English, and how each language writes numbers.

Rule of this file: words and formats; no page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

TEXT: Final = {
    "title": ("Foto yang sudah diterima", "Photographs received"),
    "kicker": ("tangguh · langsung dari server", "tangguh · live from the server"),
    "switch": ("English", "Bahasa Indonesia"),
    "some": ("{some} dari {total} TPS", "{some} of {total} polling stations"),
    "some_means": ("sudah mengirim foto", "have sent photographs"),
    "heard": (
        "Server berjalan tanpa daftar TPS: hanya TPS yang sudah terhubung yang dihitung.",
        "The server runs without a list of stations: only those it has heard of are counted.",
    ),
    "all": ("{all} TPS ({expected} foto)", "{all} stations ({expected} photos)"),
    "partly": ("Baru sebagian", "Partly"),
    "only_some": ("{some} TPS", "{some} stations"),
    "photos": ("Foto", "Photos"),
    "size": ("Ukuran", "Size"),
    "last": ("Terakhir", "Latest"),
    "none": ("belum ada", "none yet"),
    "empty": ("Belum ada TPS yang terhubung.", "No station has been heard of yet."),
    "table": ("Per kecamatan", "Per kecamatan (district)"),
    "kecamatan": ("Kecamatan", "Kecamatan"),
    "stations": ("TPS", "Stations"),
    "complete": ("Lengkap", "Complete"),
    "sort": ("Urutkan", "Sort"),
    "sort_name": ("menurut daftar", "as listed"),
    "sort_behind": ("tertinggal dulu", "furthest behind first"),
    "sort_latest": ("terbaru dulu", "latest first"),
    "as_of": ("Keadaan {when}", "As of {when}"),
    "auto": ("Diperbarui sendiri setiap {every} detik.", "Updates itself every {every} seconds."),
    "lost": (
        "Sambungan ke server terputus; angka di atas sudah lama. Mencoba lagi.",
        "The server cannot be reached; the figures above are old. Trying again.",
    ),
    "unassigned": ("tanpa kecamatan", "no kecamatan"),
}

_MONTHS: Final = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_ZONES: Final = {7: "WIB", 8: "WITA", 9: "WIT", 0: "UTC"}
"""Indonesia's zones (Keputusan Presiden 41/1987), hours ahead of UTC."""


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says and writes things. ``code`` is ``id`` or ``en``."""

    code: str

    def __call__(self, key: str, **values: object) -> str:
        """A sentence."""
        return TEXT[key][self.code == "en"].format(**values)

    def number(self, value: float, decimals: int = 0) -> str:
        """12.345,6 in Indonesian, 12,345.6 in English."""
        text = f"{value:,.{decimals}f}"
        return text if self.code == "en" else text.translate(str.maketrans(",.", ".,"))

    def share(self, part: int, whole: int) -> str:
        """A percentage that says 100% for everything and 0% for nothing, and for nothing else."""
        if not whole:
            return ""
        tenths = round(1000 * part / whole)
        if 0 < part < whole:
            tenths = min(max(tenths, 1), 999)
        return f"{self.number(tenths / 10, 0 if tenths in (0, 1000) else 1)}%"

    def size(self, octets: int) -> str:
        """Bytes in the largest decimal unit of which there is one."""
        for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
            if octets >= factor:
                return f"{self.number(octets / factor, 1)} {unit}"
        return f"{octets} B"

    def moment(self, when: datetime, now: datetime) -> str:
        """The time of day; the day too, if it is another one than now's."""
        clock = when.strftime("%H.%M" if self.code == "id" else "%H:%M")
        if when.date() == now.date():
            return clock
        return f"{when.day} {_MONTHS[self.code][when.month - 1]} {clock}"

    def stamp(self, now: datetime) -> str:
        """20.15.03 WIB, 9 Des 2020."""
        clock = now.strftime("%H.%M.%S" if self.code == "id" else "%H:%M:%S")
        hours = (now.utcoffset() or timedelta()) / timedelta(hours=1)
        zone = _ZONES.get(int(hours) if hours.is_integer() else -1, now.strftime("UTC%z"))
        return f"{clock} {zone}, {now.day} {_MONTHS[self.code][now.month - 1]} {now.year}"


LANGUAGES: Final = {code: Language(code) for code in ("id", "en")}
