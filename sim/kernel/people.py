"""The mirror of :mod:`sim.people`: how stations end, what operators and the pleno do.

Rule of this file: the arithmetic of the mirrored lines, in their order.
"""

from __future__ import annotations

from math import inf, isnan

import numpy as np

from sim.kernel.client import begin_object
from sim.kernel.events import push
from sim.kernel.jit import inlined
from sim.kernel.memory import (
    Record,
    Whole,
    device_at,
    entry_at,
    first_at,
    hours_at,
    office_at,
    phone_at,
    place_at,
)
from sim.kernel.records import (
    AT_WORK,
    DAY,
    GAVE_UP,
    GO,
    HANDED,
    MORE,
    NONE,
    NOTHING,
    PERMITTED,
    SENT,
    STUCK,
    TIMEOUT,
    TYPED,
    UPLOAD,
)
from sim.ledger import Cause
from sim.ledger import State as Where

_GAVE_UP: Whole = np.int64(Cause.GAVE_UP)
_NO_APP: Whole = np.int64(Cause.NO_APP)
_BY_KPPS: Whole = np.int64(Where.SENT_KPPS)
_BY_PPK: Whole = np.int64(Where.SENT_PPK)


@inlined
def _begin(s: Record, d: int, starts: float) -> None:
    """A device begins to send the objects of its station."""
    device = device_at(s, d)
    i = device.app * s.stations + device.station
    device.object, device.last = first_at(s, i).value, first_at(s, i + 1).value
    device.presses = device.m = 0
    device.now = s.now
    device.waits = 1
    device.until = starts
    begin_object(s, d)


@inlined
def evening(s: Record, d: int) -> Whole:
    """A station's evening begins."""
    device, entry = device_at(s, d), entry_at(s, d)
    if not entry.has_app:
        entry.cause = _NO_APP
        push(s, entry.ready, HANDED, d, NONE)
        return NOTHING
    _begin(s, d, device.until)
    return GO


@inlined
def gave_up(s: Record, d: int) -> None:
    """A client has ended: had it failed, or had patience?"""
    device = device_at(s, d)
    if device.ending == GAVE_UP and not device.failed:
        entry_at(s, device.station).cause = _GAVE_UP


@inlined
def _arrived(s: Record, station: int, k: int, by: int) -> None:
    office, now = office_at(s, k), s.now
    entry_at(s, station).sent = now
    entry_at(s, station).by = by
    office.open -= 1
    if office.open == 0 and isnan(office.complete):
        office.complete = now


@inlined
def _queue(s: Record, k: int, station: int) -> None:
    office = office_at(s, k)
    place_at(s, office.queue + (office.first + office.length) % office.room).value = station
    office.length += 1


@inlined
def station_over(s: Record, d: int, ending: int) -> None:
    """A station's crew has sent, or hands over."""
    k = device_at(s, d).office
    if ending == SENT:
        _arrived(s, d, k, _BY_KPPS)
        return
    office = office_at(s, k)
    entry_at(s, d).handed = s.now
    _queue(s, k, d)
    if not isnan(office.excel):
        entry_at(s, d).excel = 1
    if office.more > 0:
        push(s, 0.0, MORE, k, office.more)
        office.more = 0


@inlined
def by_phone(s: Record, d: int) -> Whole:
    """Who was at a portable link goes on with the phone, where there is need and patience: 1."""
    device, phone = device_at(s, d), phone_at(s, d)
    device.brought = 0
    if device.ending == SENT or s.now >= phone.gives_up:
        return 0
    device.cell, device.klass = phone.cell, phone.klass
    device.refused, device.breaks = phone.refused, phone.breaks
    device.access, device.setup, device.warm = phone.access, phone.setup, phone.warm
    device.covered, device.gives_up = phone.covered, phone.gives_up
    device.n = 0
    device.failed = 1
    device.open = -inf
    _begin(s, d, s.now + phone.until)
    return 1


