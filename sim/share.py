"""Which stations of a night are replayed, and which worker replays them.

What is divided is a *unit*: stations that share something on the clients' side and so cannot be
parted: a cell; a portable link; with hubs, the cells of a kelurahan; when operators are at work in
the window, the cells of a kecamatan. A sample is made of whole units, so that every cell that is
replayed is as crowded as predicted, and a unit is replayed by one worker, so that no cell's state
is shared.

Rule of this file: pure. A sample is keyed by the night, not drawn from a stream.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from sim.draws import Draws, code, uniform
from sim.population.region import Region
from sim.population.world import World
from sim.scenario.conduct import Conduct
from sim.scenario.model import Scenario

_SAMPLE: Final = code("replay.sample")

Unit = tuple[int, ...]
"""Indices of stations, in order."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What of a night is replayed.

    A server that a sample S meets at speed K gets S K times the requests a second of the real
    evening.

    Attributes
    ----------
    seed, replication : which night.
    begins, ends : the window, seconds of scenario time.
    speed : seconds of scenario time in one second.
    share : of the stations, in whole units.
    nation : is the same share of the rest of the country's uploads sent beside them?
    """

    seed: int
    replication: int
    begins: float
    ends: float
    speed: float = 1.0
    share: float = 1.0
    nation: bool = False


def chosen(
    scenario: Scenario, region: Region, world: World, conduct: Conduct, extent: Extent
) -> list[Unit]:
    """The units that are replayed, by all workers together."""
    window = (extent.begins, extent.ends)
    found = units(scenario, region, world, conduct, window)
    return sample(found, region, world.draws, extent.share)


def units(
    scenario: Scenario,
    region: Region,
    world: World,
    conduct: Conduct,
    window: tuple[float, float],
) -> list[Unit]:
    """The parts into which the stations fall, in order of their first station.

    Parameters
    ----------
    window : begin and end, seconds of scenario time.
    """
    begins, ends = window
    hours = scenario.people.ppk.hours
    offices = any(
        scenario.seconds(h.begins) < ends and scenario.seconds(h.ends) > begins for h in hours
    )
    ties: list[list[Hashable]] = []
    for i, station in enumerate(region.stations):
        ties.append([("cell", int(world.stations.cell[i]))])
        if world.portable.at[i] >= 0:
            ties[i].append(("portable", int(world.portable.at[i])))
        if conduct.batching.hub:
            ties[i].append(("kelurahan", station.kelurahan))
        if offices:
            ties[i].append(("kecamatan", station.kecamatan))
    return _tied(ties)


def sample(found: Sequence[Unit], region: Region, draws: Draws, share: float) -> list[Unit]:
    """Units that hold as nearly as possible ``share`` of the stations; at least one.

    Parameters
    ----------
    share : in (0, 1].
    """
    if share >= 1.0:
        return list(found)
    wanted = share * sum(map(len, found))

    def rank(unit: Unit) -> float:
        return uniform(draws.key(f"tps/{region.stations[unit[0]].code}"), _SAMPLE)

    chosen: list[Unit] = []
    held = 0
    for unit in sorted(found, key=rank):
        if chosen and abs(held + len(unit) - wanted) > abs(held - wanted):
            break
        chosen.append(unit)
        held += len(unit)
    return sorted(chosen)


def deal(found: Sequence[Unit], weights: Sequence[float], workers: int) -> list[list[Unit]]:
    """Deal units out to workers, the heaviest first to whoever has least (LPT: Graham 1969).

    Parameters
    ----------
    weights : one a station: what it costs to replay it, such as its bytes.
    """
    hands: list[list[Unit]] = [[] for _ in range(workers)]
    loads = [0.0] * workers
    weighed = [(sum(weights[i] for i in unit), unit) for unit in found]
    for weight, unit in sorted(weighed, key=lambda pair: (-pair[0], pair[1])):
        least = min(range(workers), key=loads.__getitem__)
        hands[least].append(unit)
        loads[least] += weight
    return hands


def _tied(ties: Sequence[Sequence[Hashable]]) -> list[Unit]:
    """Connected components of stations by what they share (union-find)."""
    parent = list(range(len(ties)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[Hashable, int] = {}
    for i, tags in enumerate(ties):
        for tag in tags:
            a, b = root(first.setdefault(tag, i)), root(i)
            parent[max(a, b)] = min(a, b)
    members: dict[int, list[int]] = {}
    for i in range(len(ties)):
        members.setdefault(root(i), []).append(i)
    return [tuple(unit) for _, unit in sorted(members.items())]
