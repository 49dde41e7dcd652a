"""World 1's way of one attempt: access, connection, transfer through the cell, server, answer.

It carries out a client's ``Send`` in virtual time, on SimPy's clock::

    access ----> handshakes, slow start ----> door of the server ----> slot
           refused                     outage, fault, busy
    ----> body through the cell (shared airtime, pipe) ----> queue and worker ----> answer
          break, timeout                                full, late

Each arrow is at most one event. A deadline is one timer that looks at a flag, not a race of events:
``AnyOf`` and ``interrupt`` cost several times as much.

A night may pass from one server to another: an ``Uplinks`` carries a client out until its time is
over and hands it on. That is how a window of a night is replayed: until it begins the scenario's
own server answers, and from then on the one under test, modelled (by another ``Uplinks``) or real.

Rule of this file: it drives the pure parts (Cell, Server, Slots, Pipe) and decides nothing itself.
Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import groupby
from math import inf, nan
from typing import Final

from simpy import Environment, Event, Timeout

from sim.attempts import Attempt
from sim.client.actions import TURN, Action, Ask, Request, Send, Wait
from sim.client.batching.batching import TALLY
from sim.client.outcomes import Dropped, Ending, Reply, Response, TimedOut, Woken
from sim.client.workflow import Client
from sim.ingest.admission import Admission
from sim.ingest.build import Ingest
from sim.ingest.server import Refusal
from sim.ingest.slots import Entry as SlotEntry
from sim.ledger import Cause
from sim.link import Link
from sim.network.cell_clock import CellClock
from sim.way import Counts, Way, attempt_of

_CAUSE: Final = {
    Refusal.OUTAGE: Cause.OUTAGE,
    Refusal.SILENCE: Cause.OUTAGE,
    Refusal.FAULT: Cause.FAULT,
    Refusal.BUSY: Cause.REFUSED,
}
_STATUS: Final = {Refusal.OUTAGE: 503, Refusal.FAULT: 500}

Steps = Generator[Event, None, Reply]


class Uplinks:
    """All that the links of one night share while a modelled server answers.

    Parameters
    ----------
    ingest : the server, its slots and its pipe.
    cells : all of them, offices' lines included; they are told the pipe's share.
    keeps_partial : does the server keep what came of an upload that resumes?
    until : when its time is over; attempts that have begun by then are finished.
    then : who carries on from there; None: nobody, the night is over.
    counts : shared by all that carry out the same night.
    log : where attempts are written down; None: they are not.
    """

    def __init__(
        self,
        env: Environment,
        ingest: Ingest,
        cells: list[CellClock],
        *,
        keeps_partial: bool,
        until: float,
        admission: list[Admission] | None = None,
        then: Way | None = None,
        counts: Counts | None = None,
        log: list[Attempt] | None = None,
    ) -> None:
        self.env = env
        self.server = ingest.server
        self.slots = ingest.slots
        self.pipe = ingest.pipe
        self.cells = cells
        self.keeps_partial = keeps_partial
        self.until = until
        self.admission = admission or []
        self.then = then
        self.counts = counts or Counts()
        self.log = log
        self._ceiling = inf
        self._order: dict[CellClock, int] = {}
        self._at_work: dict[int, CellClock] = {}  # those that may have flows, by their order
        if self.pipe.capacity < inf:
            self._order = {clock: i for i, clock in enumerate(cells)}
            env.process(self._pipe_course())

    def drive(self, client: Client, link: Link) -> Generator[Event, None, Ending]:
        """Carry out a client's actions until it ends."""
        return self.go_on(client, link, next(client), self.env.now)

    def go_on(
        self, client: Client, link: Link, action: Action, now: float
    ) -> Generator[Event, None, Ending]:
        """Carry out ``action``, which falls due at ``now``, and all that follow.

        A device runs ahead of the simulation's clock, in its own time ``now``, as long as nothing
        that others share is touched: waits, and attempts that fail for reasons from outside (no
        access, an outage), are functions of the time and of keyed draws. It comes back to the clock
        before a body enters a cell, and when it ends. This saves most events and changes nothing.
        """
        env, counts, until = self.env, self.counts, self.until
        entry = link.entry
        try:
            while now < until:
                if isinstance(action, Wait):
                    counts.waits += 1
                    now = max(now, action.until)
                    if link.lanes > 1 and now > env.now:
                        yield Timeout(env, min(now, until) - env.now)
                    action = client.send(Woken(now))
                    continue
                link.n += 1
                entry.attempts += 1
                counts.attempts += 1
                if self.log is not None:
                    link.joined = link.left = nan
                    link.sent = 0.0
                began = now
                reply = self._fails_outside(link, action, now)
                if reply is None:
                    arrives = now + link.setup_at(now)
                    counts.per_minute[int(arrives // 60.0)] += 1
                    if isinstance(action, Send) or action.what == "turn":
                        yield Timeout(env, arrives - env.now)
                    if isinstance(action, Send):
                        reply = yield from self._at_the_door(link, action, now + action.timeout)
                    else:
                        reply = self._answer(link, action, arrives)
                failed = not (isinstance(reply, Response) and reply.status < 300)
                now = reply.at
                link.answered(failed, now)
                if self.log is not None:
                    self.log.append(attempt_of(link, action, began, reply))
                if not failed and action.key == TALLY:
                    entry.tally_at = now
                if link.lanes > 1 and now > env.now:  # its lanes share what is still to be sent
                    yield Timeout(env, now - env.now)
                action = client.send(reply)
        except StopIteration as stop:
            ending: Ending = stop.value
            if now > env.now:
                yield Timeout(env, now - env.now)
            if ending is Ending.GAVE_UP and not link.failed:
                entry.cause = Cause.GAVE_UP
            return ending
        if self.then is not None:
            return (yield from self.then.go_on(client, link, action, now))
        yield Event(env)  # the night is over before its time has come: nobody waits for it
        return Ending.GAVE_UP

    def give_back(self, link: Link, now: float) -> None:
        """The station of a link needs its turn no longer."""
        if now < self.until or self.then is None:
            self.admission[link.group].give_back(now, link.station)
        else:
            self.then.give_back(link, now)

    def _fails_outside(self, link: Link, request: Request, now: float) -> Reply | None:
        """The attempt's reply, if it never gets to the server's slots; else None."""
        reply = link.unreachable(request, now)
        if reply is not None:
            return reply
        setup = link.setup_at(now)
        refusal = self.server.door(now + setup, link.key, link.n, link.web)
        if refusal is None:
            return None
        link.entry.cause = _CAUSE[refusal]
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
        if self.server.knows(self.env.now, (link.station, send.key, send.offset)):
            self._keep(link, send, send.length, self.env.now)
            return Response(self.env.now, 200, send.offset + send.length)
        if self.slots.capacity is None:
            return (yield from self._body(link, send, deadline))
        env = self.env
        entered = yield from self._enter(deadline)
        if self.server.counter is not None:
            self.server.counter.knocked(env.now, not entered)
        if not entered:
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
        entry = link.entry
        began = env.now
        breaks = link.breaks_at(began)
        self.counts.transfers += 1
        self._count(+1)
        if self._order:
            self._at_work[self._order[link.cell]] = link.cell
            if not link.cell.cell.n:
                link.cell.cell.ceiling = self._ceiling
        transfer = link.cell.start(send.length, link.klass, min(breaks, deadline))
        yield transfer
        self._count(-1)
        entry.airtime += env.now - began
        if self.server.counter is not None:
            self.server.counter.carried(began, env.now)
        link.joined, link.left, link.sent = began, env.now, transfer.delivered
        self.counts.carried(began, env.now, transfer.delivered)
        if self.slots.capacity is not None:
            let_in = self.slots.leave()
            if let_in is not None:
                assert isinstance(let_in, Event)
                let_in.succeed()
        if not transfer.cut_short:
            return self._answered(link, send, deadline)
        kept = int(transfer.delivered) if self.keeps_partial and link.resumes else 0
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
        answer = server.submit(self.env.now, link.key, link.n, piece, deadline, send.length)
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
        if self.pipe.capacity == inf or self.env.now >= self.until:
            return
        share = self.pipe.news()
        if share is not None:
            self._set_ceilings(share)

    def _set_ceilings(self, share: float) -> None:
        """Tell the cells that have flows, in their order; the others hear it with their next."""
        self._ceiling = share
        for i in sorted(self._at_work):
            clock = self._at_work[i]
            if clock.cell.n:
                clock.set_ceiling(share)
            else:
                del self._at_work[i]

    def _pipe_course(self) -> Generator[Event, None, None]:
        """Tell the pipe, minute by minute, how many others upload; at the end it is another's."""
        env, nation = self.env, self.server.nation
        for flows, alike in groupby((*nation.flows, 0.0)):
            if env.now >= self.until:
                break
            self.pipe.nation = flows
            self.tell_cells()
            length = len(list(alike)) * nation.step
            yield Timeout(env, min(length, self.until - env.now))
        if env.now < self.until:
            yield Timeout(env, self.until - env.now)
        self._set_ceilings(inf)
        for clock in self.cells:
            clock.cell.ceiling = inf
