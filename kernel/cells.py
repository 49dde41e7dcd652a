"""The mirror of :mod:`sim.network.cell`, :mod:`sim.network.cell_clock` and :mod:`sim.ingest.pipe`.

The flows of a cell are few, so its heaps are lists that are looked through; their order is that of
the heaps.

Rule of this file: the mirrored lines' floating-point operations, in their order.
"""

from __future__ import annotations

from math import inf

from numba import njit

from kernel.state import (
    BINDING,
    HORIZON,
    LOCAL,
    NATION_FLOWS,
    NOW,
    PEAK_FLOWS,
    PIPE,
    RESOLUTION,
    TIMER,
    TOLD,
    after,
    push,
)

_EPSILON = 1e-3  # as sim.network.cell
_TICK = 1e-8
_CUT_TICK = 1e-9  # as sim.network.cell_clock


@njit(cache=True)
def segment(s, c, t):  # type: ignore[no-untyped-def]
    """The airtime of a cell from ``t`` on, and until when."""
    if s.c_fixed[c]:
        s.c_airtime[c] = 1.0
        s.c_segment[c] = inf
        return
    i = after(s.starts, t)
    s.c_segment[c] = s.starts[i] if i < len(s.starts) else inf
    s.c_airtime[c] = s.c_values[c, i - 1] if i else s.c_values[c, 0]


@njit(cache=True)
def _set_rates(s, c):  # type: ignore[no-untyped-def]
    n = s.c_n[c]
    if n == 0:
        return
    share = s.c_airtime[c] / n
    ceiling = s.c_ceiling[c]
    for b in range(s.c_busy_n[c]):
        k = s.c_busy[c, b]
        rate = s.c_peak[c, k] * share
        if rate > s.c_cap[c, k]:
            rate = s.c_cap[c, k]
        s.c_rate[c, k] = rate if rate < ceiling else ceiling


@njit(cache=True)
def _move(s, c, now):  # type: ignore[no-untyped-def]
    dt = now - s.c_t[c]
    if dt > 0.0:
        for b in range(s.c_busy_n[c]):
            k = s.c_busy[c, b]
            s.c_v[c, k] += s.c_rate[c, k] * dt
        s.c_t[c] = now


@njit(cache=True)
def _advance(s, c, now):  # type: ignore[no-untyped-def]
    while now >= s.c_segment[c]:
        _move(s, c, s.c_segment[c])
        if s.c_n[c] == 0:
            s.c_t[c] = now
        segment(s, c, s.c_t[c])
        _set_rates(s, c)
    _move(s, c, now)


@njit(cache=True)
def _leave(s, c, d):  # type: ignore[no-untyped-def]
    k = s.d_class[d]
    s.f_active[d] = False
    s.c_class_n[c, k] -= 1
    n = s.c_n[c]
    for j in range(n):
        if s.c_flows[c, j] == d:
            s.c_flows[c, j] = s.c_flows[c, n - 1]
            break
    s.c_n[c] = n - 1
    if s.c_class_n[c, k] == 0:
        s.c_v[c, k] = 0.0
        found = False
        for b in range(s.c_busy_n[c]):
            if found:
                s.c_busy[c, b - 1] = s.c_busy[c, b]
            elif s.c_busy[c, b] == k:
                found = True
        s.c_busy_n[c] -= 1


@njit(cache=True)
def _first(s, c, k):  # type: ignore[no-untyped-def]
    """The flow of a class that ends first, or -1."""
    best = -1
    for j in range(s.c_n[c]):
        d = s.c_flows[c, j]
        if s.d_class[d] == k and (
            best < 0
            or s.f_end[d] < s.f_end[best]
            or (s.f_end[d] == s.f_end[best] and s.f_seq[d] < s.f_seq[best])
        ):
            best = d
    return best


@njit(cache=True)
def _next_cut(s, c):  # type: ignore[no-untyped-def]
    """The flow of a cell that is cut first, or -1."""
    best = -1
    for j in range(s.c_n[c]):
        d = s.c_flows[c, j]
        if s.f_cut[d] < inf and (
            best < 0
            or s.f_cut[d] < s.f_cut[best]
            or (s.f_cut[d] == s.f_cut[best] and s.f_cut_seq[d] < s.f_cut_seq[best])
        ):
            best = d
    return best


