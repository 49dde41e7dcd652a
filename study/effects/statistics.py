"""Weighted members to means, differences, chances and regrets, each with its interval.

All policies meet the same members, so differences are paired. An interval is that of a mean over
members: the Bayesian bootstrap (Rubin, Annals of Statistics 9, 1981), in which a member's weight is
multiplied by an exponential variate. It says how well the members determine the mean, not how
different nights are; the range of nights is given beside it.

* regret of a policy in a world: its mean less the lowest mean of any policy there.
* expected regret: over the worlds by their weights; worst regret: the largest of them.
* chance best: weight of the members in which no policy has fewer stations not sent; ties share.

Rule of this file: pure functions of arrays; what is random is seeded. Smaller is better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.draws import code

Array = NDArray[np.float64]
RESAMPLES: Final = 2000
LOW, HIGH = 2.5, 97.5  # percentiles of a 95% interval


@dataclass(frozen=True, slots=True)
class Sample:
    """What the members of one world gave.

    Attributes
    ----------
    weight : of the world; the weights of all worlds add up to 1.
    weights : of its members, shape (members,); they add up to 1.
    failed : stations not sent, shape (members, policies).
    """

    weight: float
    weights: Array
    failed: Array


@dataclass(frozen=True, slots=True)
class Resampled:
    """Bootstrap weights of each world's members, shape (resamples, members)."""

    by_world: Mapping[str, Array]

    @classmethod
    def of(cls, samples: Mapping[str, Sample], seed: int) -> Resampled:
        """Weights for all worlds; a world's own do not depend on the others'."""
        return cls({name: _bootstrap(s.weights, seed, name) for name, s in samples.items()})

    def pooled(self, samples: Mapping[str, Sample]) -> Array:
        """Weights of all members of all worlds, in their order, shape (resamples, all members)."""
        return np.concatenate([samples[w].weight * b for w, b in self.by_world.items()], axis=1)


def _bootstrap(weights: Array, seed: int, name: str) -> Array:
    rng = np.random.default_rng((seed, code(name)))
    drawn = rng.standard_exponential((RESAMPLES, len(weights))) * weights
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def interval(mean: float, resampled: Array) -> dict[str, float]:
    """A mean with its 95% interval."""
    low, high = np.percentile(resampled, (LOW, HIGH))
    return {"mean": float(mean), "low": float(low), "high": float(high)}


def weighted_percentile(values: Array, weights: Array, percent: float) -> float:
    """The smallest value at or below which that percentage of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    at = int(np.searchsorted(reached, percent / 100.0 - 1e-12))
    return float(values[order][min(at, len(values) - 1)])


def chance_best(failed: Array, weights: Array) -> Array:
    """Weight of the members in which each policy is the best, shape (policies,)."""
    best = failed <= failed.min(axis=1, keepdims=True)
    return np.asarray(weights @ (best / best.sum(axis=1, keepdims=True)))


def chance_better(difference: Array, weights: Array) -> float:
    """Weight of the members with a negative difference; ties count half."""
    return float(weights @ ((difference < 0) + 0.5 * (difference == 0)))


def in_world(sample: Sample, resampled: Array) -> list[dict[str, Any]]:
    """One row a policy: its mean and range, its difference to the first, its regret."""
    means = sample.weights @ sample.failed
    boot = resampled @ sample.failed  # resamples x policies
    best = int(np.argmin(means))
    chances = chance_best(sample.failed, sample.weights)
    rows = []
    for i, mean in enumerate(means):
        own = sample.failed[:, i]
        difference = own - sample.failed[:, 0]
        rows.append(
            {
                "failed": interval(mean, boot[:, i])
                | {
                    f"p{p:g}": weighted_percentile(own, sample.weights, p)
                    for p in (LOW, 50.0, HIGH)
                },
                "difference": interval(mean - means[0], boot[:, i] - boot[:, 0]),
                "chance_better": chance_better(difference, sample.weights),
                "regret": interval(mean - means[best], boot[:, i] - boot[:, best]),
                "chance_best": float(chances[i]),
                "best": i == best,
            }
        )
    return rows


def overall(samples: Mapping[str, Sample], resampled: Resampled) -> list[dict[str, Any]]:
    """The same over all worlds by their weights, with the expected and the worst world's regret."""
    pooled = Sample(
        1.0,
        np.concatenate([s.weight * s.weights for s in samples.values()]),
        np.concatenate([s.failed for s in samples.values()]),
    )
    rows = in_world(pooled, resampled.pooled(samples))
    names = list(samples)
    regrets = np.array([_regrets(s.weights, s.failed) for s in samples.values()])
    boots = np.array([_regrets(resampled.by_world[w], samples[w].failed) for w in names])
    shares = np.array([s.weight for s in samples.values()])
    for i, row in enumerate(rows):
        worst = int(np.argmax(regrets[:, i]))
        row["expected_regret"] = interval(shares @ regrets[:, i], shares @ boots[:, :, i])
        row["worst_regret"] = interval(regrets[worst, i], boots[worst, :, i])
        row["worst_world"] = names[worst]
        row["best_in"] = [w for w, its in zip(names, regrets, strict=True) if its[i] == 0.0]
    return rows


def _regrets(weights: Array, failed: Array) -> Array:
    """Each policy's mean less the lowest; shape (policies,) or (resamples, policies)."""
    means = weights @ failed
    return np.asarray(means - means.min(axis=-1, keepdims=True))


def regret_of_knowing_everything(failed: Array, weights: Array) -> float:
    """Expected gain of choosing anew in every member, over the best single policy: an upper bound
    of what any measurement is worth, because it knows the night's chance, too."""
    return float((weights @ failed).min() - weights @ failed.min(axis=1))


def pairs(count: int) -> Sequence[tuple[int, int]]:
    """Every pair of policies once."""
    return [(a, b) for a in range(count) for b in range(a + 1, count)]
