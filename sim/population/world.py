"""One night's world: every uncertain quantity of the scenario at one value, place by place.

The world of replication r is the same whatever policy is tried in it (keyed draws), and it is
written down with the results, so that calibration can ask which worlds fitted.

Rule of this file: it samples and lays out; it runs nothing.
Units: seconds of scenario time, bytes, bytes/s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.draws import Draws, code, uniforms
from sim.population.portable import SECTION, Portables, draw_portables, no_portables
from sim.population.region import Region
from sim.population.sampling import Keys, Scopes, many, one
from sim.scenario.laws import Uncertain
from sim.scenario.model import Scenario, Station

_BLANK: Final = code("station.blank-spot")
_PHASE: Final = code("cell.phase")
_RADIO: Final = code("station.radio")
_HAS_APP: Final = code("station.app")
_WALKS: Final = code("station.walks")
_NO_SIGNAL: Final = code("station.no-signal")
_CAN_USE: Final = code("office.can-use")


class Photographs(Sequence[list[int]]):
    """The sizes of each station's photographs, bytes, a list a station.

    Parameters
    ----------
    table : sizes, shape (stations, most of any station).
    counts : how many of them there are, shape (stations,).
    """

    __slots__ = ("counts", "table")

    def __init__(self, table: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        self.table = table
        self.counts = counts

    def __len__(self) -> int:
        return len(self.counts)

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return Photographs(self.table[i], self.counts[i])
        return self.table[i, : self.counts[i]].tolist()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Photographs) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def all(self) -> NDArray[np.int64]:
        """All of them, one station's after the other's."""
        return self.table[np.arange(self.table.shape[1]) < self.counts[:, None]]


@dataclass(frozen=True, slots=True)
class Stations:
    """What is drawn for each station, arrays of shape (stations,)."""

    keys: NDArray[np.uint64]
    kecamatan: NDArray[np.int64]
    cell: NDArray[np.int64]
    ready: NDArray[np.float64]
    sizes: Photographs
    radio: NDArray[np.float64]  # U(0, 1), to be read as a class by the shares of the classes
    has_app: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    walks: NDArray[np.bool_]
    walk: NDArray[np.float64]
    patience: NDArray[np.float64]
    press_again: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cells:
    """What is drawn for each cell, arrays of shape (cells,)."""

    kecamatan: NDArray[np.int64]
    capacity: NDArray[np.float64]
    busy_at_peak: NDArray[np.float64]
    phase: NDArray[np.float64]  # U(0, 1): where in a shared trace its night begins


@dataclass(frozen=True, slots=True)
class World:
    """One night, drawn. ``night`` and ``kecamatan`` hold the other quantities by their path."""

    draws: Draws
    stations: Stations
    cells: Cells
    night: dict[str, float]
    kecamatan: dict[str, NDArray[np.float64]]
    office: NDArray[np.float64]  # U(0, 1): below ``cannot_use``, the office cannot use Sirekap
    portable: Portables
    ahead: NDArray[np.float64]  # seconds that each kecamatan's clock is ahead of the scenario's


def draw_world(scenario: Scenario, region: Region, draws: Draws) -> World:
    """Draw one night's world."""
    codes = [k.code for k in region.kecamatan]
    of_station = region.kecamatan_of()

    def districts(night: Draws) -> Scopes:
        keys = night.keys([f"kecamatan/{c}" for c in codes], codes)
        return {"night": np.full(len(keys), np.uint64(night.key("night"))), "kecamatan": keys}

    per_district = Keys.of(draws, districts)
    cell_of, cell_names, cell_district = _lay_out_cells(scenario, region, per_district)

    def of_cells(night: Draws) -> Scopes:
        keys = night.keys(cell_names, [codes[k] for k in cell_district])
        return {scope: k[cell_district] for scope, k in districts(night).items()} | {"cell": keys}

    def of_stations(night: Draws) -> Scopes:
        where = [codes[s.kecamatan] for s in region.stations]
        keys = night.keys([f"tps/{s.code}" for s in region.stations], where)
        found = {scope: k[of_station] for scope, k in districts(night).items()}
        return found | {"station": keys, "photo": keys}

    per_cell = Keys.of(draws, of_cells)
    network = scenario.network
    cells = Cells(
        cell_district,
        many(network.capacity, "network.capacity", per_cell),
        many(network.busy_at_peak, "network.busy_at_peak", per_cell),
        uniforms(per_cell.tonight["cell"], _PHASE),
    )
    night = {
        path: one(quantity, path, draws)
        for path, quantity in quantities(scenario).items()
        if quantity.per == "night"
    }
    kecamatan = {
        path: many(quantity, path, per_district)
        for path, quantity in quantities(scenario).items()
        if quantity.per in ("night", "kecamatan")
    }
    per_station = Keys.of(draws, of_stations)
    stations = _draw_stations(scenario, region, per_station, of_station, cell_of)
    office = uniforms(per_district.tonight["kecamatan"], _CAN_USE)
    links = no_portables(len(of_station))
    if network.portable is not None and network.portable.per_kecamatan:
        links = draw_portables(
            network.portable, per_district, per_station, of_station, stations.covered
        )
    ahead = np.array([k.ahead for k in region.kecamatan])
    return World(draws, stations, cells, night, kecamatan, office, links, ahead)


