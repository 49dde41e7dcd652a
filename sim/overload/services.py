"""The services of the small worlds, each with one mechanism.

Rule of this file: pure state and keyed draws on a :class:`~sim.overload.loop.Loop`; a request is
answered exactly once. Units: seconds, bytes, bytes/s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, log
from typing import Final

from sim.client.actions import TURN, Ask, Request
from sim.client.outcomes import Dropped, Reply, Response, TimedOut
from sim.draws import code, uniform
from sim.ingest.admission import Admission
from sim.network.cell import Cell, Flow
from sim.overload.loop import Answer, Loop

_COIN: Final = code("overload.coin")
_THERE: Final = code("overload.there")
_BACK: Final = code("overload.back")
_BREAK: Final = code("overload.break")


def _first(answer: Answer) -> tuple[Answer, Callable[[], bool]]:
    """Let only the first of several replies through; the second says whether one has been."""
    done: list[bool] = []

    def once(reply: Reply) -> None:
        if not done:
            done.append(True)
            answer(reply)

    return once, lambda: bool(done)


def _asked(loop: Loop, request: Ask, kept: int, answer: Answer) -> None:
    loop.at(loop.now, lambda: answer(Response(loop.now, 204, kept)))


@dataclass
class Coin:
    """Every request fails with the same probability, at once."""

    failure: float

    def request(self, loop: Loop, key: int, n: int, request: Request, answer: Answer) -> None:
        lost = uniform(key, _COIN, n) < self.failure
        length = 0 if isinstance(request, Ask) else request.offset + request.length
        reply = Dropped(loop.now) if lost else Response(loop.now, 201, length)
        loop.at(loop.now, lambda: answer(reply))


@dataclass
class Slowing:
    """A server that slows down as it gets busier, and that finishes what nobody waits for:
    ``base + slope * requests at work`` seconds when a request arrives, exponential network delays
    on both ways (Brooker, simulator_example, simple_collapse_sim)."""

    base: float
    slope: float
    network: float
    at_work: int = 0

    def request(self, loop: Loop, key: int, n: int, request: Request, answer: Answer) -> None:
        once, _ = _first(answer)
        loop.at(loop.now + request.timeout, lambda: once(TimedOut(loop.now)))
        length = 0 if isinstance(request, Ask) else request.offset + request.length

        def finish() -> None:
            self.at_work -= 1
            back = loop.now - self.network * log(uniform(key, _BACK, n))
            loop.at(back, lambda: once(Response(loop.now, 201, length)))

        def begin() -> None:
            self.at_work += 1
            loop.at(loop.now + self.base + self.slope * self.at_work, finish)

        loop.at(loop.now - self.network * log(uniform(key, _THERE, n)), begin)


@dataclass
class Refusing:
    """A server with a fixed number of places: who finds none gets 503 with Retry-After."""

    places: int
    service: float
    retry_after: float | None
    at_work: int = 0

    def request(self, loop: Loop, key: int, n: int, request: Request, answer: Answer) -> None:
        if self.at_work >= self.places:
            reply = Response(loop.now, 503, 0, self.retry_after)
            loop.at(loop.now, lambda: answer(reply))
            return
        self.at_work += 1
        length = 0 if isinstance(request, Ask) else request.offset + request.length

        def finish() -> None:
            self.at_work -= 1
            answer(Response(loop.now, 201, length))

        loop.at(loop.now + self.service, finish)


@dataclass
class SharedLink:
    """One cell for all, and breaks: a transfer ends when its bytes have passed, at its timeout, or
    when its own link breaks. ``places`` admits so many at a time, by tokens
    that are held for about ``hold`` seconds.

    Parameters
    ----------
    overhead : seconds of each request before its bytes move.
    break_rate : breaks of a link a second, while a request is under way.
    """

    capacity: float
    overhead: float = 0.0
    break_rate: float = 0.0
    places: int = 0
    hold: float = 60.0
    cell: Cell = field(init=False)
    tokens: Admission = field(init=False)
    _ends: dict[int, Callable[[], None]] = field(default_factory=dict)
    _stored: dict[tuple[int, str], int] = field(default_factory=dict)
    _plans: int = 0

    def __post_init__(self) -> None:
        self.cell = Cell([self.capacity])
        self.tokens = Admission(max(self.places, 1), inf, self.hold)

    def request(self, loop: Loop, key: int, n: int, request: Request, answer: Answer) -> None:
        if isinstance(request, Ask):
            if request.key == TURN and self.places:
                wait = self.tokens.ask(loop.now, key)
                if wait is not None:
                    loop.at(loop.now, lambda: answer(Response(loop.now, 429, 0, wait)))
                    return
            _asked(loop, request, self._kept(key, request.key), answer)
            return
        once, is_over = _first(answer)
        breaks = inf
        if self.break_rate > 0:
            breaks = loop.now - log(uniform(key, _BREAK, n)) / self.break_rate
        deadline = loop.now + request.timeout
        flow: list[Flow] = []

        def cut(reply: Callable[[float], Reply]) -> None:
            if is_over():
                return
            if flow:
                self.cell.abort(loop.now, flow[0])
                self._ends.pop(id(flow[0]), None)
                self._plan(loop)
            once(reply(loop.now))

        def arrived() -> None:
            self._store(key, request.key, request.offset + request.length)
            if request.offset + request.length >= request.total:
                self.tokens.give_back(loop.now, key)
            once(Response(loop.now, 201, request.offset + request.length))

        def begin() -> None:
            if not is_over():
                flow.append(self.cell.start(loop.now, request.length))
                self._ends[id(flow[0])] = arrived
                self._plan(loop)

        loop.at(loop.now + self.overhead, begin)
        if breaks < deadline:
            loop.at(breaks, lambda: cut(Dropped))
        elif deadline < inf:
            loop.at(deadline, lambda: cut(TimedOut))

    def _plan(self, loop: Loop) -> None:
        self._plans += 1
        plan = self._plans
        end = self.cell.next_event()
        if end < inf:
            loop.at(end, lambda: self._finish(loop, plan))

    def _finish(self, loop: Loop, plan: int) -> None:
        if plan != self._plans:
            return  # the cell has changed since, and another event is planned
        for flow in self.cell.finished(loop.now):
            self._ends.pop(id(flow))()
        self._plan(loop)

    def _kept(self, key: int, name: str) -> int:
        return self._stored.get((key, name), 0)

    def _store(self, key: int, name: str, until: int) -> None:
        self._stored[key, name] = until
