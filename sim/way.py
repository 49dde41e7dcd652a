"""Who carries a client's actions out, and from when on: the seam between the servers of a night.

A night is a chain of ways: each carries clients out until its time is over and hands them on to the
next. The modelled one is :class:`sim.uplink.Uplinks`; a replay ends the chain with one over real
sockets.

Rule of this file: no mechanism. Units: seconds of scenario time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Generator
from dataclasses import dataclass, field
from typing import Protocol

from simpy import Environment, Event

from sim.attempts import Attempt
from sim.client.actions import Action, Request, Send
from sim.client.outcomes import Ending, Reply, Response
from sim.client.workflow import Client
from sim.ledger import Cause
from sim.link import Link


class Way(Protocol):
    """Whatever carries a client's actions out from a moment on."""

    def go_on(
        self, client: Client, link: Link, action: Action, now: float
    ) -> Generator[Event, None, Ending]:
        """Carry out ``action``, which falls due at ``now``, and all that follow."""
        ...

    def give_back(self, link: Link, now: float) -> None:
        """The station of a link needs its turn no longer."""
        ...


@dataclass(slots=True)
class Counts:
    """What is counted over a night, whichever server answers."""

    attempts: int = 0
    waits: int = 0
    transfers: int = 0
    per_minute: Counter[int] = field(default_factory=Counter)  # requests at the server's door
    bytes_per_minute: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))

    def carried(self, since: float, until: float, size: float) -> None:
        """Bytes of a body that passed between two moments, evenly, whatever became of them."""
        first, last = int(since // 60.0), int(until // 60.0)
        if first == last:
            self.bytes_per_minute[first] += size
            return
        for minute in range(first, last + 1):
            span = min(until, 60.0 * (minute + 1)) - max(since, 60.0 * minute)
            self.bytes_per_minute[minute] += size * span / (until - since)

    def most_bytes(self, minutes: int) -> float:
        """Bytes in the busiest so many minutes on end."""
        its = self.bytes_per_minute
        return max((sum(its.get(m + i, 0.0) for i in range(minutes)) for m in list(its)), default=0)


@dataclass(frozen=True, slots=True)
class Only:
    """Lets some stations go on; the others stand still from here on.

    Parameters
    ----------
    stations : indices of those who go on.
    """

    env: Environment
    stations: Collection[int]
    then: Way

    def go_on(
        self, client: Client, link: Link, action: Action, now: float
    ) -> Generator[Event, None, Ending]:
        if link.station in self.stations:
            return (yield from self.then.go_on(client, link, action, now))
        yield Event(self.env)
        return Ending.GAVE_UP

    def give_back(self, link: Link, now: float) -> None:
        self.then.give_back(link, now)


def attempt_of(link: Link, request: Request, began: float, reply: Reply, **late: float) -> Attempt:
    """The row of the log for the latest attempt of a link.

    Parameters
    ----------
    late : the lateness fields of :class:`~sim.attempts.Attempt`, in real time.
    """
    send = request if isinstance(request, Send) else None
    return Attempt(
        station=link.station,
        kecamatan=link.group,
        operator=link.operator,
        key=request.key,
        kind="send" if isinstance(request, Send) else request.what,
        n=link.n,
        offset=send.offset if send else 0,
        length=send.length if send else 0,
        began=began,
        joined=link.joined,
        left=link.left,
        at=reply.at,
        status=reply.status if isinstance(reply, Response) else 0,
        cause=link.entry.cause if link.failed else Cause.NONE,
        sent=round(link.sent),
        **late,
    )
