"""The beta-binomial: counts that differ more than chance allows, by an intra-class correlation.

y of n stations fail where each fails with probability p, and p itself varies between kecamatan of
the same mechanism as Beta(p (1-icc)/icc, (1-p)(1-icc)/icc); icc is the correlation of two stations
of one kecamatan (Skellam, Journal of the Royal Statistical Society B 10, 1948). What the mechanism
explains need not be explained by icc: a small icc in the posterior says that it explains much.

icc is not known; its prior is Beta(1, 9), mean 10%. It is carried as a grid of points of equal
prior weight.

Rule of this file: pure functions.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, betaln, gammaln

Array = NDArray[np.float64]
ICC_PRIOR: Final = (1.0, 9.0)
ICC_POINTS: Final = 10

ICC_GRID: Final[Array] = betaincinv(*ICC_PRIOR, (np.arange(ICC_POINTS) + 0.5) / ICC_POINTS)
"""Points of equal prior weight: the middles of ten parts of the prior."""


def smoothed(count: Array, of: Array) -> Array:
    """A share that is neither 0 nor 1, as a beta law needs it: half a station either way."""
    return np.asarray((count + 0.5) / (of + 1.0))


def log_pmf(y: Array, n: Array, p: Array, icc: Array) -> Array:
    """Log-probability of y of n; all arguments broadcast; 0 < p < 1, 0 < icc < 1."""
    precision = (1.0 - icc) / icc
    a, b = p * precision, (1.0 - p) * precision
    choose = gammaln(n + 1.0) - gammaln(y + 1.0) - gammaln(n - y + 1.0)
    return np.asarray(choose + betaln(y + a, n - y + b) - betaln(a, b))


def draw(rng: np.random.Generator, n: Array, p: Array, icc: Array) -> Array:
    """Counts, of the broadcast shape."""
    precision = (1.0 - icc) / icc
    tiny = 1e-300  # a beta law of very small parameters may give exactly 0 or 1
    q = rng.beta(np.maximum(p * precision, tiny), np.maximum((1.0 - p) * precision, tiny))
    return np.asarray(rng.binomial(n.astype(np.int64), q), dtype=np.float64)
