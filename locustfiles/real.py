"""World 2's way of one attempt: the same access, handshakes, cell and breaks, and a real server.

    access ----> handshakes, slow start ----> connection ----> body, as the cell grants it
           refused     (waited, as drawn)        refused              break (TCP reset), timeout
    ----> the server's answer, whatever it is and whenever it comes

What comes before the server is the model's own (:mod:`sim.link`, :mod:`sim.network.cell`), on the
same keyed draws; what the server does is nobody's model.

Rule of this file: a SimPy process a device, on a :class:`~locustfiles.live.LiveLoop`.
Units: seconds of scenario time, bytes; lateness in seconds of real time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from math import nan
from typing import Final, NamedTuple

from simpy import Event, Timeout

from locustfiles.exchange import Answer, Connection, Exchange, Lost
from locustfiles.pump import Pump
from locustfiles.session import Session, Site
from locustfiles.targets.messages import Known, Reading, Station
from sim.attempts import Attempt
from sim.client.actions import Action, Ask, Request, Send, Wait
from sim.client.batching.batching import TALLY
from sim.client.batching.pieces import Object
from sim.client.outcomes import Dropped, Ending, Reply, Response, TimedOut, Woken
from sim.client.workflow import Client
from sim.ledger import Cause
from sim.link import Link
from sim.way import Counts, attempt_of

_BUSY: Final = frozenset({429, 503, 504})
Steps = Generator[Event, None, Reply]


class Done(NamedTuple):
    """A request that has ended, for whoever watches.

    Attributes
    ----------
    method : of the HTTP request; empty where none was made.
    seconds : of real time, from the planned beginning of the attempt to its end.
    """

    attempt: Attempt
    method: str
    seconds: float


class RealServer:
    """Carries clients out over real sockets.

    Parameters
    ----------
    stations : who speaks, by the index of the station.
    objects : what is sent for a station, by its index, and whether by the operators' web page.
    until : scenario time at which the replay ends.
    done : called after each attempt.
    """

    def __init__(
        self,
        site: Site,
        pump: Pump,
        stations: Callable[[int], Station],
        objects: Callable[[int, bool], Sequence[Object]],
        counts: Counts,
        until: float,
        done: Callable[[Done], None],
    ) -> None:
        self.site = site
        self.loop = site.loop
        self.pump = pump
        self.stations = stations
        self.objects = objects
        self.counts = counts
        self.until = until
        self.done = done

    def go_on(
        self, client: Client, link: Link, action: Action, now: float
    ) -> Generator[Event, None, Ending]:
        """Carry out ``action``, which falls due at ``now``, and all that follow."""
        env = self.loop.env
        session = self._session(link)
        if now > env.now:
            yield Timeout(env, now - env.now)
        try:
            while env.now < self.until:
                if isinstance(action, Wait):
                    self.counts.waits += 1
                    if action.until > link.open_until:
                        session.connection.close()
                    if action.until > env.now:
                        yield Timeout(env, action.until - env.now)
                    action = client.send(Woken(env.now))
                    continue
                action = client.send((yield from self._attempt(session, link, action)))
        except StopIteration as stop:
            ending: Ending = stop.value
            if ending is Ending.GAVE_UP and not link.failed:
                link.entry.cause = Cause.GAVE_UP
            return ending
        finally:
            session.connection.close()
        yield Event(env)
        return Ending.GAVE_UP

    def give_back(self, link: Link, now: float) -> None:
        """Tell the server that a station needs its turn no longer; its answer is not waited for."""
        session = self._session(link)
        request = session.dialogue.gives_back()
        if request is not None:
            self.loop.env.process(session.give_back(link, request))

    def close(self) -> None:
        """End whatever is on its way: the replay is over."""
        for exchange in list(self.site.open):
            exchange.close()
        self.site.open.clear()

    def _session(self, link: Link) -> Session:
        objects = self.objects(link.station, link.web)
        return Session(self.site, self.stations(link.station), objects)

    def _attempt(self, session: Session, link: Link, request: Request) -> Steps:
        env, clock, entry = self.loop.env, self.loop.clock, link.entry
        began = env.now
        begin_late = clock.real(clock.now() - began)
        yield from session.seed(link, request)
        link.n += 1
        entry.attempts += 1
        self.counts.attempts += 1
        link.joined = link.left = nan
        link.sent = 0.0
        session.method = ""
        late = {"begin_late": begin_late}
        reply = link.unreachable(request, began)
        if reply is not None:
            cause = entry.cause
            yield Timeout(env, max(reply.at - env.now, 0.0))
            entry.cause = cause  # a lane beside this one may have failed otherwise meanwhile
        else:
            reply = yield from self._ask(session, link, request, began, late)
        link.answered(not (isinstance(reply, Response) and reply.status < 300), reply.at)
        if not link.failed and request.key == TALLY:
            entry.tally_at = reply.at
        row = attempt_of(link, request, began, reply, **late)
        self.done(Done(row, session.method, clock.real(reply.at - began)))
        return reply

    def _ask(
        self, session: Session, link: Link, request: Request, began: float, late: dict[str, float]
    ) -> Steps:
        """The attempt from its handshakes on."""
        env, clock = self.loop.env, self.loop.clock
        deadline = began + request.timeout
        joins = began + link.setup_at(began)
        login = session.dialogue.login(clock.real(env.now))
        if login is not None:
            refused = yield from session.log_in(link, login, deadline)
            if refused is not None:
                return refused
        http = session.dialogue.request(request, clock.real(env.now))
        if isinstance(http, Known):
            yield Timeout(env, max(joins - env.now, 0.0))
            return self._read(session, link, request, http.reading)
        session.method = http.method
        exchange = session.exchange(link, request, http)
        yield Timeout(env, max(joins - env.now, 0.0))  # connecting meanwhile
        self.counts.per_minute[int(env.now // 60.0)] += 1
        late["join_late"] = clock.real(clock.now() - env.now)
        try:
            if isinstance(request, Send):
                return (yield from self._send(session, link, request, exchange, deadline, late))
            exchange.begin()
            exchange.finish()
            yield exchange.answered | Timeout(env, max(deadline - env.now, 0.0))
            return self._conclude(session, link, request, exchange)
        finally:
            self.site.open.pop(exchange, None)

    def _send(
        self,
        session: Session,
        link: Link,
        send: Send,
        exchange: Exchange,
        deadline: float,
        late: dict[str, float],
    ) -> Steps:
        env, clock = self.loop.env, self.loop.clock
        link.joined = env.now
        breaks = link.breaks_at(env.now)
        self.counts.transfers += 1
        transfer = link.cell.start(send.length, link.klass, min(breaks, deadline))
        self.pump.add(link.cell, transfer, exchange)
        exchange.begin()
        yield transfer | exchange.answered
        self.pump.remove(transfer)
        early = not transfer.triggered
        if early:
            link.cell.cut(transfer)
        link.left = env.now
        link.sent = transfer.delivered
        link.entry.airtime += env.now - link.joined
        if early:
            return self._conclude(session, link, send, exchange)
        if transfer.cut_short:
            exchange.cut(int(transfer.delivered), reset=breaks < deadline)
            session.connection = Connection()  # that one is the exchange's to end
            link.entry.wasted += transfer.delivered
            link.entry.cause = Cause.BREAK if breaks < deadline else Cause.TIMEOUT
            return Dropped(env.now) if breaks < deadline else TimedOut(env.now)
        exchange.finish()
        last = min(deadline, env.now + send.idle)
        if not exchange.answered.processed:
            yield exchange.answered | Timeout(env, max(last - env.now, 0.0))
        late["drain_late"] = clock.real(exchange.flushed_at - link.left)
        return self._conclude(session, link, send, exchange)

    def _conclude(
        self, session: Session, link: Link, request: Request, exchange: Exchange
    ) -> Reply:
        """The reply, from what the server said or from its silence."""
        env, entry = self.loop.env, link.entry
        sent = link.sent if isinstance(request, Send) else 0.0
        found = exchange.answered.value if exchange.answered.processed else None
        if isinstance(found, Answer):
            now = self.loop.clock.real(env.now)
            reading = session.dialogue.read(request, found.status, found.headers, found.body, now)
            if isinstance(request, Send) and 200 <= reading.status < 300 and found.status != 200:
                entry.acked += sent
                session.kept[request.key] = request.offset + request.length
            else:  # refused, or stored before
                entry.wasted += sent
            return self._read(session, link, request, reading)
        entry.wasted += sent
        if isinstance(found, Lost):
            entry.cause = Cause.RESET
            return Dropped(env.now)
        exchange.close()
        entry.cause = Cause.TIMEOUT
        return TimedOut(env.now)

    def _read(self, session: Session, link: Link, request: Request, reading: Reading) -> Response:
        """A response as the client is told it; the server's seconds become the scenario's."""
        entry, status = link.entry, reading.status
        if status in _BUSY:
            entry.cause = Cause.REFUSED
        elif status >= 300:
            entry.cause = Cause.FAULT if status >= 500 else Cause.REJECTED
        elif isinstance(request, Ask):  # what was thought wasted turns out to be kept
            rescued = max(reading.acked - session.kept.get(request.key, 0), 0)
            entry.acked += rescued
            entry.wasted = max(entry.wasted - rescued, 0.0)
            session.kept[request.key] = reading.acked
        wait = reading.retry_after
        wait = None if wait is None else wait * self.loop.clock.speed
        return Response(self.loop.env.now, status, reading.acked, wait)
