"""Scenario time in the real world: the monotonic clock, at a chosen speed, from an agreed moment.

All workers of a replay are told the same wall-clock moment of its beginning; each converts it once
to its own monotonic clock, so that a step of the wall clock in mid-replay moves nothing.

Units: seconds of scenario time; one second of real time is ``speed`` of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock.

    Parameters
    ----------
    begins : scenario time at the replay's beginning.
    speed : seconds of scenario time per second.
    base : the beginning on this machine's monotonic clock, seconds.
    """

    begins: float
    speed: float
    base: float

    @classmethod
    def at_wall(cls, begins: float, speed: float, wall: float) -> Clock:
        """A clock that starts at a moment of the wall clock (seconds since the epoch)."""
        return cls(begins, speed, time.monotonic() + (wall - time.time()))

    def now(self) -> float:
        """Scenario time now; before ``begins`` until the replay has begun."""
        return self.begins + (time.monotonic() - self.base) * self.speed

    def real(self, seconds: float) -> float:
        """Real seconds that ``seconds`` of scenario time last."""
        return seconds / self.speed
