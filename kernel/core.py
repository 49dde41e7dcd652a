"""The events of one night, compiled, in SimPy's order.

A mirror of :mod:`sim.uplink`, :mod:`sim.people`, :mod:`sim.ingest` and :mod:`sim.client.workflow`
for an app that stops after its first failure and sends each object in one request. Events are taken
by time, and among those of one time in the order in which they were scheduled.

Rule of this file: the floating-point operations of the mirrored lines, in their order; nothing is
simplified that could change a last bit. Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from math import inf, isnan, log

import numpy as np
from numba import njit

from kernel.cells import begin, segment, tell, wake_up
from kernel.queues import later, replace, settle
from kernel.state import (
    ARRIVE,
    ATTEMPTS,
    BEGIN,
    CANCELS,
    COND,
    COND_TIMEOUT,
    DEADLINE,
    DUPLICATES,
    END,
    EXPONENTIAL,
    FAULT,
    FULL_HEAP,
    HANDLED,
    HEAP,
    HORIZON,
    INSIDE,
    LOCAL,
    MORE,
    NATION,
    NATION_FLOWS,
    NO_APP,
    NOW,
    ORDER,
    PAUSE,
    PEAK_SLOTS,
    PIPE,
    PLENO,
    PLENO_PERMITTED,
    PLENO_STUCK,
    PLENO_TYPED,
    QUEUE,
    SERVICE,
    SLOTS,
    STATIONS,
    TIMER,
    TRANSFERS,
    WAITING,
    WAITS,
    drop,
    load,
    push,
    uniform,
)  # fmt: skip

_STEP = 60.0  # sim.ingest.nation.STEP
_INACTIVITY = 10.0  # sim.link.INACTIVITY
_DUPLICATE_WORK = 0.1  # as sim.ingest.server
# sim.ledger.Cause
_ACCESS, _BREAK, _TIMEOUT, _REFUSED, _OUTAGE, _FAULT, _GAVE_UP, _NO_COVERAGE, _NO_APP = range(1, 10)
SENT, GAVE_UP = 1, 2
# places in ``codes``
AGAIN, ACCESS, BREAK, C_OUTAGE, C_FAULT, SLOT, C_QUEUE, C_SERVICE = range(8)
# columns of ``o_rules``
(
    R_STARTS, R_PLENO, R_HANDLING, R_PATIENCE, R_AGAIN, R_STUCK, R_PERMISSION, R_EXCEL, R_CAN,
) = range(9)  # fmt: skip


@njit(cache=True)
def _at(series, now):  # type: ignore[no-untyped-def]
    i = int(now / _STEP)
    return series[i] if i < len(series) else 0.0


@njit(cache=True)
def _door(s, d, now):  # type: ignore[no-untyped-def]
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
        refused = _at(s.n_refused, now)
        if refused > 0.0 and uniform(key, s.codes[SLOT], n) < refused:
            return 4
    fault = s.config[FAULT]
    if fault > 0.0 and uniform(key, s.codes[C_FAULT], n) < fault:
        return 3
    return 0


@njit(cache=True)
def _submit(s, d, now, x, gone):  # type: ignore[no-untyped-def]
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
        full = _at(s.n_full, now)
        if full > 0.0 and uniform(key, s.codes[C_QUEUE], n) < full:
            return now, True, duplicate
        ahead = _at(s.n_ahead, now)
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


@njit(cache=True)
def _next(s, d):  # type: ignore[no-untyped-def]
    """The next object, unless patience is at its end."""
    if s.d_now[d] >= s.d_gives_up[d]:
        return GAVE_UP
    s.d_wait[d] = False
    return 0


@njit(cache=True)
def _over(s, d, at, failed):  # type: ignore[no-untyped-def]
    """An attempt is over, known at ``at``: what its client does then; its ending or 0."""
    s.d_now[d] = at
    s.d_failed[d] = failed
    s.d_open[d] = -inf if failed else at + _INACTIVITY
    if not failed:
        x = s.d_object[d]
        if s.x_tally[x]:
            s.e_tally[s.d_station[d]] = at
        s.d_object[d] = x + 1
        if x + 1 == s.d_last[d]:
            return SENT
        return _next(s, d)
    s.d_presses[d] += 1
    wait = s.d_again[d] * (0.5 + uniform(s.d_draw[d], s.codes[AGAIN], s.d_presses[d]))
    until = at + wait
    if not until < s.d_gives_up[d]:
        return GAVE_UP
    if until > at:
        s.d_wait[d] = True
        s.d_until[d] = until
        return 0
    return _next(s, d)


@njit(cache=True)
def _go(s, d, ending):  # type: ignore[no-untyped-def]
    """Run a device ahead until it needs the clock; returns its ending, or 0 if it waits."""
    env = s.clock[NOW]
    timeout = s.d_timeout[d]
    station = s.d_station[d]
    while ending == 0:
        now = s.d_now[d]
        if not now < s.config[HORIZON]:
            return 0
        if s.d_wait[d]:
            s.count[WAITS] += 1
            s.d_now[d] = max(now, s.d_until[d])
            ending = _next(s, d)
            continue
        s.d_n[d] += 1
        s.e_attempts[station] += 1
        s.count[ATTEMPTS] += 1
        if not s.d_covered[d]:
            s.e_cause[station] = _NO_COVERAGE
            ending = _over(s, d, now + min(s.d_access[d], timeout), True)
            continue
        if now > s.d_open[d]:
            u = uniform(s.d_key[d], s.codes[ACCESS], s.d_n[d])
            if u < s.d_refused[d] * load(s, now):
                s.e_cause[station] = _ACCESS
                ending = _over(s, d, now + min(s.d_access[d], timeout), True)
                continue
        setup = s.d_warm[d] if now <= s.d_open[d] else s.d_setup[d]
        if setup >= timeout:
            s.e_cause[station] = _TIMEOUT
            ending = _over(s, d, now + timeout, True)
            continue
        refusal = _door(s, d, now + setup)
        if refusal == 2:
            s.e_cause[station] = _OUTAGE
            ending = _over(s, d, now + timeout, True)
        elif refusal:
            cause = _OUTAGE if refusal == 1 else _FAULT if refusal == 3 else _REFUSED
            s.e_cause[station] = cause
            ending = _over(s, d, now + setup, True)
        else:
            arrives = now + setup
            s.per_minute[int(arrives // 60.0)] += 1
            s.d_deadline[d] = now + timeout
            push(s, arrives - env, ARRIVE, d, 0)
            return 0
    if s.d_now[d] > env:
        s.d_ending[d] = ending
        push(s, s.d_now[d] - env, END, d, 0)
        return 0
    return ending


@njit(cache=True)
def _arrive(s, d):  # type: ignore[no-untyped-def]
    """A connection is at the server's door."""
    now = s.clock[NOW]
    if not s.count[INSIDE] < s.config[SLOTS]:
        s.e_cause[s.d_station[d]] = _REFUSED
        return _go(s, d, _over(s, d, now, True))
    s.count[INSIDE] += 1
    if s.count[INSIDE] > s.count[PEAK_SLOTS]:
        s.count[PEAK_SLOTS] = s.count[INSIDE]
    s.d_began[d] = now
    u = uniform(s.d_key[d], s.codes[BREAK], s.d_n[d])
    rate = s.d_breaks[d] * load(s, now)
    s.d_broken[d] = now + (-log(u) / rate if rate > 0.0 else inf)
    s.count[TRANSFERS] += 1
    s.count[LOCAL] += 1
    tell(s)
    begin(s, d, s.x_size[s.d_object[d]], min(s.d_broken[d], s.d_deadline[d]))
    return 0


