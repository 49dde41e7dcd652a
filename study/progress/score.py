"""How good predicted distributions were: coverage, CRPS, bias, beside forecasts without a model.

CRPS, the continuous ranked probability score (Gneiting and Raftery 2007), for a weighted ensemble::

    CRPS = sum_i w_i |x_i - y| - 1/2 sum_ij w_i w_j |x_i - x_j|        in points of the share here

It is 0 for a certain and right forecast, and |x - y| for a certain one. References: *anything*, a
uniform law between 0 and 100%; and *others*, the other regions' points of the same election within
twelve hours of the same time after the polls closed, which knows other places' figures of that very
night and nothing of how uploads work.

Rule of this file: pure functions of arrays. Shares of 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEVELS: Final = (50, 80, 95)
NEAR: Final = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Score:
    """One point and its forecast.

    Attributes
    ----------
    quantiles : 2.5, 10, 25, 50, 75, 90 and 97.5% of the forecast.
    inside : whether the share lies in the 50, 80 and 95% intervals.
    crps, anything, others : of the forecast and of the references; None where no other region's
        point is near.
    """

    share: float
    quantiles: tuple[float, ...]
    inside: tuple[bool, bool, bool]
    crps: float
    anything: float
    others: float | None

    @property
    def bias(self) -> float:
        """Median of the forecast less the share: positive when the forecast was too hopeful."""
        return self.quantiles[3] - self.share


def crps(forecast: Array, weights: Array, share: float) -> float:
    """The score of a weighted ensemble; ``weights`` add up to 1."""
    order = np.argsort(forecast)
    x, w = forecast[order], weights[order]
    below = np.cumsum(w) - w
    # half the mean distance of two members, in O(n log n)
    apart = float(np.sum(w * (x * (2 * below + w - 1.0))))
    return float(w @ np.abs(x - share)) - apart


def crps_uniform(share: float) -> float:
    """The score of a uniform law on 0 to 1: the integral of (F - step)^2, in closed form."""
    return (share**3 + (1.0 - share) ** 3) / 3.0


def quantiles(forecast: Array, weights: Array, levels: Sequence[float]) -> tuple[float, ...]:
    """Quantiles of a weighted sample: the smallest value with at least so much weight below."""
    order = np.argsort(forecast)
    reached = np.cumsum(weights[order])
    at = np.searchsorted(reached, np.array(levels) - 1e-12)
    return tuple(float(forecast[order][min(i, len(order) - 1)]) for i in at)


def score(forecast: Array, weights: Array, share: float, others: Array) -> Score:
    """Score one forecast.

    Parameters
    ----------
    others : shares of other regions near that time; empty: there are none.
    """
    q = quantiles(forecast, weights, (0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975))
    even = np.full(len(others), 1.0 / max(len(others), 1))
    return Score(
        share=share,
        quantiles=q,
        inside=(q[2] <= share <= q[4], q[1] <= share <= q[5], q[0] <= share <= q[6]),
        crps=crps(forecast, weights, share),
        anything=crps_uniform(share),
        others=crps(others, even, share) if len(others) else None,
    )


@dataclass(frozen=True, slots=True)
class Total:
    """Scores of many points; regions with many points weigh no more than others.

    Attributes
    ----------
    coverage : share of the points inside the 50, 80 and 95% intervals.
    crps_with_others, others : over the points that have a near point of another region.
    """

    points: int
    regions: int
    coverage: tuple[float, float, float]
    crps: float
    anything: float
    bias: float
    with_others: int
    crps_with_others: float | None
    others: float | None


def total(scores: Sequence[Score], regions: Sequence[str]) -> Total:
    """Means over regions of the means over their points."""
    names = sorted(set(regions))
    weight = np.array([1.0 / (regions.count(r) * len(names)) for r in regions])
    near = np.array([s.others is not None for s in scores])
    others = None
    crps_near = None
    if near.any():
        w = weight[near] / weight[near].sum()
        others = float(w @ np.array([s.others for s in scores if s.others is not None]))
        crps_near = float(w @ np.array([s.crps for s in scores])[near])
    inside = weight @ np.array([s.inside for s in scores], dtype=np.float64)
    return Total(
        points=len(scores),
        regions=len(names),
        coverage=(float(inside[0]), float(inside[1]), float(inside[2])),
        crps=float(weight @ np.array([s.crps for s in scores])),
        anything=float(weight @ np.array([s.anything for s in scores])),
        bias=float(weight @ np.array([s.bias for s in scores])),
        with_others=int(near.sum()),
        crps_with_others=crps_near,
        others=others,
    )
