"""Which is the best, with a stated confidence, at the least number of nights.

The fully sequential procedure of Kim and Nelson, "A fully sequential procedure for
indifference-zone selection in simulation", ACM TOMACS 11(3), 2001 (c = 1): if the best is
at least ``delta`` better, it is selected with probability ``confidence`` or more. Paired nights
(common random numbers) are allowed and make it shorter. Those that are clearly worse drop out early
and get no more nights: the budget goes where it matters. It is looked at after every batch of
nights; looking less often can only make errors rarer.

Rule of this file: pure functions of arrays; smaller is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
_DRAWS: Final = 20_000


@dataclass(slots=True)
class Selection:
    """The state of the procedure over ``k`` systems.

    Parameters
    ----------
    k : number of systems.
    delta : the indifference zone, in units of the measure.
    confidence : probability of a correct selection.
    first : nights of every system in the first stage, at least 2.
    """

    k: int
    delta: float
    confidence: float
    first: int
    alive: list[int] = field(init=False)
    _eta2: float = field(init=False)
    _variance: Array | None = None

    def __post_init__(self) -> None:
        self.alive = list(range(self.k))
        alpha = 1.0 - self.confidence
        share = 2.0 * alpha / max(self.k - 1, 1)
        eta = 0.5 * (share ** (-2.0 / (self.first - 1)) - 1.0)
        self._eta2 = 2.0 * eta * (self.first - 1)  # h squared

    @property
    def decided(self) -> bool:
        """Is only one left?"""
        return len(self.alive) == 1

    def screen(self, values: Sequence[Array]) -> list[int]:
        """Drop the systems that are out of the race; returns those that dropped out now.

        Parameters
        ----------
        values : one array a system; of those alive all nights until now, at least ``first``.
        """
        if self._variance is None:
            start = np.stack([v[: self.first] for v in values])
            differences = start[:, None, :] - start[None, :, :]
            self._variance = differences.var(axis=2, ddof=1)
        nights = min(len(values[i]) for i in self.alive)
        means = {i: float(np.mean(values[i][:nights])) for i in self.alive}
        out = [i for i in self.alive if any(self._beaten(i, j, means, nights) for j in self.alive)]
        self.alive = [i for i in self.alive if i not in out]
        return out

    def _beaten(self, i: int, j: int, means: dict[int, float], nights: int) -> bool:
        if i == j:
            return False
        assert self._variance is not None
        slack = self._eta2 * float(self._variance[i, j]) / self.delta**2 - nights
        margin = max(0.0, self.delta / (2.0 * nights) * slack)
        gap = means[i] - means[j]
        if gap == 0.0 and margin == 0.0:
            return i > j  # the same in every night: the first of them stays
        return gap > margin


def chances(values: Sequence[Array], best: int, seed: int) -> list[float]:
    """For each system the chance that its mean is the lowest.

    Every other system's paired difference to ``best`` is taken as normal with the standard error of
    their common nights; with one common night it is simply who was lower.
    """
    rng = np.random.default_rng(seed)
    draws = np.zeros((len(values), _DRAWS))
    for i, own in enumerate(values):
        if i == best:
            continue
        common = min(len(own), len(values[best]))
        difference = own[:common] - values[best][:common]
        error = float(difference.std(ddof=1) / np.sqrt(common)) if common > 1 else 0.0
        draws[i] = difference.mean() + error * rng.standard_normal(_DRAWS)
    lowest = draws <= draws.min(axis=0) + 1e-12
    shares = lowest / lowest.sum(axis=0)
    return [float(s) for s in shares.mean(axis=1)]


def regret(own: Array, best: Array, confidence: float = 0.95) -> tuple[float, float, float]:
    """How much worse than the best: the mean paired difference with its interval (Student's t)."""
    common = min(len(own), len(best))
    difference = own[:common] - best[:common]
    mean = float(difference.mean())
    if common < 2:
        return mean, mean, mean
    half = float(
        stats.t.ppf(0.5 + confidence / 2, common - 1) * difference.std(ddof=1) / np.sqrt(common)
    )
    return mean, mean - half, mean + half


def pareto(rows: Sequence[Sequence[float]]) -> list[bool]:
    """Which rows no other row dominates (nowhere worse and somewhere better)."""
    table = np.array(rows, dtype=np.float64)
    front = []
    for row in table:
        nowhere_worse = (table <= row).all(axis=1)
        somewhere_better = (table < row).any(axis=1)
        front.append(not bool((nowhere_worse & somewhere_better).any()))
    return front
