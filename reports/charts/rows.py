"""One thing a row: a bar or a range with its interval, and its value in words at the end.

Rule of this file: from numbers to a sheet; words come from the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from reports.charts.svg import BLUE, INK, LINE, MIDDLE, ORANGE, PALE, SOFT, WIDTH, Sheet, wide, wrap

_NAMES: Final = (60.0, 235.0)  # least and most room for names
_VALUES: Final = (44.0, 170.0)  # and for values
_STEP: Final = 28.0
_TOP: Final = 8.0


@dataclass(frozen=True, slots=True)
class Row:
    """``middle`` with its outer interval ``low`` to ``high``, in the unit of the axis; ``inner``
    the interval of half of the nights; ``seen`` what was counted, or was so before, as a dot;
    ``bar`` from zero to the middle.
    """

    name: str
    middle: float
    low: float
    high: float
    value: str
    inner: tuple[float, float] | None = None
    seen: float | None = None
    bar: bool = False
    colour: str = BLUE


def rows_chart(
    rows: Sequence[Row],
    ticks: Sequence[tuple[float, str]],
    low: float,
    high: float,
    *,
    title: str,
    description: str,
) -> str:
    """All rows on an axis from ``low`` to ``high``, with ticks in words below it."""
    height = _TOP + _STEP * len(rows) + 28
    sheet = Sheet(height)
    reach = (high - low) or 1.0
    names = _needed([row.name for row in rows], _NAMES)
    left = names + 12
    room = WIDTH - _needed([row.value for row in rows], _VALUES) - 16 - left

    def at(value: float) -> float:
        return left + room * min(max((value - low) / reach, 0.0), 1.0)

    bottom = _TOP + _STEP * len(rows)
    for value, words in ticks:
        sheet.line(at(value), _TOP, at(value), bottom + 4)
        sheet.text(at(value), bottom + 19, words, colour=SOFT, size=11.5, anchor="middle")
    if low < 0 < high:
        sheet.line(at(0), _TOP, at(0), bottom + 4, INK)
    for i, row in enumerate(rows):
        y = _TOP + _STEP * (i + 0.5)
        lines = wrap(row.name, names, 12)
        for k, line in enumerate(lines):
            sheet.text(names, y + 4 + 13 * (k - (len(lines) - 1) / 2), line, size=12, anchor="end")
        _mark(sheet, row, y, at)
        sheet.text(WIDTH - 4, y + 4, row.value, size=12, anchor="end")
        sheet.zone(0, y - _STEP / 2, WIDTH, _STEP, i)
    sheet.line(left, bottom, left + room, bottom, LINE)
    return sheet.document(title, description)


def _needed(words: Sequence[str], bounds: tuple[float, float]) -> float:
    """Room for the longest of them, within bounds."""
    least, most = bounds
    return min(max([wide(w, 12) for w in words] + [least]), most)


def _mark(sheet: Sheet, row: Row, y: float, at: Callable[[float], float]) -> None:
    if row.bar:
        start, end = sorted((at(0.0), at(row.middle)))
        sheet.rect(start, y - 7, end - start, 14, row.colour)
        sheet.line(at(row.low), y, at(row.high), y, INK, wide=1.5)
        for edge in (row.low, row.high):
            sheet.line(at(edge), y - 4, at(edge), y + 4, INK, wide=1.5)
        if row.seen is not None:
            sheet.dot(at(row.seen), y, ORANGE)
        return
    sheet.rect(at(row.low), y - 3, at(row.high) - at(row.low), 6, PALE)
    if row.inner is not None:
        first, last = row.inner
        sheet.rect(at(first), y - 6, at(last) - at(first), 12, MIDDLE)
    sheet.rect(at(row.middle) - 1.5, y - 9, 3, 18, row.colour)
    if row.seen is not None:
        sheet.dot(at(row.seen), y, ORANGE)
