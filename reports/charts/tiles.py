"""The kecamatan as tiles of one size, each where it lies on the map, more or less.

The places are ours (``assets/tiles.csv``): they keep who is north, south, east and west of whom,
and not distances. A region without places has its tiles in the order of their codes.

Rule of this file: from numbers to a sheet; words come from the caller.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from math import ceil, sqrt
from pathlib import Path
from typing import Final

from reports.boundaries import Area
from reports.charts.svg import INK, LINE, ORANGE, WIDTH, Sheet, wrap

MOST: Final = 60  # tiles; with more, names do not fit
_FILE: Final = Path(__file__).parents[1] / "assets" / "tiles.csv"
_SHADES: Final = ("#ffffff", "#deedf7", "#bcdcf0", "#8fc3e3", "#5aa5d3", "#0072b2")  # ours, blue
_TOPS: Final = (0.1, 0.25, 0.5, 1.0)  # shares that the darkest colour may stand for
_LIGHT: Final = _SHADES[:2]  # on which orange has a contrast of 4.5
_HIGH: Final = 74.0
_GAP: Final = 4.0


def top_of(areas: Sequence[Area]) -> float:
    """The share that the darkest colour stands for: the least of a few that none exceeds."""
    most = max((area.share for area in areas), default=0.0)
    return next((top for top in _TOPS if most <= top), _TOPS[-1])


def shade(share: float, top: float) -> str:
    """The colour of a share of 1: darker is more, up to ``top``."""
    return _SHADES[min(int(share / top * len(_SHADES)), len(_SHADES) - 1)]


def dark(share: float, top: float) -> bool:
    """Whether words on its colour have to be white."""
    return shade(share, top) == _SHADES[-1]


def places(codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Column and row of each; by the file if it knows all of them."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        known = {r["code"]: (int(r["column"]), int(r["row"])) for r in csv.DictReader(file)}
    if set(codes) <= known.keys():
        return {code: known[code] for code in codes}
    columns = min(ceil(sqrt(len(codes))), 6)
    return {code: (i % columns, i // columns) for i, code in enumerate(sorted(codes))}


def tiles_chart(tiles: Sequence[Area], *, title: str, description: str) -> str:
    """Darker is more; the values are written too."""
    where = places([tile.code for tile in tiles])
    columns = max(c for c, _ in where.values()) + 1
    rows = max(r for _, r in where.values()) + 1
    sheet = Sheet(rows * _HIGH + 2 * _GAP)
    wide, top = WIDTH / columns, top_of(tiles)
    for number, tile in enumerate(tiles):
        column, row = where[tile.code]
        x, y = column * wide + _GAP / 2, row * _HIGH + _GAP
        sheet.rect(x, y, wide - _GAP, _HIGH - _GAP, shade(tile.share, top), edge=LINE, round_=4)
        ink = "#ffffff" if dark(tile.share, top) else INK
        lines = wrap(tile.name, wide - 14, 10.5)
        for k, line in enumerate(lines):
            sheet.text(x + 6, y + 15 + 12 * k, line, size=10.5, colour=ink)
        sheet.text(x + 6, y + _HIGH - 12, tile.value, bold=True, colour=ink)
        if tile.seen:
            seen = ORANGE if shade(tile.share, top) in _LIGHT else ink
            sheet.text(x + wide - 12, y + _HIGH - 12, tile.seen, size=12, colour=seen, anchor="end")
        sheet.zone(x, y, wide - _GAP, _HIGH - _GAP, number)
    return sheet.document(title, description)
