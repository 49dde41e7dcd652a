"""One night by the compiled kernel: the same result as :func:`sim.night.simulate`, sooner.

:func:`supported` says whether a night is in the kernel's domain; outside of it SimPy answers. A
night inside is the same to the last bit, which ``tests/kernel`` holds over random scenarios.

Rule of this file: from a drawn world to the kernel's arrays and back; no mechanism. Units: seconds
of scenario time, bytes, bytes/s.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from math import inf, nan
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.assembly import OFFICES, WEB, Night
from sim.client.batching.batching import TALLY, Batching
from sim.client.batching.pieces import Resume
from sim.draws import Draws, code, uniform, uniforms
from sim.ingest.build import build_server
from sim.ledger import OUTCOMES, Cause
from sim.ledger import State as Where
from sim.network.build import Radio, build_congestion, build_radio
from sim.network.profile import Profile, Steps
from sim.population.region import Region
from sim.population.world import World, draw_world
from sim.scenario.conduct import Conduct, own_conduct
from sim.scenario.model import Scenario

_CODES = (
    "crew.press-again", "link.access", "link.break", "server.outage", "server.fault",
    "server.nation-slot", "server.nation-queue", "server.service",
)  # fmt: skip
_RULES = (
    "handling", "patience", "press_again", "stuck_after", "permission", "excel_per_station",
)  # fmt: skip
_EVENTS = 8  # room in the heap of events at first, per device; doubled when it does not do


def supported(scenario: Scenario, conduct: Conduct, trace: Profile | None = None) -> str | None:
    """Why a night is outside of the kernel's domain; None: it is inside."""
    policy, batching, shaping = conduct
    outside = {
        "numba is not installed (the extra 'fast')": find_spec("numba") is None,
        "a policy that retries by itself": policy.stop.attempts > 1,
        "a policy with guards": bool(policy.guards),
        "a hedged policy": policy.hedge is not None,
        "uploads that resume": batching.resume is not Resume.NONE,
        "lanes": batching.lanes > 1,
        "a hub": batching.hub,
        "turns by token": shaping.places > 0,
        "a trace": trace is not None,
        "a listen queue": scenario.server.backlog > 0,
    }
    return next((reason for reason, holds in outside.items() if holds), None)


def simulate(
    scenario: Scenario,
    region: Region,
    seed: int,
    replication: int,
    *,
    places: Mapping[str, int] = MappingProxyType({}),
    quantities: Mapping[str, Draws] = MappingProxyType({}),
    conduct: Conduct | None = None,
) -> Night:
    """One night to the scenario's snapshot; arguments as in :func:`sim.night.simulate`.

    Raises
    ------
    ValueError : outside of the kernel's domain.
    """
    from kernel.core import run

    conduct = own_conduct(scenario) if conduct is None else conduct
    reason = supported(scenario, conduct)
    if reason is not None:
        raise ValueError(f"the kernel does not do {reason}")
    world = _world(scenario, region, Draws(seed, replication, places, quantities))
    room = _EVENTS
    while True:
        state = _state(scenario, region, world, conduct, room)
        if run(state):
            return _result(state, world)
        room *= 2


def prepare(scenario: Scenario, region: Region, seed: int, replication: int) -> Any:
    """The scenario's own night as the kernel's arrays, before its first event."""
    world = _world(scenario, region, Draws(seed, replication))
    return _state(scenario, region, world, own_conduct(scenario), _EVENTS)


def _world(scenario: Scenario, region: Region, draws: Draws) -> World:
    world = draw_world(scenario, region, draws)
    if (world.stations.ready < 0).any() or min(map(len, world.stations.sizes)) < 1:
        raise ValueError(
            "the kernel does not do stations ready before the start, or without photos"
        )
    return world


def _objects(batching: Batching, world: World, ids: dict[str, int]) -> list[list[tuple[Any, ...]]]:
    return [
        [(o.size, ids.setdefault(o.key, len(ids)), o.key == TALLY) for o in batching.objects(sizes)]
        for sizes in world.stations.sizes
    ]


