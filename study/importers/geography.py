"""Places on the globe: tiles of maps, distances, and the nearest of many points.

Sources: quadkeys of the web mercator tiling (Bing Maps tile system); the mean radius of the earth,
6,371.0088 km (IUGG). Rule of this file: pure. Degrees and kilometres.
"""

from __future__ import annotations

from math import atan, degrees, pi, sinh
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Array = NDArray[np.float64]
RADIUS_KM: Final = 6371.0088


def position(latitude: float | None, longitude: float | None) -> tuple[float, float]:
    """A position that can be.

    Raises
    ------
    ValueError : with the reason.
    """
    if latitude is None or longitude is None:
        raise ValueError("has no position")
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        raise ValueError(f"{latitude:g}, {longitude:g} is no position on the globe")
    return latitude, longitude


def signed(text: str, what: str) -> float | None:
    """A coordinate in degrees; None where the cell is empty."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{what} '{text}' is not a number") from None


def of_quadkey(quadkey: str) -> tuple[float, float]:
    """Latitude and longitude of a tile's centre.

    Raises
    ------
    ValueError : if it is no quadkey.
    """
    if not quadkey or set(quadkey) - set("0123"):
        raise ValueError(f"quadkey '{quadkey}' is none")
    x = y = 0
    for digit in quadkey:
        x = 2 * x + (int(digit) & 1)
        y = 2 * y + (int(digit) >> 1)
    size = 2 ** len(quadkey)
    latitude = degrees(atan(sinh(pi * (1 - 2 * (y + 0.5) / size))))
    return latitude, (x + 0.5) / size * 360 - 180


class Nearest:
    """The nearest of many points, by great-circle distance."""

    def __init__(self, points: Array) -> None:
        self._tree = cKDTree(_unit(points))

    def of(self, points: Array) -> tuple[Array, NDArray[np.intp]]:
        """For each point the distance to the nearest, in kilometres, and its index."""
        chord, index = self._tree.query(_unit(points))
        angle = 2 * np.arcsin(np.minimum(np.asarray(chord, dtype=np.float64) / 2, 1.0))
        return RADIUS_KM * angle, np.asarray(index, dtype=np.intp)


def _unit(points: Array) -> Array:
    """Latitudes and longitudes, shape (n, 2), as points on the unit sphere."""
    latitude, longitude = np.radians(np.atleast_2d(points)).T
    return np.column_stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )
