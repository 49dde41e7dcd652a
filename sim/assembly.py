"""Puts the parts of one night together on SimPy's clock: its world, cells, servers and people.

Who runs the clock is left open: :func:`sim.night.simulate` runs it in virtual time, a replay in
real time.

Rule of this file: assembly only; every mechanism is in its room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from simpy import Environment

from sim.attempts import Attempt
from sim.client.batching.presets import BATCHINGS
from sim.client.retry.presets import PRESETS
from sim.client.shaping.shaping import AT_ONCE
from sim.draws import Draws, code, uniform
from sim.ingest.admission import Admission
from sim.ingest.build import build_server
from sim.ingest.nation import Course
from sim.ingest.sharing import Counter
from sim.ledger import State, table
from sim.network.cell_clock import CellClock
from sim.network.profile import Profile
from sim.people.device import App
from sim.people.hub import Hub
from sim.people.kpps import Evening
from sim.people.ppk import Office, Rules
from sim.population.region import Region
from sim.population.world import World, draw_world
from sim.scenario.conduct import Conduct
from sim.scenario.model import Scenario
from sim.uplink import Uplinks
from sim.way import Counts, Way
from sim.wiring import Wiring, wire

OFFICES: Final = np.dtype(
    [("kecamatan", "i4"), ("complete_s", "f8"), ("excel_s", "f8"), ("queue", "i4")]
)
"""One row a kecamatan: when its pleno had all data, when Excel was permitted (NaN: not by the
snapshot), and how many stations still wait for its operators at the snapshot."""

_HASH: Final = code("station.hash")
# a web page does not retry by itself; its operator does
WEB: Final = (PRESETS["none"], BATCHINGS["per-photo"], AT_ONCE)


@dataclass(frozen=True, slots=True)
class Night:
    """What became of one night.

    Attributes
    ----------
    outcomes : one row a station, dtype :data:`sim.ledger.OUTCOMES`.
    offices : one row a kecamatan, dtype :data:`OFFICES`.
    values : the night's drawn quantities, by path (means over kecamatan where drawn so).
    counts : events and resumes of the simulation, cells, peaks at the server, duplicates.
    attempts : the log of attempts, where one was asked for.
    counted : what came to a server that others share, and how it fared.
    """

    outcomes: NDArray[np.void]
    offices: NDArray[np.void]
    values: dict[str, float]
    counts: dict[str, int]
    attempts: Sequence[Attempt] = ()
    counted: Counter | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """What the servers of one night have in common."""

    env: Environment
    world: World
    cells: list[CellClock]
    admission: list[Admission]
    counts: Counts


def assemble(
    scenario: Scenario,
    region: Region,
    draws: Draws,
    conduct: Conduct,
    *,
    trace: Profile | None = None,
    until: float | None = None,
    then: Callable[[Shared], Way] | None = None,
    others: Course | None = None,
    weight: float | None = None,
) -> Assembly:
    """A night at its beginning.

    Parameters
    ----------
    others : the load of all who share the server and are not simulated here, where it is known.
    weight : stations that share the server for each one that is simulated; it is that much smaller.
    trace : capacity over time relative to its mean, shared by the cells.
    until : when the time of the scenario's own server is over; None: at the snapshot.
    then : makes the way that takes over from it.
    """
    world = draw_world(scenario, region, draws)
    env = Environment()
    wiring = wire(env, scenario, region, world, trace)
    shaping = conduct.shaping
    shared = Shared(
        env,
        world,
        wiring.clocks,
        [Admission(shaping.places, shaping.lease) for _ in region.kecamatan],
        Counts(),
    )
    next_way = None if then is None else then(shared)
    own = Uplinks(
        env,
        build_server(scenario, world, wiring.fastest, others, weight),
        shared.cells,
        keeps_partial=scenario.server.keeps_partial,
        until=scenario.horizon if until is None else until,
        admission=shared.admission,
        then=next_way,
        counts=shared.counts,
    )
    night = Assembly(scenario, region, world, env, own, wiring)
    night.people(conduct)
    return night


class Assembly:
    """The people of one night, at their links.

    Attributes
    ----------
    env : SimPy's clock, at the scenario's start.
    uplinks : what carries their clients out.
    """

    def __init__(
        self,
        scenario: Scenario,
        region: Region,
        world: World,
        env: Environment,
        uplinks: Uplinks,
        wiring: Wiring,
    ) -> None:
        self.scenario = scenario
        self.region = region
        self.world = world
        self.env = env
        self.uplinks = uplinks
        self.wiring = wiring
        self.entries = wiring.entries
        self.offices: list[Office] = []

    def people(self, conduct: Conduct) -> None:
        """Everybody takes their place."""
        world, env = self.world, self.env
        timeout = world.night["client.timeout"]
        app = App(conduct.policy, conduct.batching, conduct.shaping, timeout)
        web_app = App(*WEB, timeout)
        stations = world.stations
        for k in range(len(self.region.kecamatan)):
            office = Office(env, self.uplinks, self._rules(k), 0, self.entries)
            self.offices.append(office)
            ppk = self.scenario.people.ppk
            # even numbers for the web page, odd ones for the app: one more of a kind leaves the
            # others their draws
            for kind, count in enumerate((ppk.web_operators, ppk.mobile_operators)):
                for number in range(count):
                    link = self.wiring.operator(k, 2 * number + kind, kind == 0)
                    env.process(office.operator(link, stations.sizes, (web_app, app)[kind]))
            env.process(office.pleno())
        hubs = self._hubs(app) if conduct.batching.hub else {}
        of = stations.kecamatan
        evening = Evening(
            env,
            self.uplinks,
            stations,
            app,
            lambda i: self.offices[of[i]].hand_over(i),
            lambda i: self.offices[of[i]].sent(i),
        )
        for i, station in enumerate(self.region.stations):
            self.offices[of[i]].open_stations += 1
            hashed = uniform(code(station.code), _HASH)
            link, hub = self.wiring.phone(i), hubs.get(station.kelurahan)
            env.process(evening.of(link, hashed, hub, self.wiring.brought(i, link)))

    def _hubs(self, app: App) -> dict[str, Hub]:
        """One device a kelurahan; its holders are as patient as its most patient crew."""
        members: dict[str, list[int]] = {}
        for i, station in enumerate(self.region.stations):
            members.setdefault(station.kelurahan, []).append(i)
        stations = self.world.stations
        hubs = {}
        for kelurahan, its in members.items():
            hub = Hub(self.env, self.uplinks, app, self.wiring.hub(kelurahan, its[0]), self.entries)
            patience = float(stations.patience[its].max())
            again = float(stations.press_again[its].mean())
            self.env.process(hub.serve(stations.sizes, patience, again))
            hubs[kelurahan] = hub
        return hubs

    def result(self) -> Night:
        """The state of everything at the snapshot."""
        stations = self.world.stations
        offices = np.zeros(len(self.offices), OFFICES)
        for k, office in enumerate(self.offices):
            offices[k] = (k, office.complete_at, office.excel_at, len(office.queue))
        values = dict(self.world.night)
        for path, array in self.world.kecamatan.items():
            values.setdefault(path, float(array.mean()))
        counts, ways = self.uplinks.counts, _modelled(self.uplinks)
        outcomes = table(self.entries, stations.kecamatan, stations.ready)
        return Night(
            outcomes=outcomes,
            offices=offices,
            values=values,
            counts={
                "attempts": counts.attempts,
                "waits": counts.waits,
                "transfers": counts.transfers,
                "cells": len(self.wiring.cells),
                "duplicates": sum(way.server.duplicates for way in ways),
                "peak_flows_in_a_cell": max(c.peak_flows for c in self.wiring.cells),
                "peak_slots": max(way.slots.peak for way in ways),
                "peak_requests_per_minute": max(counts.per_minute.values(), default=0),
                "peak_bytes_per_10_minutes": round(counts.most_bytes(10)),
                **self.world.portable.counts(outcomes["state"] == State.SENT_KPPS),
            },
        )

    def _rules(self, k: int) -> Rules:
        ppk = self.scenario.people.ppk
        ahead = float(self.world.ahead[k])

        def seconds(at: datetime) -> float:
            return self.scenario.seconds(at) - ahead

        def value(name: str) -> float:
            return float(self.world.kecamatan[f"people.ppk.{name}"][k])

        return Rules(
            hours=[(seconds(h.begins), seconds(h.ends)) for h in ppk.hours],
            starts=value("starts") - self.scenario.start.timestamp() - ahead,
            pleno=seconds(ppk.pleno),
            handling=value("handling"),
            patience=value("patience"),
            press_again=value("press_again"),
            stuck_after=value("stuck_after"),
            permission=value("permission"),
            excel_per_station=value("excel_per_station"),
            can_use=bool(self.world.office[k] >= value("cannot_use")),
        )


def _modelled(way: Way | None) -> list[Uplinks]:
    """The modelled servers of a chain of ways."""
    found = []
    while way is not None:
        if isinstance(way, Uplinks):
            found.append(way)
        way = getattr(way, "then", None)
    return found
