"""One client's conversation with the server: its connection, its login, what the server keeps.

Rule of this file: what goes over the wire beside the attempts themselves; attempts are
:mod:`locustfiles.real`'s.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Final

from simpy import Event, Timeout

from locustfiles.bodies import Bodies, Buffer, Reader
from locustfiles.exchange import Answer, Connection, Dialer, Exchange, Lost
from locustfiles.live import LiveLoop
from locustfiles.targets.dialogue import Dialogue, Headers
from locustfiles.targets.messages import HttpRequest, Known, Payload, Station
from locustfiles.targets.target import Target
from sim.client.actions import Request, Send
from sim.client.batching.pieces import Object
from sim.client.outcomes import Dropped, Reply, Response, TimedOut
from sim.ledger import Cause
from sim.link import Link

_PATIENCE: Final = 30.0
"""Seconds of real time that connecting may take; the attempt's own timeout ends most sooner."""


@dataclass(slots=True)
class Site:
    """What all conversations share.

    Attributes
    ----------
    open : exchanges that are on their way.
    """

    loop: LiveLoop
    dialer: Dialer
    target: Target
    bodies: Bodies
    open: dict[Exchange, None] = field(default_factory=dict)


class Session:
    """One client's conversation, about one station's objects.

    Attributes
    ----------
    kept : bytes of each object that the server is known to keep.
    method : of the latest attempt's HTTP request; empty where none was made.
    """

    def __init__(self, site: Site, station: Station, objects: Sequence[Object]) -> None:
        self.site = site
        self.code = station.code
        self.sizes = {o.key: o.size for o in objects}
        self.kept: dict[str, int] = {}
        self.method = ""
        self.connection = Connection()
        self._seeded: set[str] = set()
        named = {o.key: o for o in objects}
        self.dialogue = Dialogue(site.target, station, named, self._payload)

    def exchange(self, link: Link, request: Request | None, http: HttpRequest) -> Exchange:
        """Begin a request, on the connection if it is still open, else on a new one.

        Parameters
        ----------
        request : the client's action; None for a login.
        """
        site = self.site
        if site.loop.env.now > link.open_until or not self.connection.reusable():
            self.connection.close()
            self.connection = Connection()
        body: Reader | None = None
        length = 0
        if isinstance(request, Send):
            read = site.bodies.reader(self.code, request.key, self.sizes[request.key])
            first, length = request.offset, request.length

            def part(begin: int, end: int) -> Buffer:
                return read(first + begin, first + end)

            body = part

        def informational(status: int, headers: Headers) -> None:
            if request is not None:  # to a login it means nothing
                self.dialogue.informational(request, status, headers)

        exchange = Exchange(
            site.loop, site.dialer, self.connection, http, body, length, _PATIENCE, informational
        )
        site.open[exchange] = None
        return exchange

    def seed(self, link: Link, request: Request) -> Generator[Event, None, None]:
        """Put on the server what the simulated one kept of an upload before the replay began: at
        once, unpaced, and not counted as attempts."""
        if not link.resumes or request.key in self._seeded:
            return
        self._seeded.add(request.key)
        env = self.site.loop.env
        after, since, before = link.kept.get(request.key, (0, 0.0, 0))
        kept = after if since <= env.now else before
        for seed in self.dialogue.seeds(request, kept):
            http = self.dialogue.request(seed, self._now())
            if isinstance(http, Known):
                continue
            found = yield from self._whole(link, seed, http)
            if isinstance(found, Answer):
                self.dialogue.read(seed, found.status, found.headers, found.body, self._now())
        self.kept[request.key] = kept

    def log_in(
        self, link: Link, login: HttpRequest, deadline: float
    ) -> Generator[Event, None, Reply | None]:
        """Log in; the reply to the attempt if that fails, else None."""
        env = self.site.loop.env
        found = yield from self._whole(link, None, login, deadline)
        if found is None:
            link.entry.cause = Cause.TIMEOUT
            return TimedOut(env.now)
        if isinstance(found, Lost):
            link.entry.cause = Cause.RESET
            return Dropped(env.now)
        if self.dialogue.logged_in(self._now(), found.status, found.headers, found.body):
            return None
        link.entry.cause = Cause.REJECTED
        return Response(env.now, found.status if found.status >= 400 else 401, 0)

    def give_back(self, link: Link, request: HttpRequest) -> Generator[Event, None, None]:
        """Give the station's turn back; the answer changes nothing."""
        yield from self._whole(link, None, request)
        self.connection.close()

    def _whole(
        self,
        link: Link,
        request: Request | None,
        http: HttpRequest,
        deadline: float | None = None,
    ) -> Generator[Event, None, Answer | Lost | None]:
        """A request that is not paced, and its answer; None: there was none by the deadline."""
        env = self.site.loop.env
        last = env.now + _PATIENCE * self.site.loop.clock.speed if deadline is None else deadline
        exchange = self.exchange(link, request, http)
        exchange.begin()
        exchange.finish()
        yield exchange.answered | Timeout(env, max(last - env.now, 0.0))
        self.site.open.pop(exchange, None)
        if not exchange.answered.processed:
            exchange.close()
            return None
        found = exchange.answered.value
        assert isinstance(found, Answer | Lost)
        return found

    def _payload(self, key: str) -> Payload:
        return self.site.bodies.payload(self.code, key, self.sizes[key])

    def _now(self) -> float:
        return self.site.loop.clock.real(self.site.loop.env.now)
