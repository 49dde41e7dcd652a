"""``codel:TARGET/INTERVAL``: a queue that never runs empty is an overload; then the old ones go.

A queue is good while it absorbs a burst and bad while it stands. The *least* delay over an interval
tells them apart: above the target the queue has not been near empty for a whole interval (Nichols
and Jacobson, Controlling Queue Delay, ACM Queue 10(5), 2012). For services: when the last interval
was overloaded, whatever has waited more than twice the target is dropped, because its client has
probably gone or will have (Maurer, Fail at Scale, ACM Queue 13(8), 2015; folly,
executors/Codel.cpp: 5 ms, 100 ms, twice the target). As there, the first of an interval is never
dropped.

Deviation: the first interval is a whole one (folly judges after its first request). Price: it acts
on bodies that have arrived, so a phone has sent in vain what is dropped, where ``fixed`` and
``gradient`` refuse before the body. A door that refused what the queue would drop at that moment
was tried on the simulation of the tests and changed nothing: the queue is hardly ever that long.

Rule of this file: told the time. Units: seconds.
"""

from __future__ import annotations

from math import inf
from typing import Final

from server.overload.controller import Controller
from server.overload.waiting import Waiting

TARGET: Final = 0.005
"""folly, codel_target_delay."""
INTERVAL: Final = 0.100
"""folly, codel_interval."""
SLOUGH: Final = 2.0
"""Multiples of the target after which a waiting body is dropped (folly, getSloughTimeout)."""


class Codel(Controller):
    """Controlled delay.

    Parameters
    ----------
    target : a least delay above this is an overload.
    interval : over which the least delay is taken; longer than the target.
    """

    __slots__ = ("_ends", "_least", "interval", "overloaded", "target")

    def __init__(self, target: float, interval: float, waiting: Waiting) -> None:
        super().__init__(waiting)
        self.target = target
        self.interval = interval
        self.overloaded = False
        self._least = 0.0
        self._ends = -inf

    def queued(self, now: float, delay: float) -> bool:
        if now > self._ends:
            self.overloaded = self._least > self.target
            self._least = delay
            self._ends = now + self.interval
            return True
        self._least = min(self._least, delay)
        return not (self.overloaded and delay > SLOUGH * self.target)
