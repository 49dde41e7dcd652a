"""The loop of one compiled night: events in SimPy's order, each carried on as far as it goes.

Rule of this file: who goes on with what; the mechanisms are next door.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from sim.kernel import cells, client, events, people, records, server, uplink
from sim.kernel.cells import open_cell, tell, wake_up
from sim.kernel.events import drop, push
from sim.kernel.jit import entry, inlined, version
from sim.kernel.memory import (
    Record,
    Whole,
    cell_at,
    device_at,
    ended_at,
    event_at,
    minute_at,
    office_at,
)
from sim.kernel.people import (
    at_work,
    by_phone,
    evening,
    gave_up,
    more_came,
    next_day,
    nothing_came,
    pleno,
    station_over,
    upload,
    uploaded,
)
from sim.kernel.records import (
    ARRIVED,
    AT_WORK,
    BEGINS,
    DAY,
    GAVE_UP,
    GO,
    HANDED,
    MORE,
    NATION,
    NO_REPLY,
    NONE,
    NOTHING,
    OVER,
    PASSED,
    PLENO,
    STUCK,
    TIMEOUT,
    TIMER,
    UPLOAD,
)
from sim.kernel.server import knocked
from sim.kernel.uplink import enter, go, passed, refuse


@inlined
def _begin_all(s: Record) -> None:
    """Everybody takes their place, in the order of :mod:`sim.assembly`."""
    for c in range(s.n_cells):
        open_cell(s, c)
    if s.pipe < inf:
        push(s, 0.0, NATION, NONE, NONE)
    for k in range(s.n_offices - 1):
        for d in range(office_at(s, k).devices, office_at(s, k + 1).devices):
            push(s, 0.0, DAY, d, NONE)
        push(s, 0.0, PLENO, k, NONE)
    for d in range(s.stations):
        push(s, 0.0, BEGINS, d, NONE)


@inlined
def _nation(s: Record, minute: int) -> None:
    """The nation's course from a minute on, as long as it stays the same; behind its last minute
    there is one of no flows."""
    flows = minute_at(s, minute).flows if minute < s.n_course else 0.0
    after = minute + 1
    while after <= s.n_course:
        if (minute_at(s, after).flows if after < s.n_course else 0.0) != flows:
            break
        after += 1
    s.nation_flows = flows
    tell(s)
    if after <= s.n_course:
        push(s, min((after - minute) * s.step, s.horizon - s.now), NATION, after, NONE)


@inlined
def _happens(s: Record, kind: int, who: int, more: int) -> None:
    """An event that is not one device's."""
    if kind == NATION:
        _nation(s, who)
    elif kind == MORE:
        more_came(s, who, more)
    elif kind == TIMEOUT:
        nothing_came(s, who, more)
    elif kind == PLENO:
        push(s, office_at(s, who).pleno, STUCK, who, NONE)
    else:
        pleno(s, who, kind)


@inlined
def _goes_on(s: Record, d: int, step: int) -> None:
    """A device, or who holds it, goes on until it has to wait for the clock."""
    device = device_at(s, d)
    reply, at, acked = NO_REPLY, 0.0, NONE
    while step != NOTHING:
        if step == ARRIVED:
            if s.n_counter:
                knocked(s, s.inside >= s.slots)
            if s.inside < s.slots:
                enter(s, d)
                return
            reply, at = refuse(s, d), s.now
            step = GO
        elif step == PASSED:
            reply, at = passed(s, d)
            acked = device.acked + device.length
            step = GO
        elif step == GO:
            step = go(s, d, reply, at, acked)
            reply = NO_REPLY
        elif step == OVER:
            gave_up(s, d)
            if d >= s.stations:
                step = uploaded(s, d)
            elif device.brought and by_phone(s, d):
                step = GO
            else:
                station_over(s, d, device.ending)
                return
        elif step == HANDED:
            station_over(s, d, GAVE_UP)
            return
        elif step == AT_WORK:
            step = at_work(s, d)
        elif step == DAY:
            step = next_day(s, d)
        elif step == UPLOAD:
            step = upload(s, d)
        else:
            step = evening(s, d)


@cache
def compiled() -> Callable[[NDArray[np.void]], int]:
    """The function that runs a night to its horizon and returns its ``trouble``, or 0."""
    parts = [cells, client, events, people, records, server, uplink, sys.modules[__name__]]
    number = version(parts)

    def run(nights: NDArray[np.void]) -> Whole:
        s = nights[0]
        s.version = number
        _begin_all(s)
        turn = ended = 0
        while not s.trouble:
            if turn < ended:
                d, step = ended_at(s, turn).value, PASSED
                turn += 1
            else:
                if s.scheduled == 0 or not event_at(s, 0).time < s.horizon:
                    break
                first = event_at(s, 0)
                s.now = first.time
                kind, d, more = first.kind, first.who, first.more
                drop(s)
                if kind == TIMER:
                    if more == cell_at(s, d).timer:
                        ended = wake_up(s, d)
                        turn = 0
                    continue
                if kind >= NATION:
                    _happens(s, kind, d, more)
                    continue
                step = kind
            _goes_on(s, d, step)
        return s.trouble

    return entry(run)
