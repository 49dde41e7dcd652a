"""SimPy's clock drives a cell: each transfer ends once, when it has arrived or is cut."""

from __future__ import annotations

from collections.abc import Generator
from math import inf

import pytest
from simpy import Environment, Event

from sim.network.cell import Cell
from sim.network.cell_clock import CellClock, Transfer
from sim.network.profile import Steps

Seen = list[tuple[str, float, float, bool]]


def watch(
    clock: CellClock, env: Environment, name: str, at: float, size: float, cut_at: float, seen: Seen
) -> Generator[Event, object, None]:
    yield env.timeout(at)
    transfer = clock.start(size, 0, cut_at)
    yield transfer
    seen.append((name, round(env.now, 6), round(transfer.delivered, 4), transfer.cut_short))


def run(*transfers: tuple[str, float, float, float], airtime: Steps | None = None) -> Seen:
    env = Environment()
    clock = CellClock(env, Cell([100.0], airtime))
    seen: Seen = []
    for name, at, size, cut_at in transfers:
        env.process(watch(clock, env, name, at, size, cut_at, seen))
    env.run(1000.0)
    return seen


def test_a_transfer_alone_has_the_cell() -> None:
    assert run(("a", 1.0, 500.0, inf)) == [("a", 6.0, 500.0, False)]


def test_two_share_and_the_second_goes_on_alone() -> None:
    # until 3.0 each moves at 50; a has 100 left at 1.0, so it is done at 3.0
    assert run(("a", 0.0, 200.0, inf), ("b", 1.0, 200.0, inf)) == [
        ("a", 3.0, 200.0, False),
        ("b", 4.0, 200.0, False),
    ]


def test_a_cut_ends_what_has_not_arrived_and_leaves_the_rest_alone() -> None:
    assert run(("a", 0.0, 500.0, 2.0), ("b", 0.0, 500.0, 100.0)) == [
        ("a", 2.0, 100.0, True),
        ("b", 6.0, 500.0, False),
    ]


def test_cuts_come_in_their_order_not_in_that_of_the_starts() -> None:
    assert run(("a", 0.0, 900.0, 4.0), ("b", 0.0, 900.0, 2.0), ("c", 3.0, 900.0, 3.5)) == [
        ("b", 2.0, 100.0, True),
        ("c", 3.5, 25.0, True),
        ("a", 4.0, 275.0, True),
    ]


def test_the_cut_of_a_transfer_that_has_arrived_says_nothing_more() -> None:
    assert run(("a", 0.0, 100.0, 5.0), ("b", 0.0, 900.0, 8.0)) == [
        ("a", 2.0, 100.0, False),
        ("b", 8.0, 700.0, True),
    ]


def test_changes_of_the_background_are_followed() -> None:
    course = Steps((0.0, 10.0), (0.1, 1.0))
    assert run(("a", 0.0, 300.0, inf), airtime=course) == [("a", 12.0, 300.0, False)]


def test_a_hand_from_outside_ends_a_transfer_once() -> None:
    env = Environment()
    clock = CellClock(env, Cell([100.0]))
    seen: Seen = []
    ended: list[Transfer] = []

    def hand() -> Generator[Event, object, None]:
        transfer = clock.start(500.0, 0, inf)
        assert (transfer.delivered, transfer.cut_short) == (0.0, False)
        yield env.timeout(1.0)
        clock.cut(transfer)
        clock.cut(transfer)
        ended.append(transfer)

    env.process(hand())
    env.process(watch(clock, env, "b", 0.0, 500.0, inf, seen))
    env.run(100.0)
    assert ended[0].delivered == pytest.approx(50.0)
    assert ended[0].cut_short
    assert ended[0].ok
    assert ended[0].value is None
    assert seen == [("b", 5.5, 500.0, False)], "b had half of the cell for 1 s, then all of it"


def test_the_pipes_share_holds_a_transfer_back_from_the_moment_that_it_changes() -> None:
    env = Environment()
    clock = CellClock(env, Cell([100.0]))
    seen: Seen = []

    def pipe() -> Generator[Event, object, None]:
        yield env.timeout(1.0)
        clock.set_ceiling(10.0)
        yield env.timeout(10.0)
        clock.set_ceiling(inf)

    env.process(pipe())
    env.process(watch(clock, env, "a", 0.0, 300.0, inf, seen))
    env.run(100.0)
    assert seen == [("a", 12.0, 300.0, False)]


def test_the_most_flows_at_once_are_counted() -> None:
    env = Environment()
    clock = CellClock(env, Cell([100.0]))
    seen: Seen = []
    for name, at in (("a", 0.0), ("b", 0.0), ("c", 50.0)):
        env.process(watch(clock, env, name, at, 100.0, inf, seen))
    env.run(49.0)
    assert clock.peak_flows == 2
    env.run(100.0)
    assert clock.peak_flows == 2
    assert len(seen) == 3


def test_transfers_that_are_cut_together_end_in_the_order_of_their_starts() -> None:
    ended = run(*((name, 0.0, 900.0, 2.0) for name in "cab"))
    assert [name for name, *_ in ended] == ["c", "a", "b"]
    assert CellClock(Environment(), Cell([1.0])).peak_flows == 0
