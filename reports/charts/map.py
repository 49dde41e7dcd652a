"""Areas as a map, from boundaries that the user gave.

Latitudes and longitudes are drawn as they are, longitudes shortened by the cosine of the middle
latitude (equirectangular): true enough for a city or a country at the equator.

Rule of this file: from polygons and numbers to a sheet; words come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reports.boundaries import Area, Outline, Ring
from reports.charts.svg import INK, SOFT, WIDTH, Sheet, wide, wrap
from reports.charts.tiles import dark, shade, top_of

_EDGE: Final = 6.0
_TALLEST: Final = 760.0
_TOLERANCE: Final = 0.4  # pixels that a simplified line may be off
_SMALLEST: Final = 1.0  # pixels across; smaller islands are not seen
_GRID: Final = 28  # candidates across and down for a label's place
_NAME: Final = 9.5  # size of a name
_VALUE: Final = 8.0  # pixels from a label's middle to the border that a value needs


def map_chart(
    areas: Sequence[Area], outlines: Sequence[Outline], *, title: str, description: str
) -> str:
    """Darker is more; values and names are written where they fit."""
    every = np.concatenate([ring for outline in outlines for ring in outline.rings])
    west, south = every.min(axis=0)
    east, north = every.max(axis=0)
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    across = max(float(east - west) * squeeze, 1e-9)
    upwards = max(float(north - south), 1e-9)
    scale = min((WIDTH - 2 * _EDGE) / across, (_TALLEST - 2 * _EDGE) / upwards)
    left = (WIDTH - across * scale) / 2
    sheet = Sheet(upwards * scale + 2 * _EDGE)

    def placed(ring: Ring) -> Ring:
        x = left + (ring[:, 0] - west) * squeeze * scale
        return np.column_stack([x, _EDGE + (north - ring[:, 1]) * scale])

    top, labels = top_of(areas), []
    for row, (area, outline) in enumerate(zip(areas, outlines, strict=True)):
        rings = [placed(ring) for ring in outline.rings]
        seen = [ring for ring in rings if np.ptp(ring, axis=0).max() >= _SMALLEST] or rings[:1]
        lines = [[(float(x), float(y)) for x, y in _simple(ring)] for ring in seen]
        sheet.shape(lines, shade(area.share, top), SOFT, row)
        labels.append((area, *_middle(max(seen, key=_size))))
    for area, x, y, room in labels:
        _label(sheet, area, x, y, room, "#ffffff" if dark(area.share, top) else INK)
    return sheet.document(title, description)


def _label(sheet: Sheet, area: Area, x: float, y: float, room: float, ink: str) -> None:
    """Name and value around a point, as far as they fit into ``room`` to each side."""
    names = wrap(area.name, 2.0 * room, _NAME)
    if room < 2 * _VALUE or any(wide(n, _NAME) > 2.2 * room or "…" in n for n in names):
        names = []
    above = y - 6 * len(names) + 4
    for k, name in enumerate(names):
        sheet.text(x, above + 11 * k, name, size=_NAME, colour=ink, anchor="middle")
    if room >= _VALUE:
        below = above + 11 * len(names) + 2 * bool(names)
        sheet.text(x, below, area.value, size=11.5, bold=True, colour=ink, anchor="middle")


def _size(ring: Ring) -> float:
    """Twice its area (shoelace)."""
    x, y = ring[:, 0], ring[:, 1]
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))


def _simple(ring: Ring) -> Ring:
    """Fewer points, none of the others further than the tolerance (Douglas and Peucker 1973)."""
    keep = np.zeros(len(ring), dtype=bool)
    keep[[0, -1]] = True
    far = int(np.argmax(((ring - ring[0]) ** 2).sum(axis=1)))  # a ring ends where it begins
    keep[far] = True
    parts = [(0, far), (far, len(ring) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        off = _off(ring[first + 1 : last], ring[first], ring[last])
        worst = int(np.argmax(off))
        if off[worst] > _TOLERANCE:
            middle = first + 1 + worst
            keep[middle] = True
            parts += [(first, middle), (middle, last)]
    return ring[keep]


def _off(points: Ring, start: Ring, end: Ring) -> NDArray[np.float64]:
    """Distances of points from a line between two."""
    along = end - start
    length = float(np.dot(along, along))
    if not length:
        return np.asarray(np.hypot(*(points - start).T))
    at = np.clip((points - start) @ along / length, 0.0, 1.0)
    return np.asarray(np.hypot(*(points - start - np.outer(at, along)).T))


def _middle(ring: Ring) -> tuple[float, float, float]:
    """The point of a grid that lies deepest inside a ring, and its distance from the border."""
    ring = _simple(ring)
    (left, top), (right, bottom) = ring.min(axis=0), ring.max(axis=0)
    steps = (np.arange(_GRID) + 0.5) / _GRID
    x, y = np.meshgrid(left + (right - left) * steps, top + (bottom - top) * steps)
    points = np.column_stack([x.ravel(), y.ravel()])
    inside = np.zeros(len(points), dtype=bool)
    depth = np.full(len(points), np.inf)
    for start, end in pairwise(ring):
        depth = np.minimum(depth, _off(points, start, end))
        crosses = (start[1] > points[:, 1]) != (end[1] > points[:, 1])
        rise = (end[1] - start[1]) or 1.0
        at = start[0] + (points[:, 1] - start[1]) * (end[0] - start[0]) / rise
        inside ^= crosses & (points[:, 0] < at)
    depth[~inside] = 0.0
    best = int(np.argmax(depth))
    return float(points[best, 0]), float(points[best, 1]), float(depth[best])
