"""What is calibrated to: the counts per kecamatan, under a reading of the published figures.

Rule of this file: from a region or nights to counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.ledger import State
from sim.population.region import Region
from study.calibration.account import Reading

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """Stations of each kecamatan in some nights by what became of them, shape (nights, kecamatan).

    ``left`` is what the crews left: all but those that they sent.
    """

    left: Array
    failed: Array
    never: Array

    def of(self, reading: Reading) -> Array:
        """What counts as failed."""
        return self.failed + self.never if reading == "unsent" else self.failed


def count(nights: Sequence[Night], region: Region) -> Counts:
    """Counts of nights."""
    size = len(region.kecamatan)

    def by(night: Night, *states: State) -> Array:
        rows = night.outcomes
        found = np.bincount(rows["kecamatan"][np.isin(rows["state"], states)], minlength=size)
        return found.astype(np.float64)

    everything_else = (State.SENT_PPK, State.FAILED, State.NOT_ATTEMPTED)
    return Counts(
        left=np.array([by(n, *everything_else) for n in nights]),
        failed=np.array([by(n, State.FAILED) for n in nights]),
        never=np.array([by(n, State.NOT_ATTEMPTED) for n in nights]),
    )


def stations(region: Region) -> Array:
    """Stations of each kecamatan; at least 1, so that shares exist."""
    size = len(region.kecamatan)
    found = np.bincount(region.kecamatan_of(), minlength=size)
    return np.asarray(np.maximum(found, 1), dtype=np.float64)


def counted(region: Region) -> Array | None:
    """The failures counted per kecamatan, if all are known."""
    found = [k.failed for k in region.kecamatan]
    if any(f is None for f in found):
        return None
    return np.array(found, dtype=np.float64)
