"""Planted regressions: is there anything that a threshold would stop?

For each threshold the values are made worse until they lie beyond what it allows, by a stated
margin; then it is judged as always. So a threshold that does not fail now could not fail when it
has to: nothing is bad enough for it, or there are too few values to tell.

Rule of this file: pure; the margins, and which values become how much worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from study.gate.declared import MeasuredRegression, MeasuredThreshold, Regression, Threshold

Array = NDArray[np.float64]
Unit = Literal["share", "s", "factor", "count"]

BEYOND: Final = 0.05
"""How far beyond a share's limit is planted: 5 points, of the stations, objects or requests."""
NIGHTS: Final = 0.20
"""How far below ``in_nights`` is planted: 20 points of the nights, which are few."""
LONGER: Final = 0.25
"""How far beyond a time's limit is planted: a quarter of it, as a regression of answers has it."""
TIMES: Final = 2.0
"""How much larger than ``worse_by`` a planted regression is. At exactly ``worse_by`` the estimate
is on either side as often as not. All four are this file's own choice (assumed)."""
_HAIR: Final = 1e-6  # beyond a limit, not on it; far below one station in all


@dataclass(frozen=True, slots=True)
class Planted:
    """Worse values, and by how much: ``share``: points on each night; ``s``: seconds on each
    answer; ``factor``: on each answer; ``count``: objects or requests that were spoilt."""

    values: Array
    by: float
    unit: Unit

    def plain(self) -> dict[str, Any]:
        """For JSON: without the values."""
        return {"by": self.by, "unit": self.unit}


def for_threshold(asked: Threshold, values: Array) -> Planted:
    """Every night worse by the same, within nothing and all."""
    sign = 1.0 if asked.at_least is None else -1.0
    if asked.judge == "mean":
        return _moved(values, sign, asked.limit + sign * BEYOND)
    met = max(asked.in_nights - NIGHTS, 0.0)
    missing = ceil(len(values) * (1.0 - met))  # nights that have to miss it
    easiest = np.sort(sign * values)[len(values) - missing]  # the best of them
    by = max(sign * asked.limit + _HAIR - float(easiest), 0.0)
    return Planted(np.clip(values + sign * by, 0.0, 1.0), by, "share")


def for_regression(asked: Regression, values: Array, baseline: Array) -> Planted:
    """Every night worse by the same, until the mean is worse than the baseline's as planted."""
    sign = 1.0 if asked.measure == "failed" else -1.0
    return _moved(values, sign, float(baseline.mean()) + sign * TIMES * asked.worse_by)


def _moved(values: Array, sign: float, mean: float) -> Planted:
    """Moved to the worse side until the mean lies there, or as far as it goes."""

    def short(by: float) -> float:
        return sign * (mean - float(np.clip(values + sign * by, 0.0, 1.0).mean()))

    if short(0.0) <= 0.0:
        return Planted(values, 0.0, "share")
    by = 1.0 if short(1.0) >= 0.0 else float(optimize.brentq(short, 0.0, 1.0))
    return Planted(np.clip(values + sign * by, 0.0, 1.0), by, "share")


def for_measured(asked: MeasuredThreshold, values: Array) -> Planted:
    """Every answer later by the same time, or more objects or requests spoilt, evenly spread."""
    if asked.measure == "answer":
        assert asked.at_most is not None
        now = float(np.quantile(values, asked.quantile, method="inverted_cdf"))
        by = max(asked.at_most * (1.0 + LONGER) - now, 0.0)
        return Planted(values + by, by, "s")
    spoilt = 1.0 if asked.measure == "refused" else 0.0
    limit = asked.at_most if asked.measure == "refused" else asked.at_least
    assert limit is not None
    share = min((limit if spoilt else 1.0 - limit) + BEYOND, 1.0)
    good = np.flatnonzero(values != spoilt)
    count = max(ceil(share * len(values)) - (len(values) - len(good)), 0)
    worse = values.copy()
    worse[good[np.linspace(0, len(good) - 1, count).round().astype(int)]] = spoilt
    return Planted(worse, float(count), "count")


def for_measured_regression(
    asked: MeasuredRegression, values: Array, baseline: Array
) -> Planted:  # fmt: skip
    """Every answer longer by the same factor."""
    q = asked.quantile
    now = float(np.quantile(values, q) / np.quantile(baseline, q))
    by = max((1.0 + TIMES * asked.worse_by) / now, 1.0)
    return Planted(values * by, by, "factor")