@njit(cache=True)
def _transferred(s, d):  # type: ignore[no-untyped-def]
    """A body has passed its cell, or was cut."""
    now = s.clock[NOW]
    station, x = s.d_station[d], s.d_object[d]
    s.count[LOCAL] -= 1
    tell(s)
    s.e_airtime[station] += now - s.d_began[d]
    s.count[INSIDE] -= 1
    if s.f_short[d]:
        s.e_wasted[station] += s.f_delivered[d]
        s.e_cause[station] = _BREAK if s.d_broken[d] < s.d_deadline[d] else _TIMEOUT
        return _go(s, d, _over(s, d, now, True))
    deadline = min(s.d_deadline[d], now + s.d_idle[d])
    at, refused, duplicate = _submit(s, d, now, x, deadline)
    if refused or duplicate:
        s.e_wasted[station] += s.x_size[x]
    else:
        s.e_acked[station] += s.x_size[x]
    if at > deadline:
        s.e_cause[station] = _TIMEOUT
        return _go(s, d, _over(s, d, deadline, True))
    if refused:
        s.e_cause[station] = _REFUSED
    return _go(s, d, _over(s, d, at, refused))


@njit(cache=True)
def _send(s, d, starts, gives_up, again, app):  # type: ignore[no-untyped-def]
    """A device begins to send a station's objects."""
    x = app * s.has_app.shape[0] + s.d_station[d]
    s.d_object[d], s.d_last[d] = s.x_first[x], s.x_first[x + 1]
    s.d_presses[d] = 0
    s.d_now[d] = s.clock[NOW]
    s.d_wait[d] = True
    s.d_until[d] = starts
    s.d_gives_up[d] = gives_up
    s.d_again[d] = again
    return _go(s, d, 0)


@njit(cache=True)
def _sent(s, k):  # type: ignore[no-untyped-def]
    s.o_open[k] -= 1
    if s.o_open[k] == 0:
        s.o_complete[k] = s.clock[NOW]


@njit(cache=True)
def _queue(s, k, station):  # type: ignore[no-untyped-def]
    s.o_queue[k, (s.o_first[k] + s.o_length[k]) % s.o_queue.shape[1]] = station
    s.o_length[k] += 1


