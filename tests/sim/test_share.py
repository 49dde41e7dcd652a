"""Which stations are replayed, and by whom: whole units, near the share asked for, dealt evenly."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.draws import Draws
from sim.population.region import Kecamatan, Region, Station
from sim.population.world import World, draw_world
from sim.scenario.model import Scenario
from sim.share import Extent, Unit, chosen, deal, sample, units
from tests.conftest import Small, app

HOUR = 3600.0
EVENING = (5 * HOUR, 6 * HOUR)

UNIT_SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=40)


def cut(sizes: Sequence[int]) -> list[Unit]:
    """Units of these sizes, of neighbours."""
    edges = np.cumsum([0, *sizes])
    return [tuple(range(a, b)) for a, b in itertools.pairwise(edges)]


def region_of(count: int) -> Region:
    stations = tuple(Station(f"{i:04d}", 0, "Satu") for i in range(count))
    return Region("Contoh", (Kecamatan("01", "Satu", count),), stations)


def small_world(small: Small, changes: str = "") -> tuple[Scenario, Region, World]:
    scenario, region = small(changes)
    return scenario, region, draw_world(scenario, region, Draws(3, 0))


def test_units_are_the_cells_and_leave_nobody_out(small: Small) -> None:
    scenario, region, world = small_world(small)
    found = units(scenario, region, world, app("none"), EVENING)
    assert sorted(i for unit in found for i in unit) == list(range(len(region.stations)))
    assert [len({int(world.stations.cell[i]) for i in unit}) for unit in found] == [1] * len(found)
    assert len(found) == len(set(world.stations.cell.tolist()))


def test_with_hubs_a_kelurahan_stays_together_with_all_its_cells(small: Small) -> None:
    scenario, region, world = small_world(small)
    found = units(scenario, region, world, app("none", "hub"), EVENING)
    for by in (
        [station.kelurahan for station in region.stations],
        world.stations.cell.tolist(),
    ):
        for name in set(by):
            members = {i for i, its in enumerate(by) if its == name}
            assert sum(bool(members & set(unit)) for unit in found) == 1


def test_stations_at_one_portable_link_stay_together_with_all_their_cells(small: Small) -> None:
    scenario, region, world = small_world(
        small, "network: {portable: {per_kecamatan: 2, reach: 20%, works: 100%}}\n"
    )
    found = units(scenario, region, world, app("none"), EVENING)
    assert len(found) < len(set(world.stations.cell.tolist()))
    for by in (world.portable.at.tolist(), world.stations.cell.tolist()):
        for name in set(by) - {-1}:
            members = {i for i, its in enumerate(by) if its == name}
            assert sum(bool(members & set(unit)) for unit in found) == 1


@pytest.mark.parametrize(
    ("window", "together"),
    [
        (("2020-12-12T08:00", "2020-12-12T09:00"), False),  # their hours begin at the window's end
        (("2020-12-12T08:59", "2020-12-12T09:01"), True),
        (("2020-12-12T23:00", "2020-12-12T23:30"), True),
    ],
)
def test_operators_at_work_tie_the_stations_of_their_kecamatan(
    small: Small, window: tuple[str, str], together: bool
) -> None:
    scenario, region, world = small_world(small)
    begins, ends = (
        scenario.seconds(scenario.start.fromisoformat(f"{moment}:00+07:00")) for moment in window
    )
    found = units(scenario, region, world, app("none"), (begins, ends))
    cells = len(set(world.stations.cell.tolist()))
    assert len(found) == (len(region.kecamatan) if together else cells)


@given(UNIT_SIZES, st.floats(0.001, 1.0), st.integers(0, 2**31))
def test_a_sample_is_of_whole_units_and_as_near_to_the_share_as_the_next_unit_allows(
    sizes: list[int], share: float, seed: int
) -> None:
    found = cut(sizes)
    count = sum(sizes)
    taken = sample(found, region_of(count), Draws(seed, 0), share)
    assert taken
    assert set(taken) <= set(found)
    assert taken == sorted(taken)
    held = sum(map(len, taken))
    if len(taken) < len(found):  # one unit more or less would not come much nearer
        assert abs(held - share * count) <= max(sizes)


@given(UNIT_SIZES, st.floats(0.001, 1.0), st.integers(0, 100), st.randoms(use_true_random=False))
def test_a_sample_does_not_depend_on_the_order_in_which_units_are_found(
    sizes: list[int], share: float, seed: int, random: object
) -> None:
    found = cut(sizes)
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    region, draws = region_of(sum(sizes)), Draws(seed, 0)
    assert sorted(sample(shuffled, region, draws, share)) == sample(found, region, draws, share)


@given(UNIT_SIZES, st.integers(0, 100))
def test_a_larger_sample_holds_the_smaller_one(sizes: list[int], seed: int) -> None:
    found, region, draws = cut(sizes), region_of(sum(sizes)), Draws(seed, 0)
    samples = [set(sample(found, region, draws, share)) for share in (0.1, 0.3, 0.6, 1.0)]
    assert all(a <= b for a, b in itertools.pairwise(samples))


def test_the_sample_of_another_night_is_another_one() -> None:
    found, region = cut([2] * 20), region_of(40)
    samples = {tuple(sample(found, region, Draws(3, r), 0.3)) for r in range(8)}
    assert len(samples) == 8
    assert {len(taken) for taken in samples} == {6}


@given(
    UNIT_SIZES,
    st.integers(1, 8),
    st.lists(st.integers(1, 10**7), min_size=480, max_size=480),
)
def test_everybody_is_dealt_to_one_worker_and_nobody_gets_much_more_than_the_fair_share(
    sizes: list[int], workers: int, weights: list[int]
) -> None:
    found = cut(sizes)
    hands = deal(found, weights, workers)
    assert len(hands) == workers
    assert sorted(unit for hand in hands for unit in hand) == found
    loads = [sum(weights[i] for unit in hand for i in unit) for hand in hands]
    heaviest = max(sum(weights[i] for i in unit) for unit in found)
    # LPT is list scheduling: at most the mean plus the last unit dealt (Graham 1969)
    assert max(loads) <= sum(loads) / workers + heaviest * (1 - 1 / workers) + 1e-6


def test_the_heaviest_unit_is_dealt_first_to_whoever_has_least() -> None:
    weights = [7.0, 6.0, 5.0, 4.0, 3.0, 3.0]
    hands = deal([(i,) for i in range(6)], weights, 2)
    assert sorted(sum(weights[u[0]] for u in hand) for hand in hands) == [14.0, 14.0]
    assert hands[0][0] == (0,)
    assert hands[1][0] == (1,)


def test_with_more_workers_than_units_some_have_nothing_to_do() -> None:
    assert sorted(map(len, deal([(0, 1), (2,)], [1.0, 1.0, 1.0], 4))) == [0, 0, 1, 1]


def test_all_workers_choose_the_same_stations(small: Small) -> None:
    scenario, region, world = small_world(small)
    extent = Extent(3, 0, *EVENING, share=0.5)
    first, again = (
        chosen(scenario, region, w, app("none"), extent)
        for w in (world, draw_world(scenario, region, Draws(3, 0)))
    )
    assert first == again
    whole = {frozenset(np.flatnonzero(world.stations.cell == c)) for c in world.stations.cell}
    assert {frozenset(unit) for unit in first} <= whole
