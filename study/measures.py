"""A night in a handful of numbers: what policies are compared by.

Rule of this file: pure functions of a night. All are better when smaller.
"""

from __future__ import annotations

from math import inf
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.ledger import State

SHARES: Final = (0.90, 0.95, 0.99)


_MOMENTS: Final = frozenset(f"t{100 * share:.0f}" for share in SHARES)


class Measure(NamedTuple):
    """One measure's name and unit (``stations``, ``s``, ``B``, ``1/min``)."""

    name: str
    unit: str


MEASURES: Final = (
    Measure("failed", "stations"),
    *(Measure(f"t{100 * share:.0f}", "s") for share in SHARES),
    Measure("wasted", "B"),
    Measure("peak", "1/min"),
    Measure("airtime", "s"),
)
"""Stations not sent at the snapshot; when 90, 95 and 99% of all had arrived (seconds after the
start; inf: not by the snapshot); bytes sent in vain; the busiest minute's requests at the server's
door; and the mean seconds per station in which its radio carried a transfer."""


def unsent(night: Night, reading: str) -> NDArray[np.bool_]:
    """Which stations count as failed under a reading of the observed figure."""
    state = night.outcomes["state"]
    if reading == "attempted":
        return np.asarray(state == State.FAILED)
    return np.asarray((state == State.FAILED) | (state == State.NOT_ATTEMPTED))


def measure(night: Night, reading: str) -> dict[str, float]:
    """The measures of a night.

    Parameters
    ----------
    reading : what counts as failed (``observed.reading`` of the scenario).
    """
    rows = night.outcomes
    stations = len(rows)
    arrived = np.sort(rows["sent_s"][rows["state"] <= State.SENT_PPK])
    found: dict[str, float] = {"failed": float(unsent(night, reading).sum())}
    for share in SHARES:
        needed = int(np.ceil(share * stations))
        found[f"t{100 * share:.0f}"] = float(arrived[needed - 1]) if len(arrived) >= needed else inf
    found["wasted"] = float(rows["bytes_wasted"].sum())
    found["peak"] = float(night.counts["peak_requests_per_minute"])
    found["airtime"] = float(rows["airtime_s"].mean())
    return found


def read(text: str, parsed: Any) -> dict[str, float]:
    """Measures as they were written; the text is for the error.

    Raises
    ------
    ValueError : if a measure is missing or no number.
    """
    names = [m.name for m in MEASURES]
    if not isinstance(parsed, dict) or sorted(parsed) != sorted(names):
        raise ValueError(f"not the measures of a night: {text[:60]}")
    found = {name: float(parsed[name]) for name in names}
    for name, value in found.items():  # a share may not have arrived at all; the rest is finite
        if not value >= 0 or (value == inf and name not in _MOMENTS):
            raise ValueError(f"{name} is {value}")
    return found
