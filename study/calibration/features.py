"""What a night and its kecamatan drew, as numbers that an emulator can take.

A quantity's draw is a uniform variate u, whatever its law; its normal score Phi^-1(u) is standard
normal under the prior, so priors of all shapes are alike here, and "prior" is always N(0, 1).

* theta: what is drawn once for the night (server, nation, app): shape (nights, T).
* local: what a kecamatan drew for itself (capacity, background, access, patience, operators):
  shape (nights, kecamatan, L). What is drawn per cell or station enters by its mean there.
* pace: the share of a kecamatan's stations that its operators can take in their hours,

      pace = operators (end - start) / handling / stations        0 where Sirekap cannot be used

Theta and local are independent of each other under the prior, and so are the kecamatan: a night can
be put together from them (``places`` of :func:`sim.night.simulate`).

Rule of this file: from keyed draws to arrays; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.draws import Draws, code, uniform, uniforms
from sim.population.region import Region
from sim.population.world import World, draw_world, quantities
from sim.scenario.laws import Uncertain
from sim.scenario.model import Scenario

Array = NDArray[np.float64]
CANNOT_USE: Final = "people.ppk.cannot_use"
_OPERATORS: Final = ("people.ppk.handling", "people.ppk.starts", CANNOT_USE)


@dataclass(frozen=True, slots=True)
class Names:
    """Paths of the quantities that are not fixed, by what they are drawn per."""

    night: tuple[str, ...]
    kecamatan: tuple[str, ...]
    cell: tuple[str, ...]
    station: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Local:
    """What kecamatan drew in some nights.

    Attributes
    ----------
    evening : scores that matter to the crews' evening, shape (nights, kecamatan, L).
    office : U(0, 1); below ``cannot_use`` the office cannot use Sirekap, shape (nights, kecamatan).
    cannot_use : as these nights drew it, shape (nights, kecamatan).
    pace : share of its stations that its operators can take if it can, shape (nights, kecamatan).
    untried : share of its stations without the app, shape (nights, kecamatan).
    scores : normal scores of the quantities per kecamatan, shape (nights, kecamatan, K).
    """

    evening: Array
    office: Array
    cannot_use: Array
    pace: Array
    untried: Array
    scores: Array

    def able(self, cannot_use: Array | None) -> NDArray[np.bool_]:
        """Which offices can use Sirekap; ``cannot_use``: of the night that they are put into, where
        it is drawn for the night."""
        return np.asarray(self.office >= (self.cannot_use if cannot_use is None else cannot_use))


def names(scenario: Scenario) -> Names:
    """The scenario's uncertain quantities."""
    found = quantities(scenario) | {"region.stations_per_cell": scenario.region.stations_per_cell}

    def of(*scopes: str) -> tuple[str, ...]:
        return tuple(p for p, q in found.items() if not q.fixed and q.per in scopes)

    return Names(of("night"), of("kecamatan"), of("cell"), of("station", "photo"))


def law_of(scenario: Scenario, path: str) -> Uncertain[Any]:
    """The quantity of a path."""
    if path == "region.stations_per_cell":
        return scenario.region.stations_per_cell
    return quantities(scenario)[path]


def theta(scenario: Scenario, seed: int, replications: Sequence[int]) -> Array:
    """Scores of the nights' own quantities, shape (nights, T)."""
    purposes = [code(path) for path in names(scenario).night]
    keys = [Draws(seed, r).key("night") for r in replications]
    u = np.array([[uniform(key, p) for p in purposes] for key in keys])
    return np.asarray(ndtri(u.reshape(len(keys), len(purposes))))


def cannot_use(scenario: Scenario, seed: int, replications: Sequence[int]) -> Array | None:
    """The nights' share of offices that cannot use Sirekap, shape (nights,); None where each
    kecamatan has its own."""
    law = scenario.people.ppk.cannot_use
    if law.per != "night":
        return None
    keys = [Draws(seed, r).key("night") for r in replications]
    return np.array([law.ppf(uniform(k, code(CANNOT_USE)) if not law.fixed else 0.5) for k in keys])


def local(scenario: Scenario, region: Region, seed: int, replications: Sequence[int]) -> Local:
    """What the kecamatan of these nights drew."""
    its = names(scenario)
    rows = [_local(scenario, region, Draws(seed, r), its) for r in replications]
    return Local(*(np.array(column) for column in zip(*rows, strict=True)))


def _local(scenario: Scenario, region: Region, draws: Draws, its: Names) -> tuple[Array, ...]:
    world = draw_world(scenario, region, draws)
    keys = draws.keys([f"kecamatan/{k.code}" for k in region.kecamatan])
    scores = np.array([ndtri(uniforms(keys, code(path))) for path in its.kecamatan])
    scores = scores.reshape(len(its.kecamatan), len(keys)).T
    of_evening = [i for i, path in enumerate(its.kecamatan) if path not in _OPERATORS]
    columns = [scores[:, of_evening], *_of_stations(world, region)]
    cells = np.bincount(world.stations.cell, minlength=len(world.cells.kecamatan))
    columns.append(_mean_by(world, np.log(cells)[world.stations.cell]))
    if "network.capacity" in its.cell:
        columns.append(_mean_by(world, np.log(world.cells.capacity)[world.stations.cell]))
    if "network.busy_at_peak" in its.cell:
        left = np.log(np.maximum(1.0 - world.cells.busy_at_peak, 1e-6))
        columns.append(_mean_by(world, left[world.stations.cell]))
    untried = 1.0 - _mean_by(world, world.stations.has_app)
    pace = _pace(scenario, region, world)
    return (
        np.column_stack(columns),
        world.office,
        world.kecamatan[CANNOT_USE],
        pace,
        untried,
        scores,
    )


def _of_stations(world: World, region: Region) -> list[Array]:
    """What a kecamatan's stations drew, on average; its surveyed blank spots and its size."""
    stations = world.stations
    tps = np.array([max(k.tps, 1) for k in region.kecamatan], dtype=np.float64)
    blank = np.array([k.blank_spots for k in region.kecamatan]) / tps
    return [
        _mean_by(world, ndtri(stations.radio)),
        _mean_by(world, stations.ready / 3600.0),
        np.log(tps),
        blank,
    ]


def _mean_by(world: World, values: NDArray[Any]) -> Array:
    size = len(world.office)
    count = np.bincount(world.stations.kecamatan, minlength=size)
    total = np.bincount(world.stations.kecamatan, values, minlength=size)
    return np.asarray(total / np.maximum(count, 1))


def _pace(scenario: Scenario, region: Region, world: World) -> Array:
    ppk = scenario.people.ppk
    start = scenario.start.timestamp()
    starts = world.kecamatan["people.ppk.starts"] - start
    hours = np.zeros(len(region.kecamatan))
    for day in ppk.hours:
        begins = np.maximum(starts, scenario.seconds(day.begins))
        ends = min(scenario.seconds(day.ends), scenario.horizon)
        hours += np.maximum(ends - begins, 0.0)
    handling = np.maximum(world.kecamatan["people.ppk.handling"], 1.0)
    tps = np.array([max(k.tps, 1) for k in region.kecamatan], dtype=np.float64)
    return np.asarray((ppk.web_operators + ppk.mobile_operators) * hours / handling / tps)
