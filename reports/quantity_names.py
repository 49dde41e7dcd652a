"""What the scenario's uncertain quantities are called by readers, in both languages.

Rule of this file: names only; a quantity that has none here is called by its path.
"""

from __future__ import annotations

from typing import Final

from sim.scenario.quantities import INSTANT_KIND

NAMES: Final[dict[str, tuple[str, str]]] = {
    # path: (Indonesian, English)
    "region.stations_per_cell": ("TPS per sel", "stations per cell"),
    "client.timeout": ("batas waktu aplikasi", "time-out of the app"),
    "network.capacity": ("kapasitas uplink sel", "uplink capacity of a cell"),
    "network.busy_at_peak": ("bagian sel yang terpakai warga", "busy share of the cells"),
    "network.access_failure_at_peak": ("kegagalan akses saat puncak", "access failure at the peak"),
    "network.break_rate_at_peak": ("laju putus saat puncak", "rate of breaks at the peak"),
    "network.access_delay": ("jeda akses", "delay of access"),
    "network.portable.reach": (
        "TPS per tautan portabel",
        "stations that one portable link reaches",
    ),
    "network.portable.bring": ("perjalanan ke tautan portabel", "way to the portable link"),
    "network.portable.works": ("tautan portabel yang berfungsi", "portable links with service"),
    "network.portable.rate": ("laju tautan portabel", "rate of a portable link"),
    "server.pipe": ("pipa masuk pusat data", "ingress pipe of the data centre"),
    "server.slots": ("slot sambungan server", "connection slots of the server"),
    "server.workers": ("pekerja server", "workers of the server"),
    "server.queue": ("panjang antrean server", "queue limit of the server"),
    "server.service": ("waktu layanan server", "service time of the server"),
    "server.deadline": ("tenggat server", "deadline of the server"),
    "server.fault": ("bagian permintaan yang gagal di aplikasi", "share of requests that fault"),
    "server.nation.stations": ("TPS lain di server itu", "other stations on the server"),
    "server.nation.free_rate": ("laju unggah TPS lain", "upload rate of the other stations"),
    "server.nation.retry_every": ("selang coba ulang TPS lain", "retry interval of the others"),
    "server.nation.patience": ("kesabaran KPPS lain", "patience of the other crews"),
    "people.kpps.patience": ("kesabaran KPPS", "patience of the crews"),
    "people.kpps.press_again": ("jeda menekan kirim lagi", "wait before pressing send again"),
    "people.kpps.walks_to_signal": ("KPPS yang berjalan ke sinyal", "crews that walk to signal"),
    "people.kpps.walk": ("lama berjalan ke sinyal", "walk to the signal"),
    "people.ppk.starts": ("mulai kerja operator PPK", "start of the operators"),
    "people.ppk.cannot_use": (
        "bagian TPS yang PPK-nya tidak dapat memakai Sirekap",
        "share of stations whose office cannot use Sirekap",
    ),
    "people.ppk.handling": ("waktu operator per TPS", "operators' time per station"),
    "people.ppk.patience": ("kesabaran operator", "patience of the operators"),
    "people.ppk.link": ("laju jaringan kantor PPK", "rate of the office's line"),
    "people.ppk.stuck_after": ("lama macet sebelum izin Excel", "time stuck before Excel"),
    "people.ppk.permission": ("lama izin Excel", "time to the permission for Excel"),
    "people.ppk.excel_per_station": ("waktu Excel per TPS", "time of Excel per station"),
    "station.photos": ("foto per TPS", "photographs per station"),
    "station.photo_size": ("ukuran foto", "size of a photograph"),
    "station.ready": ("kesiapan formulir", "readiness of the forms"),
    "station.no_app": ("bagian TPS tanpa aplikasi", "share of stations without the app"),
    "station.no_signal": ("bagian TPS tanpa sinyal", "share of stations without signal"),
    # groups of the sensitivity study
    "stations": ("undian tiap TPS dan foto", "each station's and photograph's own draws"),
    "chance": ("kebetulan malam itu", "the night's chance"),
}
_OUTAGE: Final = ("beratnya gangguan {name}", "severity of the outage {name}")


def quantity_name(path: str, language: str) -> str:
    """What a quantity is called."""
    which = 0 if language == "id" else 1
    if path in NAMES:
        return NAMES[path][which]
    if path.startswith("server.outages.") and path.endswith(".severity"):
        return _OUTAGE[which].format(name=path.split(".")[2])
    return path


def is_moment(kind: str) -> bool:
    """Is a quantity of this kind a moment, which is late rather than more?"""
    return kind == INSTANT_KIND.name
