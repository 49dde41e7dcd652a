"""The sentences of a grid, in both languages, and its answer."""

from __future__ import annotations

from typing import Any, Final

from reports.language import Language
from reports.text import tell

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "basis": (
        "Skenario {scenario}, {worlds} dunia, benih acak {seed}. Semua kombinasi menghadapi malam "
        "yang sama; yang jelas lebih buruk tidak diberi malam tambahan (Kim dan Nelson 2001).",
        "Scenario {scenario}, {worlds} worlds, seed {seed}. All combinations meet the same nights; "
        "those that are clearly worse get no more (Kim and Nelson 2001).",
    ),
    "decided": (
        "{best} terbaik dengan keyakinan {confidence} (kecuali yang bedanya di bawah {zone} TPS): "
        "rata-rata {failed} dari {stations} TPS belum terkirim.",
        "{best} is the best with {confidence} confidence (unless the difference is below {zone} "
        "stations): {failed} of {stations} stations not sent on average.",
    ),
    "undecided": (
        "Belum dapat diputuskan: {left} kombinasi tidak terbedakan (zona {zone} TPS, keyakinan "
        "{confidence}). Rata-rata terendah: {best}, {failed} dari {stations} TPS belum terkirim.",
        "Not decided: {left} combinations could not be told apart (zone {zone} stations, "
        "confidence {confidence}). Lowest mean: {best}, {failed} of {stations} stations not sent.",
    ),
    "regret_title": ("Selisih dari yang terbaik, dunia {world}", "Regret in the world {world}"),
    "regret_note": (
        "Berapa TPS lebih banyak yang belum terkirim daripada yang terbaik, pada malam yang sama, "
        "dengan selang 95%.",
        "How many more stations are not sent than with the best, on the same nights, with the 95% "
        "interval.",
    ),
    "scatter_note": (
        "Mendatar: detik transfer per TPS (baterai dan sel). Tegak: TPS belum terkirim. Titik "
        "penuh: di garis depan Pareto atas semua ukuran.",
        "Across: seconds of transfer a station (battery and cell). Up: stations not sent. Filled: "
        "on the Pareto front over all measures.",
    ),
    "combination": ("kombinasi", "combination"),
    "nights": ("malam", "nights"),
    "failed": ("belum terkirim", "not sent"),
    "regret": ("selisih", "regret"),
    "interval": ("selang 95%", "95% interval"),
    "chance": ("peluang terbaik", "chance best"),
    "t90": ("90% (jam)", "90% (h)"),
    "t95": ("95% (jam)", "95% (h)"),
    "t99": ("99% (jam)", "99% (h)"),
    "wasted": ("sia-sia (GB)", "wasted (GB)"),
    "peak": ("puncak/menit", "peak/min"),
    "airtime": ("siar (dtk/TPS)", "airtime (s/TPS)"),
    "pareto": ("Pareto", "Pareto"),
    "across_title": ("Di semua dunia", "Over all worlds"),
    "across_note": (
        "Selisih dari yang terbaik dalam poin persen TPS. Yang teratas paling aman bila tidak "
        "diketahui dunia mana yang benar.",
        "Regret in percentage points of the stations. The first is the safest if nobody knows "
        "which world is true.",
    ),
    "worst": ("terburuk", "worst"),
    "in_world": ("di dunia", "in world"),
    "mean": ("rata-rata", "mean"),
    "best_in": ("terbaik di", "best in"),
    "pareto_in": ("Pareto di", "Pareto in"),
}


def say(key: str, language: str, **holes: object) -> str:
    """A sentence of a grid."""
    return tell(TEXT, key, language, **holes)


def best_of(world: dict[str, Any]) -> dict[str, Any]:
    """A world's best combination."""
    best: dict[str, Any] = next(r for r in world["rows"] if r["best"])
    return best


def answer(world: dict[str, Any], language: Language) -> str:
    """Which combination is best in a world, and whether that is decided."""
    best = best_of(world)
    return say(
        "decided" if world["decided"] else "undecided",
        language.code,
        best=best["name"],
        failed=language.number(best["failed"]["mean"]),
        stations=language.number(world["stations"]),
        zone=language.number(world["indifference"]),
        confidence=language.percent(world["confidence"], 0),
        left=sum(r["alive"] for r in world["rows"]),
    )
