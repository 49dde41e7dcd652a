"""The mirror of :mod:`sim.uplink` and :mod:`sim.link`: a device's way to the server.

Rule of this file: the arithmetic of the mirrored lines, in their order.
"""

from __future__ import annotations

from math import inf, log

import numpy as np

from sim import link as model
from sim.kernel.cells import begin, tell
from sim.kernel.client import choose, replied
from sim.kernel.events import background, push, uniform
from sim.kernel.jit import inlined
from sim.kernel.memory import Real, Record, Whole, app_at, count_at, device_at, entry_at
from sim.kernel.records import (
    ARRIVED,
    BUSY,
    DROPPED,
    NO_SERVICE,
    NONE,
    NOTHING,
    OK,
    OVER,
    R500,
    TIMED_OUT,
)
from sim.kernel.server import carried, door, submit
from sim.ledger import Cause

_ACCESS = np.uint64(model._ACCESS)
_BREAK = np.uint64(model._BREAK)
_BY_ACCESS: Whole = np.int64(Cause.ACCESS)
_BY_BREAK: Whole = np.int64(Cause.BREAK)
_BY_TIMEOUT: Whole = np.int64(Cause.TIMEOUT)
_BY_REFUSAL: Whole = np.int64(Cause.REFUSED)
_BY_OUTAGE: Whole = np.int64(Cause.OUTAGE)
_BY_FAULT: Whole = np.int64(Cause.FAULT)
_NO_COVERAGE: Whole = np.int64(Cause.NO_COVERAGE)


@inlined
def keep(s: Record, d: int, length: int, since: float) -> None:
    """The server keeps ``length`` bytes of the piece from ``since`` on."""
    device = device_at(s, d)
    device.before = device.after
    device.after = device.acked + length
    device.since = since


@inlined
def _outside(s: Record, d: int, setup: float) -> Whole:
    """The reply of an attempt that never gets to the server's slots; OK: it does."""
    device = device_at(s, d)
    entry = entry_at(s, device.station)
    now = device.now
    timeout = app_at(s, device.app).timeout
    if not device.covered:
        entry.cause = _NO_COVERAGE
        return NO_SERVICE
    if now > device.open and uniform(device.key, _ACCESS, device.n) < device.refused * background(
        s, now
    ):
        entry.cause = _BY_ACCESS
        return NO_SERVICE
    if setup >= timeout:
        entry.cause = _BY_TIMEOUT
        return TIMED_OUT
    refusal = door(s, d, now + setup)
    if refusal == R500:
        entry.cause = _BY_FAULT
    elif refusal == BUSY:
        entry.cause = _BY_REFUSAL
    elif refusal != OK:
        entry.cause = _BY_OUTAGE
    return refusal


@inlined
def go(s: Record, d: int, reply: int, at: float, acked: int) -> Whole:
    """Take a reply in (``reply`` -1: there is none yet) and run a device ahead until it needs the
    clock (``NOTHING``) or is at its end now (``OVER``)."""
    device = device_at(s, d)
    app = app_at(s, device.app)
    while True:
        if reply >= 0:
            ending = replied(s, d, reply, at, acked)
            if ending == 0 and not device.waits:
                ending = choose(s, d)
            if ending:
                break
        now = device.now
        if not now < s.horizon:
            return NOTHING
        if device.waits:
            s.waits += 1
            now = max(now, device.until)
            device.now = now
            ending = choose(s, d)
            if ending:
                break
            if not now < s.horizon:
                return NOTHING
        device.n += 1
        device.m += 1
        entry_at(s, device.station).attempts += 1
        s.attempts += 1
        device.began = now
        setup = device.warm if now <= device.open else device.setup
        reply = _outside(s, d, setup)
        acked = NONE
        if reply == NO_SERVICE:
            at = now + min(device.access, app.timeout)
        elif reply == TIMED_OUT:
            at = now + app.timeout
        else:
            at = now + setup
        if reply == OK:
            count_at(s, int(at // 60.0)).requests += 1
            if not device.asks:
                device.deadline = now + app.timeout
                push(s, at - s.now, ARRIVED, d, NONE)
                return NOTHING
            acked = device.after if device.since <= at else device.before
    device.ending = ending
    if device.now > s.now:
        push(s, device.now - s.now, OVER, d, NONE)
        return NOTHING
    return OVER


@inlined
def enter(s: Record, d: int) -> None:
    """A connection has its slot, and its body enters the cell."""
    device = device_at(s, d)
    now = s.now
    u = uniform(device.key, _BREAK, device.n)
    rate = device.breaks * background(s, now)
    device.entered = now
    device.broken = now + (-log(u) / rate if rate > 0.0 else inf)
    s.inside += 1
    if s.inside > s.peak_slots:
        s.peak_slots = s.inside
    s.transfers += 1
    s.local += 1
    tell(s)
    begin(s, d, min(device.broken, device.deadline))


@inlined
def refuse(s: Record, d: int) -> Whole:
    """A connection finds no slot: the reply."""
    device = device_at(s, d)
    entry_at(s, device.station).cause = _BY_REFUSAL
    return TIMED_OUT if s.now >= device.deadline else BUSY


@inlined
def _carry(s: Record, since: float, until: float, size: float) -> None:
    """Bytes of a body that passed between two moments (:meth:`sim.way.Counts.carried`)."""
    first, last = int(since // 60.0), int(until // 60.0)
    if first == last:
        count_at(s, first).carried += size
        return
    for minute in range(first, last + 1):
        span = min(until, 60.0 * (minute + 1)) - max(since, 60.0 * minute)
        count_at(s, minute).carried += size * span / (until - since)


@inlined
def passed(s: Record, d: int) -> tuple[Whole, Real]:
    """A body has passed its cell, or was cut: the reply, and when it is known."""
    device = device_at(s, d)
    entry, now = entry_at(s, device.station), s.now
    s.local -= 1
    tell(s)
    entry.airtime += now - device.entered
    s.inside -= 1
    if s.n_counter:
        carried(s, device.entered, now)
    _carry(s, device.entered, now, device.delivered)
    if device.short:
        kept = 0
        if s.keeps_partial and app_at(s, device.app).resumes:
            kept = int(device.delivered)
        entry.acked += kept
        entry.wasted += device.delivered - kept
        if kept:
            keep(s, d, kept, now)
        if device.broken < device.deadline:
            entry.cause = _BY_BREAK
            return DROPPED, now
        entry.cause = _BY_TIMEOUT
        return TIMED_OUT, now
    deadline = min(device.deadline, now + app_at(s, device.app).idle)
    at, reply, duplicate = submit(s, d, device.acked, deadline)
    if reply != OK or duplicate:
        entry.wasted += device.length
    else:
        entry.acked += device.length
    if reply == OK:
        keep(s, d, device.length, at)
    if at > deadline:
        entry.cause = _BY_TIMEOUT
        return TIMED_OUT, deadline
    if reply != OK:
        entry.cause = _BY_REFUSAL
    return reply, at
