"""The rest of the nation as one stream of uploads, beside the stations that are replayed.

270 elections shared one server that day. The stations of one city, however exactly they are
replayed, put a 175th part of the load on it. So the same share of the rest of the country's uploads
can be sent beside them: each photograph once, when it is ready, at the rate of a phone whose cell
does not hold it back; nobody retries. What the stream does to the stations is what counts, not what
becomes of it.

Rule of this file: draws, and processes over any :class:`~sim.way.Way`; the same in both worlds.
Units: seconds of scenario time, bytes, bytes/s.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from simpy import Environment, Event

from sim.client.batching.pieces import Object
from sim.client.retry.presets import PRESETS
from sim.client.workflow import Crew, upload
from sim.draws import code, uniform, uniforms
from sim.ledger import Entry
from sim.link import Link
from sim.network.cell import Cell
from sim.network.cell_clock import CellClock
from sim.network.hazards import CALM
from sim.population.world import World
from sim.scenario.model import Scenario
from sim.share import Extent
from sim.way import Way

_READY: Final = code("others.ready")
_SIZE: Final = code("others.size")
_FREE: Final = 1e15  # bytes/s; a cell that holds nobody back, but for each flow's own cap


class Other(NamedTuple):
    """One upload of the stream: when it begins, and its bytes."""

    at: float
    size: int


def draw_others(scenario: Scenario, world: World, extent: Extent) -> list[Other]:
    """The stream of a window, in order of time; none where the scenario has no nation."""
    if scenario.server.nation is None or not scenario.server.nation.enabled:
        return []
    photos = world.night["server.nation.stations"] * scenario.station.photos.mean()
    count = round(photos * extent.share)
    keys = np.arange(count, dtype=np.uint64) + np.uint64(world.draws.key("others"))
    ready = scenario.station.ready.ppfs(uniforms(keys, _READY)) - scenario.start.timestamp()
    sizes = scenario.station.photo_size.ppfs(uniforms(keys, _SIZE))
    inside = np.flatnonzero((ready >= extent.begins) & (ready < extent.ends))
    found = [Other(float(ready[i]), max(int(sizes[i]), 1)) for i in inside]
    return sorted(found)


def objects_of(other: Other) -> list[Object]:
    """What one of the stream sends."""
    return [Object("photo-1", other.size)]


def start_others(
    env: Environment, way: Way, world: World, others: Sequence[tuple[int, Other]]
) -> None:
    """Let the stream flow.

    Parameters
    ----------
    others : with the index that each has in the log, behind all stations.
    """
    if not others:
        return  # a scenario without a nation says nothing of its phones
    cell = CellClock(env, Cell([_FREE], caps=[world.night["server.nation.free_rate"]]))
    timeout = world.night["client.timeout"]
    for index, other in others:
        env.process(_send(way, cell, world.draws.key(f"others/{index}"), index, other, timeout))


def _send(
    way: Way, cell: CellClock, key: int, index: int, other: Other, timeout: float
) -> Generator[Event, None, None]:
    link = Link(index, key, cell, 0, CALM, 0.0, 0.0, Entry(), group=-1)
    crew = Crew(other.at, other.at + timeout)
    draw = partial(uniform, key)
    client = upload(objects_of(other), PRESETS["none"], crew, timeout, draw)
    yield from way.go_on(client, link, next(client), 0.0)
