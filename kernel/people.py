"""The mirror of :mod:`sim.people`: how stations end, what operators and the pleno do.

Rule of this file: the floating-point operations of the mirrored lines, in their order; nothing is
simplified that could change a last bit. Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from math import inf, isnan

import numpy as np
from numba import njit

from kernel.device import send
from kernel.state import (
    BEGIN,
    BY_PATIENCE,
    COND,
    COND_TIMEOUT,
    GAVE_UP,
    HANDLED,
    MORE,
    NOW,
    ORDER,
    PAUSE,
    PLENO_PERMITTED,
    PLENO_STUCK,
    PLENO_TYPED,
    R_AGAIN,
    R_EXCEL,
    R_HANDLING,
    R_PATIENCE,
    R_PERMISSION,
    R_PLENO,
    R_STARTS,
    R_STUCK,
    SENT,
    STATIONS,
    push,
)


@njit(cache=True)
def sent(s, k):  # type: ignore[no-untyped-def]
    s.o_open[k] -= 1
    if s.o_open[k] == 0:
        s.o_complete[k] = s.clock[NOW]


@njit(cache=True)
def queue(s, k, station):  # type: ignore[no-untyped-def]
    s.o_queue[k, (s.o_first[k] + s.o_length[k]) % s.o_queue.shape[1]] = station
    s.o_length[k] += 1


@njit(cache=True)
def station_over(s, d, ending):  # type: ignore[no-untyped-def]
    k, now = s.d_office[d], s.clock[NOW]
    if ending == SENT:
        s.e_sent[d] = now
        s.e_by[d] = 0
        sent(s, k)
        return
    s.e_handed[d] = now
    queue(s, k, d)
    if s.o_more[k] > 0:
        push(s, 0.0, MORE, k, s.o_more[k])
        s.o_more[k] = 0


@njit(cache=True)
def ended(s, d, ending):  # type: ignore[no-untyped-def]
    if ending == GAVE_UP and not s.d_failed[d]:
        s.e_cause[s.d_station[d]] = BY_PATIENCE


@njit(cache=True)
def operator(s, d, step, ending):  # type: ignore[no-untyped-def]
    """An operator goes on: 0 next day, 1 at work, 2 has handled a station, 3 has sent or not."""
    k = s.d_office[d]
    rules = s.o_rules[k]
    now = s.clock[NOW]
    while True:
        ends = s.hours[s.d_day[d], 1] if s.d_day[d] < len(s.hours) else inf
        if step == 0:
            if s.d_day[d] >= len(s.hours):
                return
            starts = max(s.hours[s.d_day[d], 0], rules[R_STARTS])
            if starts >= ends:
                s.d_day[d] += 1
                continue
            push(s, max(starts - now, 0.0), BEGIN, d, 0)
            return
        if step == 1:
            if not (now < ends and isnan(s.o_excel[k])):
                s.d_day[d] += 1
                step = 0
                continue
            if s.o_length[k] == 0:
                if s.o_more[k] == 0:
                    s.count[ORDER] += 1
                    s.o_more[k] = s.count[ORDER]
                s.count[ORDER] += 1
                s.d_waits[d], s.d_order[d] = s.o_more[k], s.count[ORDER]
                push(s, ends - now, COND_TIMEOUT, d, s.d_order[d])
                return
            station = s.o_queue[k, s.o_first[k]]
            s.o_first[k] = (s.o_first[k] + 1) % s.o_queue.shape[1]
            s.o_length[k] -= 1
            s.d_ending[d] = station  # until it has been handled
            step = 2
            if not s.handled[station]:
                push(s, rules[R_HANDLING], HANDLED, d, station)
                return
        if step == 2:
            station = s.d_ending[d]
            s.handled[station] = True
            s.d_station[d] = station
            s.d_draw[d] = s.d_key[d] + np.uint64(station)
            gives_up = min(now + rules[R_PATIENCE], ends)
            ending = send(s, d, now, gives_up, rules[R_AGAIN], s.d_app[d])
            if ending == 0:
                return
            step = 3
        if step == 3:
            ended(s, d, ending)
            station = s.d_station[d]
            step = 1
            if ending == SENT:
                s.o_last[k] = now
                s.e_sent[station] = now
                s.e_by[station] = 1
                sent(s, k)
                continue
            if isnan(s.o_excel[k]):
                queue(s, k, station)
            else:
                s.e_excel[station] = True
            if now < ends:
                push(s, min(rules[R_AGAIN], ends - now), PAUSE, d, 0)
                return


@njit(cache=True)
def done(s, d, ending):  # type: ignore[no-untyped-def]
    if ending == 0:
        return
    if d < s.config[STATIONS]:
        ended(s, d, ending)
        station_over(s, d, ending)
    else:
        operator(s, d, 3, ending)


@njit(cache=True)
def pleno(s, k, kind):  # type: ignore[no-untyped-def]
    rules, now = s.o_rules[k], s.clock[NOW]
    if kind == PLENO_TYPED:
        s.o_complete[k] = now
        return
    stuck_at = max(rules[R_PLENO], s.o_last[k]) + rules[R_STUCK]
    if kind == PLENO_PERMITTED and stuck_at <= now:
        s.o_excel[k] = now
    if s.o_open[k] and isnan(s.o_excel[k]):
        if now < stuck_at:
            push(s, stuck_at - now, PLENO_STUCK, k, 0)
        else:
            push(s, rules[R_PERMISSION], PLENO_PERMITTED, k, 0)
        return
    if s.o_open[k]:
        for j in range(s.o_length[k]):
            s.e_excel[s.o_queue[k, (s.o_first[k] + j) % s.o_queue.shape[1]]] = True
        push(s, s.o_open[k] * rules[R_EXCEL], PLENO_TYPED, k, 0)


@njit(cache=True)
def more_came(s, k, which):  # type: ignore[no-untyped-def]
    """A station has come: all operators who wait for it look up, in the order of their waiting."""
    while True:
        best = -1
        for d in range(s.o_device[k], s.o_device[k + 1]):
            if s.d_waits[d] == which and (best < 0 or s.d_order[d] < s.d_order[best]):
                best = d
        if best < 0:
            return
        s.d_waits[best] = 0
        push(s, 0.0, COND, best, 0)
