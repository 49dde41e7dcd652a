"""From a drawn world to the kernel's records.

Rule of this file: translation; what is computed here is what :mod:`sim.assembly` hands to the parts
of a night, array by array. Units: seconds of scenario time, bytes, bytes/s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import inf, nan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.assembly import _HASH, WEB
from sim.client.batching.pieces import Resume
from sim.client.shaping.shaping import Shaping
from sim.draws import code, uniform, uniforms
from sim.ingest.build import Ingest, build_server
from sim.ingest.nation import Course
from sim.kernel import records
from sim.kernel.apps import STEPS, build_apps, build_objects
from sim.kernel.records import State
from sim.ledger import Cause
from sim.network.build import (
    Radio,
    build_congestion,
    build_radio,
    fastest_portable,
    portable_setup,
)
from sim.network.profile import Steps
from sim.network.transport import pftk
from sim.people.kpps import _START
from sim.population.region import Region
from sim.population.world import World
from sim.scenario.conduct import Conduct
from sim.scenario.model import Scenario

_OFFICE: Final = {
    "handling": "handling",
    "patience": "patience",
    "again": "press_again",
    "stuck": "stuck_after",
    "permission": "permission",
    "typing": "excel_per_station",
}
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def odd(scenario: Scenario, world: World) -> str | None:
    """What about a drawn night is outside of the kernel's domain; None: nothing."""
    if ((world.stations.ready < 0) & ~world.stations.has_app).any():
        return "stations without the app that are ready before the start"
    if world.stations.sizes.counts.min() < 1:
        return "stations without photographs"
    if (scenario.seconds(scenario.people.ppk.pleno) - world.ahead).min() < 0:
        return "a plenary before the start"
    if len(set(world.ahead.tolist())) > 1:
        return "clocks that differ"
    return None


