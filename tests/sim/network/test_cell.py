"""The cell against a naive recomputation, whatever happens to it, and conservation of airtime."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.network.cell import Cell, Flow
from sim.network.profile import Constant, Product, Shifted, Steps

PEAKS = (1000.0, 300.0, 50.0)


@dataclass
class Naive:
    """The same cell by the definition: every flow's bytes moved at every change, O(n) each."""

    profile: Steps
    caps: tuple[float, ...]
    now: float = 0.0
    ceiling: float = inf
    left: dict[int, tuple[float, int]] = field(default_factory=dict)
    airtime_used: float = 0.0

    def rate(self, klass: int, a: float) -> float:
        return min(PEAKS[klass] * a / len(self.left), self.caps[klass], self.ceiling)

    def move(self, t: float) -> None:
        while self.now < t:
            a, end = self.profile.segment(self.now)
            until = min(t, end)
            for _, (left, klass) in self.left.items():
                rate = self.rate(klass, a)
                if rate > 0 and left > 1e-6:
                    until = min(until, self.now + left / rate)
            dt = until - self.now
            if self.left:
                self.airtime_used += a * dt
            rates = {i: self.rate(k, a) for i, (_, k) in self.left.items()}
            self.left = {i: (x - rates[i] * dt, k) for i, (x, k) in self.left.items()}
            self.left = {i: v for i, v in self.left.items() if v[0] > 1e-6}
            self.now = until if dt > 0 else min(t, self.now + 1e-9)


steps = st.lists(st.tuples(st.floats(0.1, 30), st.floats(0, 1)), min_size=1, max_size=5)
events = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.sampled_from(["start", "start", "start", "abort", "ceiling"]),
        st.floats(1, 5000),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=25,
)


def profile_of(pieces: list[tuple[float, float]]) -> Steps:
    starts, t = [], 0.0
    for length, _ in pieces:
        starts.append(t)
        t += length
    return Steps(tuple(starts), tuple(a for _, a in pieces))


def finish(cell: Cell, until: float, ends: dict[int, float]) -> None:
    while (t := cell.next_event()) <= until:
        for flow in cell.finished(t):
            assert isinstance(flow.owner, int)
            assert flow.delivered == flow.size
            ends[flow.owner] = t


@settings(max_examples=150, deadline=None)
@given(steps, events, st.booleans())
def test_the_virtual_clocks_agree_with_the_definition(
    pieces: list[tuple[float, float]], script: list[tuple[float, str, float, int]], capped: bool
) -> None:
    profile = profile_of(pieces)
    caps = (400.0, 200.0, 60.0) if capped else (inf, inf, inf)
    cell, naive = Cell(PEAKS, profile, caps), Naive(profile, caps)
    flows: dict[int, Flow] = {}
    ends: dict[int, float] = {}
    now = 0.0
    for number, (gap, what, amount, klass) in enumerate(script):
        now += gap
        finish(cell, now, ends)
        naive.move(now)
        if what == "start":
            flows[number] = cell.start(now, amount, klass, number)
            naive.left[number] = (amount, klass)
        elif what == "ceiling":
            cell.set_ceiling(now, amount)
            naive.ceiling = amount
        elif running := [i for i, f in flows.items() if f.active]:
            victim = running[int(amount) % len(running)]
            got = cell.abort(now, flows[victim])
            expected = flows[victim].size - naive.left.pop(victim, (0.0, 0))[0]
            assert got == pytest.approx(expected, abs=0.01)
            assert 0 <= got <= flows[victim].size
        for i, flow in flows.items():
            if i in naive.left:
                sent = flow.size - naive.left[i][0]
                assert cell.delivered(now, flow) == pytest.approx(sent, abs=0.01)
        assert cell.n == sum(f.active for f in flows.values())


