"""SimPy in real time on gevent: the same processes, the same events, a clock nobody can hurry.

An event that is scheduled for time t is processed as soon as the clock has reached t, and then
``env.now`` is t itself: flows join their cell on the schedule's clock, however late the machine is,
and the lateness is measured instead of passed on. (Processor sharing would amplify it: a start that
is late by d shifts the ends of all n flows of a cell, by up to n d in sum.)
What happens outside, on a socket, is told to SimPy at the moment at which it happened.

The idea is that of SimPy's own ``simpy.rt``, whose loop sleeps in the thread; this one lets other
greenlets work meanwhile.

Rule of this file: time only; it knows nothing of uploads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf
from typing import Any, Final

import gevent
from gevent.event import Event as Bell
from simpy import Environment, Event

from locustfiles.clock import Clock

TICK: Final = 0.01
"""Seconds of real time between two looks at what the cells have granted. Measured with 1,700 bodies
(``python -m benchmarks ticks``): 5 ms cost a tenth more of the processor and bring nothing, with
20 ms a body falls up to 49 KB behind its course instead of 30 KB."""

_SLICE: Final = 0.002  # seconds of stepping in one go before sockets get their turn
_TURN: Final = 0.0001  # seconds; of 0 only what is ready at once would have its turn, no timer


class LiveLoop:
    """Runs a SimPy environment by a clock.

    Parameters
    ----------
    env : its events may lie in the past when it starts only if they fall due at once.
    on_tick : called every :data:`TICK` with a scenario time up to which all events are processed.
    """

    def __init__(
        self, env: Environment, clock: Clock, on_tick: Callable[[float], None] | None = None
    ) -> None:
        self.env = env
        self.clock = clock
        self.on_tick = on_tick
        self.lateness: list[float] = []  # seconds of real time, one a batch of events
        self.stopped = False
        self._bell = Bell()

    def tell(self, event: Event, value: Any = None) -> None:
        """An event that nobody scheduled has happened now; called from other greenlets."""
        if event.triggered:
            return
        event._ok = True
        event._value = value
        self.env.schedule(event, delay=max(self.clock.now() - self.env.now, 0.0))
        self._bell.set()

    def stop(self) -> None:
        """Return from :meth:`run` at once."""
        self.stopped = True
        self._bell.set()

    def run(self, until: float) -> None:
        """Process events as they fall due, until the clock has reached ``until``."""
        env, clock = self.env, self.clock
        next_tick = inf if self.on_tick is None else time.monotonic()
        while not self.stopped:
            self._bell.clear()  # whatever is told from here on is looked at before the wait ends
            now = clock.now()
            due = env.peek()
            if due <= min(now, until):
                self.lateness.append(clock.real(now - due))
                self._step(min(now, until))
                gevent.sleep(0)
            moment = time.monotonic()
            if moment >= next_tick and self.on_tick is not None:
                self.on_tick(min(clock.now(), env.peek(), until))
                next_tick = max(next_tick + TICK, moment)
            due = min(env.peek(), until)
            wait = min(clock.real(due - clock.now()), next_tick - time.monotonic())
            if wait > 0.0:
                self._bell.wait(wait)
            elif clock.now() >= until and env.peek() > until:
                return
            else:  # events or ticks take all the time there is: others get their turn all the same
                gevent.sleep(_TURN)

    def _step(self, now: float) -> None:
        env, stop = self.env, time.monotonic() + _SLICE
        while env.peek() <= now and time.monotonic() < stop:
            env.step()
