"""One worker's part of a replay: its stations' night, simulated until the window begins, then real.

The whole night is put together as for a prediction (:func:`sim.assembly.assemble`), so that every
worker knows the same world; the scenario's own server answers in virtual time until the window
begins; then the stations of this worker go on over real sockets and the others stand still.

Rule of this file: assembly only.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from math import inf
from typing import Final

import gevent
import numpy as np
from numpy.typing import NDArray

from locustfiles.bodies import Bodies
from locustfiles.clock import Clock
from locustfiles.exchange import Dialer
from locustfiles.live import LiveLoop
from locustfiles.pump import Pump
from locustfiles.real import Done, RealServer
from locustfiles.safety import Throttle
from locustfiles.session import Site
from locustfiles.targets.messages import Station
from locustfiles.targets.target import Target
from sim.assembly import WEB, Shared, assemble
from sim.client.batching.pieces import Object
from sim.draws import Draws
from sim.others import draw_others, objects_of, start_others
from sim.scenario.conduct import Conduct
from sim.scenario.inputs import Inputs
from sim.share import Extent, chosen, deal
from sim.way import Only, Way

_SLICE: Final = 0.05  # seconds of simulating before other greenlets get their turn


class Part:
    """A worker's share of the stations.

    Parameters
    ----------
    throttle : stops the replay when this worker sends too much.
    index, of : this worker and how many there are.
    station : who speaks for a station, by its index.
    done : called after each attempt.
    """

    def __init__(
        self,
        inputs: Inputs,
        conduct: Conduct,
        extent: Extent,
        dialer: Dialer,
        target: Target,
        station: Callable[[int], Station],
        done: Callable[[Done], None],
        throttle: Throttle,
        index: int = 0,
        of: int = 1,
    ) -> None:
        self.inputs = inputs
        self.extent = extent
        self.stations: set[int] = set()
        self.pump = Pump()
        self.trouble = ""
        self._throttle = throttle
        self._told = (0, 0)  # requests and bytes that the throttle knows of
        draws = Draws(extent.seed, extent.replication)
        scenario = inputs.scenario

        def real(shared: Shared) -> Way:
            sizes, batching = shared.world.stations.sizes, conduct.batching

            first = len(sizes)
            others = draw_others(scenario, shared.world, extent) if extent.nation else []

            def objects(i: int, web: bool) -> Sequence[Object]:
                if i >= first:
                    return objects_of(others[i - first])
                return (WEB[1] if web else batching).objects(sizes[i])

            largest = max(
                o.size
                for i in range(first + len(others))
                for web in (False, True)
                for o in objects(i, web)
            )
            waiting = Clock(extent.begins, extent.speed, inf)
            self.loop = LiveLoop(shared.env, waiting, self._tick)
            site = Site(self.loop, dialer, target, Bodies(extent.seed, largest))
            self.real = RealServer(
                site, self.pump, station, objects, shared.counts, extent.ends, done
            )
            mine = list(enumerate(others, first))[index::of]
            start_others(shared.env, self.real, shared.world, mine)
            return Only(shared.env, self.stations, self.real)

        self.night = assemble(
            inputs.scenario,
            inputs.region,
            draws,
            conduct,
            trace=inputs.trace,
            until=extent.begins,
            then=real,
        )
        bytes_of = list(map(sum, self.night.world.stations.sizes))
        mine = deal(
            chosen(inputs.scenario, inputs.region, self.night.world, conduct, extent), bytes_of, of
        )[index]
        self.stations.update(i for unit in mine for i in unit)

    def prepare(self) -> None:
        """Simulate the night until the window begins, other greenlets in between."""
        env, begins = self.night.env, self.extent.begins
        while env.peek() < begins:
            stop = time.monotonic() + _SLICE
            while env.peek() < begins and time.monotonic() < stop:
                env.step()
            gevent.sleep(0.001)  # more than 0: timers, such as Locust's heartbeat, get their turn
        env.run(until=begins)
        gc.collect()
        gc.freeze()  # looking through a whole night again stops everything for 0.2 s

    def run(self, wall: float) -> None:
        """Replay the window; it begins at ``wall``, seconds since the epoch."""
        self._told = (self.night.uplinks.counts.attempts, 0)
        self.loop.clock = Clock.at_wall(self.extent.begins, self.extent.speed, wall)
        try:
            self.loop.run(until=self.extent.ends)
        finally:
            self.real.close()
            gc.unfreeze()

    def _tick(self, now: float) -> None:
        self.pump.tick(now)
        requests, passed = self.night.uplinks.counts.attempts, self.pump.passed
        more = requests - self._told[0], passed - self._told[1]
        self._told = requests, passed
        self.trouble = self._throttle.sent(time.monotonic(), *more) or ""
        if self.trouble:
            self.stop()

    def stop(self) -> None:
        """End it at once."""
        self.loop.stop()

    def outcomes(self) -> NDArray[np.void]:
        """What has become of this worker's stations, dtype :data:`sim.ledger.OUTCOMES`."""
        table = self.night.result().outcomes
        return table[sorted(self.stations)]
