"""``slow-disk:5ms``, ``slow-disk:2ms-20ms``: every fsync takes that much longer.

A solid-state disk without a capacitor needs some milliseconds for an fsync, a virtual one that only
says that it has written needs a tenth of one.

Rule of this file: one fault. Units: seconds.
"""

from __future__ import annotations

from random import Random

from server.faults.fault import Fault
from server.units import span


class SlowDisk(Fault):
    """Between ``low`` and ``high`` seconds more for each fsync."""

    __slots__ = ("_random", "high", "low")

    def __init__(self, low: float, high: float, random: Random) -> None:
        self.low = low
        self.high = high
        self._random = random

    def disk(self, now: float) -> float:
        return self._random.uniform(self.low, self.high)


def parse(text: str, random: Random) -> SlowDisk:
    """``5ms`` or ``2ms-20ms``."""
    return SlowDisk(*span(text), random)
