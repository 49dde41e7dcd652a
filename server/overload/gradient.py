"""``gradient:MIN-MAX``: a limit that grows while requests take their usual time, else shrinks.

Once a window, with the mean time of a request in it, *short*, and its long exponential mean, *long*
(Netflix, concurrency-limits, Gradient2Limit inside WindowedLimit)::

    gradient = clip(1.5 long / short, 1/2, 1)
    limit   <- 0.8 limit + 0.2 (gradient limit + 4)      between MIN and MAX

So a request may take 1.5 times as long as usual before the limit falls; the 4 is the queue that is
allowed, and the growth while nothing is wrong. A server that uses less than half its limit teaches
nothing about it, and the limit stays. When *long* is more than twice *short*, an overload has just
ended, and *long* is taken down by 5% a window. The time of a request is the server's own work, from
the complete body to the durable record: how long a phone takes to send is not the server's doing.

Deviation: a window without ten requests is not thrown away but goes on until it has them, so that a
slow evening is learnt from too. Known weakness, theirs as well: in an overload of many minutes
*long* follows *short*, and the limit drifts up to MAX. Choose MAX so that the server bears it.

Rule of this file: told the time. Units: seconds.
"""

from __future__ import annotations

from typing import Final

from server.overload.controller import Controller
from server.overload.waiting import Waiting

LEAST: Final = 20
"""MIN, and the limit at the beginning (Gradient2Limit.Builder: initialLimit, minLimit)."""
MOST: Final = 200
"""MAX (maxConcurrency)."""
SMOOTHING: Final = 0.2
QUEUE: Final = 4.0
TOLERANCE: Final = 1.5
LONG_WINDOW: Final = 600
"""Windows over which the long mean looks back: a new one weighs 2 / (600 + 1)."""
WARM_UP: Final = 10
"""Windows whose plain mean is the first long mean (ExpAvgMeasurement)."""
STEEPEST: Final = 0.5
RECOVERED: Final = 2.0
RECOVERY: Final = 0.95
WINDOW: Final = 1.0
"""Seconds of a window, at least (WindowedLimit, minWindowTime)."""
SAMPLES: Final = 10
"""Requests in a window, at least (WindowedLimit, windowSize)."""


class Gradient(Controller):
    """A limit by the gradient of the server's own time.

    Parameters
    ----------
    least, most : bounds of the limit; it begins at the least.
    """

    __slots__ = (
        "_busiest", "_count", "_ends", "_total", "_windows", "least", "limit", "long", "most",
    )  # fmt: skip

    def __init__(self, least: int, most: int, waiting: Waiting) -> None:
        super().__init__(waiting)
        self.least = least
        self.most = most
        self.limit = float(least)
        self.long = 0.0
        self._windows = 0
        self._ends = WINDOW
        self._total = 0.0
        self._count = 0
        self._busiest = 0

    def full(self, now: float) -> bool:
        return self.in_progress >= int(self.limit)

    def done(self, now: float, seconds: float, ok: bool) -> None:
        if ok and seconds > 0.0:  # only one that was stored now says how long the work takes
            self._total += seconds
            self._count += 1
            self._busiest = max(self._busiest, self.in_progress)
            if now >= self._ends and self._count >= SAMPLES:
                self.learn(self._total / self._count, self._busiest)
                self._total, self._count, self._busiest = 0.0, 0, 0
                self._ends = now + WINDOW
        super().done(now, seconds, ok)

    def learn(self, short: float, busiest: int) -> None:
        """One window: the mean time of a request, and the most that were in progress at once."""
        if short <= 0.0:
            return
        if self._windows < WARM_UP:
            self._windows += 1
            self.long += (short - self.long) / self._windows
        else:
            self.long += 2.0 / (LONG_WINDOW + 1) * (short - self.long)
        if self.long > RECOVERED * short:
            self.long *= RECOVERY
        if busiest < self.limit / 2.0:
            return
        gradient = min(max(TOLERANCE * self.long / short, STEEPEST), 1.0)
        aim = gradient * self.limit + QUEUE
        self.limit += SMOOTHING * (aim - self.limit)
        self.limit = min(max(self.limit, float(self.least)), float(self.most))
