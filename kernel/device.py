"""The mirror of :mod:`sim.uplink`, :mod:`sim.link` and :mod:`sim.client.workflow`.

A device runs ahead until it needs the clock. Its app stops after a failure, and sends each object
in one request.

Rule of this file: the floating-point operations of the mirrored lines, in their order; nothing is
simplified that could change a last bit. Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from math import inf, log

from numba import njit

from kernel.cells import begin, tell
from kernel.server import door, submit
from kernel.state import (
    ACCESS,
    AGAIN,
    ARRIVE,
    ATTEMPTS,
    BREAK,
    BY_ACCESS,
    BY_BREAK,
    BY_FAULT,
    BY_FULL,
    BY_OUTAGE,
    BY_TIMEOUT,
    END,
    GAVE_UP,
    HORIZON,
    INSIDE,
    LOCAL,
    NOT_COVERED,
    NOW,
    PEAK_SLOTS,
    SENT,
    SLOTS,
    TRANSFERS,
    WAITS,
    load,
    push,
    uniform,
)

_INACTIVITY = 10.0  # sim.link.INACTIVITY


@njit(cache=True)
def _next(s, d):  # type: ignore[no-untyped-def]
    """The next object, unless patience is at its end."""
    if s.d_now[d] >= s.d_gives_up[d]:
        return GAVE_UP
    s.d_wait[d] = False
    return 0


@njit(cache=True)
def over(s, d, at, failed):  # type: ignore[no-untyped-def]
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
def go(s, d, ending):  # type: ignore[no-untyped-def]
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
            s.e_cause[station] = NOT_COVERED
            ending = over(s, d, now + min(s.d_access[d], timeout), True)
            continue
        if now > s.d_open[d]:
            u = uniform(s.d_key[d], s.codes[ACCESS], s.d_n[d])
            if u < s.d_refused[d] * load(s, now):
                s.e_cause[station] = BY_ACCESS
                ending = over(s, d, now + min(s.d_access[d], timeout), True)
                continue
        setup = s.d_warm[d] if now <= s.d_open[d] else s.d_setup[d]
        if setup >= timeout:
            s.e_cause[station] = BY_TIMEOUT
            ending = over(s, d, now + timeout, True)
            continue
        refusal = door(s, d, now + setup)
        if refusal == 2:
            s.e_cause[station] = BY_OUTAGE
            ending = over(s, d, now + timeout, True)
        elif refusal:
            cause = BY_OUTAGE if refusal == 1 else BY_FAULT if refusal == 3 else BY_FULL
            s.e_cause[station] = cause
            ending = over(s, d, now + setup, True)
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
def arrive(s, d):  # type: ignore[no-untyped-def]
    """A connection is at the server's door."""
    now = s.clock[NOW]
    if not s.count[INSIDE] < s.config[SLOTS]:
        s.e_cause[s.d_station[d]] = BY_FULL
        return go(s, d, over(s, d, now, True))
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
def transferred(s, d):  # type: ignore[no-untyped-def]
    """A body has passed its cell, or was cut."""
    now = s.clock[NOW]
    station, x = s.d_station[d], s.d_object[d]
    s.count[LOCAL] -= 1
    tell(s)
    s.e_airtime[station] += now - s.d_began[d]
    s.count[INSIDE] -= 1
    if s.f_short[d]:
        s.e_wasted[station] += s.f_delivered[d]
        s.e_cause[station] = BY_BREAK if s.d_broken[d] < s.d_deadline[d] else BY_TIMEOUT
        return go(s, d, over(s, d, now, True))
    deadline = min(s.d_deadline[d], now + s.d_idle[d])
    at, refused, duplicate = submit(s, d, now, x, deadline)
    if refused or duplicate:
        s.e_wasted[station] += s.x_size[x]
    else:
        s.e_acked[station] += s.x_size[x]
    if at > deadline:
        s.e_cause[station] = BY_TIMEOUT
        return go(s, d, over(s, d, deadline, True))
    if refused:
        s.e_cause[station] = BY_FULL
    return go(s, d, over(s, d, at, refused))


@njit(cache=True)
def send(s, d, starts, gives_up, again, app):  # type: ignore[no-untyped-def]
    """A device begins to send a station's objects."""
    x = app * s.has_app.shape[0] + s.d_station[d]
    s.d_object[d], s.d_last[d] = s.x_first[x], s.x_first[x + 1]
    s.d_presses[d] = 0
    s.d_now[d] = s.clock[NOW]
    s.d_wait[d] = True
    s.d_until[d] = starts
    s.d_gives_up[d] = gives_up
    s.d_again[d] = again
    return go(s, d, 0)
