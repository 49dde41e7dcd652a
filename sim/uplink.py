"""World 1's way of one attempt: access, connection, transfer through the cell, server, answer.

It carries out a client's ``Send`` in virtual time, on SimPy's clock::

    access ----> handshakes, slow start ----> door of the server ----> slot
           refused                     outage, fault, busy
    ----> body through the cell (shared airtime, pipe) ----> queue and worker ----> answer
          break, timeout                                full, late

Each arrow is at most one event. A deadline is one timer that looks at a flag, not a race of events:
``AnyOf`` and ``interrupt`` cost several times as much.

Rule of this file: it drives the pure parts (Cell, Server, Slots, Pipe) and decides nothing itself.
Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from math import inf
from typing import Final

from simpy import Environment, Event, Timeout

from sim.client.actions import TURN, Ask, Request, Send, Wait
from sim.client.batching.batching import TALLY
from sim.client.outcomes import Dropped, Ending, NoService, Reply, Response, TimedOut, Woken
from sim.client.workflow import Client
from sim.draws import code, uniform
from sim.ingest.admission import Admission
from sim.ingest.pipe import Pipe
from sim.ingest.server import Refusal, Server
from sim.ingest.slots import Entry as SlotEntry
from sim.ingest.slots import Slots
from sim.ledger import Cause, Entry
from sim.network.cell_clock import CellClock
from sim.network.hazards import Congestion

INACTIVITY: Final = 10.0
"""Seconds until the network takes an idle phone's connection away (RRC inactivity, about 10 s). The
next piece after a success within it needs neither access nor handshake; a failure always does."""

_ACCESS: Final = code("link.access")
_BREAK: Final = code("link.break")

_CAUSE: Final = {
    Refusal.OUTAGE: Cause.OUTAGE,
    Refusal.SILENCE: Cause.OUTAGE,
    Refusal.FAULT: Cause.FAULT,
    Refusal.BUSY: Cause.REFUSED,
}
_STATUS: Final = {Refusal.OUTAGE: 503, Refusal.FAULT: 500}

Steps = Generator[Event, None, Reply]


@dataclass(slots=True)
class Link:
    """One device's way to the server.

    Parameters
    ----------
    station : index of the station whose photographs it sends.
    key : the device's key for keyed draws.
    cell, klass : its cell and its radio class there.
    congestion : what its district's background load does to attempts.
    setup : seconds from the start of an attempt until its bytes move, on a new connection.
    warm : the same on a connection that is still open: the request's own round trip.
    entry : the station's record.
    web : is it the operators' web page rather than the app?
    covered : has it any coverage at all?
    group : whose tokens it asks for, index of its kecamatan.
    lanes : connections side by side that this device has; this link is one of them.
    kept : per object: bytes that the server keeps, from when on, and bytes before that.
    """

    station: int
    key: int
    cell: CellClock
    klass: int
    congestion: Congestion
    access_delay: float
    setup: float
    entry: Entry
    warm: float = 0.0
    web: bool = False
    covered: bool = True
    group: int = 0
    lanes: int = 1
    n: int = 0
    open_until: float = -inf
    kept: dict[str, tuple[int, float, int]] = field(default_factory=dict)

    def setup_at(self, now: float) -> float:
        """Seconds until an attempt that begins at ``now`` moves its bytes."""
        return self.warm if now <= self.open_until else self.setup


class Uplinks:
    """All that the links of one night share."""

    def __init__(
        self,
        env: Environment,
        server: Server,
        slots: Slots,
        pipe: Pipe,
        cells: list[CellClock],
        keeps_partial: bool,
        horizon: float,
        admission: list[Admission] | None = None,
    ) -> None:
        self.env = env
        self.server = server
        self.slots = slots
        self.pipe = pipe
        self.cells = cells
        self.keeps_partial = keeps_partial
        self.horizon = horizon
        self.admission = admission or []
        self.per_minute: Counter[int] = Counter()  # requests at the server's door
        self.attempts = 0
        self.waits = 0
        self.transfers = 0

    def drive(self, client: Client, link: Link) -> Generator[Event, None, Ending]:
        """Carry out a client's actions until it ends.

        A device runs ahead of the simulation's clock, in its own time ``now``, as long as nothing
        that others share is touched: waits, and attempts that fail for reasons from outside (no
        access, an outage), are functions of the time and of keyed draws. It comes back to the clock
        before a body enters a cell, and when it ends. This saves most events and changes nothing.
        """
        env = self.env
        entry = link.entry
        now = env.now
        failed = True
        action = next(client)
        try:
            while now < self.horizon:
                if isinstance(action, Wait):
                    self.waits += 1
                    now = max(now, action.until)
                    if link.lanes > 1 and now > env.now:
                        yield Timeout(env, min(now, self.horizon) - env.now)
                    action = client.send(Woken(now))
                    continue
                link.n += 1
                entry.attempts += 1
                self.attempts += 1
                reply = self._fails_outside(link, action, now)
                if reply is None:
                    arrives = now + link.setup_at(now)
                    self.per_minute[int(arrives // 60.0)] += 1
                    if isinstance(action, Send) or action.what == "turn":
                        yield Timeout(env, arrives - env.now)
                    if isinstance(action, Send):
                        reply = yield from self._at_the_door(link, action, now + action.timeout)
                    else:
                        reply = self._answer(link, action, arrives)
                failed = not (isinstance(reply, Response) and reply.status < 300)
                now = reply.at
                link.open_until = -inf if failed else now + INACTIVITY
                if not failed and action.key == TALLY:
                    entry.tally_at = now
                if link.lanes > 1 and now > env.now:  # its lanes share what is still to be sent
                    yield Timeout(env, now - env.now)
                action = client.send(reply)
        except StopIteration as stop:
            ending: Ending = stop.value
            if now > env.now:
                yield Timeout(env, now - env.now)
            if ending is Ending.GAVE_UP and not failed:
                entry.cause = Cause.GAVE_UP
            return ending
        yield Event(env)  # the night is over before its time has come: nobody waits for it
        return Ending.GAVE_UP

    def _fails_outside(self, link: Link, request: Request, now: float) -> Reply | None:
        """The attempt's reply, if it never gets to the server's slots; else None."""
        n, key, entry = link.n, link.key, link.entry
        if not link.covered:
            entry.cause = Cause.NO_COVERAGE
            return NoService(now + min(link.access_delay, request.timeout))
        connected = now <= link.open_until
        if not connected and link.congestion.refused(now, uniform(key, _ACCESS, n)):
            entry.cause = Cause.ACCESS
            return NoService(now + min(link.access_delay, request.timeout))
        setup = link.setup_at(now)
        if setup >= request.timeout:
            entry.cause = Cause.TIMEOUT
            return TimedOut(now + request.timeout)
        refusal = self.server.door(now + setup, key, n, link.web)
        if refusal is None:
            return None
        entry.cause = _CAUSE[refusal]
        if refusal is Refusal.SILENCE:
            return TimedOut(now + request.timeout)
        if refusal is Refusal.BUSY:
            return self._busy(now + setup)
        return Response(now + setup, _STATUS[refusal], 0)

    def _answer(self, link: Link, ask: Ask, now: float) -> Response:
        """The server's answer to a request without a body."""
        if ask.key == TURN:
            wait = self.admission[link.group].ask(now, link.station)
            if wait is not None:
                link.entry.cause = Cause.REFUSED
                return Response(now, 429, 0, wait)
            return Response(now, 200, 0)
        after, since, before = link.kept.get(ask.key, (0, 0.0, 0))
        return Response(now, 204, after if since <= now else before)

    def _at_the_door(self, link: Link, send: Send, deadline: float) -> Steps:
        if self.slots.capacity is None:
            return (yield from self._body(link, send, deadline))
        env = self.env
        if not (yield from self._enter(deadline)):
            link.entry.cause = Cause.REFUSED
            if env.now >= deadline:
                return TimedOut(env.now)
            return self._busy(env.now)
        return (yield from self._body(link, send, deadline))

    def _busy(self, at: float) -> Response:
        return Response(at, self.server.busy_status, 0, self.server.retry_after)

    def _enter(self, deadline: float) -> Generator[Event, None, bool]:
        """Take a slot, waiting in the listen queue if there is room; False: none was had."""
        env = self.env
        let_in = Event(env)
        entered = self.slots.enter(let_in)
        if entered is SlotEntry.WAITING:
            yield let_in | Timeout(env, deadline - env.now)
            return not self.slots.withdraw(let_in)
        return entered is SlotEntry.IN

    def _body(self, link: Link, send: Send, deadline: float) -> Steps:
        env = self.env
        n, key, entry = link.n, link.key, link.entry
        breaks = env.now + link.congestion.break_after(env.now, uniform(key, _BREAK, n))
        self.transfers += 1
        began = env.now
        self._count(+1)
        transfer = link.cell.start(send.length, link.klass, min(breaks, deadline))
        yield transfer
        self._count(-1)
        entry.airtime += env.now - began
        if self.slots.capacity is not None:
            let_in = self.slots.leave()
            if let_in is not None:
                assert isinstance(let_in, Event)
                let_in.succeed()
        if not transfer.cut_short:
            return self._answered(link, send, deadline)
        kept = int(transfer.delivered) if self.keeps_partial else 0
        entry.acked += kept
        entry.wasted += transfer.delivered - kept
        if kept:
            self._keep(link, send, kept, env.now)
        if breaks < deadline:
            entry.cause = Cause.BREAK
            return Dropped(env.now)
        entry.cause = Cause.TIMEOUT
        return TimedOut(env.now)

    def _keep(self, link: Link, send: Send, length: int, since: float) -> None:
        before = link.kept.get(send.key, (0, 0.0, 0))[0]
        link.kept[send.key] = (send.offset + length, since, before)

    def _answered(self, link: Link, send: Send, deadline: float) -> Reply:
        """The body is at the server: its answer, or the client's own deadline if that is first.

        Both are known now, so the device may run ahead to it (see :meth:`drive`).
        """
        entry, server = link.entry, self.server
        deadline = min(deadline, self.env.now + send.idle)
        duplicates = server.duplicates
        piece = (link.station, send.key, send.offset)
        answer = server.submit(self.env.now, link.key, link.n, piece, deadline)
        if answer.refusal is not None or server.duplicates > duplicates:
            entry.wasted += send.length
        else:
            entry.acked += send.length
        if answer.refusal is None:
            self._keep(link, send, send.length, answer.at)
        if answer.at > deadline:
            entry.cause = Cause.TIMEOUT
            return TimedOut(deadline)
        if answer.refusal is not None:
            entry.cause = Cause.REFUSED
            return Response(answer.at, answer.status, 0, server.retry_after)
        return Response(answer.at, answer.status, send.offset + send.length)

    def _count(self, change: int) -> None:
        pipe = self.pipe
        pipe.local += change
        self.tell_cells()

    def tell_cells(self) -> None:
        """Pass on the pipe's share where it has moved enough to matter."""
        if self.pipe.capacity == inf:
            return
        share = self.pipe.news()
        if share is not None:
            for clock in self.cells:
                if clock.cell.n:
                    clock.set_ceiling(share)
                else:
                    clock.cell.ceiling = share
