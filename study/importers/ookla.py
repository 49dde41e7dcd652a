"""Ookla's open data: mean upload speeds of tiles, as a law of capacity between kecamatan.

Columns of the open data set (CSV or Parquet): ``avg_u_kbps`` and ``tests`` are needed, and where a
tile is: ``quadkey``, or ``tile_y`` and ``tile_x`` (latitude and longitude of its centre). Tiles of
zoom 16 are about 610 m wide. With a list of places (``code,name,latitude,longitude``, the centres
of kecamatan) a tile belongs to the nearest within some kilometres, and the law is that between
places; without it, between tiles.

What is counted is the mean speed of tests that people chose to run, with GPS on: outdoors, awake,
good phones, one at a time. That a crowded cell leaves as much to the stations is an assumption, and
an optimistic one; so the law's standing is ``assumed``.

Rule of this file: from tiles to a law, one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from study.importers.estimates import lognormal_of
from study.importers.geography import Nearest, of_quadkey, position, signed
from study.importers.records import Imported, Rejects, Row, number, rows

Array = NDArray[np.float64]
NEEDED: Final = ("avg_u_kbps", "tests")
_BYTES: Final = 125.0  # bytes/s in a kbit/s


@dataclass(frozen=True, slots=True)
class Place:
    """The centre of a kecamatan, or a station, as a list has it."""

    code: str
    name: str
    kelurahan: str
    at: tuple[float, float]


def read_places(path: Path, rejects: Rejects, name: str = "name") -> list[Place]:
    """Places with their positions: ``code``, a name, ``latitude`` and ``longitude``.

    Parameters
    ----------
    name : the column with the name.

    Raises
    ------
    RejectedRowsError : if the file cannot be read or lacks a column.
    """
    found = []
    for line, row in rows(path, ("code", name, "latitude", "longitude"), rejects):
        try:
            at = position(
                signed(row["latitude"], "latitude"), signed(row["longitude"], "longitude")
            )
            if not row["code"] or not row[name]:
                raise ValueError(f"code or {name} is empty")
            found.append(Place(row["code"], row[name], row.get("kelurahan") or row[name], at))
        except (ValueError, KeyError) as reason:
            rejects.add(line, str(reason) if isinstance(reason, ValueError) else "is too short")
    return found


def import_ookla(
    path: Path, rejects: Rejects, places: Sequence[Place] = (), within: float = 5.0
) -> Imported:
    """Read tiles.

    Parameters
    ----------
    within : kilometres from a tile to its place at most.

    Raises
    ------
    RejectedRowsError : if the file cannot be read or lacks a column.
    """
    nearest = Nearest(np.array([p.at for p in places])) if places else None
    tiles: list[tuple[float, float, int]] = []  # bytes/s, tests, place
    outside = 0
    for line, row in rows(path, NEEDED, rejects):
        try:
            speed, tests = number(row, "avg_u_kbps"), number(row, "tests")
            if not speed or not tests:
                raise ValueError("avg_u_kbps or tests is empty or 0")
            place = 0
            if nearest is not None:
                far, index = nearest.of(np.array([_where(row)]))
                place = int(index[0])
                if far[0] > within:
                    outside += 1
                    continue
        except ValueError as reason:
            rejects.add(line, str(reason))
            continue
        tiles.append((speed * _BYTES, tests, place))
    return _law(path, tiles, outside, places, within)


def _where(row: Row) -> tuple[float, float]:
    if row.get("quadkey"):
        return of_quadkey(row["quadkey"])
    return position(
        signed(row.get("tile_y", ""), "tile_y"), signed(row.get("tile_x", ""), "tile_x")
    )


def _law(
    path: Path,
    tiles: Sequence[tuple[float, float, int]],
    outside: int,
    places: Sequence[Place],
    within: float,
) -> Imported:
    speed, tests = (np.array([t[i] for t in tiles]) for i in (0, 1))
    of = np.array([t[2] for t in tiles], dtype=int)
    summary: dict[str, object] = {
        "tiles": len(tiles),
        "tiles_elsewhere": outside,
        "tests": float(tests.sum()) if len(tiles) else 0.0,
    }
    if not tiles:
        return Imported(summary, {})
    table = []
    if places:
        for i in sorted(set(of.tolist())):
            its = of == i
            middle = _quantile(speed[its], tests[its], 0.5)
            table.append(
                (places[i].code, places[i].name, int(its.sum()), int(tests[its].sum()),
                 round(middle / _BYTES, 1))
            )  # fmt: skip
        values = np.array([row[4] * _BYTES for row in table], dtype=np.float64)
        weights, per = np.ones(len(values)), "kecamatan"
        what = f"medians of {len(values)} kecamatan, tiles within {within:g} km"
    else:
        values, weights, per = speed, tests, "cell"
        what = f"{len(values)} tiles, weighted by their tests"
    low, middle, high = (_quantile(values, weights, q) for q in (0.05, 0.5, 0.95))
    summary["mbit_per_second"] = {
        "p5": low / _BYTES / 1e3, "p50": middle / _BYTES / 1e3, "p95": high / _BYTES / 1e3
    }  # fmt: skip
    source = (
        f"{path.name}: mean upload of {int(tests.sum())} voluntary tests, {what}; that a crowded "
        "cell leaves as much is assumed"
    )
    law = lognormal_of(middle, high, "B/s", per, source, "assumed")
    header = ("code", "name", "tiles", "tests", "median_kbps")
    return Imported(
        summary,
        {"network": {"capacity": law}},
        ["means of voluntary tests, outdoors and one at a time: an upper bound for a crowded cell"],
        {"kecamatan.csv": (header, table)} if table else {},
    )


def _quantile(values: Array, weights: Array, share: float) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(int(np.searchsorted(reached, share)), len(values) - 1)])
