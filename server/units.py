"""Durations, shares and spans as they are typed on the command line: ``50ms``, ``2min``, ``10%``.

Rule of this file: text to number; a wrong text raises :class:`SpecError`, whose one line says what
stood there and what was expected. Units: seconds, shares of 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

UNITS: Final = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([a-z]+)?", re.ASCII)


class SpecError(ValueError):
    """An option of the command line cannot be used; its text is one line, whatever was typed."""

    def __init__(self, text: str) -> None:
        super().__init__(" ".join(text.split()))


def seconds(text: str) -> float:
    """``50ms``, ``5 s``, ``2min``, ``1h`` to seconds; ``0`` needs no unit."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise SpecError(f"'{text}' is not a duration; expected something like '50ms' or '2min'")
    number, unit = float(match[1]), match[2]
    if unit is None and number:
        raise SpecError(f"'{text}' has no unit; expected one of {', '.join(UNITS)}, as in '50ms'")
    if unit is not None and unit not in UNITS:
        raise SpecError(f"'{text}': unknown unit '{unit}'; expected one of {', '.join(UNITS)}")
    value = number * UNITS[unit or "s"]
    if not math.isfinite(value):
        raise SpecError(f"'{text}' is too long a time")
    return value


def span(text: str) -> tuple[float, float]:
    """``20ms-80ms`` to both ends in seconds; ``50ms`` is a span of no width."""
    first, dash, last = text.partition("-")
    low = seconds(first)
    high = seconds(last) if dash else low
    if high < low:
        raise SpecError(f"'{text}' ends before it begins; expected something like '20ms-80ms'")
    return low, high


def share(text: str) -> float:
    """``10%`` to 0.1; more than nothing, at most everything."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?|\.\d+)\s*%", text.strip(), re.ASCII)
    if match is None:
        raise SpecError(f"'{text}' is not a share; expected something like '10%'")
    value = float(match[1]) / 100.0
    if not 0.0 < value <= 1.0:
        raise SpecError(f"'{text}' is not a share; expected more than 0% and at most 100%")
    return value


def count(text: str) -> int:
    """``200``: a whole number, 1 or more."""
    if not re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII) or int(text) < 1:
        raise SpecError(f"'{text}' is not a whole number, 1 or more")
    return int(text)


def unknown(what: str, word: str, known: Iterable[str]) -> SpecError:
    """``unknown fault 'slow', expected one of ...; did you mean 'slow-disk'?``, as an error."""
    names = list(known)
    near = get_close_matches(word, names, 1, 0.5)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return SpecError(f"unknown {what} '{word}', expected one of {', '.join(names)}{hint}")
