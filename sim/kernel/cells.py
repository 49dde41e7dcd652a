"""The mirror of :mod:`sim.network.cell`, :mod:`sim.network.cell_clock` and :mod:`sim.ingest.pipe`.

The transfers of a cell are few, so its heaps are lists that are looked through, in the same order.

Rule of this file: the arithmetic of the mirrored lines, in their order.
"""

from __future__ import annotations

from math import inf

from sim.kernel.events import after, push
from sim.kernel.jit import apart, inlined
from sim.kernel.memory import (
    Record,
    Whole,
    cell_at,
    device_at,
    ended_at,
    flow_at,
    klass_at,
    load_at,
)
from sim.kernel.records import TIMER
from sim.network.cell import _EPSILON, _TICK
from sim.network.cell_clock import _TICK as _CUT_TICK


@inlined
def _segment(s: Record, c: int, t: float) -> None:
    """The airtime of a cell at ``t``, and until when it holds."""
    cell = cell_at(s, c)
    if cell.office:
        cell.airtime = 1.0
        cell.segment = inf
        return
    i = after(s, t)
    cell.segment = load_at(s, i).since if i < s.n_shape else inf
    cell.airtime = 1.0 - cell.busy_at_peak * load_at(s, i - 1 if i else 0).load


@inlined
def _set_rates(s: Record, c: int) -> None:
    cell = cell_at(s, c)
    if cell.n == 0:
        return
    share = cell.airtime / cell.n
    at = c * s.radios
    for b in range(cell.busy):
        klass = klass_at(s, at + klass_at(s, at + b).order)
        rate = klass.peak * share
        if rate > klass.cap:
            rate = klass.cap
        klass.rate = rate if rate < cell.ceiling else cell.ceiling


@inlined
def _move(s: Record, c: int, now: float) -> None:
    cell = cell_at(s, c)
    dt = now - cell.t
    if dt > 0.0:
        at = c * s.radios
        for b in range(cell.busy):
            klass = klass_at(s, at + klass_at(s, at + b).order)
            klass.v += klass.rate * dt
        cell.t = now


@inlined
def _next_segment(s: Record, c: int, now: float) -> None:
    cell = cell_at(s, c)
    _move(s, c, cell.segment)
    if cell.n == 0:
        cell.t = now
    _segment(s, c, cell.t)
    _set_rates(s, c)


@inlined
def _advance(s: Record, c: int, now: float) -> None:
    while now >= cell_at(s, c).segment:
        _next_segment(s, c, now)
    _move(s, c, now)


@inlined
def _leave(s: Record, d: int) -> None:
    """A transfer is no longer in its cell."""
    device = device_at(s, d)
    cell = cell_at(s, device.cell)
    at = device.cell * s.radios
    klass = klass_at(s, at + device.klass)
    klass.n -= 1
    cell.n -= 1
    for j in range(cell.flows, cell.flows + cell.n):
        if flow_at(s, j).value == d:
            flow_at(s, j).value = flow_at(s, cell.flows + cell.n).value
            break
    if klass.n == 0:
        klass.v = 0.0
        cell.busy -= 1
        b = 0
        while klass_at(s, at + b).order != device.klass:
            b += 1
        while b < cell.busy:
            klass_at(s, at + b).order = klass_at(s, at + b + 1).order
            b += 1


@inlined
def _first(s: Record, c: int, k: int) -> Whole:
    """The transfer of a class that ends first; -1: there is none."""
    cell = cell_at(s, c)
    best = -1
    for j in range(cell.flows, cell.flows + cell.n):
        d = flow_at(s, j).value
        if device_at(s, d).klass == k and (
            best < 0
            or device_at(s, d).end < device_at(s, best).end
            or (
                device_at(s, d).end == device_at(s, best).end
                and device_at(s, d).seq < device_at(s, best).seq
            )
        ):
            best = d
    return best


@inlined
def _next_cut(s: Record, c: int) -> Whole:
    """The transfer that is cut first; -1: none will be."""
    cell = cell_at(s, c)
    best = -1
    for j in range(cell.flows, cell.flows + cell.n):
        d = flow_at(s, j).value
        if device_at(s, d).cut < inf and (
            best < 0
            or device_at(s, d).cut < device_at(s, best).cut
            or (
                device_at(s, d).cut == device_at(s, best).cut
                and device_at(s, d).cut_seq < device_at(s, best).cut_seq
            )
        ):
            best = d
    return best


