"""Confidence bounds that may be looked at again and again while nights are added.

A gate that simulates until it knows looks several times, and each look may err. The error is spent
over the looks as Lan and DeMets ("Discrete sequential boundaries for clinical trials", Biometrika
70, 1983) spend it, with the function of O'Brien and Fleming's shape: little at first, most at the
last look. The looks' errors are added (Bonferroni) instead of integrated over their joint law,
which makes the bounds a little wider and never too narrow.

Rule of this file: pure functions; one-sided bounds.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
_LEAST: Final = 2


def spent(error: float, looks: int, most: int, first: int, batch: int) -> float:
    """The error that look number ``looks`` (1, 2, ...) may spend.

    Parameters
    ----------
    error : one-sided, of the whole gate.
    first, batch, most : nights at the first look, added for each further one, and at the last.
    """

    def until(look: int) -> float:
        if look == 0:
            return 0.0
        share = min(first + (look - 1) * batch, most) / most
        return float(2.0 * stats.norm.sf(stats.norm.isf(error / 2.0) / np.sqrt(share)))

    return until(looks) - until(looks - 1)


def of_mean(values: Array, error: float) -> tuple[float, float]:
    """Lower and upper bound of the mean, each at the one-sided error (Student's t).

    Nights whose law has one long tail are bounded too narrowly on its side. With ten looks at 5%,
    1000 synthetic gates whose mean lies on the limit passed wrongly 2.4% of the time for normal
    nights, 5.5% for exponential ones, and 10.1% for log-normal ones (standard deviation of the
    logarithm 1), which is more than stated.
    """
    mean = float(values.mean())
    if len(values) < _LEAST:
        return -np.inf, np.inf
    half = float(stats.t.isf(error, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return mean - half, mean + half


def of_difference(candidate: Array, baseline: Array, error: float) -> tuple[float, float]:
    """Bounds of the difference of the means of different nights (Welch 1947)."""
    if min(len(candidate), len(baseline)) < _LEAST:
        return -np.inf, np.inf
    parts = [v.var(ddof=1) / len(v) for v in (candidate, baseline)]
    total = sum(parts)
    difference = float(candidate.mean() - baseline.mean())
    if total == 0.0:
        return difference, difference
    freedom = total**2 / sum(
        p**2 / (len(v) - 1) for p, v in zip(parts, (candidate, baseline), strict=True)
    )
    half = float(stats.t.isf(error, freedom) * np.sqrt(total))
    return difference - half, difference + half


def of_chance(met: int, nights: int, error: float) -> tuple[float, float]:
    """Bounds of a chance from how often it came true (Clopper and Pearson 1934)."""
    low = float(stats.beta.ppf(error, met, nights - met + 1)) if met else 0.0
    high = float(stats.beta.isf(error, met + 1, nights - met)) if met < nights else 1.0
    return low, high


def of_quantile(values: Array, share: float, error: float) -> tuple[float, float]:
    """Bounds of a quantile by order statistics, whatever the law (David and Nagaraja 2003, 7.1).

    Values that are infinite (never) stay in the order.
    """
    ordered = np.sort(values)
    n = len(ordered)
    low = int(stats.binom.ppf(error, n, share))  # P(B < low) <= error
    high = int(stats.binom.isf(error, n, share)) + 1
    lower = float(ordered[low - 1]) if low >= 1 else -np.inf
    upper = float(ordered[high - 1]) if high <= n else np.inf
    return lower, upper
