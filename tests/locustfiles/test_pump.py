"""Every active body has been granted what its cell has let through by now, and no more."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simpy import Environment

from locustfiles.exchange import Exchange
from locustfiles.pump import Pump
from sim.network.cell import Cell
from sim.network.cell_clock import CellClock, Transfer


class Granted:
    """Stands in for an exchange: it writes down what it is granted."""

    def __init__(self) -> None:
        self.granted = 0

    def grant(self, total: int) -> None:
        assert total >= self.granted, "a grant was taken back"
        self.granted = total


def begin(pump: Pump, cell: CellClock, size: float) -> tuple[Transfer, Granted]:
    transfer, exchange = cell.start(size, 0, float("inf")), Granted()
    pump.add(cell, transfer, cast(Exchange, exchange))
    return transfer, exchange


def test_two_bodies_in_a_cell_get_half_each_and_one_alone_gets_all() -> None:
    env = Environment()
    cell, pump = CellClock(env, Cell([1000.0])), Pump()
    one = begin(pump, cell, 100_000)
    env.run(until=4.0)
    pump.tick(4.0)
    assert one[1].granted == 4000
    two = begin(pump, cell, 100_000)
    env.run(until=6.0)
    pump.tick(6.0)
    assert (one[1].granted, two[1].granted) == (5000, 1000)
    pump.remove(one[0])
    cell.cut(one[0])
    env.run(until=8.0)
    pump.tick(8.0)
    assert (one[1].granted, two[1].granted) == (5000, 3000)
    assert pump.peak == 2
    assert pump.passed == 8000


def test_bodies_in_different_cells_do_not_share() -> None:
    env, pump = Environment(), Pump()
    cells = [CellClock(env, Cell([rate])) for rate in (500.0, 2000.0)]
    bodies = [begin(pump, cell, 10**6)[1] for cell in cells]
    env.run(until=3.0)
    pump.tick(3.0)
    assert [body.granted for body in bodies] == [1500, 6000]


@given(st.lists(st.floats(0.001, 5.0), min_size=1, max_size=20), st.integers(1, 5))
def test_an_irregular_tick_loses_nothing_and_grants_nothing_early(
    steps: list[float], bodies: int
) -> None:
    env = Environment()
    cell, pump = CellClock(env, Cell([7919.0])), Pump()
    flows: list[Any] = [begin(pump, cell, 1e9)[1] for _ in range(bodies)]
    for step in steps:
        env.run(until=env.now + step)
        pump.tick(env.now)
        for flow in flows:
            assert flow.granted == pytest.approx(7919.0 * env.now / bodies, abs=1.0)
    assert pump.passed == sum(flow.granted for flow in flows)
