"""OpenCelliD's cells: each station's nearest cell, as a list of stations for a scenario.

The columns of its exports: ``radio,mcc,net,area,cell,unit,lon,lat,range,samples,...``, with or
without a header. A station (``code,kecamatan,latitude,longitude``, optionally ``kelurahan``) is
given the nearest cell of the wanted radio; that its phones really camp there is an assumption.
Cells are crowd-sourced: one that is not on the map may well exist, so no station is called
uncovered for it.

OpenCelliD's data are under CC BY-SA 4.0: name the source with what you publish.

Rule of this file: from cells to a list, one pass; only cells near a station are kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from study.importers.estimates import lognormal_of
from study.importers.geography import Nearest, position, signed
from study.importers.ookla import Place
from study.importers.records import Imported, Rejects, number, rows

COLUMNS: Final = (
    "radio", "mcc", "net", "area", "cell", "unit", "lon", "lat", "range", "samples", "changeable",
    "created", "updated", "averagesignal",
)  # fmt: skip
NEEDED: Final = ("radio", "mcc", "net", "area", "cell", "lon", "lat")
RADIOS: Final = ("LTE", "NR")
"""What carries photographs; UMTS and GSM are kept on request."""
_MARGIN: Final = 0.5  # degrees around the stations, 55 km: beyond it no cell is a station's


def import_opencellid(
    path: Path, rejects: Rejects, stations: Sequence[Place], radios: Collection[str] = RADIOS
) -> Imported:
    """Read cells.

    Parameters
    ----------
    stations : with the kecamatan as their name.

    Raises
    ------
    RejectedRowsError : if the file cannot be read or lacks a column.
    """
    where = np.array([s.at for s in stations])
    low, high = where.min(axis=0) - _MARGIN, where.max(axis=0) + _MARGIN
    names: list[str] = []
    cells: list[tuple[float, float]] = []
    reach: list[float] = []
    far = others = 0
    for line, row in rows(path, NEEDED, rejects, header=COLUMNS):
        try:
            at = position(signed(row.get("lat", ""), "lat"), signed(row.get("lon", ""), "lon"))
            ids = [row.get(c, "") for c in ("mcc", "net", "area", "cell")]
            if not all(i.isdigit() for i in ids):
                raise ValueError(f"mcc, net, area, cell '{'-'.join(ids)}' are not whole numbers")
            spread = number(row, "range") or 0.0
        except ValueError as reason:
            rejects.add(line, str(reason))
            continue
        if row.get("radio", "").upper() not in radios:
            others += 1
        elif np.any(at < low) or np.any(at > high):
            far += 1
        else:
            names.append("-".join(ids))
            cells.append(at)
            reach.append(spread / 1000.0)
    summary: dict[str, object] = {
        "cells": len(cells),
        "cells_elsewhere": far,
        "cells_of_other_radios": others,
        "stations": len(stations),
    }
    if not cells:
        return Imported(summary, {})
    distance, index = Nearest(np.array(cells)).of(where)
    return _list(path, stations, names, np.array(reach), distance, index, summary)


def _list(
    path: Path,
    stations: Sequence[Place],
    names: Sequence[str],
    reach: NDArray[np.float64],
    distance: NDArray[np.float64],
    index: NDArray[np.intp],
    summary: dict[str, object],
) -> Imported:
    load = Counter(int(i) for i in index)
    by_place: dict[str, set[int]] = defaultdict(set)
    for station, i in zip(stations, index, strict=True):
        by_place[station.name].add(int(i))
    per_cell = np.array(
        [
            sum(s.name == place for s in stations) / len(cells)
            for place, cells in sorted(by_place.items())
        ]
    )
    beyond = int(np.sum((reach[index] > 0) & (distance > reach[index])))
    summary |= {
        "cells_used": len(load),
        "stations_of_the_busiest_cell": max(load.values()),
        "kilometres": {
            "p50": float(np.median(distance)), "p95": float(np.percentile(distance, 95)),
            "most": float(distance.max()),
        },
        "beyond_the_cells_range": beyond,
    }  # fmt: skip
    source = f"{path.name} (OpenCelliD, CC BY-SA 4.0): nearest of {len(names)} cells"
    low, high = float(np.median(per_cell)), float(np.percentile(per_cell, 95))
    header = ("code", "kecamatan", "kelurahan", "cell", "cell_km")
    rows_out = [
        (s.code, s.name, s.kelurahan, names[int(i)], f"{d:.2f}")
        for s, i, d in zip(stations, index, distance, strict=True)
    ]
    return Imported(
        summary,
        {
            "region": {
                "tps": "stations.csv",
                "stations_per_cell": lognormal_of(low, high, "", "kecamatan", source),
            }
        },
        [
            "stations.csv names each station's cell; stations_per_cell is for stations without one",
            f"{beyond} stations lie beyond their cell's published range",
        ],
        {"stations.csv": (header, rows_out)},
    )
