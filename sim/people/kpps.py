"""The crew of a polling station (KPPS): counts, photographs, presses *send*, waits, hands over.

A station without the app never attempts. One in a blank spot either walks to a place with signal
and sends from there, or tries in vain. With a hub it walks there and its photographs are sent by
another. A crew that a portable link reaches goes there instead, and waits if it is not there yet;
when it is taken away, who has patience left goes on with the phone as the others do. What is not
sent when patience ends goes to the kecamatan.

Rule of this file: SimPy processes; what the app does is the client's, what the link does the
uplink's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final

from simpy import Environment, Event, Timeout

from sim.client.outcomes import Ending
from sim.client.workflow import Crew
from sim.draws import code, uniform
from sim.ledger import Cause, State
from sim.link import Link
from sim.people.device import App, send_station
from sim.people.hub import Hub
from sim.population.world import Stations
from sim.uplink import Uplinks

_START: Final = code("client.start")


@dataclass(frozen=True, slots=True)
class Brought:
    """A portable link as a crew meets it; times in seconds of scenario time.

    Parameters
    ----------
    link : the crew's phone at it.
    bring : from the photographs being ready until the crew is there.
    """

    link: Link
    bring: float
    comes: float
    goes: float


@dataclass(frozen=True, slots=True)
class Evening:
    """What the evenings of all stations have in common.

    Parameters
    ----------
    hand_over, sent : called with the station's index.
    """

    env: Environment
    uplinks: Uplinks
    stations: Stations
    app: App
    hand_over: Callable[[int], None]
    sent: Callable[[int], None]

    def of(
        self, link: Link, hashed: float, hub: Hub | None, portable: Brought | None = None
    ) -> Generator[Event, None, None]:
        """One station's evening, until it has sent or handed over.

        Parameters
        ----------
        link : its phone; ``link.station`` indexes the arrays of ``stations``.
        hashed : the hash of the station's code, in (0, 1).
        hub : its kelurahan's hub, if there are any.
        portable : the portable link that reaches it, if one does.
        """
        env, stations, i, entry = self.env, self.stations, link.station, link.entry
        ready = float(stations.ready[i])
        if not stations.has_app[i]:
            entry.cause = Cause.NO_APP
            yield Timeout(env, ready)
            ending = Ending.GAVE_UP
        elif portable is not None and ready + portable.bring < portable.goes:
            ending = yield from self._at(portable, link, ready, hashed)
        elif hub is not None:
            yield Timeout(env, ready + float(stations.walk[i]))
            brought = hub.bring(i)
            yield brought
            assert isinstance(brought.value, Ending)
            ending = brought.value
        else:
            ending = yield from self._alone(link, ready, hashed)
        if ending is Ending.SENT:
            entry.sent_at = env.now
            entry.by = State.SENT_KPPS
            self.sent(i)
        else:
            entry.handed_over = env.now
            self.hand_over(i)

    def _at(
        self, portable: Brought, link: Link, ready: float, hashed: float
    ) -> Generator[Event, None, Ending]:
        starts = self._starts(link, max(ready + portable.bring, portable.comes), hashed)
        gives_up = starts + float(self.stations.patience[link.station])
        until = min(gives_up, portable.goes)
        ending = yield from self._send(portable.link, starts, until)
        if ending is Ending.SENT or self.env.now >= gives_up:
            return ending
        return (yield from self._alone(link, self.env.now, hashed, gives_up))

    def _alone(
        self, link: Link, ready: float, hashed: float, gives_up: float | None = None
    ) -> Generator[Event, None, Ending]:
        stations, i = self.stations, link.station
        if not stations.covered[i]:
            link.covered = bool(stations.walks[i])
            if link.covered:
                ready += float(stations.walk[i])
        starts = self._starts(link, ready, hashed)
        if gives_up is None:
            gives_up = starts + float(stations.patience[i])
        return (yield from self._send(link, starts, gives_up))

    def _starts(self, link: Link, ready: float, hashed: float) -> float:
        return self.app.shaping.start(ready, hashed, link.group, uniform(link.key, _START))

    def _send(self, link: Link, starts: float, gives_up: float) -> Generator[Event, None, Ending]:
        env, stations, i = self.env, self.stations, link.station
        shaping = self.app.shaping
        crew = Crew(starts, gives_up, float(stations.press_again[i]))
        turn = bool(shaping.places)
        sizes = stations.sizes[i]
        ending = yield from send_station(
            env, self.uplinks, self.app, link, sizes, crew, key=link.key, turn=turn
        )
        if turn:
            self.uplinks.give_back(link, env.now)
        return ending
