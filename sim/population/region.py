"""The stations of a region, in order of kecamatan and kelurahan, so that neighbours are near.

Rule of this file: data and apportioning; reading CSV files is next door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Kecamatan:
    """A district.

    Attributes
    ----------
    tps : number of stations.
    failed : failures counted on the night, if known.
    blank_spots : stations without coverage, as surveyed.
    ahead : seconds that its clock is ahead of the scenario's. What goes by the hour there (polls,
        forms, crowded cells, operators) is that much earlier; the server's outages are not.
    """

    code: str
    name: str
    tps: int
    failed: int | None = None
    blank_spots: int = 0
    ahead: float = 0.0


@dataclass(frozen=True, slots=True)
class Station:
    """A polling station (TPS).

    Attributes
    ----------
    kecamatan : index of its kecamatan.
    cell : name of its cell, where known; else cells are drawn each night.
    covered : known to have coverage or not; ``None`` where only the kecamatan's count is known.
    """

    code: str
    kecamatan: int
    kelurahan: str
    cell: str | None = None
    covered: bool | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """All stations of a scenario."""

    name: str
    kecamatan: tuple[Kecamatan, ...]
    stations: tuple[Station, ...]

    def kecamatan_of(self) -> NDArray[np.int64]:
        """Index of each station's kecamatan, shape (stations,)."""
        return np.array([s.kecamatan for s in self.stations], dtype=np.int64)


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Divide ``total`` by ``weights`` in whole numbers, by largest remainders (Hamilton's method).

    Raises
    ------
    ValueError : if no weight is positive.
    """
    sum_of_weights = sum(weights)
    if sum_of_weights <= 0:
        raise ValueError("the weights must have a positive sum")
    shares = [total * w / sum_of_weights for w in weights]
    parts = [int(share) for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def spread(
    kecamatan: Sequence[Kecamatan], kelurahan: Sequence[tuple[str, str, float]]
) -> list[Station]:
    """Number the stations of each kecamatan, divided over its kelurahan.

    Parameters
    ----------
    kelurahan : (code, code of its kecamatan, weight); a kecamatan without any stays undivided.
    """
    stations: list[Station] = []
    for index, district in enumerate(kecamatan):
        parts = [(c, w) for c, parent, w in kelurahan if parent == district.code]
        if not parts:
            parts = [(district.code, 1.0)]
        counts = apportion(district.tps, [w for _, w in parts])
        stations.extend(
            Station(f"{code}-{i:03d}", index, code)
            for (code, _), count in zip(parts, counts, strict=True)
            for i in range(1, count + 1)
        )
    return stations
