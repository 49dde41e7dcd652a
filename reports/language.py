"""Two languages: numbers and times as their readers write them.

Rule of this file: formatting only; the sentences are in :mod:`reports.text`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_SURE: Final = 0.99
_DAYS: Final = {
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS: Final = {
    "id": (
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}

# The words that laws are described with (sim.scenario.laws), for Indonesian readers.
_LAW_WORDS: Final = (
    (r"\blog-uniform\b", "log-seragam"),
    (r"\buniform\b", "seragam"),
    (r"\btriangular\b", "segitiga"),
    (r"\bmost likely\b", "paling mungkin"),
    (r"% below\b", "% di bawah"),
    (r"\bper\b", "per"),
    (r"\bto\b", "hingga"),
    (r"\bmin\b", "menit"),
    (r"\bh\b", "jam"),
    (r"(?<=\d )d\b", "hari"),
    (r"(?<=\d )s\b", "detik"),
    (r"(?<=\d)\.(?=\d)", ","),
)


@dataclass(frozen=True, slots=True)
class Language:
    """How one language writes things. ``code`` is ``id`` or ``en``."""

    code: str

    def number(self, value: float, decimals: int = 0) -> str:
        """12.345,6 in Indonesian, 12,345.6 in English."""
        text = f"{value:,.{decimals}f}"
        if text.startswith("-") and not float(f"{value:.{decimals}f}"):
            text = text[1:]
        text = text.replace("-", "\u2212")
        if self.code == "en":
            return text
        return text.translate(str.maketrans(",.", ".,"))

    def signed(self, value: float, decimals: int = 1) -> str:
        """With its sign, + or \u2212."""
        text = self.number(value, decimals)
        return text if value < 0 or not float(f"{value:.{decimals}f}") else f"+{text}"

    def percent(self, share: float, decimals: int = 1) -> str:
        """A share of 1 as a percentage."""
        return f"{self.number(100 * share, decimals)}%"

    def chance(self, share: float) -> str:
        """A chance that was estimated: one near 0 or 1 is not written as if it were sure."""
        if share > _SURE:
            return f"> {self.percent(_SURE, 0)}"
        if share < 1.0 - _SURE:
            return f"< {self.percent(1.0 - _SURE, 0)}"
        return self.percent(share, 0)

    def span(self, low: float, high: float, decimals: int = 0) -> str:
        """From low to high."""
        return f"{self.number(low, decimals)}\u2013{self.number(high, decimals)}"

    def moment(self, when: datetime) -> str:
        """Kam 10 Desember 2020, 15.30 WIB; Thu 10 December 2020, 15:30 WIB."""
        day = f"{_DAYS[self.code][when.weekday()]} {when.day} {_MONTHS[self.code][when.month - 1]}"
        return f"{day} {when.year}, {self.clock(when)} {zone_name(when)}"

    def short(self, when: datetime) -> str:
        """Kam 10, 15.30."""
        return f"{_DAYS[self.code][when.weekday()]} {when.day}, {self.clock(when)}"

    def day(self, when: datetime) -> str:
        """Kam 10 Des."""
        month = _MONTHS[self.code][when.month - 1][:3]
        return f"{_DAYS[self.code][when.weekday()]} {when.day} {month}"

    def clock(self, when: datetime) -> str:
        """Time of day: 15.30 in Indonesian, 15:30 in English."""
        return when.strftime("%H.%M" if self.code == "id" else "%H:%M")

    def listing(self, names: Sequence[str]) -> str:
        """A, B dan C; A, B and C."""
        *first, last = names
        word = " dan " if self.code == "id" else " and "
        return word.join([", ".join(first), last] if first else [last])

    def date_words(self, words: str) -> str:
        """Words with an English month, such as 16 February, in this language."""
        for theirs, ours in zip(_MONTHS["en"], _MONTHS[self.code], strict=True):
            words = re.sub(rf"\b{theirs}\b", ours, words)
        return words

    def law(self, words: str) -> str:
        """A law's description."""
        if self.code == "en":
            return words
        for pattern, word in _LAW_WORDS:
            words = re.sub(pattern, word, words)
        return words


def zone_name(when: datetime) -> str:
    """WIB, WITA or WIT for Indonesia's offsets, else the offset."""
    offset = when.utcoffset()
    hours = offset // timedelta(hours=1) if offset is not None else 0
    return {7: "WIB", 8: "WITA", 9: "WIT"}.get(hours, when.strftime("%z"))


LANGUAGES: Final = (Language("id"), Language("en"))
