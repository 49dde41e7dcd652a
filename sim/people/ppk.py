"""The operators of a kecamatan (PPK) and the pleno that waits for them.

Two operators, one on Sirekap Web and one on Sirekap Mobile, work in office hours over the office's
own link. Each takes the next station from the queue of those that were handed over, photographs
its forms, and uploads them by the same client as a station's crew; what fails goes to the end of
the queue. When nothing has come through for a while during the pleno, permission to use Excel is
asked; it cascades from the centre, and when it arrives the rest is typed and never uploaded.

Rule of this file: SimPy processes of one kecamatan.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf, isnan, nan

from simpy import Environment, Event, Timeout

from sim.client.outcomes import Ending
from sim.client.retry.policy import Retrier
from sim.client.workflow import Crew
from sim.draws import uniform
from sim.ledger import Entry, State
from sim.link import Link
from sim.people.device import App, send_station
from sim.uplink import Uplinks


@dataclass(frozen=True, slots=True)
class Rules:
    """How a kecamatan works. Times in seconds of scenario time.

    Parameters
    ----------
    hours : (begins, ends) of each working day, in order.
    starts : no operator works before this.
    pleno : when the plenary begins.
    handling : seconds to take a station's forms out, photograph and check them.
    patience : seconds an operator tries one station before taking the next.
    press_again : mean wait before pressing *send* again.
    stuck_after : seconds without any success in the pleno until Excel is asked for.
    permission : seconds until the permission has cascaded down.
    excel_per_station : seconds to type one station.
    can_use : can this kecamatan use Sirekap at all?
    """

    hours: Sequence[tuple[float, float]]
    starts: float
    pleno: float
    handling: float
    patience: float
    press_again: float
    stuck_after: float
    permission: float
    excel_per_station: float
    can_use: bool = True


@dataclass(slots=True)
class Office:
    """One kecamatan's office: its queue, and how its pleno goes.

    Attributes
    ----------
    open_stations : stations of the kecamatan that have not arrived yet.
    complete_at : when the pleno had the data of all its stations; NaN if not yet.
    """

    env: Environment
    uplinks: Uplinks
    rules: Rules
    open_stations: int
    entries: Sequence[Entry]
    queue: deque[int] = field(default_factory=deque)
    handled: set[int] = field(default_factory=set)
    last_success: float = -inf
    excel_at: float = nan
    complete_at: float = nan
    _more: Event | None = None

    def hand_over(self, station: int) -> None:
        """A station's crew could not send; the office will, or type it once Excel is permitted."""
        self.queue.append(station)
        if not isnan(self.excel_at):
            self.entries[station].excel = True
        if self._more is not None:
            self._more.succeed()
            self._more = None

    def sent(self, _station: int) -> None:
        """A station of this kecamatan has arrived, whoever sent it."""
        self.open_stations -= 1
        if self.open_stations == 0 and isnan(self.complete_at):
            self.complete_at = self.env.now

    def operator(
        self,
        link: Link,
        sizes: Sequence[Sequence[int]],
        app: App,
    ) -> Generator[Event, None, None]:
        """One operator's days; none where the kecamatan cannot use Sirekap at all.

        Parameters
        ----------
        link : the operator's device; its station and record are set for each upload.
        sizes : sizes of every station's photographs.
        """
        env, rules = self.env, self.rules
        retrier = Retrier(app.policy, partial(uniform, link.key))
        for begins, ends in rules.hours if rules.can_use else ():
            begin = max(begins, rules.starts)
            if begin >= ends:
                continue
            yield Timeout(env, max(begin - env.now, 0.0))
            while env.now < ends and isnan(self.excel_at):
                if not self.queue:
                    if self._more is None:
                        self._more = Event(env)
                    yield self._more | Timeout(env, ends - env.now)
                    continue
                yield from self._upload(link, sizes, app, retrier, ends)

    def _upload(
        self,
        link: Link,
        sizes: Sequence[Sequence[int]],
        app: App,
        retrier: Retrier,
        ends: float,
    ) -> Generator[Event, None, None]:
        env, rules = self.env, self.rules
        station = self.queue.popleft()
        if station not in self.handled:
            yield Timeout(env, rules.handling)
            self.handled.add(station)
        link.station = station
        link.entry = self.entries[station]
        crew = Crew(env.now, min(env.now + rules.patience, ends), rules.press_again)
        ending = yield from send_station(
            env,
            self.uplinks,
            app,
            link,
            sizes[station],
            crew,
            key=link.key + station,
            retrier=retrier,
        )
        if ending is Ending.SENT:
            self.last_success = env.now
            link.entry.sent_at = env.now
            link.entry.by = State.SENT_PPK
            self.sent(station)
            return
        if isnan(self.excel_at):
            self.queue.append(station)
        else:
            link.entry.excel = True
        if env.now < ends:
            yield Timeout(env, min(rules.press_again, ends - env.now))

    def pleno(self) -> Generator[Event, None, None]:
        """Watch the plenary: when it is stuck, ask for Excel."""
        env, rules = self.env, self.rules
        yield Timeout(env, rules.pleno)
        while self.open_stations and isnan(self.excel_at):
            stuck_at = max(rules.pleno, self.last_success) + rules.stuck_after
            if env.now < stuck_at:
                yield Timeout(env, stuck_at - env.now)
                continue
            yield Timeout(env, rules.permission)
            if max(rules.pleno, self.last_success) + rules.stuck_after <= env.now:
                self.excel_at = env.now
        if self.open_stations:
            for station in self.queue:
                self.entries[station].excel = True
            yield Timeout(env, self.open_stations * rules.excel_per_station)
            self.complete_at = env.now
