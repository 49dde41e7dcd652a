"""Curves over time: a line with its bands and counted points, or lines told apart by dashes.

Rule of this file: from numbers to a sheet; words come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.charts.svg import BLUE, INK, LINE, MIDDLE, ORANGE, PALE, SOFT, WIDTH, Sheet, wide

_LEFT: Final = 62.0
_RIGHT: Final = WIDTH - 18
_TOP: Final = 12.0
_BOTTOM: Final = 270.0
_HEIGHT: Final = 304.0
_LOOKS: Final = ((BLUE, ""), (ORANGE, "7 4"))


@dataclass(frozen=True, slots=True)
class Axes:
    """From 0 to ``top`` upwards, from ``first`` to ``last`` across; ticks are places and words."""

    first: float
    last: float
    top: float
    across: Sequence[tuple[float, str]]
    upwards: Sequence[tuple[float, str]]

    def x(self, value: float) -> float:
        """Place across."""
        return _LEFT + (_RIGHT - _LEFT) * (value - self.first) / ((self.last - self.first) or 1.0)

    def y(self, value: float) -> float:
        """Place upwards."""
        return _BOTTOM - (_BOTTOM - _TOP) * value / (self.top or 1.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A counted point, and its label."""

    at: float
    value: float
    label: str


def band_chart(
    axes: Axes,
    at: Sequence[float],
    curve: dict[str, list[float]],
    seen: Sequence[Seen],
    *,
    title: str,
    description: str,
) -> str:
    """The median with the bands of 50% and 95% (keys ``p2.5`` to ``p97.5``), and counted points."""
    sheet = _sheet(axes)
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
    return sheet.document(title, description)


def line_chart(
    axes: Axes,
    at: Sequence[float],
    lines: Sequence[tuple[str, Sequence[float]]],
    *,
    title: str,
    description: str,
) -> str:
    """Two lines, named at the top."""
    sheet = _sheet(axes)
    x = _LEFT + 8
    for (name, values), (colour, dash) in zip(lines, _LOOKS, strict=False):
        points = [(axes.x(t), axes.y(v)) for t, v in zip(at, values, strict=True)]
        sheet.path(points, colour=colour, dash=dash)
        sheet.line(x, _TOP + 10, x + 26, _TOP + 10, colour, wide=2.5, dash=dash)
        sheet.text(x + 32, _TOP + 14, name, colour=colour, size=12)
        x += 60 + wide(name, 12)
    return sheet.document(title, description)


def _sheet(axes: Axes) -> Sheet:
    sheet = Sheet(_HEIGHT)
    for value, words in axes.upwards:
        sheet.line(_LEFT, axes.y(value), _RIGHT, axes.y(value), LINE)
        sheet.text(_LEFT - 7, axes.y(value) + 4, words, colour=SOFT, size=11.5, anchor="end")
    for value, words in axes.across:
        sheet.line(axes.x(value), _TOP, axes.x(value), _BOTTOM + 4, LINE)
        half = wide(words, 11.5) / 2
        x = min(max(axes.x(value), half), WIDTH - half)
        sheet.text(x, _BOTTOM + 20, words, colour=SOFT, size=11.5, anchor="middle")
    sheet.line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, INK)
    return sheet
