"""Curves over time or another quantity: a line with its bands and counted points, or several lines
told apart by dashes.

Rule of this file: from numbers to a sheet; words come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.charts.svg import (
    BLUE,
    GREEN,
    INK,
    LINE,
    MIDDLE,
    ORANGE,
    PALE,
    SOFT,
    WIDTH,
    Sheet,
    wide,
)

_LEFT: Final = 62.0
_RIGHT: Final = WIDTH - 18
_TOP: Final = 26.0
_BOTTOM: Final = 284.0
_NAMES: Final = 40.0  # below the axis: its marks, and its name
_STEP: Final = 20.0  # of the legend's lines
_LOOKS: Final = ((BLUE, ""), (ORANGE, "7 4"), (GREEN, "2 3"), (INK, "12 3 2 3"))
MOST: Final = len(_LOOKS)  # lines that can be told apart


@dataclass(frozen=True, slots=True)
class Axes:
    """From 0 to ``top`` upwards, from ``first`` to ``last`` across; ticks are places and words;
    ``names`` of the quantities across and upwards, where the title does not say them."""

    first: float
    last: float
    top: float
    across: Sequence[tuple[float, str]]
    upwards: Sequence[tuple[float, str]]
    names: tuple[str, str] = ("", "")

    def x(self, value: float) -> float:
        """Place across."""
        return _LEFT + (_RIGHT - _LEFT) * (value - self.first) / ((self.last - self.first) or 1.0)

    def y(self, value: float) -> float:
        """Place upwards."""
        return _BOTTOM - (_BOTTOM - _TOP) * value / (self.top or 1.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A counted point, its label, and its row of the table."""

    at: float
    value: float
    label: str
    row: int


def band_chart(
    axes: Axes,
    at: Sequence[float],
    curve: dict[str, list[float]],
    seen: Sequence[Seen],
    *,
    reads: Sequence[float],
    title: str,
    description: str,
) -> str:
    """The median with the bands of 50% and 95% (keys ``p2.5`` to ``p97.5``), and counted points.

    ``reads`` are the places across of the table's first rows.
    """
    sheet = _sheet(axes, 0)
    sheet.strips([axes.x(t) for t in reads], _LEFT, _RIGHT, _TOP, _BOTTOM)
    for low, high, fill in (("p2.5", "p97.5", PALE), ("p25", "p75", MIDDLE)):
        there = [(axes.x(t), axes.y(v)) for t, v in zip(at, curve[high], strict=True)]
        back = [(axes.x(t), axes.y(v)) for t, v in zip(at, curve[low], strict=True)]
        sheet.path(there + back[::-1], fill=fill, wide=0)
    middle = [(axes.x(t), axes.y(v)) for t, v in zip(at, curve["p50"], strict=True)]
    sheet.path(middle, colour=BLUE, wide=2.5)
    for point in seen:
        x, y = axes.x(point.at), axes.y(point.value)
        right = x + wide(point.label, 12) + 12 > _RIGHT
        sheet.text(
            x + (-9 if right else 9), y + 17, point.label, colour=ORANGE, size=12, bold=True,
            anchor="end" if right else "start",
        )  # fmt: skip
        sheet.dot(x, y, ORANGE)
        sheet.zone(x - 9, y - 9, 18, 18, point.row)
    return sheet.document(title, description)


def line_chart(
    axes: Axes,
    at: Sequence[float],
    lines: Sequence[tuple[str, Sequence[float]]],
    *,
    reads: Sequence[float],
    dots: bool = False,
    title: str,
    description: str,
) -> str:
    """Up to four lines, named below; ``dots`` mark what was measured, one a place."""
    names = _legend([name for name, _ in lines])
    sheet = _sheet(axes, max((row for _, row in names), default=-1) + 1)
    sheet.strips([axes.x(t) for t in reads], _LEFT, _RIGHT, _TOP, _BOTTOM)
    below = _BOTTOM + _NAMES
    drawn = list(zip(lines, names, _LOOKS, strict=False))
    for (name, values), (x, row), (colour, dash) in reversed(drawn):
        points = [(axes.x(t), axes.y(v)) for t, v in zip(at, values, strict=True)]
        sheet.path(points, colour=colour, dash=dash)
        for place in points if dots else ():
            sheet.dot(*place, colour, size=3.5)
        y = below + _STEP * row + 10
        sheet.line(x, y, x + 26, y, colour, wide=2.5, dash=dash)
        sheet.text(x + 32, y + 4, name, size=12)
    return sheet.document(title, description)


def _legend(names: Sequence[str]) -> list[tuple[float, int]]:
    """Place across and line of each name, as many in a line as fit."""
    found: list[tuple[float, int]] = []
    x, row = _LEFT, 0
    for name in names:
        needs = 32 + wide(name, 12) + 22
        if x > _LEFT and x + needs > WIDTH:
            x, row = _LEFT, row + 1
        found.append((x, row))
        x += needs
    return found


def _sheet(axes: Axes, legend: int) -> Sheet:
    """Axes, with room for so many lines of a legend."""
    sheet = Sheet(_BOTTOM + _NAMES + _STEP * legend)
    for value, words in axes.upwards:
        sheet.line(_LEFT, axes.y(value), _RIGHT, axes.y(value), LINE)
        sheet.text(_LEFT - 7, axes.y(value) + 4, words, colour=SOFT, size=11.5, anchor="end")
    for value, words in axes.across:
        sheet.line(axes.x(value), _TOP, axes.x(value), _BOTTOM + 4, LINE)
        half = wide(words, 11.5) / 2
        x = min(max(axes.x(value), half), WIDTH - half)
        sheet.text(x, _BOTTOM + 18, words, colour=SOFT, size=11.5, anchor="middle")
    sheet.line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, INK)
    across, upwards = axes.names
    if across:
        sheet.text(_RIGHT, _BOTTOM + 34, across, size=12, anchor="end")
    if upwards:
        sheet.text(4, 14, upwards, size=12)
    return sheet