@njit(cache=True)
def _station_over(s, d, ending):  # type: ignore[no-untyped-def]
    k, now = s.d_office[d], s.clock[NOW]
    if ending == SENT:
        s.e_sent[d] = now
        s.e_by[d] = 0
        _sent(s, k)
        return
    s.e_handed[d] = now
    _queue(s, k, d)
    if s.o_more[k] > 0:
        push(s, 0.0, MORE, k, s.o_more[k])
        s.o_more[k] = 0


@njit(cache=True)
def _ended(s, d, ending):  # type: ignore[no-untyped-def]
    if ending == GAVE_UP and not s.d_failed[d]:
        s.e_cause[s.d_station[d]] = _GAVE_UP


@njit(cache=True)
def _operator(s, d, step, ending):  # type: ignore[no-untyped-def]
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
            ending = _send(s, d, now, gives_up, rules[R_AGAIN], s.d_app[d])
            if ending == 0:
                return
            step = 3
        if step == 3:
            _ended(s, d, ending)
            station = s.d_station[d]
            step = 1
            if ending == SENT:
                s.o_last[k] = now
                s.e_sent[station] = now
                s.e_by[station] = 1
                _sent(s, k)
                continue
            if isnan(s.o_excel[k]):
                _queue(s, k, station)
            else:
                s.e_excel[station] = True
            if now < ends:
                push(s, min(rules[R_AGAIN], ends - now), PAUSE, d, 0)
                return


@njit(cache=True)
def _done(s, d, ending):  # type: ignore[no-untyped-def]
    if ending == 0:
        return
    if d < s.config[STATIONS]:
        _ended(s, d, ending)
        _station_over(s, d, ending)
    else:
        _operator(s, d, 3, ending)


@njit(cache=True)
def _pleno(s, k, kind):  # type: ignore[no-untyped-def]
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
def _nation(s, i):  # type: ignore[no-untyped-def]
    """Minute ``i`` of the nation's course; after its last there is one of no flows."""
    flows = s.n_flows[i] if i < len(s.n_flows) else 0.0
    if flows != s.clock[NATION_FLOWS]:
        s.clock[NATION_FLOWS] = flows
        tell(s)
    if i < len(s.n_flows):
        push(s, min(_STEP, s.config[HORIZON] - s.clock[NOW]), NATION, i + 1, 0)


@njit(cache=True)
def _begin_all(s):  # type: ignore[no-untyped-def]
    """Everybody takes their place, in the order of :mod:`sim.assembly`."""
    for c in range(len(s.c_n)):
        segment(s, c, 0.0)
    if s.config[PIPE] < inf:
        _nation(s, 0)
    for k in range(len(s.o_open)):
        if s.o_rules[k, R_CAN] != 0.0:
            for d in range(s.o_device[k], s.o_device[k + 1]):
                _operator(s, d, 0, 0)
        push(s, s.o_rules[k, R_PLENO], PLENO, k, 0)
    for i in range(len(s.has_app)):
        if s.has_app[i]:
            gives_up, again = s.d_gives_up[i], s.d_again[i]
            _done(s, i, _send(s, i, s.d_until[i], gives_up, again, 1))
        else:
            s.e_cause[i] = _NO_APP
            push(s, s.ready[i], NO_APP, i, 0)


@njit(cache=True)
def _more(s, k, which):  # type: ignore[no-untyped-def]
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


@njit(cache=True)
def run(s):  # type: ignore[no-untyped-def]
    """The whole night, to its horizon; False if the heap of events was too small."""
    _begin_all(s)
    horizon = s.config[HORIZON]
    while s.count[HEAP] and s.h_time[0] < horizon and not s.count[FULL_HEAP]:
        s.clock[NOW] = s.h_time[0]
        kind, who, more = s.h_kind[0], s.h_who[0], s.h_more[0]
        drop(s)
        if kind == TIMER:
            if more == s.c_timer[who]:
                n = wake_up(s, who)
                for j in range(n):
                    d = s.ended[j]
                    _done(s, d, _transferred(s, d))
        elif kind == ARRIVE:
            _done(s, who, _arrive(s, who))
        elif kind == END:
            _done(s, who, s.d_ending[who])
        elif kind == NO_APP:
            _station_over(s, who, GAVE_UP)
        elif kind == BEGIN or kind == COND or kind == PAUSE:
            _operator(s, who, 1, 0)
        elif kind == HANDLED:
            _operator(s, who, 2, 0)
        elif kind == MORE:
            _more(s, who, more)
        elif kind == COND_TIMEOUT:
            if s.d_waits[who] != 0 and s.d_order[who] == more:
                s.d_waits[who] = 0
                push(s, 0.0, COND, who, 0)
        elif kind == NATION:
            _nation(s, who)
        else:
            _pleno(s, who, kind)
    return s.count[FULL_HEAP] == 0
