"""How a delay is spread, so that stations that failed together do not come back together.

Rule of this file: pure; ``spread(delay, history, u)`` with u from U(0, 1); a law that remembers
keeps what it needs in ``history.memo``. Units: seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt, tanh
from typing import Protocol

from sim.client.retry.history import History
from sim.client.retry.units import Seconds, Share


class Jitter(Protocol):
    """A law that spreads delays."""

    def spread(self, delay: float, history: History, u: float) -> float:
        """The wait in place of the backoff's ``delay``."""
        ...


@dataclass(frozen=True, slots=True)
class NoJitter:
    """Exactly the backoff's delay."""

    def spread(self, delay: float, history: History, u: float) -> float:
        return delay


@dataclass(frozen=True, slots=True)
class FullJitter:
    """U(0, delay): Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015."""

    def spread(self, delay: float, history: History, u: float) -> float:
        return u * delay


@dataclass(frozen=True, slots=True)
class EqualJitter:
    """delay/2 + U(0, delay/2): Brooker 2015; Finagle's ``Backoff.equalJittered``."""

    def spread(self, delay: float, history: History, u: float) -> float:
        return delay / 2 + u * delay / 2


@dataclass(frozen=True, slots=True)
class DecorrelatedJitter:
    """min(cap, U(base, 3 * previous wait)), the first with ``base`` for the previous wait: Brooker
    2015. The wait remembers itself, not the count of retries."""

    base: Seconds
    cap: Seconds = inf

    def spread(self, delay: float, history: History, u: float) -> float:
        high = 3 * max(self.base, history.memo)
        history.memo = min(self.cap, self.base + u * (high - self.base))
        return history.memo


@dataclass(frozen=True, slots=True)
class ProportionalJitter:
    """delay * U(1 - share, 1 + share): gRPC (0.2), resilience4j's randomised intervals (0.5)."""

    share: Share

    def spread(self, delay: float, history: History, u: float) -> float:
        return delay * (1 - self.share + 2 * self.share * u)


@dataclass(frozen=True, slots=True)
class AdditiveJitter:
    """min(cap, delay + U(0, width)): google-resumable-media, tenacity, stamina, Firebase."""

    width: Seconds
    cap: Seconds = inf

    def spread(self, delay: float, history: History, u: float) -> float:
        return min(self.cap, delay + u * self.width)


@dataclass(frozen=True, slots=True)
class SmoothJitter:
    """Polly's decorrelated jitter V2: f(i + U) - f(i - 1 + U'), times base / 1.4, with
    f(t) = 2**t * tanh(sqrt(4 t)) and f = 0 before the first (Polly.Contrib.WaitAndRetry,
    ``DecorrelatedJitterBackoffV2``; Polly 8, ``RetryHelper``). It takes its own base instead of a
    backoff's delay."""

    base: Seconds
    cap: Seconds = inf

    def spread(self, delay: float, history: History, u: float) -> float:
        t = min(history.step + u, 1000.0)
        risen: float = 2.0**t * tanh(sqrt(4.0 * t))
        wait = (risen - history.memo) * self.base / 1.4
        history.memo = risen
        return min(self.cap, wait)
