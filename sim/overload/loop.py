"""A loop of events for small worlds: clients of :mod:`sim.client` and one service.

The night has cells, people and outages; here is one mechanism at a time, small enough to be
compared with closed forms and with the published simulators.

Rule of this file: it drives clients and counts; what happens to a request is the service's.
Units: seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import nan
from typing import Protocol

from sim.client.actions import Request, Wait
from sim.client.outcomes import Ending, Outcome, Reply, Woken
from sim.client.workflow import Client

Answer = Callable[[Reply], None]


class Loop:
    """Events in order of time, then of their making."""

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._made = 0

    def at(self, time: float, what: Callable[[], None]) -> None:
        """Do ``what`` at ``time``, or at once if that is past."""
        self._made += 1
        heappush(self._events, (max(time, self.now), self._made, what))

    def run(self, until: float) -> None:
        """Go on until there is nothing to do, or until that time."""
        while self._events and self._events[0][0] <= until:
            self.now, _, what = heappop(self._events)
            what()


class Service(Protocol):
    """Where requests go."""

    def request(self, loop: Loop, key: int, n: int, request: Request, answer: Answer) -> None:
        """Request ``n`` of the client with this key begins now; ``answer`` is called once, at the
        time that the reply carries."""
        ...


@dataclass(slots=True)
class Course:
    """What became of one client.

    Attributes
    ----------
    began, ended : times; ``ended`` is NaN while it is still at work.
    sent : has it succeeded?
    requests : times of its requests.
    """

    began: float
    ended: float = nan
    sent: bool = False
    requests: list[float] = field(default_factory=list)


def start(loop: Loop, service: Service, client: Client, key: int, began: float) -> Course:
    """Let a client begin; its course fills as the loop runs."""
    course = Course(began)

    def step(outcome: Outcome | None) -> None:
        try:
            action = next(client) if outcome is None else client.send(outcome)
        except StopIteration as stop:
            course.ended = loop.now
            course.sent = stop.value is Ending.SENT
            return
        if isinstance(action, Wait):
            until = max(action.until, loop.now)
            loop.at(until, lambda: step(Woken(until)))
            return
        course.requests.append(loop.now)
        service.request(loop, key, len(course.requests), action, step)

    loop.at(began, lambda: step(None))
    return course