@njit(cache=True)
def _arm(s, c):  # type: ignore[no-untyped-def]
    if s.c_n[c] == 0:
        return
    soonest = s.c_segment[c]
    for b in range(s.c_busy_n[c]):
        k = s.c_busy[c, b]
        if s.c_rate[c, k] > 0.0:
            t = s.c_t[c] + (s.f_end[_first(s, c, k)] - s.c_v[c, k]) / s.c_rate[c, k]
            if t < soonest:
                soonest = t
    t = soonest if soonest > s.c_t[c] else s.c_t[c]
    cut = _next_cut(s, c)
    if cut >= 0 and s.f_cut[cut] < t:
        t = s.f_cut[cut]
    if t < s.c_armed[c]:
        s.c_armed[c] = t
        now = s.clock[NOW]
        s.c_timer[c] += 1
        push(s, t - now if t > now else 0.0, TIMER, c, s.c_timer[c])


@njit(cache=True)
def begin(s, d, size, cut_at):  # type: ignore[no-untyped-def]
    """The body of a device enters its cell."""
    c, k = s.d_cell[d], s.d_class[d]
    _advance(s, c, s.clock[NOW])
    if s.c_class_n[c, k] == 0:
        s.c_busy[c, s.c_busy_n[c]] = k
        s.c_busy_n[c] += 1
    s.c_class_n[c, k] += 1
    s.c_flows[c, s.c_n[c]] = d
    s.c_n[c] += 1
    s.f_size[d] = size
    s.f_end[d] = s.c_v[c, k] + size
    s.f_active[d] = True
    s.f_delivered[d] = 0.0
    s.f_short[d] = False
    s.c_seq[c] += 1
    s.f_seq[d] = s.c_seq[c]
    _set_rates(s, c)
    if not s.c_office[c] and s.c_n[c] > s.count[PEAK_FLOWS]:
        s.count[PEAK_FLOWS] = s.c_n[c]
    s.f_cut[d] = cut_at
    if cut_at < inf:
        s.c_cut_seq[c] += 1
        s.f_cut_seq[d] = s.c_cut_seq[c]
    _arm(s, c)


@njit(cache=True)
def wake_up(s, c):  # type: ignore[no-untyped-def]
    """A cell's timer: who has ended is listed in ``s.ended``; returns how many."""
    now = s.clock[NOW]
    n = 0
    _advance(s, c, now)
    busy = s.c_busy[c].copy()
    for b in range(s.c_busy_n[c]):
        k = busy[b]
        limit = s.c_v[c, k] + _EPSILON + s.c_rate[c, k] * _TICK
        while s.c_class_n[c, k] > 0:
            d = _first(s, c, k)
            if s.f_end[d] > limit:
                break
            s.f_delivered[d] = s.f_size[d]
            _leave(s, c, d)
            s.ended[n] = d
            n += 1
    if n:
        _set_rates(s, c)
    while True:
        d = _next_cut(s, c)
        if d < 0 or s.f_cut[d] > now + _CUT_TICK:
            break
        passed = s.f_size[d] - (s.f_end[d] - s.c_v[c, s.d_class[d]])
        s.f_delivered[d] = min(s.f_size[d], max(0.0, passed))
        _leave(s, c, d)
        _set_rates(s, c)
        s.f_short[d] = True
        s.ended[n] = d
        n += 1
    s.c_armed[c] = inf
    _arm(s, c)
    return n


@njit(cache=True)
def tell(s):  # type: ignore[no-untyped-def]
    """Pass the pipe's share on where it has moved enough."""
    capacity = s.config[PIPE]
    if capacity == inf or s.clock[NOW] >= s.config[HORIZON]:
        return
    n = s.count[LOCAL] + s.clock[NATION_FLOWS]
    share = inf
    if n > 0.0:
        share = capacity / n
        if not share < s.config[BINDING]:
            share = inf
    told = s.clock[TOLD]
    if share == told:
        return
    if share != inf and told != inf and abs(share - told) <= s.config[RESOLUTION] * told:
        return
    s.clock[TOLD] = share
    for c in range(len(s.c_n)):
        if s.c_n[c]:
            _advance(s, c, s.clock[NOW])
            s.c_ceiling[c] = share
            _set_rates(s, c)
            _arm(s, c)
        else:
            s.c_ceiling[c] = share
