"""Marks of an axis, in the reader's numbers, and the points of a curve that its table reads out.

Rule of this file: arithmetic and formatting only.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from datetime import datetime, timedelta
from math import isfinite
from typing import Final

from reports.language import Language

_MOST: Final = 4  # decimals
_READ: Final = 24  # rows of the table under a curve, about
_ENDS: Final = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8)  # a quarter of each has two figures at most


def ticks(
    low: float, high: float, language: Language, *, signed: bool = False
) -> list[tuple[float, str]]:
    """Five marks at even distances, with as many decimals as say them exactly."""
    values = [low + (high - low) * k / 4 for k in range(5)]
    exact = (d for d in range(_MOST) if all(abs(round(v, d) - v) < 1e-9 for v in values))
    decimals = next(exact, _MOST)
    write: Callable[[float, int], str] = language.signed if signed else language.number
    return [(v, write(v, decimals)) for v in values]


def days(start: datetime, last: float, language: Language) -> list[tuple[float, str]]:
    """The days of a time axis that ends ``last`` seconds after its start: the first at the start,
    the others at their midnights, but for those that would stand on the first."""
    midnight = (start + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    marks = [(0.0, language.day(start))]
    while (seconds := (midnight - start).total_seconds()) < last:
        if seconds > last / 6:
            marks.append((seconds, language.day(midnight)))
        midnight += timedelta(days=1)
    return marks


def read_out(points: Sized) -> range:
    """The places of a curve's points that its table has a row of."""
    return range(0, len(points), max(len(points) // _READ, 1))


def round_up(value: float, least: float = 10.0) -> float:
    """The next end of an axis whose quarters are easily read: 1, 1.2, 1.6, 2 ... times ``least``,
    and ten, a hundred ... times these.

    Raises
    ------
    ValueError : for what is no number.
    """
    if not isfinite(value):
        raise ValueError(f"an axis cannot end at {value}")
    step = least
    while True:
        for factor in _ENDS:
            if value <= step * factor:
                return step * factor
        step *= 10