@inlined
def next_day(s: Record, d: int) -> Whole:
    """An operator waits for the next day's work."""
    device = device_at(s, d)
    office = office_at(s, device.office)
    if not office.can_use:
        return NOTHING
    while device.day < s.n_hours:
        starts = max(hours_at(s, device.day).begins, office.starts)
        if starts < hours_at(s, device.day).ends:
            push(s, max(starts - s.now, 0.0), AT_WORK, d, NONE)
            return NOTHING
        device.day += 1
    return NOTHING


@inlined
def at_work(s: Record, d: int) -> Whole:
    """An operator takes the next station, or waits for one, or goes home."""
    device = device_at(s, d)
    office = office_at(s, device.office)
    ends = hours_at(s, device.day).ends
    if not (s.now < ends and isnan(office.excel)):
        device.day += 1
        return DAY
    if office.length == 0:
        if office.more == 0:
            s.order += 1
            office.more = s.order
        s.order += 1
        device.waits_for, device.order = office.more, s.order
        push(s, ends - s.now, TIMEOUT, d, device.order)
        return NOTHING
    station = place_at(s, office.queue + office.first).value
    office.first = (office.first + 1) % office.room
    office.length -= 1
    device.station = station
    if entry_at(s, station).handled:
        return UPLOAD
    push(s, office.handling, UPLOAD, d, NONE)
    return NOTHING


@inlined
def upload(s: Record, d: int) -> Whole:
    """An operator begins to send the station that has been handled."""
    device = device_at(s, d)
    office = office_at(s, device.office)
    entry_at(s, device.station).handled = 1
    device.draw = device.key + np.uint64(device.station)
    device.gives_up = min(s.now + office.patience, hours_at(s, device.day).ends)
    device.again = office.again
    _begin(s, d, s.now)
    return GO


@inlined
def uploaded(s: Record, d: int) -> Whole:
    """An operator has sent a station, or not."""
    device, now = device_at(s, d), s.now
    k, station = device.office, device.station
    office = office_at(s, k)
    if device.ending == SENT:
        office.last = now
        _arrived(s, station, k, _BY_PPK)
        return AT_WORK
    if isnan(office.excel):
        _queue(s, k, station)
    else:
        entry_at(s, station).excel = 1
    ends = hours_at(s, device.day).ends
    if now < ends:
        push(s, min(office.again, ends - now), AT_WORK, d, NONE)
        return NOTHING
    return AT_WORK


@inlined
def pleno(s: Record, k: int, kind: int) -> None:
    """The plenary: it is stuck, asks for Excel, types."""
    office, now = office_at(s, k), s.now
    if kind == TYPED:
        office.complete = now
        return
    stuck_at = max(office.pleno, office.last) + office.stuck
    if kind == PERMITTED and stuck_at <= now:
        office.excel = now
    if office.open and isnan(office.excel):
        if now < stuck_at:
            push(s, stuck_at - now, STUCK, k, NONE)
        else:
            push(s, office.permission, PERMITTED, k, NONE)
    elif office.open:
        for j in range(office.length):
            station = place_at(s, office.queue + (office.first + j) % office.room).value
            entry_at(s, station).excel = 1
        push(s, office.open * office.typing, TYPED, k, NONE)


@inlined
def more_came(s: Record, k: int, which: int) -> None:
    """A station has come: all operators who wait look up, in the order of their waiting."""
    first = office_at(s, k).devices
    last = office_at(s, k + 1).devices
    while True:
        best = NONE - 1
        for d in range(first, last):
            if device_at(s, d).waits_for == which and (
                best < 0 or device_at(s, d).order < device_at(s, best).order
            ):
                best = d
        if best < 0:
            return
        device_at(s, best).waits_for = 0
        push(s, 0.0, AT_WORK, best, NONE)


@inlined
def nothing_came(s: Record, d: int, order: int) -> None:
    """The day's work has ended, in case an operator still waits."""
    device = device_at(s, d)
    if device.waits_for != 0 and device.order == order:
        device.waits_for = 0
        push(s, 0.0, AT_WORK, d, NONE)