def quantities(scenario: Scenario) -> dict[str, Uncertain[Any]]:
    """The uncertain quantities of the sections but the region's, by the path that keys their
    draws."""
    found: dict[str, Uncertain[Any]] = {}
    sections: list[tuple[str, object]] = [
        ("client", scenario.client),
        ("network", scenario.network),
        ("server", scenario.server),
        ("people.kpps", scenario.people.kpps),
        ("people.ppk", scenario.people.ppk),
        ("station", scenario.station),
    ]
    portable = scenario.network.portable
    if portable is not None and portable.per_kecamatan:  # else nothing of it is drawn
        sections.append((SECTION, portable))
    if scenario.server.nation is not None:
        sections.append(("server.nation", scenario.server.nation))
    sections += [(f"server.outages.{o.name}", o) for o in scenario.server.outages]
    for prefix, section in sections:
        for name in type(section).model_fields:  # type: ignore[attr-defined]  # all are Sections
            value = getattr(section, name)
            if isinstance(value, Uncertain):
                found[f"{prefix}.{name}"] = value
    return found


def _lay_out_cells(
    scenario: Scenario, region: Region, per_district: Keys
) -> tuple[NDArray[np.int64], list[str], NDArray[np.int64]]:
    """Each station's cell, each cell's name and kecamatan.

    Stations whose cell is not known share one with their neighbours in the list, as many as the
    scenario's ``stations_per_cell`` says for their kecamatan tonight.
    """
    quota = many(scenario.region.stations_per_cell, "region.stations_per_cell", per_district)
    share = np.maximum(quota, 1.0).tolist()
    cell_of: list[int] = []
    names: dict[str, int] = {}
    district_of_cell: list[int] = []
    seen = [0] * len(region.kecamatan)
    latest = [(-1, -1)] * len(region.kecamatan)  # number of the kecamatan's cell, and its index
    for station in region.stations:
        k = station.kecamatan
        if station.cell is None:
            number = int(seen[k] // share[k])
            seen[k] += 1
            if number == latest[k][0]:
                cell_of.append(latest[k][1])
                continue
            name = f"cell/{region.kecamatan[k].code}/{number}"
        else:
            number, name = latest[k][0], f"cell/{station.cell}"
        if name not in names:
            names[name] = len(district_of_cell)
            district_of_cell.append(k)
        cell_of.append(names[name])
        if station.cell is None:
            latest[k] = (number, names[name])
    return np.array(cell_of), list(names), np.array(district_of_cell, dtype=np.int64)


def _draw_stations(
    scenario: Scenario,
    region: Region,
    keys: Keys,
    of_station: NDArray[np.int64],
    cell_of: NDArray[np.int64],
) -> Stations:
    own = keys.tonight["station"]
    station, kpps = scenario.station, scenario.people.kpps
    photos = np.rint(many(station.photos, "station.photos", keys)).astype(np.int64)
    sizes = [
        np.maximum(many(station.photo_size, "station.photo_size", keys, n), 1.0).astype(np.int64)
        for n in range(int(photos.max()))
    ]
    start = scenario.start.timestamp()
    ahead = np.array([k.ahead for k in region.kecamatan])
    no_app = many(station.no_app, "station.no_app", keys)
    walks = many(kpps.walks_to_signal, "people.kpps.walks_to_signal", keys)
    return Stations(
        keys=own,
        kecamatan=of_station,
        cell=cell_of,
        ready=many(station.ready, "station.ready", keys) - start - ahead[of_station],
        sizes=Photographs(np.stack(sizes, axis=1), photos),
        radio=uniforms(own, _RADIO),
        has_app=uniforms(own, _HAS_APP) >= no_app,
        covered=_covered(region, of_station, uniforms(own, _BLANK)) & _has_signal(station, keys),
        walks=uniforms(own, _WALKS) < walks,
        walk=many(kpps.walk, "people.kpps.walk", keys),
        patience=many(kpps.patience, "people.kpps.patience", keys),
        press_again=many(kpps.press_again, "people.kpps.press_again", keys),
    )


def _has_signal(station: Station, keys: Keys) -> NDArray[np.bool_]:
    """Which stations are outside of the blank spots that no survey has found."""
    own = keys.tonight["station"]
    if station.no_signal is None:
        return np.ones(len(own), dtype=np.bool_)
    return uniforms(own, _NO_SIGNAL) >= many(station.no_signal, "station.no_signal", keys)


def _covered(
    region: Region, of_station: NDArray[np.int64], u: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which stations have coverage: as known, else the kecamatan's surveyed number of blank spots,
    at stations drawn anew each night."""
    covered = np.array([s.covered is not False for s in region.stations], dtype=np.bool_)
    surveyed = np.array([s.covered is not None for s in region.stations], dtype=np.bool_)
    for k, district in enumerate(region.kecamatan):
        if district.blank_spots:
            unknown = np.flatnonzero((of_station == k) & ~surveyed)
            covered[unknown[np.argsort(u[unknown])[: district.blank_spots]]] = False
    return covered