@settings(max_examples=100, deadline=None)
@given(steps, events)
def test_bytes_delivered_are_the_airtime_that_was_there(
    pieces: list[tuple[float, float]], script: list[tuple[float, str, float, int]]
) -> None:
    profile = profile_of(pieces)
    cell, naive = Cell(PEAKS, profile), Naive(profile, (inf, inf, inf))
    flows: list[tuple[Flow, int]] = []
    now = 0.0
    for gap, what, amount, klass in script:
        now += gap
        finish(cell, now, {})
        naive.move(now)
        if what == "abort" and flows:
            at = int(amount) % len(flows)
            cell.abort(now, flows[at][0])
            naive.left.pop(at, None)
        elif what != "ceiling":
            naive.left[len(flows)] = (amount, klass)
            flows.append((cell.start(now, amount, klass, len(flows)), klass))
    airtime = sum(cell.delivered(now, f) / PEAKS[k] for f, k in flows)
    assert airtime == pytest.approx(naive.airtime_used, rel=1e-6, abs=1e-3)


def test_an_idle_cell_has_no_next_event_and_forgets_its_past() -> None:
    cell = Cell([100.0], Steps((0.0, 10.0, 20.0), (1.0, 0.0, 0.5)))
    assert cell.next_event() == inf
    flow = cell.start(50.0, 100.0)
    assert cell.next_event() == 52.0
    assert cell.finished(52.0) == [flow]
    assert cell.next_event() == inf


def test_a_dead_cell_moves_nothing_until_it_comes_back() -> None:
    cell = Cell([100.0], Steps((0.0, 10.0, 70.0), (1.0, 0.0, 1.0)))
    flow = cell.start(9.0, 300.0)
    assert cell.next_event() == 10.0
    assert cell.finished(10.0) == []
    assert cell.next_event() == 70.0
    assert cell.delivered(69.0, flow) == pytest.approx(100.0)
    assert cell.finished(70.0) == []
    assert cell.next_event() == 72.0


def test_the_smaller_of_the_cells_share_and_the_pipes_share_counts() -> None:
    cell = Cell([100.0])
    cell.set_ceiling(0.0, 20.0)
    cell.start(0.0, 40.0)
    assert cell.next_event() == 2.0
    for _ in range(9):
        cell.start(0.0, 40.0)
    assert cell.next_event() == pytest.approx(4.0)  # 100 / 10 < 20


@given(st.floats(0, 1e6))
def test_periodic_steps_repeat_and_their_segments_end_later(t: float) -> None:
    steps = Steps((1.0, 4.0, 9.0), (1.0, 2.0, 3.0), 10.0)
    value, end = steps.segment(t)
    assert end > t
    phase = t % 10
    if min(abs(phase - b) for b in (0.0, 1.0, 4.0, 9.0, 10.0)) > 1e-6:
        assert value == (3.0 if phase < 1 or phase >= 9 else 1.0 if phase < 4 else 2.0)
    product, first = Product((steps, Shifted(steps, 2.5), Constant(2.0))).segment(t)
    assert product == 2.0 * value * steps.segment(t + 2.5)[0]
    assert t < first <= end


def test_steps_refuse_what_is_not_a_profile() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Steps((), ())
    with pytest.raises(ValueError, match="increase"):
        Steps((0.0, 0.0), (1.0, 1.0))
    with pytest.raises(ValueError, match="period"):
        Steps((0.0, 5.0), (1.0, 1.0), 5.0)


def test_a_driver_that_looks_late_finds_what_every_change_came_to() -> None:
    cell = Cell([10.0], Steps((0.0, 1.0, 2.0), (1.0, 0.5, 0.1)))
    flow = cell.start(0.0, 1000.0)
    assert cell.delivered(12.0, flow) == pytest.approx(10 + 5 + 10)
    assert cell.next_event() == pytest.approx(12.0 + 975.0)


def test_a_cell_of_less_than_a_byte_a_second_ends_its_transfers_too() -> None:
    cell = Cell([0.5])
    cell.start(0.0, 10.0)
    assert cell.next_event() == 20.0
    assert len(cell.finished(20.0)) == 1


def test_each_class_needs_its_cap() -> None:
    with pytest.raises(ValueError, match="zip"):
        Cell([1.0, 2.0], None, [1.0])


def test_transfers_that_end_together_end_in_the_order_of_their_starts() -> None:
    cell = Cell([30.0])
    for owner in (3, 1, 2):
        cell.start(0.0, 10.0, owner=owner)
    assert [flow.owner for flow in cell.finished(1.0)] == [3, 1, 2]
