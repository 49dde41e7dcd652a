"""A cell: uploads share its airtime (egalitarian processor sharing).

**Theory.** A proportional-fair scheduler gives each of n active users about 1/n of the airtime, so
a user whose peak rate alone would be R gets R/n (Bonald and Proutiere, "Wireless downlink data
channels", MobiCom 2003; multi-user diversity gain left at 1, the safe choice). Citizens' traffic
leaves only a share a(t) of the airtime; a TCP connection cannot exceed its loss cap; the data
centre's ingress pipe grants a flow at most its own share. So a flow of radio class k moves at

    rate_k(t) = min( R_k * a(t) / n(t), cap_k, ceiling(t) )        bytes/s,

the smaller of what the cell and what everything behind it allow; airtime that a capped flow leaves
unused is not handed to others (a lower bound, stated in the model card).

**Algorithm.** All active flows of one class move at the same rate, so each class has one virtual
clock v_k, in bytes: dv_k/dt = rate_k. A flow of s bytes that starts at v ends when the clock reads
v + s. A heap of these end readings makes every start, abort and completion O(log n), however many
flows are active (virtual-time technique of fair queueing: Demers, Keshav and Shenker 1989).

Rule of this file: pure. It is told the time and never asks for it; SimPy's clock drives it in one
world and the monotonic clock in the other. Time never runs backwards.
Units: seconds, bytes, bytes/s.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from math import inf
from typing import Final

from sim.network.profile import Constant, Profile

# A flow this close to its end has ended: the rounding of the clocks, in bytes and in seconds (a
# clock of sixty days resolves 1e-9 s).
_EPSILON: Final = 1e-3
_TICK: Final = 1e-8


class _Class:
    """One radio class: its rates, its virtual clock and its active flows."""

    __slots__ = ("cap", "heap", "n", "peak", "rate", "v")

    def __init__(self, peak: float, cap: float) -> None:
        self.peak = peak
        self.cap = cap
        self.rate = 0.0
        self.v = 0.0
        self.n = 0
        self.heap: list[tuple[float, int, Flow]] = []


class Flow:
    """One transfer in a cell. ``owner`` is the caller's, untouched here."""

    __slots__ = ("active", "delivered", "end", "klass", "owner", "size")

    def __init__(self, klass: _Class, size: float, owner: object) -> None:
        self.klass = klass
        self.size = size
        self.end = klass.v + size
        self.active = True
        self.delivered = 0.0  # bytes; final once the flow is no longer active
        self.owner = owner


class Cell:
    """Processor sharing by airtime.

    Parameters
    ----------
    peaks : peak rate of each radio class when alone on an idle cell, bytes/s.
    airtime : share of the airtime (or scale of capacity) left for us over time, >= 0.
    caps : upper bound of one flow's rate per class (TCP loss cap), bytes/s; none by default.
    """

    __slots__ = (
        "_airtime",
        "_busy",
        "_classes",
        "_profile",
        "_segment_end",
        "_seq",
        "_t",
        "ceiling",
        "n",
    )

    def __init__(
        self,
        peaks: Sequence[float],
        airtime: Profile | None = None,
        caps: Sequence[float] | None = None,
    ) -> None:
        caps = caps if caps is not None else [inf] * len(peaks)
        self._classes = [_Class(p, c) for p, c in zip(peaks, caps, strict=True)]
        self._busy: list[_Class] = []
        self._profile = airtime if airtime is not None else Constant(1.0)
        self._airtime, self._segment_end = self._profile.segment(0.0)
        self._seq = 0
        self._t = 0.0
        self.n = 0
        self.ceiling = inf

    def start(self, now: float, size: float, klass: int = 0, owner: object = None) -> Flow:
        """A transfer of ``size`` bytes by a user of radio class ``klass`` begins."""
        self._advance(now)
        k = self._classes[klass]
        if k.n == 0:
            self._busy.append(k)
        k.n += 1
        self.n += 1
        flow = Flow(k, size, owner)
        self._seq += 1
        heapq.heappush(k.heap, (flow.end, self._seq, flow))
        self._set_rates()
        return flow

    def abort(self, now: float, flow: Flow) -> float:
        """The transfer is cut off; returns the bytes delivered until now."""
        self._advance(now)
        if flow.active:
            flow.delivered = self.delivered(now, flow)
            self._leave(flow)
            self._set_rates()
        return flow.delivered

    def delivered(self, now: float, flow: Flow) -> float:
        """Bytes of the transfer that have passed the cell by ``now``."""
        self._advance(now)
        if not flow.active:
            return flow.delivered
        passed = flow.size - (flow.end - flow.klass.v)  # rounding may carry it past either end
        return min(flow.size, max(0.0, passed))

    def finished(self, now: float) -> list[Flow]:
        """The transfers that have completed by ``now``, in order; they leave the cell."""
        self._advance(now)
        done: list[Flow] = []
        for k in tuple(self._busy):
            heap = k.heap
            limit = k.v + _EPSILON + k.rate * _TICK
            while heap and (heap[0][0] <= limit or not heap[0][2].active):
                flow = heapq.heappop(heap)[2]
                if flow.active:
                    flow.delivered = flow.size
                    self._leave(flow)
                    done.append(flow)
        if done:
            self._set_rates()
        return done

    def next_event(self) -> float:
        """When to look again: the next completion or change of rates; ``inf`` when idle."""
        if not self.n:
            return inf
        soonest = self._segment_end
        for k in self._busy:
            heap = k.heap
            while not heap[0][2].active:  # aborted flows are dropped when they surface
                heapq.heappop(heap)
            if k.rate > 0.0:
                t = self._t + (heap[0][0] - k.v) / k.rate
                if t < soonest:
                    soonest = t
        return soonest if soonest > self._t else self._t

    def set_ceiling(self, now: float, rate: float) -> None:
        """From now on no flow moves faster than ``rate`` (the share of the pipe behind)."""
        self._advance(now)
        self.ceiling = rate
        self._set_rates()

    def _leave(self, flow: Flow) -> None:
        k = flow.klass
        flow.active = False
        k.n -= 1
        self.n -= 1
        if not k.n:
            k.v = 0.0  # an idle class starts afresh: clocks stay small and exact
            k.heap.clear()
            self._busy.remove(k)

    def _advance(self, now: float) -> None:
        while now >= self._segment_end:
            self._move(self._segment_end)
            if not self.n:
                self._t = now
            self._airtime, self._segment_end = self._profile.segment(self._t)
            self._set_rates()
        self._move(now)

    def _move(self, now: float) -> None:
        dt = now - self._t
        if dt > 0.0:
            for k in self._busy:
                k.v += k.rate * dt
            self._t = now

    def _set_rates(self) -> None:
        n = self.n
        if not n:
            return
        share = self._airtime / n
        ceiling = self.ceiling
        for k in self._busy:
            rate = k.peak * share
            if rate > k.cap:
                rate = k.cap
            k.rate = rate if rate < ceiling else ceiling
