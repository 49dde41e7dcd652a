"""Marks of an axis, in the reader's numbers.

Rule of this file: arithmetic and formatting only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reports.language import Language

_MOST: Final = 4  # decimals


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
    """The next of 1, 2 and 5 times ``least``, and of ten, a hundred ... times these."""
    step = least
    while True:
        for factor in (1, 2, 5):
            if value <= step * factor:
                return step * factor
        step *= 10
