"""Where a choice turns: the value of a quantity, or the weight of a world, at which two policies
are as good as each other.

For a pair of policies let d be the paired difference of a member (stations not sent by the first
less the second). d is regressed on one quantity x, on its own scale, with the members' weights:

    d = a + b x        break-even at x* = -a / b

A statement is made only where the sign really changes within the members' range: the mean of d over
the members below x* and its mean over those above have opposite signs, each further from zero than
its error allows, and each side has enough members. "Allows" is a two-sided 95% level divided by the
number of quantities that are looked at (Bonferroni), so that a statement by luck is as rare for
many quantities as for one. Otherwise one of the pair is said to win in all worlds, if the intervals
say so, or they are not to be told apart.

The weight of a world: with the other worlds in their proportions, the mean difference is

    D(q) = q D_w + (1 - q) D_rest        break-even at q* = D_rest / (D_rest - D_w)

Rule of this file: pure functions of arrays. A marginal statement is one along the members as they
are: quantities that go together are not taken apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from study.effects.features import Feature
from study.effects.statistics import HIGH, LOW, Resampled, Sample, interval

Array = NDArray[np.float64]
_LEVEL: Final = 0.05
_SIDE: Final = 5.0  # effective members that each side of a break-even needs: fewer give no mean


def verdict(differences: Mapping[str, dict[str, float]]) -> str:
    """``first``, ``second``, ``same``, ``mixed`` or ``unclear``, from a pair's intervals by world.

    ``mixed``: the first is better in one world and the second in another.
    """
    if all(d["low"] == d["high"] == 0.0 for d in differences.values()):
        return "same"
    first = [d["high"] < 0 for d in differences.values()]
    second = [d["low"] > 0 for d in differences.values()]
    if any(first) and any(second):
        return "mixed"
    if all(d["high"] <= 0 for d in differences.values()):
        return "first"
    if all(d["low"] >= 0 for d in differences.values()):
        return "second"
    return "unclear"


def by_quantity(
    feature: Feature, values: Array, difference: Array, weights: Array, boot: Array, tests: int
) -> dict[str, float] | None:
    """The break-even along a quantity, or None where there is none.

    Parameters
    ----------
    values, difference, weights : of the members, shape (members,).
    boot : bootstrap weights, shape (resamples, members).
    tests : how many quantities are looked at.

    Returns
    -------
    ``at`` with ``low`` and ``high`` (95%; cut to the range), ``from`` and ``to`` (the range: 95% of
    the weight), ``below`` and ``above`` (mean difference on each side).
    """
    x = feature.scale(values)
    if not np.all(np.isfinite(x)) or np.ptp(x) <= 1e-9 * max(1.0, float(np.abs(x).max())):
        return None
    root = float(_roots(x, difference, weights[None, :])[0])
    first, last = _range(x, weights)
    if not first < root < last:
        return None
    needed = float(stats.norm.ppf(1.0 - _LEVEL / 2 / tests))
    sides = []
    for side in (x < root, x >= root):
        mean, error, effective = _mean(difference[side], weights[side], boot[:, side])
        if effective < _SIDE or abs(mean) < needed * error or mean == 0.0:
            return None
        sides.append(mean)
    if sides[0] * sides[1] > 0:
        return None
    low, high = np.percentile(_roots(x, difference, boot), (LOW, HIGH))
    return {
        "at": feature.back(root),
        "low": feature.back(float(np.clip(low, first, last))),
        "high": feature.back(float(np.clip(high, first, last))),
        "from": feature.back(first),
        "to": feature.back(last),
        "below": sides[0],
        "above": sides[1],
    }


def _roots(x: Array, d: Array, weights: Array) -> Array:
    """-a/b of weighted least squares, one a row of weights (each adding up to 1)."""
    w = weights / weights.sum(axis=1, keepdims=True)
    mean_x, mean_d = w @ x, w @ d
    slope_over = w @ (x * d) - mean_x * mean_d
    spread = w @ (x * x) - mean_x**2
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = mean_x - mean_d * spread / slope_over
    return np.asarray(np.nan_to_num(roots, nan=np.inf))


def _range(x: Array, weights: Array) -> tuple[float, float]:
    order = np.argsort(x, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    low, high = np.searchsorted(reached, (LOW / 100.0, HIGH / 100.0))
    return float(x[order][low]), float(x[order][min(high, len(x) - 1)])


def _mean(d: Array, weights: Array, boot: Array) -> tuple[float, float, float]:
    """Mean, its standard error, and the effective number of members."""
    total = weights.sum()
    if total <= 0.0:
        return 0.0, 0.0, 0.0
    resampled = (boot @ d) / np.maximum(boot.sum(axis=1), 1e-300)
    effective = float(total**2 / np.sum(weights**2))
    return float(weights @ d / total), float(resampled.std(ddof=1)), effective


def by_world_weight(
    name: str, samples: Mapping[str, Sample], resampled: Resampled, pair: tuple[int, int]
) -> dict[str, float] | None:
    """The weight of a world at which a pair is even, or None where its sign does not change, beyond
    the 95% intervals of both sides."""
    own_mean, own = _world_difference(samples[name], resampled.by_world[name], pair)
    rest = sum(s.weight for w, s in samples.items() if w != name)
    if rest <= 0.0:
        return None
    rest_mean, rest_boot = 0.0, np.zeros(len(own))
    for other, sample in samples.items():
        if other != name:
            mean, boot = _world_difference(sample, resampled.by_world[other], pair)
            rest_mean += sample.weight / rest * mean
            rest_boot += sample.weight / rest * boot
    if any(len(s.weights) == 1 for s in samples.values()):
        return None  # a world of one member has no interval
    here, there = interval(own_mean, own), interval(rest_mean, rest_boot)
    opposite = (here["high"] < 0 < there["low"]) or (there["high"] < 0 < here["low"])
    if not opposite:
        return None
    at = interval(rest_mean / (rest_mean - own_mean), rest_boot / (rest_boot - own))
    return {
        "at": at["mean"],
        "low": min(max(at["low"], 0.0), 1.0),
        "high": min(max(at["high"], 0.0), 1.0),
        "now": samples[name].weight,
        "inside": own_mean,
        "outside": rest_mean,
    }


def _world_difference(sample: Sample, boot: Array, pair: tuple[int, int]) -> tuple[float, Array]:
    d = sample.failed[:, pair[0]] - sample.failed[:, pair[1]]
    return float(sample.weights @ d), boot @ d


def differences(
    samples: Mapping[str, Sample], resampled: Resampled, pair: tuple[int, int]
) -> dict[str, dict[str, float]]:
    """A pair's mean difference with its interval in each world. Of one member nobody knows how far
    others would be off: its interval reaches to zero at least."""
    found: dict[str, Any] = {}
    for name, sample in samples.items():
        its = interval(*_world_difference(sample, resampled.by_world[name], pair))
        if len(sample.weights) == 1:
            its |= {"low": min(its["low"], 0.0), "high": max(its["high"], 0.0)}
        found[name] = its
    return found
