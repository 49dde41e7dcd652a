"""A hub: the stations of a kelurahan bring their photographs to one device on a good link.

Rule of this file: SimPy processes; the device's work is :func:`sim.people.device.send_station`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from simpy import Environment, Event

from sim.client.outcomes import Ending
from sim.client.workflow import Crew
from sim.ledger import Entry
from sim.link import Link
from sim.people.device import App, send_station
from sim.uplink import Uplinks


@dataclass(slots=True)
class Hub:
    """One kelurahan's device, and who waits for it.

    Parameters
    ----------
    link : the device's way to the server; its station and record are set for each upload.
    """

    env: Environment
    uplinks: Uplinks
    app: App
    link: Link
    entries: Sequence[Entry]
    _line: deque[tuple[int, Event]] = field(default_factory=deque)
    _more: Event | None = None

    def bring(self, station: int) -> Event:
        """Photographs are here; the event carries how their upload ended."""
        done = Event(self.env)
        self._line.append((station, done))
        if self._more is not None:
            self._more.succeed()
            self._more = None
        return done

    def serve(
        self, sizes: Sequence[Sequence[int]], patience: float, press_again: float
    ) -> Generator[Event, None, None]:
        """Send what was brought, in order, until the night is over.

        Parameters
        ----------
        sizes : sizes of every station's photographs.
        patience, press_again : of those who hold the device, for one station.
        """
        env = self.env
        while True:
            if not self._line:
                self._more = Event(env)
                yield self._more
            station, done = self._line.popleft()
            link = self.link
            link.station = station
            link.entry = self.entries[station]
            crew = Crew(env.now, env.now + patience, press_again)
            ending: Ending = yield from send_station(
                env, self.uplinks, self.app, link, sizes[station], crew, key=link.key + station
            )
            done.succeed(ending)
