"""The events of one night, compiled, in SimPy's order: by time, and among those of one time in the
order in which they were scheduled.

Rule of this file: the floating-point operations of the mirrored lines, in their order; nothing is
simplified that could change a last bit. Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from math import inf

from numba import njit

from kernel.cells import segment, tell, wake_up
from kernel.device import arrive, send, transferred
from kernel.people import done, more_came, operator, pleno, station_over
from kernel.state import (
    ARRIVE,
    BEGIN,
    COND,
    COND_TIMEOUT,
    END,
    FULL_HEAP,
    GAVE_UP,
    HANDLED,
    HEAP,
    HORIZON,
    MORE,
    NATION,
    NATION_FLOWS,
    NO_APP,
    NOW,
    PAUSE,
    PIPE,
    PLENO,
    R_CAN,
    R_PLENO,
    TIMER,
    WITHOUT_APP,
    drop,
    push,
)

_STEP = 60.0  # sim.ingest.nation.STEP


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
                operator(s, d, 0, 0)
        push(s, s.o_rules[k, R_PLENO], PLENO, k, 0)
    for i in range(len(s.has_app)):
        if s.has_app[i]:
            gives_up, again = s.d_gives_up[i], s.d_again[i]
            done(s, i, send(s, i, s.d_until[i], gives_up, again, 1))
        else:
            s.e_cause[i] = WITHOUT_APP
            push(s, s.ready[i], NO_APP, i, 0)


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
                    done(s, d, transferred(s, d))
        elif kind == ARRIVE:
            done(s, who, arrive(s, who))
        elif kind == END:
            done(s, who, s.d_ending[who])
        elif kind == NO_APP:
            station_over(s, who, GAVE_UP)
        elif kind in (BEGIN, COND, PAUSE):
            operator(s, who, 1, 0)
        elif kind == HANDLED:
            operator(s, who, 2, 0)
        elif kind == MORE:
            more_came(s, who, more)
        elif kind == COND_TIMEOUT:
            if s.d_waits[who] != 0 and s.d_order[who] == more:
                s.d_waits[who] = 0
                push(s, 0.0, COND, who, 0)
        elif kind == NATION:
            _nation(s, who)
        else:
            pleno(s, who, kind)
    return s.count[FULL_HEAP] == 0
