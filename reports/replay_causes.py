"""Where a replay's difference comes from, for the page: parts of the time, and failed attempts.

Rule of this file: arithmetic on the summary of :mod:`study.replay`; positions in per cent.
"""

from __future__ import annotations

from typing import Any, Final

from reports.figures import round_up
from reports.language import Language
from reports.replay_text import name_of, say

View = dict[str, Any]
NONE: Final = "–"
_SAME: Final = 0.05  # seconds; a mean difference below it is written as none
_ALWAYS: Final = ("server", "emulator", "unexplained")  # shown even where they are nothing


def seconds(value: float | None, language: Language, signed: bool = False) -> str:
    """With one decimal, or a dash."""
    if value is None:
        return NONE
    return language.signed(value, 1) if signed else language.number(value, 1)


def because(summary: dict[str, Any], language: Language) -> str:
    """By how much an object took longer, and whose doing that is."""
    causes, paired = summary["causes"], summary["sojourn"]["object"]["paired"]
    mean = causes["difference"]
    if mean is None:
        return ""
    if abs(mean) < _SAME:
        return say("as_long", language.code, seconds=language.number(_SAME, 2))
    low, high = (abs(paired[k]) for k in (("low", "high") if mean > 0 else ("high", "low")))
    if paired["low"] * paired["high"] < 0:
        low = -low
    said = say(
        "longer" if mean > 0 else "shorter",
        language.code,
        seconds=language.number(abs(mean), 1),
        low=language.number(low, 1),
        high=language.number(high, 1),
    )
    groups = {k: language.signed(v, 2) for k, v in causes["groups"].items()}
    return f"{said} {say('because', language.code, **groups)}"


def pairs(counts: dict[str, Any], prefix: str, full: float, language: Language) -> list[View]:
    """Two bars a row: predicted and measured."""
    return [
        {
            "name": say(f"{prefix}{name}", language.code),
            "predicted": language.number(c["predicted"]),
            "measured": language.number(c["measured"]),
            "wide": {side: 100 * c[side] / (full or 1) for side in ("predicted", "measured")},
            "difference": language.signed(c["measured"] - c["predicted"], 0),
        }
        for name, c in counts.items()
    ]


def parts_of(causes: dict[str, Any], language: Language) -> View:
    """Bars from a common zero, largest first; what is unexplained is always last."""
    parts = [p for p in causes["parts"] if p["predicted"] or p["measured"] or p["part"] in _ALWAYS]
    parts.sort(key=lambda p: (p["part"] == "unexplained", -abs(p["difference"])))
    bounds = [abs(p[k]) for p in parts for k in ("low", "high", "difference")]
    total = causes["difference"]
    scale = round_up(max([*bounds, abs(total or 0.0), 1e-3]), 1e-3)

    def at(value: float) -> float:
        return 50 + 50 * value / scale

    def bar(name: str, value: float, low: float, high: float, **more: Any) -> View:
        return {
            "name": name,
            "left": min(at(value), 50.0),
            "wide": abs(at(value) - 50),
            "more": value > 0,
            "low": at(low),
            "span": at(high) - at(low),
            "value": language.signed(value, 2),
            "interval": f"{language.signed(low, 2)} … {language.signed(high, 2)}",
            **more,
        }

    rows = [
        bar(
            name_of(p["part"], language.code),
            p["difference"],
            p["low"],
            p["high"],
            predicted=language.number(p["predicted"], 2),
            measured=language.number(p["measured"], 2),
        )
        for p in parts
    ]
    whole = None
    if total is not None:
        whole = bar(say("total", language.code), total, total, total)
    return {
        "rows": rows,
        "whole": whole,
        "scale": language.number(scale, 0 if scale >= 10 else 3 if scale < 0.1 else 1),
        "note": say(
            "causes_note",
            language.code,
            objects=language.number(causes["objects"]),
            total=seconds(total, language, True),
        ),
    }


def attempts(summary: dict[str, Any], language: Language) -> list[View]:
    causes = summary["attempts"]["cause"]
    ordered = dict(sorted(causes.items(), key=lambda kv: -max(kv[1].values())))
    full = max((max(c.values()) for c in causes.values()), default=1)
    return pairs(ordered, "cause_", full, language)


def only(failures: dict[str, Any], language: Language) -> list[View]:
    return [
        {
            "title": say(key, language.code),
            "rows": [
                {
                    "cause": say(f"cause_{f['cause']}", language.code),
                    "status": f"{say('status', language.code)} {f['status']}"
                    if f["status"]
                    else "",
                    "count": language.number(f["count"]),
                    "server": say("by_server", language.code) if f["of_the_server"] else "",
                }
                for f in failures[key]
            ],
        }
        for key in ("only_measured", "only_predicted")
    ]


def same_attempts(failures: dict[str, Any], language: Language) -> list[View]:
    rows = sorted(failures["matrix"], key=lambda c: -int(c["count"]))
    return [
        {
            "predicted": say(f"cause_{c['predicted']}", language.code),
            "measured": say(f"cause_{c['measured']}", language.code),
            "count": language.number(c["count"]),
            "other": c["predicted"] != c["measured"],
        }
        for c in rows
    ]
