"""Quantiles of any number of values in little memory: a histogram with logarithmic bins.

As HdrHistogram (Tene) and DDSketch (Masson, Rim and Lee, VLDB 2019): a bin is 1% wider than the one
before, so that every quantile is known to half a per cent of its value, whatever the law.

Rule of this file: pure. Values above 0; a 0 is counted in a bin of its own.
"""

from __future__ import annotations

from collections import Counter
from math import ceil, exp, log
from typing import Final

import numpy as np
from scipy import stats

_WIDTH: Final = log(1.01)


class LogHistogram:
    """Counts of values."""

    def __init__(self) -> None:
        self._bins: Counter[int] = Counter()
        self.zeros = 0
        self.count = 0
        self.total = 0.0

    def add(self, value: float) -> None:
        """One more value, 0 or more."""
        self.count += 1
        self.total += value
        if value > 0:
            self._bins[ceil(log(value) / _WIDTH)] += 1
        else:
            self.zeros += 1

    @property
    def mean(self) -> float:
        """Exact."""
        return self.total / self.count if self.count else float("nan")

    def quantile(self, share: float) -> float:
        """The value below which a share of the values lies, to half a per cent."""
        return self._at(share * self.count)

    def _at(self, rank: float) -> float:
        reached = float(self.zeros)
        if reached >= rank:
            return 0.0
        for b in sorted(self._bins):
            reached += self._bins[b]
            if reached >= rank:
                return exp((b - 0.5) * _WIDTH)
        return exp((max(self._bins) - 0.5) * _WIDTH)

    def interval(self, share: float) -> tuple[float, float]:
        """95% interval of a quantile, from the binomial law of its rank (no law is assumed)."""
        low, high = stats.binom.ppf(np.array([0.025, 0.975]), self.count, share)
        return self._at(max(float(low), 1.0)), self._at(min(float(high) + 1, self.count))

    def spread(self) -> dict[str, float]:
        """Count, mean and quantiles, for a summary."""
        if not self.count:
            return {"count": 0.0}
        named = {"p5": 0.05, "p50": 0.5, "p95": 0.95, "p99": 0.99}
        found = {"count": float(self.count), "mean": self.mean}
        return found | {name: self.quantile(q) for name, q in named.items()}
