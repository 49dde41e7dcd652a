"""What an ensemble of one region's nights predicts for regions of other sizes and zones.

The share received over time is taken from the ensemble; a region differs from the scenario's in its
size and its zone alone. A night of a region of m kecamatan is m kecamatan drawn, with replacement,
from those of a simulated night: what is drawn per night (the server, its outages, what people are
like) they share with each other and with every other region of that night, what is drawn per
kecamatan, cell and station differs. A nation of 4,242 kecamatan is so the night's mean, a small
region as uneven as its few kecamatan.

Assumed: other places are drawn from the same laws as the scenario's kecamatan; the mean size of a
kecamatan is the nation's (298,939 TPS in 4,242 kecamatan, KPU 2020); where the size is not known it
is the scenario's own.

Rule of this file: from kept nights to predicted shares; pure but for its seeded draws.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.population.region import Region

Array = NDArray[np.float64]
TPS_PER_KECAMATAN: Final = 298_939 / 4_242
_WHOLE: Final = 1000
"""From so many kecamatan on a region is the night's mean: their own spread, at most 0.5, is below
0.5 / sqrt(1000) = 1.6 points."""


class Curves:
    """The share of every kecamatan that had arrived by a time, in every night of an ensemble.

    Parameters
    ----------
    weights : of the nights, adding up to 1.
    """

    def __init__(self, region: Region, nights: Sequence[Night], weights: Array) -> None:
        self.weights = weights
        self._sizes = np.array([k.tps for k in region.kecamatan], dtype=np.float64)
        self._sent = [
            [np.sort(rows["sent_s"][rows["kecamatan"] == k]) for k in range(len(region.kecamatan))]
            for rows in (night.outcomes for night in nights)
        ]

    @property
    def kecamatan(self) -> int:
        """How many there are."""
        return len(self._sizes)

    def shares(self, seconds: float) -> Array:
        """Share received, shape (nights, kecamatan); NaN sorts last, so what never came is out."""
        return np.array(
            [
                [float(np.searchsorted(sent, seconds, side="right")) for sent in night]
                for night in self._sent
            ]
        ) / np.maximum(self._sizes, 1.0)

    def of_region(self, name: str, total: int | None, seconds: float, seed: int) -> Array:
        """Share that a region had received, one value a night; the same kecamatan at all times.

        Parameters
        ----------
        total : stations of the region; None: as many as the scenario's.
        """
        shares = self.shares(seconds)
        size = self.kecamatan if total is None else max(round(total / TPS_PER_KECAMATAN), 1)
        if size >= _WHOLE:
            return np.asarray(shares @ (self._sizes / self._sizes.sum()))
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        picks = rng.choice(self.kecamatan, (len(shares), size), p=self._sizes / self._sizes.sum())
        return np.asarray(np.take_along_axis(shares, picks, axis=1).mean(axis=1))
