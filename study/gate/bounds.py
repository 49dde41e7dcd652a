"""Confidence bounds that hold at any time, whatever the law of the nights.

A gate that simulates until it knows looks several times, and is asked again with more nights when
it did not know. Its values are shares, so they have a law on [0, 1], and often one with a long
tail: a night in which the server was down. Student's bounds are wrong there (20 nights without such
a one have no spread at all). So the mean is bounded by bets (Waudby-Smith and Ramdas, "Estimating
means of bounded random variables by betting", JRSS B 86, 2024): somebody who doubts that the mean
is as small as ``m`` bets a fraction ``b`` of a capital of 1 on each value, which then grows by the
factor ``1 - b + b x / m``. If the mean is at most ``m``, the capital does not grow on average, and
it ever reaches ``1 / error`` with a chance of at most ``error`` (Ville 1939). The bound is the
largest ``m`` at which it did. No law is assumed but that values are independent and bounded, the
chance holds for all looks together, and their order changes nothing.

The capital is spread over a few fixed fractions (Cover, "Universal portfolios", 1991; Orabona and
Jun, IEEE Trans. Inf. Theory 70, 2024). Which ones decides how narrow the bounds are, not whether
they hold.

Rule of this file: pure functions; one-sided bounds.
"""

from __future__ import annotations

from math import ceil, inf, log
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Array = NDArray[np.float64]

_FRACTIONS: Final = 0.5 ** np.arange(7)
"""Chosen (assumed): the best fraction is about the gap over the variance, which for gates of 20 to
a few thousand nights lies between 1 and 1/64; between two of them at most 11% of the growth is lost
(a fraction of r times the best grows by r (2 - r) of it, and r is at worst 2/3 or 4/3)."""
_WEIGHTS: Final = (1.0 / np.arange(1, 8)) / (1.0 / np.arange(1, 8)).sum()
"""Chosen (assumed): the large ones first, because they decide when nights are few."""
_CLOSE: Final = 1e-9  # of a bound's place in [0, 1]


def capital(values: Array, mean: float) -> float:
    """What the bets against a mean of at most ``mean`` have made of 1, as a natural logarithm.

    Parameters
    ----------
    values : in [0, 1].
    """
    with np.errstate(divide="ignore"):  # a bet of everything may lose everything: -inf
        grown = np.log1p(np.outer(_FRACTIONS, values / mean - 1.0)).sum(axis=1)
    largest = float(grown.max())  # the smallest fraction never loses everything
    return largest + log(float(_WEIGHTS @ np.exp(grown - largest)))


def _lower(values: Array, error: float) -> float:
    """The largest mean against which the bets have won; the capital falls with the mean."""
    won = -log(error)
    if capital(values, _CLOSE) < won:
        return 0.0
    if capital(values, 1.0) >= won:
        return 1.0
    found = optimize.brentq(lambda mean: capital(values, mean) - won, _CLOSE, 1.0, xtol=_CLOSE)
    return float(found)


def of_mean(
    values: Array, error: float, least: float = 0.0, most: float = 1.0
) -> tuple[float, float]:
    """Lower and upper bound of the mean, each at the one-sided error, for all looks together.

    Parameters
    ----------
    least, most : between which every value lies: 0 and 1 for a share, -1 and 1 for the difference
        of two.

    Raises
    ------
    ValueError : if a value lies outside; the bounds would mean nothing.
    """
    if len(values) == 0:
        return least, most
    if not (values.min() >= least and values.max() <= most):
        raise ValueError(f"values lie outside {least:g} to {most:g}")
    unit = (values - least) / (most - least)
    low, high = _lower(unit, error), 1.0 - _lower(1.0 - unit, error)
    return least + (most - least) * low, least + (most - least) * high


def enough(
    values: Array, limit: float, error: float, least: float = 0.0, most: float = 1.0
) -> int | None:
    """How many values like these would put the limit outside the bounds; None: no number would.

    An estimate (the growth of the best fraction so far, taken on), not a bound.
    """
    unit, mean = (values - least) / (most - least), (limit - least) / (most - least)
    if unit.mean() < mean:
        unit, mean = 1.0 - unit, 1.0 - mean
    if mean <= 0.0:
        return None
    with np.errstate(divide="ignore"):
        growth = np.log1p(-np.outer(_FRACTIONS, 1.0 - unit / mean)).mean(axis=1)
    needed = [
        (-log(error) - log(weight)) / rate
        for weight, rate in zip(_WEIGHTS, growth, strict=True)
        if rate > 0.0
    ]
    return ceil(min(needed, default=inf)) if needed else None


def of_chance(met: int, nights: int, error: float) -> tuple[float, float]:
    """Bounds of a chance from how often it came true, for one look (Clopper and Pearson 1934)."""
    low = float(stats.beta.ppf(error, met, nights - met + 1)) if met else 0.0
    high = float(stats.beta.isf(error, met + 1, nights - met)) if met < nights else 1.0
    return low, high


def of_quantile(values: Array, share: float, error: float) -> tuple[float, float]:
    """Bounds of a quantile by order statistics, whatever the law (David and Nagaraja 2003, 7.1).

    For one look. Values that are infinite (never) stay in the order.
    """
    ordered = np.sort(values)
    n = len(ordered)
    low = int(stats.binom.ppf(error, n, share))  # P(B < low) <= error
    high = int(stats.binom.isf(error, n, share)) + 1
    lower = float(ordered[low - 1]) if low >= 1 else -np.inf
    upper = float(ordered[high - 1]) if high <= n else np.inf
    return lower, upper
