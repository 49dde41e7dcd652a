"""What distinguishes the nights of an ensemble, as one number a quantity.

A quantity that is drawn for the night is itself. One that is drawn per kecamatan or cell is its
mean over the stations; a geometric mean where the law is one of orders of magnitude (lognormal,
log-uniform). Three shares are taken as they turned out, because they say more than the law's
parameter: stations without signal, stations without the app, offices that cannot use Sirekap.
Quantities drawn per station or photograph are left out: over a whole city their mean hardly varies,
so nothing can be learned from it.

Rule of this file: from keyed draws to numbers in base units (instants: seconds after the start).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import exp
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.draws import Draws
from sim.population.region import Region
from sim.population.world import World, draw_world, quantities
from sim.scenario.distributions import Lognormal, Loguniform
from sim.scenario.laws import Uncertain
from sim.scenario.model import Scenario
from sim.scenario.quantities import INSTANT_KIND, SHARE_KIND, Kind

Array = NDArray[np.float64]

PER_CELL: Final = "region.stations_per_cell"
NO_SIGNAL: Final = "station.no_signal"
NO_APP: Final = "station.no_app"
CANNOT_USE: Final = "people.ppk.cannot_use"
SHARES: Final = (NO_SIGNAL, NO_APP, CANNOT_USE)
"""Taken as they turned out."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One number a night. ``log``: on which scale it is taken as even."""

    path: str
    kind: Kind
    log: bool

    def scale(self, values: Array) -> Array:
        """Onto the scale on which differences are compared."""
        return np.log(values) if self.log else values

    def back(self, scaled: float) -> float:
        """From that scale."""
        return exp(scaled) if self.log else scaled


def uncertain(scenario: Scenario) -> dict[str, Uncertain[Any]]:
    """Every quantity that is drawn, by path: in the order of the scenario's sections."""
    found = {PER_CELL: scenario.region.stations_per_cell, **quantities(scenario)}
    return {path: quantity for path, quantity in found.items() if not quantity.fixed}


def features(scenario: Scenario) -> dict[str, Feature]:
    """What a scenario's nights are described by."""
    found = {
        path: Feature(path, quantity.kind, isinstance(quantity.law, Lognormal | Loguniform))
        for path, quantity in uncertain(scenario).items()
        if quantity.per not in ("station", "photo")
    }
    return found | {path: Feature(path, SHARE_KIND, log=False) for path in SHARES}


def describe(scenario: Scenario, region: Region, nights: Iterable[Draws]) -> dict[str, Array]:
    """The features of nights, each of shape (nights,)."""
    known = features(scenario)
    rows = [_describe(known, draw_world(scenario, region, draws), scenario) for draws in nights]
    return {path: np.array([row[path] for row in rows]) for path in known}


def _describe(known: dict[str, Feature], world: World, scenario: Scenario) -> dict[str, float]:
    stations = world.stations
    usable = world.kecamatan[CANNOT_USE]
    found = {
        NO_SIGNAL: float(np.mean(~stations.covered)),
        NO_APP: float(np.mean(~stations.has_app)),
        CANNOT_USE: float(np.mean((world.office < usable)[stations.kecamatan])),
    }
    for path, feature in known.items():
        if path in found:
            continue
        values = _values(path, world)
        if feature.kind is INSTANT_KIND:
            values = values - scenario.start.timestamp()
        if feature.log:
            found[path] = exp(float(np.mean(np.log(values))))
        else:
            found[path] = float(np.mean(values))
    return found


def _values(path: str, world: World) -> Array:
    """A quantity at each station; one value if it is the night's."""
    stations = world.stations
    match path:
        case "region.stations_per_cell":
            cells = np.bincount(stations.cell)
            return np.asarray(cells[stations.cell], dtype=np.float64)
        case "network.capacity":
            return world.cells.capacity[stations.cell]
        case "network.busy_at_peak":
            return world.cells.busy_at_peak[stations.cell]
    if path in world.night:
        return np.array([world.night[path]])
    return world.kecamatan[path][stations.kecamatan]


def show(feature: Feature, value: float, scenario: Scenario) -> str:
    """A value in two significant digits, with its unit; instants as times of the scenario."""
    if feature.kind is INSTANT_KIND:
        return feature.kind.show((scenario.start + timedelta(seconds=value)).replace(second=0))
    return re.sub(r"\d+(?:\.\d+)?", _shortened, feature.kind.show(value))


def _shortened(match: re.Match[str]) -> str:
    number = float(match[0])
    if number == 0.0:
        return "0"
    return f"{round(number, 1 - int(np.floor(np.log10(number)))):g}"
