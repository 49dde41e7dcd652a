"""How long to wait after the i-th failure, before any randomness.

Rule of this file: pure laws; ``delay(retry)`` counts from 0, the wait between the first and the
second attempt. Units: seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol

from sim.client.retry.units import Count, Delays, Seconds


class Backoff(Protocol):
    """A law of delays."""

    def delay(self, retry: int) -> float:
        """Seconds to wait before retry number ``retry`` (0, 1, 2, ...)."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same delay each time; 0 s: at once."""

    seconds: Seconds

    def delay(self, retry: int) -> float:
        return self.seconds


@dataclass(frozen=True, slots=True)
class Linear:
    """min(cap, base * (retry + 1)): Android WorkManager's BackoffPolicy.LINEAR."""

    base: Seconds
    cap: Seconds = inf

    def delay(self, retry: int) -> float:
        return min(self.cap, self.base * (retry + 1))


@dataclass(frozen=True, slots=True)
class Exponential:
    """min(cap, base * factor**retry), but no wait before the first ``at_once`` retries: truncated
    exponential backoff.

    The law of Brooker, "Exponential Backoff and Jitter" (AWS Architecture Blog 2015), of
    google-api-core, gRPC's proposal A6 and Android's WorkManager, with their own constants; with
    ``at_once`` 1 that of urllib3, whose first retry does not wait.
    """

    base: Seconds
    factor: Count = 2.0
    cap: Seconds = inf
    at_once: Count = 0

    def delay(self, retry: int) -> float:
        if retry < self.at_once:
            return 0.0
        try:
            grown: float = self.base * self.factor**retry
        except OverflowError:
            return self.cap
        return min(self.cap, grown)


@dataclass(frozen=True, slots=True)
class Sequence:
    """The delays of a list, one after the other; after the last the policy stops (tus-js-client's
    ``retryDelays``)."""

    delays: Delays

    def delay(self, retry: int) -> float:
        return self.delays[retry] if retry < len(self.delays) else inf
