"""What the chapter of a run says beyond :mod:`reports.text`, in both languages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from reports.language import Language
from reports.text import say, tell

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "advise": (
        "Pakai {best} sebagai ganti {first}: rata-rata {fewer} TPS lebih sedikit yang belum "
        "terkirim (selang 95%: {low} hingga {high}) pada malam yang sama.",
        "Use {best} instead of {first}: {fewer} fewer stations not sent on average (95% interval: "
        "{low} to {high}) on the same nights.",
    ),
    "advise_stay": (
        "Tetap pada {first}: tidak ada pilihan lain yang pasti lebih baik pada malam yang sama.",
        "Stay with {first}: no other choice is surely better on the same nights.",
    ),
    "advise_nothing": (
        "Satu kebijakan saja yang dijalankan, sehingga belum ada saran; bandingkan beberapa.",
        "Only one policy was run, so there is no advice yet; compare several.",
    ),
    "sure": (
        "Peluangnya menjadi yang terbaik di antara semuanya {chance}, dari {nights} malam.",
        "Its chance of being the best of those compared is {chance}, from {nights} nights.",
    ),
    "unchecked": (
        "Belum ada hitungan untuk memeriksanya; selang itu berasal dari asumsi awal saja.",
        "There is no count to check it against; the interval comes from prior assumptions alone.",
    ),
    "would_change": (
        "Catatan percobaan dari telepon dan catatan akses server: keduanya menunjukkan apa yang "
        "langka malam itu, dan dengan itu kebijakan mana yang menolong.",
        "Attempt logs of phones and the server's access log: they show what was scarce that night, "
        "and so which policy helps.",
    ),
    "tiles": ("Kecamatan menurut letaknya", "The kecamatan where they lie"),
    "tiles_note": (
        "Makin gelap makin banyak TPS yang belum terkirim; paling gelap: {top}. Tebal: median "
        "prediksi; di kanan: yang dihitung KPU, bila ada.",
        "Darker is more stations not sent; the darkest is {top}. Bold: predicted median; on the "
        "right: counted by KPU, where it was.",
    ),
    "ranges": ("Prediksi dan hitungan per kecamatan", "Predicted and counted by kecamatan"),
    "ranges_note": (
        "Bagian TPS yang belum terkirim. Garis tegak: median; pita tebal: 50% malam; pita tipis: "
        "95% malam; titik: dihitung KPU.",
        "Share of stations not sent. Upright line: median; thick band: 50% of nights; thin band: "
        "95% of nights; dot: counted by KPU.",
    ),
    "ranges_first": (
        "Digambar: {first} teratas dari {all}; tabelnya memuat semua.",
        "Drawn: the first {first} of {all}; the table has all.",
    ),
    "curve": ("Bagian TPS yang sudah terkirim", "Share of stations sent"),
    "curve_note": (
        "Garis: median; pita gelap: 50% malam; pita terang: 95% malam; titik: angka yang "
        "diterbitkan.",
        "Line: median; dark band: 50% of nights; light band: 95% of nights; dots: published "
        "figures.",
    ),
    "causes": ("Penyebab kegagalan terakhir", "Cause of the last failure"),
    "states": ("Bagaimana TPS berakhir", "How stations ended"),
    "states_note": (
        "Rata-rata TPS pada saat potret, dan 95% malam.",
        "Mean number of stations at the snapshot, and 95% of nights.",
    ),
    "policies": (
        "Selisih TPS belum terkirim terhadap yang pertama",
        "Difference of stations not sent against the first",
    ),
    "policies_note": (
        "Malam yang sama untuk semua. Ke kiri dari nol lebih baik; pita: selang 95%.",
        "The same nights for all. Left of zero is better; band: 95% interval.",
    ),
}


def tell_run(key: str, language: str, **holes: object) -> str:
    """A sentence of the chapter."""
    return tell(TEXT, key, language, **holes)


def answer(summary: dict[str, Any], language: Language) -> str:
    """How many stations are predicted not to have sent, beside what was counted, if it was."""
    total, counted = summary["inside"]["total"], summary["inside"].get("observed_total")
    holes = {
        "mid": language.number(total["p50"]),
        "share": language.percent(total["p50"] / summary["stations"]),
        "when": language.moment(datetime.fromisoformat(summary["snapshot"])),
        "low": language.number(total["p2.5"]),
        "high": language.number(total["p97.5"]),
    }
    if counted is None:
        return say("answer_plain", language.code, **holes)
    return say("answer_counted", language.code, counted=language.number(counted), **holes)


def verdict(summary: dict[str, Any], language: Language) -> str:
    """Is what was counted inside the interval? Nothing if nothing was counted."""
    total, counted = summary["inside"]["total"], summary["inside"].get("observed_total")
    if counted is None:
        return ""
    inside = total["p2.5"] <= counted <= total["p97.5"]
    return say("verdict_inside" if inside else "verdict_outside", language.code)


def inside_line(summary: dict[str, Any], language: Language) -> str:
    """How many kecamatan lie inside their intervals; nothing if none was counted."""
    known = summary["inside"]
    if not known["of"]:
        return ""
    holes = {f"n{level}": known[level] for level in ("50", "80", "95")}
    return say("inside_line", language.code, of=known["of"], **holes)
