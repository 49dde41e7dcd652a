"""The heap of events, in SimPy's order: by time, and among those of one time by their number.

And what many parts need: keyed draws (:func:`sim.draws.uniform`) and the day's background
(:class:`sim.network.profile.Steps`).

Rule of this file: the arithmetic of the mirrored lines, in their order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.draws import _GOLDEN, _M1, _M2, _UNIT
from sim.kernel.jit import apart, inlined
from sim.kernel.memory import Real, Record, Whole, event_at, load_at, time_of
from sim.kernel.records import ROOM

_STEP_KEY = np.uint64(_GOLDEN)
_FIRST = np.uint64(_M1)
_SECOND = np.uint64(_M2)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@inlined
def uniform(key: Any, purpose: Any, n: int) -> Real:
    z = key + purpose + np.uint64(n) * _STEP_KEY
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    z = z ^ (z >> _31)
    return (np.float64(z >> _11) + 0.5) * _UNIT


@inlined
def after(s: Record, t: float) -> Whole:
    """How many loads have begun by ``t`` (``bisect_right``)."""
    low, high = 0, s.n_shape
    while low < high:
        middle = (low + high) >> 1
        if t < load_at(s, middle).since:
            high = middle
        else:
            low = middle + 1
    return low


@inlined
def background(s: Record, t: float) -> Real:
    """The citizens' load at ``t``, of its peak."""
    i = after(s, t)
    return load_at(s, i - 1 if i else 0).load


@inlined
def _move(s: Record, source: int, target: int) -> None:
    """Copy an event to another place."""
    event_at(s, target).time = event_at(s, source).time
    event_at(s, target).seq = event_at(s, source).seq
    event_at(s, target).kind = event_at(s, source).kind
    event_at(s, target).who = event_at(s, source).who
    event_at(s, target).more = event_at(s, source).more


@apart
def push(s: Record, delay: float, kind: int, who: int, more: int) -> None:
    """Schedule an event ``delay`` seconds from now, behind all that are scheduled for its time."""
    i = s.scheduled
    if i >= s.n_events:
        s.trouble = ROOM
        return
    t = s.now + delay
    s.scheduled = i + 1
    s.seq += 1
    while i > 0:
        up = (i - 1) >> 1
        if event_at(s, up).time <= t:  # the newest of one time is the last
            break
        _move(s, up, i)
        i = up
    event_at(s, i).time = t
    event_at(s, i).seq = s.seq
    event_at(s, i).kind = kind
    event_at(s, i).who = who
    event_at(s, i).more = more


@inlined
def drop(s: Record) -> None:
    """Remove the first event."""
    n = s.scheduled - 1
    s.scheduled = n
    last = event_at(s, n)
    i = 0
    while True:
        j = 2 * i + 1
        if j >= n:
            break
        r = j + 1
        if r < n and (
            event_at(s, r).time < event_at(s, j).time
            or (
                event_at(s, r).time == event_at(s, j).time
                and event_at(s, r).seq < event_at(s, j).seq
            )
        ):
            j = r
        if last.time < event_at(s, j).time or (
            last.time == event_at(s, j).time and last.seq < event_at(s, j).seq
        ):
            break
        _move(s, j, i)
        i = j
    _move(s, n, i)


@inlined
def put(heap: int, n: int, value: float) -> None:
    """Add a value to a heap of ``n`` numbers."""
    i = n
    while i > 0 and time_of(heap, (i - 1) >> 1).value > value:
        time_of(heap, i).value = time_of(heap, (i - 1) >> 1).value
        i = (i - 1) >> 1
    time_of(heap, i).value = value


@inlined
def sink(heap: int, n: int, value: float) -> None:
    """Put a value in the place of the smallest of ``n`` numbers."""
    i = 0
    while True:
        j = 2 * i + 1
        if j >= n:
            break
        if j + 1 < n and time_of(heap, j + 1).value < time_of(heap, j).value:
            j += 1
        if value <= time_of(heap, j).value:
            break
        time_of(heap, i).value = time_of(heap, j).value
        i = j
    time_of(heap, i).value = value
