"""Workers behind a bounded first-come-first-served queue, with deadlines.

Because service is first come first served, everything about a request is known when it arrives:
when a worker will take it, whether its deadline or its client's patience ends before that, and
when it will be answered. So no event is needed but the answer (Lindley's recursion for several
servers: Kiefer and Wolfowitz 1955).

Rule of this file: pure, told the time; arrivals come in order of time. Units: seconds.
"""

from __future__ import annotations

import heapq
from enum import Enum
from math import inf
from typing import NamedTuple


class Fate(Enum):
    """What becomes of a request."""

    SERVED = "served"
    FULL = "full"  # refused on arrival: the queue was full
    EXPIRED = "expired"  # waited longer than the server's deadline; no work was done
    CANCELLED = "cancelled"  # the client had left and the server noticed; work is saved


class Verdict(NamedTuple):
    """When and how a request ends at the server.

    Attributes
    ----------
    at : when the answer leaves, seconds of scenario time.
    fate : see :class:`Fate`.
    started : when a worker took it (``inf`` if none did).
    """

    at: float
    fate: Fate
    started: float = inf


class Workers:
    """c workers, at most ``queue`` waiting requests.

    Parameters
    ----------
    workers : number of workers, >= 1.
    queue : most requests waiting for a worker; ``None`` for no bound, 0 for a loss system.
    deadline : longest wait for a worker before the server gives the request up.
    cancellation : does the server notice that a client has left? If not, the work is done all the
        same, for nobody (goodput collapse under overload).
    """

    __slots__ = ("_free", "_waiting", "busy_time", "cancellation", "deadline", "queue")

    def __init__(
        self,
        workers: int,
        queue: int | None = None,
        deadline: float = inf,
        cancellation: bool = False,
    ) -> None:
        self._free = [0.0] * workers  # when each worker is free again: a heap
        self._waiting: list[float] = []  # when each waiting request leaves the queue: a heap
        self.queue = queue
        self.deadline = deadline
        self.cancellation = cancellation
        self.busy_time = 0.0

    def submit(
        self, now: float, service: float, client_gone: float = inf, ahead: float = 0.0
    ) -> Verdict:
        """A request arrives.

        Parameters
        ----------
        service : seconds of work.
        client_gone : when its client will have left (its own timeout, a broken link).
        ahead : seconds of others' work in front of it that is not simulated one by one (the
            nation's backlog).
        """
        line = self._in_line(now)
        start = max(self.free_at, now) + ahead
        if start > now and self.queue is not None and line >= self.queue:
            return Verdict(now, Fate.FULL)
        if start - now > self.deadline:
            return self._leave_queue(now + self.deadline, Fate.EXPIRED)
        if self.cancellation and client_gone < start:
            return self._leave_queue(client_gone, Fate.CANCELLED)
        end = start + service
        fate = Fate.SERVED
        if self.cancellation and client_gone < end:
            end, fate = client_gone, Fate.CANCELLED
        self._occupy(now, start, end, ahead)
        self.busy_time += end - start
        if start > now:
            heapq.heappush(self._waiting, start)
        return Verdict(end, fate, start)

    @property
    def free_at(self) -> float:
        """When a worker is free for one who comes now."""
        return self._free[0]

    def backlog(self, now: float) -> int:
        """Requests waiting for a worker at ``now``."""
        waiting = self._waiting
        while waiting and waiting[0] <= now:
            heapq.heappop(waiting)
        return len(waiting)

    def _in_line(self, now: float) -> float:
        """Who waits before one who comes now."""
        return self.backlog(now)

    def _occupy(self, now: float, start: float, end: float, ahead: float) -> None:
        """Work is done from ``start`` to ``end``."""
        heapq.heapreplace(self._free, end - ahead)  # the others' is theirs, and not counted twice

    def _leave_queue(self, at: float, fate: Fate) -> Verdict:
        heapq.heappush(self._waiting, at)
        return Verdict(at, fate)


class Sampled(Workers):
    """The same for a sample of those who come: each request stands for ``weight`` of them.

    The workers are one reservoir that empties at their joint pace: what is random in single
    workers' times is not what a sample can tell.

    Parameters
    ----------
    weight : requests that each stands for, >= 1.
    """

    __slots__ = ("_empty_at", "_pace", "_weight")

    def __init__(
        self, workers: int, queue: int | None, deadline: float, cancellation: bool, weight: float
    ) -> None:
        super().__init__(1, queue, deadline, cancellation)
        self._pace = weight / workers  # seconds until the workers have done a second of work
        self._weight = weight
        self._empty_at = 0.0

    @property
    def free_at(self) -> float:
        return self._empty_at

    def _in_line(self, now: float) -> float:
        return self.backlog(now) * self._weight

    def _occupy(self, now: float, start: float, end: float, ahead: float) -> None:
        self._empty_at = max(self._empty_at, now) + (end - start) * self._pace