@apart
def _arm(s: Record, c: int) -> None:
    cell, now = cell_at(s, c), s.now
    if cell.n == 0:
        return
    soonest = cell.segment
    at = c * s.radios
    for b in range(cell.busy):
        k = klass_at(s, at + b).order
        klass = klass_at(s, at + k)
        if klass.rate > 0.0:
            t = cell.t + (device_at(s, _first(s, c, k)).end - klass.v) / klass.rate
            if t < soonest:
                soonest = t
    t = soonest if soonest > cell.t else cell.t
    d = _next_cut(s, c)
    if d >= 0 and device_at(s, d).cut < t:
        t = device_at(s, d).cut
    if t < cell.armed:
        cell.armed = t
        cell.timer += 1
        push(s, t - now if t > now else 0.0, TIMER, c, cell.timer)


@inlined
def open_cell(s: Record, c: int) -> None:
    """A cell at the night's beginning."""
    _segment(s, c, 0.0)


@inlined
def begin(s: Record, d: int, cut_at: float) -> None:
    """The body of a device enters its cell; it is cut at ``cut_at`` unless it has passed then."""
    device = device_at(s, d)
    c = device.cell
    cell = cell_at(s, c)
    _advance(s, c, s.now)
    at = c * s.radios
    klass = klass_at(s, at + device.klass)
    if klass.n == 0:
        klass_at(s, at + cell.busy).order = device.klass
        cell.busy += 1
    klass.n += 1
    flow_at(s, cell.flows + cell.n).value = d
    cell.n += 1
    device.size = device.length
    device.end = klass.v + device.length
    device.delivered = 0.0
    device.short = 0
    cell.seq += 1
    device.seq = cell.seq
    _set_rates(s, c)
    if not cell.office and cell.n > s.peak_flows:
        s.peak_flows = cell.n
    device.cut = cut_at
    if cut_at < inf:
        cell.cut_seq += 1
        device.cut_seq = cell.cut_seq
    _arm(s, c)


@inlined
def wake_up(s: Record, c: int) -> Whole:
    """A cell's timer: who has ended is listed in ``s.ended``; returns how many."""
    now, cell = s.now, cell_at(s, c)
    classes = s.radios
    at = c * classes
    n = 0
    _advance(s, c, now)
    busy = cell.busy
    turn = s.n_ended - classes  # behind the list: the classes, as one that ends leaves theirs
    for b in range(busy):
        ended_at(s, turn + b).value = klass_at(s, at + b).order
    for b in range(busy):
        k = ended_at(s, turn + b).value
        klass = klass_at(s, at + k)
        limit = klass.v + _EPSILON + klass.rate * _TICK
        while klass.n > 0:
            d = _first(s, c, k)
            if device_at(s, d).end > limit:
                break
            device_at(s, d).delivered = device_at(s, d).size
            _leave(s, d)
            ended_at(s, n).value = d
            n += 1
    if n:
        _set_rates(s, c)
    while True:
        d = _next_cut(s, c)
        if d < 0 or device_at(s, d).cut > now + _CUT_TICK:
            break
        device = device_at(s, d)
        passed = device.size - (device.end - klass_at(s, at + device.klass).v)
        device.delivered = min(float(device.size), max(0.0, passed))
        device.short = 1
        _leave(s, d)
        _set_rates(s, c)
        ended_at(s, n).value = d
        n += 1
    cell.armed = inf
    _arm(s, c)
    return n


@apart
def _tell_all(s: Record, share: float) -> None:
    for c in range(s.n_cells):
        cell = cell_at(s, c)
        if cell.n:
            _advance(s, c, s.now)
            cell.ceiling = share
            _set_rates(s, c)
            _arm(s, c)
        else:
            cell.ceiling = share


@inlined
def tell(s: Record) -> None:
    """Pass the pipe's share on where it has moved enough to matter."""
    if s.pipe == inf or s.now >= s.horizon:
        return
    n = s.local + s.nation_flows
    share = inf
    if n > 0.0:
        share = s.pipe / n
        if not share < s.binding:
            share = inf
    told = s.told
    if share == told:
        return
    if share != inf and told != inf and abs(share - told) <= s.resolution * told:
        return
    s.told = share
    _tell_all(s, share)
