"""Two prices against each other: what no other choice beats in both is joined by a line.

Rule of this file: from numbers to a sheet; words come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.charts.svg import BLUE, INK, LINE, SOFT, WIDTH, Sheet, wide

_LEFT: Final = 62.0
_RIGHT: Final = WIDTH - 24
_TOP: Final = 26.0
_BOTTOM: Final = 320.0
_Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Point:
    """A choice; ``front`` fills it (the caller says when); ``mark`` is its number in the table."""

    x: float
    y: float
    mark: str
    front: bool


def scatter_chart(
    points: Sequence[Point],
    across: Sequence[tuple[float, str]],
    upwards: Sequence[tuple[float, str]],
    names: tuple[str, str],
    *,
    joined: bool = True,
    title: str,
    description: str,
) -> str:
    """Points on axes that begin at zero and end at the last tick; ``names`` of x and y; ``joined``:
    with the line of those that none beats."""
    sheet = Sheet(_BOTTOM + 48)
    last, top = across[-1][0] or 1.0, upwards[-1][0] or 1.0

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * value / last

    def y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * value / top

    for value, words in across:
        sheet.line(x(value), _TOP, x(value), _BOTTOM + 4, LINE)
        sheet.text(x(value), _BOTTOM + 18, words, colour=SOFT, size=11.5, anchor="middle")
    for value, words in upwards:
        sheet.line(_LEFT, y(value), _RIGHT, y(value), LINE)
        sheet.text(_LEFT - 7, y(value) + 4, words, colour=SOFT, size=11.5, anchor="end")
    sheet.line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, INK)
    sheet.text(_RIGHT, _BOTTOM + 38, names[0], colour=INK, size=12, anchor="end")
    sheet.text(4, 14, names[1], colour=INK, size=12)
    front = _unbeaten(points) if joined else []
    if len(front) > 1:
        sheet.path([(x(p.x), y(p.y)) for p in front], colour=BLUE, wide=1.5, dash="5 4")
    taken: list[_Box] = [(x(p.x) - 5, y(p.y) - 5, x(p.x) + 5, y(p.y) + 5) for p in points]
    for number, point in enumerate(points):
        at = (x(point.x), y(point.y))
        sheet.zone(at[0] - 10, at[1] - 10, 20, 20, number)
        fill, size = BLUE if point.front else "#fff", 5.0 if point.mark else 3.0
        sheet.dot(*at, BLUE, size=size, fill=fill)
        place = _place(at, wide(point.mark, 12), taken) if point.mark else None
        if place is not None:
            sheet.text(place[0], place[3] - 2, point.mark, size=12, bold=point.front)
            taken.append(place)
    return sheet.document(title, description)


def _place(at: tuple[float, float], needs: float, taken: Sequence[_Box]) -> _Box | None:
    """A free box beside a point for its mark; the table has it where there is none."""
    for dx, dy in ((8, -15), (8, 3), (-8 - needs, -15), (-8 - needs, 3), (-needs / 2, -20)):
        box = (at[0] + dx, at[1] + dy, at[0] + dx + needs, at[1] + dy + 12)
        hit = any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in taken
        )
        if not hit and box[2] <= WIDTH and box[0] >= 0:
            return box
    return None


def _unbeaten(points: Sequence[Point]) -> list[Point]:
    """Those that no other is better than in both prices, from left to right."""
    found: list[Point] = []
    for point in sorted(points, key=lambda p: (p.x, p.y)):
        if not found or point.y < found[-1].y:
            found.append(point)
    return found
