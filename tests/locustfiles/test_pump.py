"""Every active body has been granted what its cell has let through, in pieces, and no more."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simpy import Environment

from locustfiles.exchange import PIECE, Exchange
from locustfiles.pump import Pump
from sim.network.cell import Cell, Flow
from sim.network.cell_clock import CellClock, Transfer


class Granted:
    """Stands in for an exchange: it writes down what it is granted."""

    def __init__(self) -> None:
        self.granted = 0

    def grant(self, total: int) -> None:
        assert total >= self.granted, "a grant was taken back"
        self.granted = total


def begin(pump: Pump, cell: CellClock, size: float, klass: int = 0) -> tuple[Transfer, Granted]:
    transfer, exchange = cell.start(size, klass, float("inf")), Granted()
    pump.add(cell, transfer, cast(Exchange, exchange))
    return transfer, exchange


def test_two_bodies_in_a_cell_get_half_each_and_one_alone_gets_all() -> None:
    env = Environment()
    cell, pump = CellClock(env, Cell([PIECE])), Pump()
    one = begin(pump, cell, 100 * PIECE)
    env.run(until=4.0)
    pump.tick(4.0)
    assert one[1].granted == 4 * PIECE
    two = begin(pump, cell, 100 * PIECE)
    env.run(until=6.0)
    pump.tick(6.0)
    assert (one[1].granted, two[1].granted) == (5 * PIECE, PIECE)
    pump.remove(one[0])
    cell.cut(one[0])
    env.run(until=8.0)
    pump.tick(8.0)
    assert (one[1].granted, two[1].granted) == (5 * PIECE, 3 * PIECE)
    assert pump.peak == 2
    assert pump.passed == 8 * PIECE


def test_bodies_in_different_cells_do_not_share() -> None:
    env, pump = Environment(), Pump()
    cells = [CellClock(env, Cell([rate * PIECE])) for rate in (0.5, 2.0)]
    bodies = [begin(pump, cell, 1e9)[1] for cell in cells]
    env.run(until=4.0)
    pump.tick(4.0)
    assert [body.granted for body in bodies] == [2 * PIECE, 8 * PIECE]


@given(
    st.lists(st.floats(0.001, 5.0), min_size=1, max_size=20),
    st.lists(st.integers(0, 1), min_size=1, max_size=5),
)
def test_an_irregular_tick_loses_nothing_and_grants_nothing_early(
    steps: list[float], classes: list[int]
) -> None:
    env = Environment()
    cell, pump = CellClock(env, Cell([79_190.0, 30_000.0])), Pump()
    bodies: list[Any] = [begin(pump, cell, 1e9, klass) for klass in classes]
    for step in steps:
        env.run(until=env.now + step)
        pump.tick(env.now)
        for transfer, body in bodies:
            passed = cell.cell.delivered(env.now, transfer.flow)
            assert passed - PIECE - 1 <= body.granted <= passed
    assert pump.passed == sum(body.granted for _, body in bodies)


@given(
    st.lists(
        st.tuples(st.floats(0.0, 3.0), st.floats(1e3, 3e5), st.integers(0, 1)),
        min_size=1,
        max_size=12,
    )
)
def test_bodies_that_come_and_go_are_granted_what_passes_whoever_ends(
    comings: list[tuple[float, float, int]],
) -> None:
    env = Environment()
    cell, pump = CellClock(env, Cell([79_190.0, 30_000.0])), Pump()
    under_way: dict[Transfer, Granted] = {}
    sizes = 0.0

    def look() -> None:
        pump.tick(env.now)
        for transfer, body in list(under_way.items()):
            if transfer.triggered:
                pump.remove(transfer)
                del under_way[transfer]
            else:
                passed = cell.cell.delivered(env.now, transfer.flow)
                assert passed - PIECE - 1 <= body.granted <= passed

    for gap, size, klass in comings:
        transfer, body = begin(pump, cell, size, klass)
        under_way[transfer] = body
        sizes += size
        until = env.now + gap
        while env.now < until:
            env.run(until=min(env.now + 0.05, until))
            look()
    while under_way:
        env.run(until=env.now + 0.05)
        look()
    assert pump.passed == pytest.approx(sizes, abs=len(comings))
    pump.tick(env.now)
    assert pump._due == {}, "what has ended is forgotten"


def test_a_tick_looks_only_at_the_bodies_whose_piece_is_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[Flow] = []
    delivered = Cell.delivered

    def counting(self: Cell, now: float, flow: Flow) -> float:
        looked.append(flow)
        return delivered(self, now, flow)

    env = Environment()
    cell, pump = CellClock(env, Cell([1000.0 * PIECE])), Pump()
    for _ in range(1000):
        begin(pump, cell, 1e9)
    env.run(until=0.5)
    monkeypatch.setattr(Cell, "delivered", counting)
    pump.tick(0.5)
    assert len(looked) == 1
    env.run(until=1.001)
    pump.tick(1.001)
    assert len(looked) == 1 + 1000 + 1
