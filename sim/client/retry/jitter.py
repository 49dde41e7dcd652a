"""How a delay is spread, so that stations that failed together do not come back together.

The three laws compared in Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.

Rule of this file: pure; ``spread(delay, previous, u)`` with u from U(0, 1). Units: seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol


class Jitter(Protocol):
    """A law that spreads delays."""

    def spread(self, delay: float, previous: float, u: float) -> float:
        """The wait: ``delay`` is the backoff's, ``previous`` the wait before (0 if none)."""
        ...


@dataclass(frozen=True, slots=True)
class NoJitter:
    """Exactly the backoff's delay."""

    def spread(self, delay: float, previous: float, u: float) -> float:
        return delay


@dataclass(frozen=True, slots=True)
class FullJitter:
    """U(0, delay)."""

    def spread(self, delay: float, previous: float, u: float) -> float:
        return u * delay


@dataclass(frozen=True, slots=True)
class EqualJitter:
    """delay/2 + U(0, delay/2)."""

    def spread(self, delay: float, previous: float, u: float) -> float:
        return delay / 2 + u * delay / 2


@dataclass(frozen=True, slots=True)
class DecorrelatedJitter:
    """min(cap, U(base, 3 * previous wait)); the wait remembers itself, not the count of retries."""

    base: float
    cap: float = inf

    def spread(self, delay: float, previous: float, u: float) -> float:
        high = max(self.base, 3 * previous)
        return min(self.cap, self.base + u * (high - self.base))
