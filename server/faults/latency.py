"""``latency:50ms``, ``latency:20ms-80ms``: every request waits first, uniformly between two times.

Rule of this file: one fault. Units: seconds.
"""

from __future__ import annotations

from random import Random

from server.faults.fault import Fault
from server.units import span


class Latency(Fault):
    """Between ``low`` and ``high`` seconds before each request."""

    __slots__ = ("_random", "high", "low")

    def __init__(self, low: float, high: float, random: Random) -> None:
        self.low = low
        self.high = high
        self._random = random

    def delay(self, now: float) -> float:
        return self._random.uniform(self.low, self.high)


def parse(text: str, random: Random) -> Latency:
    """``50ms`` or ``20ms-80ms``."""
    return Latency(*span(text), random)
