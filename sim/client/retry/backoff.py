"""How long to wait after the i-th failure, before any randomness.

Rule of this file: pure laws ``delay(retry, previous)``; ``retry`` counts from 0 (the wait between
the first and the second attempt). Units: seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol


class Backoff(Protocol):
    """A law of delays."""

    def delay(self, retry: int) -> float:
        """Seconds to wait before retry number ``retry`` (0, 1, 2, ...)."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same delay each time."""

    seconds: float

    def delay(self, retry: int) -> float:
        return self.seconds


@dataclass(frozen=True, slots=True)
class Exponential:
    """min(cap, base * factor**retry): truncated exponential backoff.

    The law of the AWS Architecture Blog's "Exponential Backoff and Jitter" (Brooker 2015), of
    google-api-core, gRPC's proposal A6 and Android's WorkManager, with their own constants.
    """

    base: float
    factor: float = 2.0
    cap: float = inf

    def delay(self, retry: int) -> float:
        try:
            grown: float = self.base * self.factor**retry
        except OverflowError:
            return self.cap
        return min(self.cap, grown)
