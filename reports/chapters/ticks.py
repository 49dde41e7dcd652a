"""Marks of an axis, in the reader's numbers.

Rule of this file: arithmetic and formatting only.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Final

from reports.language import Language

_MOST: Final = 4  # decimals
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
