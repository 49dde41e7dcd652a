"""The mirror of :mod:`sim.ingest`: a server's door, its queue and its workers.

Rule of this file: the arithmetic of the mirrored lines, in their order.
"""

from __future__ import annotations

from math import inf, log
from typing import Any

import numpy as np

from sim.draws import _GOLDEN
from sim.ingest import server as model
from sim.kernel.events import put, sink, uniform
from sim.kernel.jit import apart, inlined
from sim.kernel.memory import (
    Real,
    Record,
    Whole,
    asked_at,
    counter_at,
    device_at,
    minute_at,
    object_at,
    outage_at,
    piece_at,
    stored_at,
    time_of,
)
from sim.kernel.records import BUSY, FULL_QUEUE, OK, R500, R503, R504, ROOM, TIMED_OUT

_OUTAGE = np.uint64(model._OUTAGE)
_FAULT = np.uint64(model._FAULT)
_SLOT = np.uint64(model._SLOT)
_QUEUE = np.uint64(model._QUEUE)
_SERVICE = np.uint64(model._SERVICE)
_DUPLICATE_WORK = model._DUPLICATE_WORK
_SPREAD = np.uint64(_GOLDEN)
_HALF = np.uint64(32)


@inlined
def door(s: Record, d: int, now: float) -> Whole:
    """The reply of one that does not get in (``TIMED_OUT``: silence); ``OK``: it does."""
    device = device_at(s, d)
    worst = -1
    for i in range(s.n_outages):
        outage = outage_at(s, i)
        touches = outage.begins <= now < outage.ends and (device.web or not outage.web_only)
        if touches and (worst < 0 or outage.severity > outage_at(s, worst).severity):
            worst = i
    if worst >= 0:
        outage = outage_at(s, worst)
        if uniform(device.key, _OUTAGE, device.n) < outage.severity:
            return TIMED_OUT if outage.silent else R503
    minute = int(now / s.step)
    refused = minute_at(s, minute).refused if minute < s.n_course else 0.0
    if refused > 0.0 and uniform(device.key, _SLOT, device.n) < refused:
        return BUSY
    if s.fault > 0.0 and uniform(device.key, _FAULT, device.n) < s.fault:
        return R500
    return OK


@inlined
def _stored(s: Record, d: int) -> Record:
    """Since when the first byte of a device's object is stored."""
    device = device_at(s, d)
    return stored_at(s, device.station * s.names + object_at(s, device.object).name)


@apart
def _piece(s: Record, d: int, offset: int) -> Whole:
    """Where in the table the piece of a device's object is that begins at ``offset`` (less than
    2**40)."""
    device = device_at(s, d)
    row = device.station * s.names + object_at(s, device.object).name
    number = (row << 40) + offset
    mask = s.n_pieces - 1
    # multiplicative hashing: the upper half is well mixed
    i = np.int64((np.uint64(number) * _SPREAD) >> _HALF) & mask
    while piece_at(s, i).number != -1 and piece_at(s, i).number != number:
        i = (i + 1) & mask
    piece = piece_at(s, i)
    if piece.number == -1:
        if 2 * s.kept >= s.n_pieces:
            s.trouble = ROOM
            return i
        s.kept += 1
        piece.number = number
        piece.since = inf
    return i


@inlined
def _wait(s: Record, until: float) -> None:
    """One more request is in the queue, until it leaves it."""
    if s.queued >= s.n_waiting:
        s.trouble = ROOM
        return
    put(s.waiting, s.queued, until)
    s.queued += 1


@inlined
def _at_the_queue(s: Record, work: float, ahead: float, gone: float) -> tuple[Real, Whole]:
    """When a request ends at the workers, and how (:class:`sim.ingest.workers.Workers`)."""
    now = s.now
    while s.queued and time_of(s.waiting, 0).value <= now:
        s.queued -= 1
        sink(s.waiting, s.queued, time_of(s.waiting, s.queued).value)
    start = max(time_of(s.free, 0).value, now)
    start += ahead
    if start > now and s.queued >= s.queue:
        return now, FULL_QUEUE
    if start - now > s.deadline:
        _wait(s, now + s.deadline)
        return now + s.deadline, R504
    if s.cancels and gone < start:
        _wait(s, gone)
        return gone, R504
    end = start + work
    reply = OK
    if s.cancels and gone < end:
        end, reply = gone, R504
    sink(s.free, s.n_free, end - ahead)
    if start > now:
        _wait(s, start)
    return end, reply


@inlined
def _asked(s: Record, full: Any) -> None:
    """A complete body came to the queue (:meth:`sim.ingest.sharing.Counter.asked`)."""
    step = counter_at(s, int(s.now / s.counter_step))
    step.requests += 1
    step.full += full
    if s.asks >= s.n_asked:
        s.trouble = ROOM
        return
    asked = asked_at(s, s.asks)
    s.asks += 1
    asked.at = s.now
    asked.wait = time_of(s.free, 0).value - s.now


@inlined
def knocked(s: Record, refused: Any) -> None:
    """A connection asked for a slot (:meth:`sim.ingest.sharing.Counter.knocked`)."""
    step = counter_at(s, min(int(s.now / s.counter_step), s.n_counter - 1))
    step.knocks += 1
    step.refused += refused


@inlined
def carried(s: Record, began: float, ended: float) -> None:
    """A body was on its way (:meth:`sim.ingest.sharing.Counter.carried`)."""
    length = s.counter_step
    first, last = int(began / length), int(ended / length)
    if first == last:
        counter_at(s, first).flows += ended - began
        return
    counter_at(s, first).flows += (first + 1) * length - began
    for i in range(first + 1, last):
        counter_at(s, i).flows += length
    counter_at(s, last).flows += ended - last * length


@inlined
def submit(s: Record, d: int, offset: int, gone: float) -> tuple[Real, Whole, Any]:
    """The body has arrived: when the answer leaves, which it is, and whether it was stored."""
    device = device_at(s, d)
    now = s.now
    work = s.service
    if s.exponential:
        work *= -log(uniform(device.key, _SERVICE, device.n))
    first = offset == 0
    since = _stored(s, d).value if first else piece_at(s, _piece(s, d, offset)).since
    duplicate = since <= now
    if duplicate:
        s.duplicates += 1
        work *= _DUPLICATE_WORK
    minute = int(now / s.step)
    full = minute_at(s, minute).full if minute < s.n_course else 0.0
    if full > 0.0 and uniform(device.key, _QUEUE, device.n) < full:
        return now, BUSY, duplicate
    ahead = minute_at(s, minute).ahead if minute < s.n_course else 0.0
    end, reply = _at_the_queue(s, work, ahead, gone)
    if s.n_counter:
        _asked(s, reply == FULL_QUEUE)
    if reply == FULL_QUEUE:
        reply = BUSY
    if reply == OK and not duplicate:
        if offset == 0:
            _stored(s, d).value = end
        else:
            piece_at(s, _piece(s, d, offset)).since = end
    return end, reply, duplicate
