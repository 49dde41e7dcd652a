"""The few statistics that ensembles need.

Rule of this file: pure functions of arrays; what is random (the bootstrap) is seeded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVELS: Final = (2.5, 10.0, 25.0, 50.0, 75.0, 90.0, 97.5)
"""Percentiles that are reported of every distribution over nights."""

_RESAMPLES: Final = 2000


class Interval(NamedTuple):
    """A mean with its confidence interval; no bounds where one value gives none."""

    mean: float
    low: float | None
    high: float | None


def percentiles(values: NDArray[np.float64] | NDArray[np.int64]) -> dict[str, float]:
    """Mean and :data:`LEVELS` of a sample, as ``{"mean": ..., "p2.5": ..., ...}``."""
    found = np.percentile(values, LEVELS)
    return {"mean": float(np.mean(values))} | {
        f"p{level:g}": float(value) for level, value in zip(LEVELS, found, strict=True)
    }


def mean_interval(values: NDArray[np.float64], confidence: float = 0.95) -> Interval:
    """Student's t interval for the mean of independent values (one night each)."""
    n = len(values)
    mean = float(np.mean(values))
    if n < 2:
        return Interval(mean, None, None)
    half = float(stats.t.ppf(0.5 + confidence / 2, n - 1) * np.std(values, ddof=1) / np.sqrt(n))
    return Interval(mean, mean - half, mean + half)


def chance_best(by_variant: Sequence[NDArray[np.float64]], seed: int) -> list[float]:
    """For each variant, the chance that its mean is the lowest (ties are shared).

    The nights are paired (common random numbers), so whole nights are resampled (Efron and
    Tibshirani 1993); with one night it is simply who was lowest.

    Parameters
    ----------
    by_variant : one array of shape (nights,) a variant, the same nights in the same order.
    """
    values = np.stack(by_variant)  # variants x nights
    rng = np.random.default_rng(seed)
    nights = values.shape[1]
    picks = rng.integers(0, nights, (_RESAMPLES, nights))
    means = values[:, picks].mean(axis=2)  # variants x resamples
    best = means <= means.min(axis=0) + 1e-9
    return [float(x) for x in (best / best.sum(axis=0)).mean(axis=1)]