def _state(scenario: Scenario, region: Region, world: World, conduct: Conduct, room: int) -> Any:
    from kernel.state import State

    radio = build_radio(scenario.network)
    ingest = build_server(scenario, world, max(radio.fastest(world.cells.capacity), 1.0))
    server, night, ppk = ingest.server, world.night, scenario.people.ppk
    stations, its = world.stations, len(region.stations)
    offices, cells = len(region.kecamatan), len(world.cells.capacity)
    per_office = ppk.web_operators + ppk.mobile_operators
    n = its + offices * per_office
    of_operator = np.repeat(np.arange(offices), per_office)
    office = np.concatenate([stations.kecamatan, of_operator])
    operators = np.arange(its, n)
    web = np.zeros(n, np.bool_)
    web[its:] = np.tile(np.arange(per_office) < ppk.web_operators, offices)

    congestion = build_congestion(scenario, world)
    shape = congestion[0].shape
    assert isinstance(shape, Steps)
    loads = np.array(shape.values)

    classes = len(radio.shares)
    klass = np.zeros(n, np.int64)
    klass[:its] = np.minimum(
        np.searchsorted(np.cumsum(radio.shares), stations.radio, side="right"), classes - 1
    )
    cell = np.concatenate([stations.cell, cells + of_operator])
    access = np.zeros(n)
    access[:its] = world.kecamatan["network.access_delay"][stations.kecamatan]
    setup = np.full(n, radio.office_setup())
    setup[:its] = access[:its] + _setups(radio, world, klass[:its])
    warm = np.full(n, min(radio.rtt))
    warm[:its] = np.array(radio.rtt)[klass[:its]]

    def per(values: list[float]) -> NDArray[np.float64]:
        return np.concatenate([np.array(values)[stations.kecamatan], np.zeros(n - its)])

    keys = np.zeros(n, np.uint64)
    keys[:its] = stations.keys
    for d in operators:
        district = region.kecamatan[office[d]].code
        number = (d - its) % per_office
        keys[d] = world.draws.within(district).key(f"kecamatan/{district}/operator/{number}")

    covered = np.ones(n, np.bool_)
    covered[:its] = stations.covered | stations.walks
    ready = np.where(
        ~stations.covered & stations.walks, stations.ready + stations.walk, stations.ready
    )
    starts = _starts(region, world, conduct, ready)

    timeout = night["client.timeout"]
    policies = [WEB[0], conduct.policy]
    timeouts = np.array([timeout if p.timeout is None else p.timeout for p in policies], float)
    app = np.where(web, 0, 1)

    ids: dict[str, int] = {}
    listed = _objects(WEB[1], world, ids) + _objects(conduct.batching, world, ids)
    flat = [o for objects in listed for o in objects]
    first = np.cumsum([0, *map(len, listed)])

    def value(name: str) -> NDArray[np.float64]:
        return world.kecamatan[f"people.ppk.{name}"]

    seconds = scenario.seconds
    rules = np.zeros((offices, 9))
    rules[:, 0] = value("starts") - scenario.start.timestamp()
    rules[:, 1] = seconds(ppk.pleno)
    for column, name in enumerate(_RULES, 2):
        rules[:, column] = value(name)
    rules[:, 8] = world.office >= value("cannot_use")
    peaks = np.zeros((cells + offices, classes))
    peaks[:cells] = world.cells.capacity[:, None] * np.array(radio.relative_peaks)
    peaks[cells:, 0] = value("link")
    caps = np.full((cells + offices, classes), inf)
    caps[:cells] = radio.caps
    airtime = np.ones((cells + offices, len(loads)))
    airtime[:cells] = 1.0 - world.cells.busy_at_peak[:, None] * loads
    is_office = np.arange(cells + offices) >= cells
    all_cells = cells + offices

    def f(size: int, fill: float = 0.0) -> NDArray[np.float64]:
        return np.full(size, fill)

    def i(*size: int) -> NDArray[np.int64]:
        return np.zeros(size, np.int64)

    def b(size: int) -> NDArray[np.bool_]:
        return np.zeros(size, np.bool_)

    events = room * n + 1024
    config = np.array([
        scenario.horizon, server.service, server.exponential, server.fault,
        night["server.deadline"],
        round(night["server.queue"]), ingest.slots.capacity, scenario.server.cancellation,
        ingest.pipe.capacity, ingest.pipe.binding_below, ingest.pipe.resolution, its,
    ], float)  # fmt: skip
    windows = [(o.begins, o.ends, o.severity, o.silent, o.web_only) for o in server.outages]
    gives_up = f(n)
    gives_up[:its] = starts + stations.patience
    again = f(n)
    again[:its] = stations.press_again
    until = f(n)
    until[:its] = starts
    wide = int(np.bincount(cell, minlength=all_cells).max())
    queue = int(np.bincount(stations.kecamatan, minlength=offices).max()) + 1
    return State(
        count=i(13), clock=np.array([0.0, 0.0, inf]), config=config,
        h_time=f(events), h_seq=i(events), h_kind=i(events), h_who=i(events), h_more=i(events),
        starts=np.array(shape.starts), loads=loads,
        d_key=keys, d_cell=cell, d_class=klass,
        d_refused=per([c.refused_at_peak for c in congestion]),
        d_breaks=per([c.break_rate_at_peak for c in congestion]),
        d_access=access, d_setup=setup, d_warm=warm, d_web=web, d_covered=covered, d_office=office,
        d_app=app, d_timeout=timeouts[app], d_idle=np.array([p.idle for p in policies], float)[app],
        d_n=i(n), d_failed=np.ones(n, np.bool_), d_open=f(n, -inf),
        d_station=np.concatenate([np.arange(its), i(n - its)]),
        d_now=f(n), d_wait=b(n), d_until=until, d_gives_up=gives_up, d_again=again,
        d_draw=keys.copy(), d_object=i(n), d_last=i(n), d_presses=i(n), d_ending=i(n),
        d_began=f(n), d_broken=f(n), d_deadline=f(n), d_day=i(n), d_waits=i(n), d_order=i(n),
        f_size=f(n), f_end=f(n), f_active=b(n), f_delivered=f(n), f_seq=i(n), f_cut=f(n),
        f_cut_seq=i(n), f_short=b(n),
        c_peak=peaks, c_cap=caps, c_rate=np.zeros_like(peaks), c_v=np.zeros_like(peaks),
        c_class_n=i(all_cells, classes), c_busy=i(all_cells, classes), c_busy_n=i(all_cells),
        c_n=i(all_cells), c_airtime=f(all_cells), c_values=airtime, c_fixed=is_office,
        c_segment=f(all_cells), c_t=f(all_cells), c_ceiling=f(all_cells, inf),
        c_armed=f(all_cells, inf), c_timer=i(all_cells), c_seq=i(all_cells),
        c_cut_seq=i(all_cells), c_flows=i(all_cells, wide), c_office=is_office, ended=i(n),
        o_open=np.bincount(stations.kecamatan, minlength=offices), o_last=f(offices, -inf),
        o_excel=f(offices, nan), o_complete=f(offices, nan), o_more=i(offices),
        o_queue=i(offices, queue), o_first=i(offices), o_length=i(offices),
        o_device=its + per_office * np.arange(offices + 1), o_rules=rules,
        hours=np.array([(seconds(h.begins), seconds(h.ends)) for h in ppk.hours]).reshape(-1, 2),
        handled=b(its), has_app=stations.has_app, ready=stations.ready,
        e_attempts=i(its), e_acked=f(its), e_wasted=f(its), e_airtime=f(its),
        e_cause=np.full(its, int(Cause.NOT_REACHED)), e_sent=f(its, nan), e_by=i(its) - 1,
        e_handed=f(its, nan), e_tally=f(its, nan), e_excel=b(its),
        x_first=first, x_size=np.array([o[0] for o in flat], float),
        x_id=np.array([o[1] for o in flat]), x_tally=np.array([o[2] for o in flat]),
        stored=np.full((its, len(ids)), inf), free=f(max(round(night["server.workers"]), 1)),
        waiting=f(events), outages=np.array(windows, float).reshape(-1, 5),
        n_flows=np.array(server.nation.flows, float),
        n_refused=np.array(server.nation.refused, float),
        n_full=np.array(server.nation.full, float), n_ahead=np.array(server.nation.ahead, float),
        per_minute=i(int((scenario.horizon + timeouts.max()) // 60.0) + 2),
        codes=np.array([code(name) for name in _CODES], np.uint64),
    )  # fmt: skip


def _setups(radio: Radio, world: World, klass: NDArray[np.int64]) -> NDArray[np.float64]:
    """Seconds of handshakes and slow start of every station."""
    known: dict[tuple[int, int], float] = {}
    capacity = world.cells.capacity
    found = []
    for pair in zip(klass.tolist(), world.stations.cell.tolist(), strict=True):
        if pair not in known:
            known[pair] = radio.setup(pair[0], capacity[pair[1]])
        found.append(known[pair])
    return np.array(found)


def _starts(
    region: Region, world: World, conduct: Conduct, ready: NDArray[np.float64]
) -> NDArray[np.float64]:
    """When every station's crew presses *send* for the first time."""
    shaping = conduct.shaping
    if shaping.slots == 1 and shaping.spread == 0.0:
        return ready
    u = uniforms(world.stations.keys, code("client.start")).tolist()
    district = world.stations.kecamatan.tolist()
    hashed = [uniform(code(s.code), code("station.hash")) for s in region.stations]
    rows = zip(ready.tolist(), hashed, district, u, strict=True)
    return np.array([shaping.start(*row) for row in rows])


def _result(s: Any, world: World) -> Night:
    """The state of everything at the snapshot, as :meth:`sim.assembly.Assembly.result` has it."""
    from kernel import state as at

    rows = np.zeros(len(s.e_by), OUTCOMES)
    sent = s.e_by >= 0
    rows["station"] = np.arange(len(rows))
    rows["kecamatan"] = world.stations.kecamatan
    tried = np.where(s.e_attempts > 0, int(Where.FAILED), int(Where.NOT_ATTEMPTED))
    rows["state"] = np.where(sent, s.e_by, tried)
    rows["cause"] = np.where(sent, int(Cause.NONE), s.e_cause)
    rows["ready_s"] = world.stations.ready
    rows["sent_s"] = s.e_sent
    rows["tally_s"] = np.where(sent, np.fmin(s.e_tally, s.e_sent), s.e_tally)
    rows["handed_over_s"] = s.e_handed
    rows["attempts"] = s.e_attempts
    rows["bytes_acked"] = np.rint(s.e_acked)
    rows["bytes_wasted"] = np.rint(s.e_wasted)
    rows["airtime_s"] = s.e_airtime
    rows["excel"] = s.e_excel
    offices = np.zeros(len(s.o_open), OFFICES)
    offices["kecamatan"] = np.arange(len(offices))
    offices["complete_s"] = s.o_complete
    offices["excel_s"] = s.o_excel
    offices["queue"] = s.o_length
    values = dict(world.night)
    for path, array in world.kecamatan.items():
        values.setdefault(path, float(array.mean()))
    count = s.count
    counts = {
        "attempts": count[at.ATTEMPTS],
        "waits": count[at.WAITS],
        "transfers": count[at.TRANSFERS],
        "cells": len(world.cells.capacity),
        "duplicates": count[at.DUPLICATES],
        "peak_flows_in_a_cell": count[at.PEAK_FLOWS],
        "peak_slots": count[at.PEAK_SLOTS],
        "peak_requests_per_minute": s.per_minute.max(),
    }
    return Night(rows, offices, values, {name: int(n) for name, n in counts.items()})
