"""What the compiled night holds: arrays in one named tuple, and the keyed draws.

Rule of this file: data, and the mirror of :mod:`sim.draws` and :class:`sim.network.profile.Steps`.
Units: seconds of scenario time, bytes, bytes/s.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_M1: Final = np.uint64(0xBF58476D1CE4E5B9)
_M2: Final = np.uint64(0x94D049BB133111EB)
_UNIT: Final = 2.0**-53

# kinds of events
TIMER, ARRIVE, END, NO_APP, BEGIN, MORE, COND, COND_TIMEOUT, HANDLED, PAUSE = range(10)
PLENO, PLENO_STUCK, PLENO_PERMITTED, PLENO_TYPED, NATION = range(10, 15)
# places in ``count``
SEQ, HEAP, WAITING, INSIDE, PEAK_SLOTS, DUPLICATES, ATTEMPTS = range(7)
WAITS, TRANSFERS, FULL_HEAP, PEAK_FLOWS, LOCAL, ORDER = range(7, 13)
# places in ``clock``
NOW, NATION_FLOWS, TOLD = range(3)
# places in ``config``
HORIZON, SERVICE, EXPONENTIAL, FAULT, DEADLINE, QUEUE, SLOTS, CANCELS = range(8)
PIPE, BINDING, RESOLUTION, STATIONS = range(8, 12)

# how a device's work ends
SENT, GAVE_UP = 1, 2
# sim.ledger.Cause
(
    BY_ACCESS,
    BY_BREAK,
    BY_TIMEOUT,
    BY_FULL,
    BY_OUTAGE,
    BY_FAULT,
    BY_PATIENCE,
    NOT_COVERED,
    WITHOUT_APP,
) = range(1, 10)
# places in ``codes``
AGAIN, ACCESS, BREAK, C_OUTAGE, C_FAULT, SLOT, C_QUEUE, C_SERVICE = range(8)
# columns of ``o_rules``
(
    R_STARTS, R_PLENO, R_HANDLING, R_PATIENCE, R_AGAIN, R_STUCK, R_PERMISSION, R_EXCEL, R_CAN,
) = range(9)  # fmt: skip


class State(NamedTuple):
    """One night; ``d_``: per device (stations, then operators), ``c_``: per cell, ``o_``: per
    office, ``e_``: per station's record, ``x_``: per object to send, ``h_``: the heap of events."""

    count: Any
    clock: Any
    config: Any
    h_time: Any
    h_seq: Any
    h_kind: Any
    h_who: Any
    h_more: Any
    starts: Any
    loads: Any
    d_key: Any
    d_cell: Any
    d_class: Any
    d_refused: Any
    d_breaks: Any
    d_access: Any
    d_setup: Any
    d_warm: Any
    d_web: Any
    d_covered: Any
    d_office: Any
    d_app: Any
    d_timeout: Any
    d_idle: Any
    d_n: Any
    d_failed: Any
    d_open: Any
    d_station: Any
    d_now: Any
    d_wait: Any
    d_until: Any
    d_gives_up: Any
    d_again: Any
    d_draw: Any
    d_object: Any
    d_last: Any
    d_presses: Any
    d_ending: Any
    d_began: Any
    d_broken: Any
    d_deadline: Any
    d_day: Any
    d_waits: Any
    d_order: Any
    f_size: Any
    f_end: Any
    f_active: Any
    f_delivered: Any
    f_seq: Any
    f_cut: Any
    f_cut_seq: Any
    f_short: Any
    c_peak: Any
    c_cap: Any
    c_rate: Any
    c_v: Any
    c_class_n: Any
    c_busy: Any
    c_busy_n: Any
    c_n: Any
    c_airtime: Any
    c_values: Any
    c_fixed: Any
    c_segment: Any
    c_t: Any
    c_ceiling: Any
    c_armed: Any
    c_timer: Any
    c_seq: Any
    c_cut_seq: Any
    c_flows: Any
    c_office: Any
    ended: Any
    o_open: Any
    o_last: Any
    o_excel: Any
    o_complete: Any
    o_more: Any
    o_queue: Any
    o_first: Any
    o_length: Any
    o_device: Any
    o_rules: Any
    hours: Any
    handled: Any
    has_app: Any
    ready: Any
    e_attempts: Any
    e_acked: Any
    e_wasted: Any
    e_airtime: Any
    e_cause: Any
    e_sent: Any
    e_by: Any
    e_handed: Any
    e_tally: Any
    e_excel: Any
    x_first: Any
    x_size: Any
    x_id: Any
    x_tally: Any
    stored: Any
    free: Any
    waiting: Any
    outages: Any
    n_flows: Any
    n_refused: Any
    n_full: Any
    n_ahead: Any
    per_minute: Any
    codes: Any


@njit(cache=True, inline="always")
def uniform(key, purpose, n):  # type: ignore[no-untyped-def]
    """:func:`sim.draws.uniform`."""
    z = key + purpose + np.uint64(n) * _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _M1
    z = (z ^ (z >> np.uint64(27))) * _M2
    z = z ^ (z >> np.uint64(31))
    return (np.float64(z >> np.uint64(11)) + 0.5) * _UNIT


@njit(cache=True)
def after(starts, t):  # type: ignore[no-untyped-def]
    """``bisect_right``."""
    low, high = 0, len(starts)
    while low < high:
        middle = (low + high) // 2
        if t < starts[middle]:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True)
def load(s, t):  # type: ignore[no-untyped-def]
    """The background's value at ``t``."""
    i = after(s.starts, t)
    return s.loads[i - 1] if i else s.loads[0]


@njit(cache=True)
def push(s, delay, kind, who, more):  # type: ignore[no-untyped-def]
    """Schedule an event ``delay`` seconds from now, after all that are scheduled for its time."""
    c = s.count
    i = c[HEAP]
    if i >= len(s.h_time):
        c[FULL_HEAP] = 1
        return
    t = s.clock[NOW] + delay
    c[SEQ] += 1
    c[HEAP] += 1
    while i > 0:  # the newest of equal times is the last: a comparison of times is enough upwards
        up = (i - 1) >> 1
        if s.h_time[up] <= t:
            break
        s.h_time[i], s.h_seq[i], s.h_kind[i] = s.h_time[up], s.h_seq[up], s.h_kind[up]
        s.h_who[i], s.h_more[i] = s.h_who[up], s.h_more[up]
        i = up
    s.h_time[i], s.h_seq[i], s.h_kind[i], s.h_who[i], s.h_more[i] = t, c[SEQ], kind, who, more


@njit(cache=True)
def drop(s):  # type: ignore[no-untyped-def]
    """Remove the first event."""
    c = s.count
    c[HEAP] -= 1
    n = c[HEAP]
    t, q = s.h_time[n], s.h_seq[n]
    i = 0
    while True:
        j = 2 * i + 1
        if j >= n:
            break
        r = j + 1
        if r < n and (
            s.h_time[r] < s.h_time[j] or (s.h_time[r] == s.h_time[j] and s.h_seq[r] < s.h_seq[j])
        ):
            j = r
        if t < s.h_time[j] or (t == s.h_time[j] and q < s.h_seq[j]):
            break
        s.h_time[i], s.h_seq[i], s.h_kind[i] = s.h_time[j], s.h_seq[j], s.h_kind[j]
        s.h_who[i], s.h_more[i] = s.h_who[j], s.h_more[j]
        i = j
    s.h_time[i], s.h_seq[i], s.h_kind[i] = t, q, s.h_kind[n]
    s.h_who[i], s.h_more[i] = s.h_who[n], s.h_more[n]
