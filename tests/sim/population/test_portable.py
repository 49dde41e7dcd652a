"""Tonight's portable links: whom they reach, and that without any nothing changes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.draws import Draws
from sim.night import simulate
from sim.population.portable import Portables
from sim.population.world import draw_world, quantities
from sim.scenario.assumptions import assumptions
from tests.conftest import Small, app

LINKS = "network: {portable: {per_kecamatan: %d, serves: %s, reach: %s, works: %s}}\n"


def drawn(
    small: Small, links: int, serves: str = "stations", reach: str = "10%", works: str = "100%"
) -> Portables:
    scenario, region = small(LINKS % (links, serves, reach, works))
    return draw_world(scenario, region, Draws(3, 0)).portable


def test_without_links_the_night_is_the_same_to_the_bit_whatever_they_would_have_been(
    small: Small,
) -> None:
    scenario, region = small()
    bare = scenario.model_copy(
        update={"network": scenario.network.model_copy(update={"portable": None})}
    )
    assert scenario.network.portable is not None
    assert quantities(bare) == quantities(scenario)
    assert assumptions(bare) == assumptions(scenario)
    for conduct in (app("none"), app("full-jitter", "hub"), app("full-jitter", "chunks")):
        one, other = (simulate(s, region, 3, 0, conduct=conduct) for s in (scenario, bare))
        assert one.outcomes.tobytes() == other.outcomes.tobytes()
        assert one.offices.tobytes() == other.offices.tobytes()
        assert one.values == other.values
        assert one.counts == other.counts


def test_links_that_reach_nobody_change_nothing_but_what_is_drawn(small: Small) -> None:
    scenario, region = small()
    none = simulate(scenario, region, 3, 0)
    idle = simulate(*small(LINKS % (3, "stations", "0%", "100%")), 3, 0)
    assert idle.outcomes.tobytes() == none.outcomes.tobytes()
    assert idle.counts["portable_links"] == 6
    assert idle.counts["portable_reached"] == 0
    assert set(idle.values) - set(none.values) == {
        f"network.portable.{name}" for name in ("reach", "works", "rate")
    }


@pytest.mark.parametrize("links", [1, 2, 3, 7, 12])
def test_links_reach_so_many_times_what_one_reaches_until_all_are_reached(
    small: Small, links: int
) -> None:
    found = drawn(small, links)
    for k, stations in enumerate((18, 12)):
        own = found.at[found.at // links == k]
        assert len(own[own >= 0]) == int(min(1.0, links * 0.1) * stations + 0.5)
        loads = np.bincount(own[own >= 0] - k * links, minlength=links)
        assert np.ptp(loads) <= 1


def test_another_link_takes_none_from_a_station_that_had_one(small: Small) -> None:
    reached = [set(np.flatnonzero(drawn(small, links).at >= 0)) for links in range(11)]
    assert all(few < more for few, more in itertools.pairwise(reached))


def test_another_night_reaches_other_stations(small: Small) -> None:
    scenario, region = small(LINKS % (2, "stations", "20%", "100%"))
    nights = [draw_world(scenario, region, Draws(3, r)).portable.at.tolist() for r in range(4)]
    assert len({tuple(at) for at in nights}) == 4


def test_links_for_blank_spots_are_for_blank_spots(small: Small) -> None:
    scenario, region = small(LINKS % (1, "blank-spots", "100%", "100%"))
    world = draw_world(scenario, region, Draws(3, 0))
    assert ((world.portable.at >= 0) == ~world.stations.covered).all()
    assert (world.portable.at >= 0).sum() == 2


def test_links_at_the_office_reach_no_crew_and_raise_the_offices_rate(small: Small) -> None:
    assert (drawn(small, 3, "office").at == -1).all()
    slow = (
        "station: {no_app: 100%}\npeople: {ppk: {cannot_use: 0%, handling: 1 min, link: 20 kbit/s}}"
    )
    alone = simulate(*small(slow), 3, 0)
    helped = simulate(
        *small(
            slow + "\nnetwork: {portable: {per_kecamatan: 1, serves: office, works: 100%,"
            " rate: 5 Mbit/s, goes: 80 h}}\n"
        ),
        3,
        0,
    )
    sent = [int((n.outcomes["state"] == 1).sum()) for n in (alone, helped)]
    assert sent[1] > sent[0]


def test_the_share_of_links_with_service_is_the_one_that_was_said(small: Small) -> None:
    scenario, region = small(LINKS % (20, "stations", "5%", "60%"))
    rates = [draw_world(scenario, region, Draws(3, r)).portable.rate for r in range(25)]
    serving = np.array(rates) > 0
    error = np.sqrt(0.6 * 0.4 / serving.size)
    assert serving.mean() == pytest.approx(0.6, abs=3 * error)
