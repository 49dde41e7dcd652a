"""What a measurement is worth: how many more stations would be sent if one chose the policy
knowing what it would say.

The expected value of partial perfect information (EVPPI), by regression of the policies' outcomes
on the quantities that the measurement tells (Strong, Oakley and Brennan, Medical Decision Making
34, 2014). Without it the policy with the lowest mean is taken; with it, the one that the regression
predicts to be best in each night:

    EVPPI = E[y of the choice without] - E[y of the choice with]

The choice is made by a regression that has not seen the night, and judged by the night itself: what
is only noise in the regression costs here and does not look like value. "Perfect" remains: the
measurement is taken to tell its quantities without error, so this is what it is worth at most.

Rule of this file: pure functions of arrays; folds are seeded. Unit: stations (TPS).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from study.effects.statistics import regret_of_knowing_everything
from study.sensitivity.regression import held_out, r_squared

Array = NDArray[np.float64]
_REPEATS: Final = 10

MEASUREMENTS: Final[dict[str, tuple[str, ...]]] = {
    "signal-log": ("network.capacity", "station.no_signal"),
    "attempt-log": (
        "network.access_failure_at_peak", "network.break_rate_at_peak", "client.timeout",
    ),
    "access-log": (
        "server.outages", "server.fault", "server.service", "server.pipe", "server.slots",
        "server.workers", "server.nation",
    ),
    "cell-counters": ("network.busy_at_peak", "region.stations_per_cell"),
    "operators-log": ("people.ppk",),
    "crews-survey": ("people.kpps", "station.no_app"),
}  # fmt: skip
"""What each measurement tells: quantities, or all below a section. Signal strengths and speed tests
by phones; attempts as the app saw them; the server's own log; the operators' counters of cells; the
kecamatan's log of its operators; a survey of the crews."""

WORLD: Final = "world"
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Told:
    """The members of all worlds.

    Attributes
    ----------
    failed : stations not sent, shape (members, policies).
    weights : adding up to 1.
    quantities : on their own scale, each of shape (members,).
    worlds : indicators of the worlds, shape (members, worlds - 1).
    """

    failed: Array
    weights: Array
    quantities: Mapping[str, Array]
    worlds: Array


def of_measurement(paths: tuple[str, ...], known: Mapping[str, Array]) -> list[str]:
    """The quantities that a measurement tells."""
    return [q for q in known if any(q == p or q.startswith(f"{p}.") for p in paths)]


def values(told: Told, seed: int) -> list[dict[str, Any]]:
    """One row a measurement, the most valuable first; then the world, and everything together."""
    rows = []
    for name, paths in MEASUREMENTS.items():
        its = of_measurement(paths, told.quantities)
        if its:
            table = np.column_stack([told.quantities[q] for q in its])
            rows.append({"name": name, "quantities": its, **_value(told, table, seed)})
    rows.sort(key=lambda row: -float(row["value"]))
    if told.worlds.shape[1]:
        rows.append({"name": WORLD, "quantities": [], **_value(told, told.worlds, seed)})
    if told.quantities:
        table = np.column_stack([*told.quantities.values(), told.worlds])
        everything = _value(told, table, seed)
        rows.append({"name": ALL, "quantities": list(told.quantities), **everything})
    return rows


def perfect(told: Told) -> float:
    """What nobody can know: the choice that is best in each night, its chance included."""
    return regret_of_knowing_everything(told.failed, told.weights)


def _value(told: Told, table: Array, seed: int) -> dict[str, Any]:
    """The value with its standard error, how often the choice changes, and R2 on held-out nights
    (of the differences to the choice without, weighted by their variance)."""
    means = told.weights @ told.failed
    without = int(np.argmin(means))
    difference = told.failed - told.failed[:, [without]]
    predicted = held_out(table, difference, told.weights, seed, _REPEATS)
    predicted[:, :, without] = 0.0
    chosen = predicted.argmin(axis=2)  # repeats x members
    members = np.arange(len(difference))
    gain = -np.mean([difference[members, c] for c in chosen], axis=0)
    value = float(told.weights @ gain)
    spread = float(told.weights @ (gain - value) ** 2)
    others = [k for k in range(difference.shape[1]) if k != without]
    middle = predicted.mean(axis=0)
    variances = [float(told.weights @ (difference[:, k] - difference[:, k].mean()) ** 2)
                 for k in others]  # fmt: skip
    scores = [r_squared(difference[:, k], middle[:, k], told.weights) for k in others]
    total = sum(variances)
    return {
        "value": value,
        "error": float(np.sqrt(spread * np.sum(told.weights**2))),
        "changes": float(told.weights @ np.mean(chosen != without, axis=0)),
        "r_squared": float(np.dot(scores, variances) / total) if total > 0 else 0.0,
    }