def build(
    scenario: Scenario,
    region: Region,
    world: World,
    conduct: Conduct,
    others: Course | None = None,
    room: int = 1,
) -> State:
    """The records of a night at its beginning; ``others`` as for
    :func:`sim.ingest.build.build_server`; ``room``: how much more than usual is made for what is
    not known before."""
    radio = build_radio(scenario.network)
    fastest = max(radio.fastest(world.cells.capacity), fastest_portable(scenario, world), 1.0)
    ingest = build_server(scenario, world, fastest, others)
    counter, ahead = ingest.server.counter, float(world.ahead[0])
    stations, offices = len(region.stations), len(region.kecamatan)
    per_office = scenario.people.ppk.web_operators + scenario.people.ppk.mobile_operators
    n = stations + offices * per_office
    devices = _devices(scenario, region, world, radio, per_office)
    _crews(region, world, conduct.shaping, devices[:stations])
    phones = _bring(scenario, world, radio, devices[:stations])
    own = devices["cell"], phones["cell"][devices["brought"][:stations] == 1]
    apps, delays, saturated = build_apps(
        scenario.server, [WEB[0], conduct.policy], world.night["client.timeout"]
    )
    apps["resumes"] = [False, conduct.batching.resume is not Resume.NONE]
    objects, first = build_objects(world.stations.sizes, [WEB[1], conduct.batching])
    cells, classes = _cells(scenario, world, radio, np.concatenate(own))
    names = int(objects["name"].max()) + 1
    setups = [of[name].max() for of in (devices, phones) for name in ("setup", "warm")]
    latest = scenario.horizon + float(max(setups))
    chunks = np.sum(objects["size"] // np.maximum(objects["chunk"], 1) * (objects["chunk"] > 0))
    spread = 2 if conduct.batching.resume is Resume.NONE else 4 * room * int(chunks + n)
    hours = scenario.people.ppk.hours

    def seconds(at: datetime) -> float:
        return scenario.seconds(at) - ahead

    arrays = {
        "devices": devices,
        "apps": apps,
        "cells": cells,
        "classes": classes,
        "offices": _offices(scenario, world, stations, per_office),
        "entries": _entries(world),
        "objects": objects,
        "events": np.zeros(room * (4 * n + 1024), records.EVENT),
        "delays": _of(records.DELAY, delays.reshape(-1)),
        "course": _course(ingest.server.nation),
        "outages": _rows(records.OUTAGE, ingest.server.outages),
        "shape": _shape(scenario, world),
        "hours": _rows(records.HOURS, [(seconds(h.begins), seconds(h.ends)) for h in hours]),
        "first": _of(records.PLACE, first),
        "flows": np.zeros(n + len(own[1]), records.PLACE),
        "queues": np.zeros(stations + offices, records.PLACE),
        "ended": np.zeros(n + len(radio.shares), records.PLACE),
        "free": np.zeros(max(round(world.night["server.workers"]), 1), records.TIME),
        "waiting": np.zeros(room * (4 * n + 1024), records.TIME),
        "stored": _of(records.TIME, np.full(stations * names, inf)),
        "pieces": np.zeros(1 << spread.bit_length(), records.PIECE),
        "counter": np.zeros(0 if counter is None else len(counter.flows), records.COUNTER),
        "asked": np.zeros(0 if counter is None else room * (32 * n + 1024), records.ASKED),
        "minutes": np.zeros(int(latest // 60.0) + 2, records.COUNT),
        "phones": phones,
    }
    arrays["pieces"]["number"] = -1
    night = _night(scenario, ingest, saturated)
    night["radios"], night["stations"], night["names"] = len(radio.shares), stations, names
    if counter is not None:
        night["counter_step"] = counter._step
    return records.place(night, arrays, counter)


def _of(dtype: np.dtype[np.void], values: NDArray[Any]) -> NDArray[np.void]:
    """Records of one field."""
    found = np.zeros(len(values), dtype)
    (name,) = dtype.names or ()
    found[name] = values
    return found


def _rows(dtype: np.dtype[np.void], rows: Iterable[Sequence[Any]]) -> NDArray[np.void]:
    return np.array([tuple(row) for row in rows], dtype)


def _course(nation: Course) -> NDArray[np.void]:
    series = {name: getattr(nation, name) for name in records.MINUTE.names or ()}
    minutes = np.zeros(max(map(len, series.values())), records.MINUTE)
    for name, values in series.items():
        minutes[name][: len(values)] = values
    return minutes


def _shape(scenario: Scenario, world: World) -> NDArray[np.void]:
    shape = build_congestion(scenario, world)[0].shape
    assert isinstance(shape, Steps)
    loads = np.zeros(len(shape.starts), records.LOAD)
    loads["since"], loads["load"] = shape.starts, shape.values
    return loads


def _night(scenario: Scenario, ingest: Ingest, saturated: bool) -> NDArray[np.void]:
    server, pipe = ingest.server, ingest.pipe
    night = np.zeros(1, records.NIGHT)
    said = {
        "horizon": scenario.horizon,
        "told": inf,
        "pipe": pipe.capacity,
        "binding": pipe.binding_below,
        "resolution": pipe.resolution,
        "service": server.service,
        "fault": server.fault,
        "deadline": server.workers.deadline,
        "queue": inf if server.workers.queue is None else server.workers.queue,
        "retry_after": nan if server.retry_after is None else server.retry_after,
        "slots": ingest.slots.capacity,
        "exponential": server.exponential,
        "cancels": server.workers.cancellation,
        "keeps_partial": scenario.server.keeps_partial,
        "step": server.nation.step,
        "steps": STEPS,
        "saturated": saturated,
    }
    for name, value in said.items():
        night[name] = value
    return night


def _devices(
    scenario: Scenario, region: Region, world: World, radio: Radio, per_office: int
) -> NDArray[np.void]:
    """The links of all phones, and of the operators' devices behind them."""
    drawn, cells = world.stations, len(world.cells.phase)
    stations, offices = len(region.stations), len(region.kecamatan)
    devices = np.zeros(stations + offices * per_office, records.DEVICE)
    devices["failed"] = 1
    devices["open"] = -inf
    phones, theirs = devices[:stations], devices[stations:]

    klass = np.searchsorted(np.cumsum(radio.shares), drawn.radio, side="right")
    klass = np.minimum(klass, len(radio.shares) - 1)
    access = world.kecamatan["network.access_delay"][drawn.kecamatan]
    congestion = build_congestion(scenario, world)
    phones["key"] = phones["draw"] = drawn.keys
    phones["station"] = np.arange(stations)
    phones["office"] = drawn.kecamatan
    phones["cell"] = drawn.cell
    phones["klass"] = klass
    phones["refused"] = np.array([c.refused_at_peak for c in congestion])[drawn.kecamatan]
    phones["breaks"] = np.array([c.break_rate_at_peak for c in congestion])[drawn.kecamatan]
    phones["access"] = access
    phones["setup"] = access + _setups(radio, world, klass)
    phones["warm"] = np.array(radio.rtt)[klass]
    phones["covered"] = drawn.covered | drawn.walks
    phones["app"] = 1

    of = np.repeat(np.arange(offices), per_office)
    number = np.tile(np.arange(per_office), offices)
    theirs["station"] = -1
    theirs["office"] = of
    theirs["cell"] = cells + of
    theirs["setup"] = radio.office_setup()
    theirs["warm"] = min(radio.rtt)
    theirs["covered"] = 1
    web = number < scenario.people.ppk.web_operators
    theirs["web"], theirs["app"] = web, ~web
    number = 2 * np.where(web, number, number - scenario.people.ppk.web_operators) + ~web
    codes = [k.code for k in region.kecamatan]
    names = [f"kecamatan/{codes[k]}/operator/{i}" for k, i in zip(of, number, strict=True)]
    theirs["key"] = world.draws.keys(names, [codes[k] for k in of])
    return devices


def _setups(radio: Radio, world: World, klass: Ints) -> Floats:
    """Seconds of handshakes and slow start of every station."""
    classes, capacity = len(radio.shares), world.cells.capacity.tolist()
    known: dict[int, float] = {}
    found = []
    for pair in (world.stations.cell * classes + klass).tolist():
        if pair not in known:
            known[pair] = radio.setup(pair % classes, capacity[pair // classes])
        found.append(known[pair])
    return np.array(found)


def _crews(region: Region, world: World, shaping: Shaping, phones: NDArray[np.void]) -> None:
    """When each crew begins, and for how long it tries."""
    drawn = world.stations
    ready = np.where(~drawn.covered & drawn.walks, drawn.ready + drawn.walk, drawn.ready)
    if shaping.slots > 1 or shaping.spread:
        u = uniforms(drawn.keys, _START).tolist()
        hashed = [uniform(code(s.code), _HASH) for s in region.stations]
        rows = zip(ready.tolist(), hashed, drawn.kecamatan.tolist(), u, strict=True)
        ready = np.array([shaping.start(*row) for row in rows])
    phones["until"] = ready
    phones["gives_up"] = ready + drawn.patience
    phones["again"] = drawn.press_again


def _bring(
    scenario: Scenario, world: World, radio: Radio, devices: NDArray[np.void]
) -> NDArray[np.void]:
    """Crews that a portable link reaches begin there; returns the phones that they go on with, in
    which ``until`` is the walk to the signal, and ``gives_up`` the end of their whole patience."""
    phones = devices.copy()
    portable, drawn, links = scenario.network.portable, world.stations, world.portable
    if portable is None:
        return phones
    ahead = float(world.ahead[0])
    comes, goes = portable.comes - ahead, portable.goes - ahead
    there = drawn.ready + links.bring
    its = np.flatnonzero((links.at >= 0) & (there < goes))
    starts = np.maximum(there, comes)[its]
    phones["until"] = np.where(~drawn.covered & drawn.walks, drawn.walk, 0.0)
    phones["gives_up"][its] = starts + drawn.patience[its]
    rates = links.rate[links.at[its]].tolist()
    devices["brought"][its] = 1
    devices["cell"][its] = len(world.cells.phase) + len(world.office) + links.at[its]
    for name in ("klass", "refused", "breaks", "access"):
        devices[name][its] = 0
    devices["setup"][its] = [portable_setup(portable, rate, radio.tls) for rate in rates]
    devices["warm"][its] = portable.rtt
    devices["covered"][its] = 1
    devices["until"][its] = starts
    devices["gives_up"][its] = np.minimum(phones["gives_up"][its], goes)
    return phones


def _cells(
    scenario: Scenario, world: World, radio: Radio, cell_of: Ints
) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """The cells, then the offices' lines and the portable links; and the radio classes of each."""
    links, portable = world.kecamatan["people.ppk.link"], scenario.network.portable
    n, classes = len(world.cells.phase), len(radio.shares)
    offices, portables = len(links), len(world.portable.rate)
    cells = np.zeros(n + offices + portables, records.CELL)
    cells["ceiling"] = cells["armed"] = inf
    cells["busy_at_peak"][:n] = world.cells.busy_at_peak
    cells["office"][n:] = 1
    members = np.bincount(cell_of, minlength=len(cells))
    cells["flows"] = np.cumsum(members) - members
    its = np.zeros((len(cells), classes), records.KLASS)
    its["peak"][:n] = world.cells.capacity[:, None] * np.array(radio.relative_peaks)
    its["peak"][n:, 0] = np.concatenate((links, world.portable.rate))
    its["cap"][:n] = radio.caps
    its["cap"][n:] = inf
    if portable is not None:
        its["cap"][n + offices :] = pftk(portable.rtt, portable.loss)
    return cells, its.reshape(-1)


def _offices(scenario: Scenario, world: World, stations: int, per_office: int) -> NDArray[np.void]:
    """The kecamatan's offices, and a row behind them that ends the last one's devices."""
    value = world.kecamatan
    n = len(world.office)
    open_stations = np.bincount(world.stations.kecamatan, minlength=n)
    offices = np.zeros(n + 1, records.OFFICE)
    offices["devices"] = stations + per_office * np.arange(n + 1)
    its = offices[:n]
    its["last"] = -inf
    its["excel"] = its["complete"] = nan
    its["open"] = open_stations
    its["room"] = open_stations + 1
    its["queue"] = np.cumsum(its["room"]) - its["room"]
    its["starts"] = value["people.ppk.starts"] - scenario.start.timestamp() - world.ahead
    its["pleno"] = scenario.seconds(scenario.people.ppk.pleno) - world.ahead
    for name, path in _OFFICE.items():
        its[name] = value[f"people.ppk.{path}"]
    its["can_use"] = world.office >= value["people.ppk.cannot_use"]
    return offices


def _entries(world: World) -> NDArray[np.void]:
    entries = np.zeros(len(world.stations.ready), records.ENTRY)
    entries["cause"] = int(Cause.NOT_REACHED)
    entries["by"] = -1
    for name in ("sent", "handed", "tally"):
        entries[name] = nan
    entries["ready"] = world.stations.ready
    entries["has_app"] = world.stations.has_app
    return entries
