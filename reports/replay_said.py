"""What is said of a replay first, by its page and on the terminal: the verdict, and whose doing a
difference is.

Rule of this file: from the summary of :mod:`study.replay` to sentences and written durations.
"""

from __future__ import annotations

from typing import Any, Final

from reports.language import Language
from reports.replay_text import say

NONE: Final = "–"
_SAME: Final = 0.05  # seconds; a mean difference below it is written as none


def verdict(summary: dict[str, Any], language: str) -> str:
    """The first sentence: valid or not, and do the two agree?"""
    if not summary["valid"]:
        return say("invalid", language)
    known = [line for line in summary["lines"] if line["agrees"] is not None]
    bad = [say(line["name"], language) for line in known if not line["agrees"]]
    if not bad:
        return say("agree", language, all=len(known))
    return say("disagree", language, bad=len(bad), all=len(known), names=", ".join(bad))


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


def seconds(value: float | None, language: Language, signed: bool = False) -> str:
    """With one decimal, or a dash."""
    if value is None:
        return NONE
    return language.signed(value, 1) if signed else language.number(value, 1)


def duration(seconds: float, language: Language) -> str:
    """In the unit that a person would take: 38,0 detik; 12,5 menit; 3,1 jam."""
    code = language.code
    for unit, size in (("hours", 3600.0), ("minutes", 60.0)):
        if abs(seconds) >= 2 * size or abs(seconds) == size:
            value = seconds / size
            return f"{_plain(value, language)} {say(unit, code)}"
    return f"{_plain(seconds, language)} {say('seconds', code)}"


def _plain(value: float, language: Language) -> str:
    return language.number(value, 0 if value == int(value) else 1)
