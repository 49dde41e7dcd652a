"""Small histograms beside each other: what was known before (a level line), and after (bars).

Rule of this file: from numbers to a sheet; words come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.charts.svg import LINE, MIDDLE, ORANGE, SOFT, WIDTH, Sheet, wrap

_COLUMNS: Final = 3
_GAP: Final = 20.0
_HIGH: Final = 128.0
_TALL: Final = 62.0  # of the highest bar
_FLAT: Final = 3.0  # times the level line: histograms that taught little do not look tall


@dataclass(frozen=True, slots=True)
class Histogram:
    """``bars`` are shares of 1; ``name`` above, ``note`` below."""

    name: str
    note: str
    bars: Sequence[float]


def histograms_chart(pictures: Sequence[Histogram], *, title: str, description: str) -> str:
    """All of them, three beside each other; the line is where every bar would be alike."""
    rows = -(-len(pictures) // _COLUMNS)
    sheet = Sheet(rows * _HIGH)
    room = (WIDTH - _GAP * (_COLUMNS - 1)) / _COLUMNS
    for number, picture in enumerate(pictures):
        x, y = (room + _GAP) * (number % _COLUMNS), _HIGH * (number // _COLUMNS)
        for k, line in enumerate(wrap(picture.name, room, 10.5)):
            sheet.text(x, y + 12 + 12 * k, line, size=10.5)
        level = 1.0 / len(picture.bars)
        top = max(*picture.bars, _FLAT * level)
        bottom, step = y + 30 + _TALL, room / len(picture.bars)
        for k, bar in enumerate(picture.bars):
            high = _TALL * bar / top
            sheet.rect(x + k * step, bottom - high, step - 1, high, MIDDLE)
        line_at = bottom - _TALL * level / top
        sheet.line(x, line_at, x + room, line_at, ORANGE, wide=1.5)
        sheet.line(x, bottom, x + room, bottom, LINE)
        sheet.text(x, bottom + 14, picture.note, size=10.5, colour=SOFT)
        sheet.zone(x, y, room, _HIGH - 6, number)
    return sheet.document(title, description)
