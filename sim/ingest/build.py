"""From a scenario and a night's world to the server, its slots, its pipe and the nation's load.

Rule of this file: translation; no mechanism of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ingest.nation import STEP, Course, Nation, course
from sim.ingest.outages import Outage
from sim.ingest.pipe import Pipe
from sim.ingest.server import Server
from sim.ingest.sharing import FINE, Counter
from sim.ingest.slots import Slots
from sim.ingest.workers import Sampled, Workers
from sim.population.world import World
from sim.scenario.ingest_model import MEGABYTE, IngestModel
from sim.scenario.laws import Uncertain
from sim.scenario.model import Scenario

_COARSE = 0.05  # a sample's few hundred flows fluctuate by as much; a finer share costs most events
_GRID = 2001  # points of the readiness curve, one per 0.05% of the stations


@dataclass(frozen=True, slots=True)
class Ingest:
    """The server and what stands before it."""

    server: Server
    slots: Slots
    pipe: Pipe


def build_server(
    scenario: Scenario,
    world: World,
    fastest: float,
    others: Course | None = None,
    weight: float | None = None,
) -> Ingest:
    """One night's server.

    Parameters
    ----------
    fastest : the fastest that any flow can move, bytes/s.
    others : the load of all who are not simulated here, where it is known; None: what the scenario
        says of the rest of the nation. Where it is given, what comes to the server is counted.
    weight : stations of the nation that each one here stands for; the server is that much smaller.
        What comes to it is counted, and there is no rest of the nation.
    """
    config, night = scenario.server, world.night
    value = {name: night[f"server.{name}"] for name in _VALUES}
    slots, workers = max(round(value["slots"]), 1), max(round(value["workers"]), 1)
    queue = round(value["queue"])
    outages = [
        Outage(
            scenario.seconds(o.begins),
            scenario.seconds(o.ends),
            night[f"server.outages.{o.name}.severity"],
            o.silent,
            o.web_only,
        )
        for o in config.outages
        if o.enabled
    ]
    shared = others is not None or weight is not None
    each = weight or 1.0
    load = others or Course()
    if not shared and config.nation is not None and config.nation.enabled:
        load = course(
            _nation(scenario, world),
            scenario.horizon,
            pipe=value["pipe"],
            slots=slots,
            workers=workers,
            service=value["service"],
            queue=queue,
            outages=outages,
        )
    bound = queue, value["deadline"], config.cancellation
    server = Server(
        workers=Workers(workers, *bound) if each == 1.0 else Sampled(workers, *bound, each),
        service=value["service"],
        exponential=config.service_law == "exponential",
        fault=value["fault"],
        outages=outages,
        nation=load,
        retry_after=config.retry_after,
        busy_status=config.busy_status,
        counter=Counter(scenario.horizon, STEP if weight is None else FINE) if shared else None,
    )
    few = Slots(max(round(slots / each), 1), round(config.backlog / each))
    pipe = Pipe(value["pipe"], fastest)
    if each != 1.0:
        pipe = Pipe(value["pipe"] / each, fastest, _COARSE)
    return Ingest(server, few, pipe)


def build_ingest(model: IngestModel, speed: float) -> Ingest:
    """A real server as the model knows it, in the time of a scenario that runs at ``speed``.

    Parameters
    ----------
    speed : seconds of the scenario in one second of real time; all times are multiplied by it.
    """
    deadline = inf if model.deadline is None else model.deadline * speed
    server = Server(
        workers=Workers(model.workers, model.queue, deadline),
        service=model.service * speed,
        exponential=model.service_law == "exponential",
        per_byte=model.per_megabyte * speed / MEGABYTE,
        cv=model.cv or 0.0,
        overhead=model.overhead * speed,
        early=model.early_duplicates,
    )
    return Ingest(server, Slots(model.slots), Pipe())


_VALUES = ("pipe", "slots", "workers", "queue", "service", "deadline", "fault")


def _nation(scenario: Scenario, world: World) -> Nation:
    """The rest of the country: the same forms, ready by the same law, on the same app."""
    assert scenario.server.nation is not None
    night = world.night
    curve = _readiness(scenario.station.ready, scenario.start.timestamp())
    return Nation(
        requests=night["server.nation.stations"] * scenario.station.photos.mean(),
        ready_by=curve.by,
        ready_end=curve.end,
        size=scenario.station.photo_size.mean(),
        free_rate=night["server.nation.free_rate"],
        timeout=night["client.timeout"],
        retry_every=night["server.nation.retry_every"],
        patience=night["server.nation.patience"],
    )


class _Readiness:
    """The share of stations that is ready by a time, as a curve of :data:`_GRID` points."""

    def __init__(self, ready: Uncertain[Any], start: float) -> None:
        self._shares = (np.arange(_GRID) + 0.5) / _GRID
        self._times = ready.ppfs(self._shares) - start
        self.end = float(self._times[-1])
        minutes = np.arange(max(int(self.end / STEP), 0) + 2, dtype=np.float64) * STEP
        self._by_minute: list[float] = self._at(minutes).tolist()

    def by(self, t: float) -> float:
        """At ``t`` seconds; whole minutes, which are asked for every night, are known."""
        if t > self.end:
            return 1.0
        minute, rest = divmod(t, STEP)
        if rest == 0.0 and 0.0 <= minute < len(self._by_minute):
            return self._by_minute[int(minute)]
        return float(self._at(np.array(t)))

    def _at(self, t: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.interp(t, self._times, self._shares, left=0.0, right=1.0)


_readiness = lru_cache(maxsize=8)(_Readiness)
"""The same for all nights of a scenario."""
