"""The mirror of :mod:`sim.ingest`: a server's door and its queue.

Rule of this file: the floating-point operations of the mirrored lines, in their order; nothing is
simplified that could change a last bit. Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from math import log

from numba import njit

from kernel.queues import later, replace, settle
from kernel.state import (
    C_FAULT,
    C_OUTAGE,
    C_QUEUE,
    C_SERVICE,
    CANCELS,
    DEADLINE,
    DUPLICATES,
    EXPONENTIAL,
    FAULT,
    QUEUE,
    SERVICE,
    SLOT,
    WAITING,
    uniform,
)

_STEP = 60.0  # sim.ingest.nation.STEP
_DUPLICATE_WORK = 0.1  # as sim.ingest.server


@njit(cache=True)
def at(series, now):  # type: ignore[no-untyped-def]
    i = int(now / _STEP)
    return series[i] if i < len(series) else 0.0


@njit(cache=True)
def door(s, d, now):  # type: ignore[no-untyped-def]
    """0: it gets in; 1 outage, 2 silence, 3 fault, 4 busy."""
    key, n = s.d_key[d], s.d_n[d]
    worst = -1
    for i in range(len(s.outages)):
        touches = s.outages[i, 0] <= now < s.outages[i, 1] and (
            s.d_web[d] or s.outages[i, 4] == 0.0
        )
        if touches and (worst < 0 or s.outages[i, 2] > s.outages[worst, 2]):
            worst = i
    if worst >= 0 and uniform(key, s.codes[C_OUTAGE], n) < s.outages[worst, 2]:
        return 2 if s.outages[worst, 3] != 0.0 else 1
    if len(s.n_refused):
        refused = at(s.n_refused, now)
        if refused > 0.0 and uniform(key, s.codes[SLOT], n) < refused:
            return 4
    fault = s.config[FAULT]
    if fault > 0.0 and uniform(key, s.codes[C_FAULT], n) < fault:
        return 3
    return 0


@njit(cache=True)
def submit(s, d, now, x, gone):  # type: ignore[no-untyped-def]
    """When the answer leaves, whether it is a refusal, whether a duplicate."""
    key, n = s.d_key[d], s.d_n[d]
    work = s.config[SERVICE]
    if s.config[EXPONENTIAL] != 0.0:
        work *= -log(uniform(key, s.codes[C_SERVICE], n))
    station = s.d_station[d]
    duplicate = s.stored[station, s.x_id[x]] <= now
    if duplicate:
        s.count[DUPLICATES] += 1
        work *= _DUPLICATE_WORK
    ahead = 0.0
    if len(s.n_full):
        full = at(s.n_full, now)
        if full > 0.0 and uniform(key, s.codes[C_QUEUE], n) < full:
            return now, True, duplicate
        ahead = at(s.n_ahead, now)
    free = s.free
    settle(s, now)
    start = free[0] if free[0] > now else now
    start += ahead
    if start > now and s.count[WAITING] >= s.config[QUEUE]:
        return now, True, duplicate
    if start - now > s.config[DEADLINE]:
        later(s, now + s.config[DEADLINE])
        return now + s.config[DEADLINE], True, duplicate
    cancels = s.config[CANCELS] != 0.0
    if cancels and gone < start:
        later(s, gone)
        return gone, True, duplicate
    end = start + work
    refused = False
    if cancels and gone < end:
        end, refused = gone, True
    replace(free, end - ahead)
    if start > now:
        later(s, start)
    if not refused and not duplicate:
        s.stored[station, s.x_id[x]] = end
    return end, refused, duplicate
