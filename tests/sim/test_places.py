"""Nights that are put together from the kecamatan of others, and stations without signal."""

from __future__ import annotations

import numpy as np

from sim.assembly import Night
from sim.draws import Draws
from sim.night import simulate
from sim.population.world import draw_world
from tests.conftest import Small, app

# a server of which these few stations are no burden, so that kecamatan have nothing in common, and
# nothing that is drawn for the night, so that all is a place's own
WELL = """server: {pipe: 100 Gbit/s, slots: 100000, workers: 1000, nation: null, outages: [],
  service: 100 ms, fault: 1%}
people: {kpps: {walks_to_signal: 50%}, ppk: {cannot_use: 30%}}
"""


def alike(a: Night, b: Night, k: int) -> bool:
    """Did a kecamatan come out the same in two nights, to the last bit?"""
    rows, others = (n.outcomes[n.outcomes["kecamatan"] == k] for n in (a, b))
    return rows.tobytes() == others.tobytes()


def test_a_kecamatan_of_another_night_comes_out_as_it_did_there(small: Small) -> None:
    scenario, region = small(WELL)
    hulu = region.kecamatan[0].code
    own, other = (simulate(scenario, region, 3, r) for r in (1, 8))
    mixed = simulate(scenario, region, 3, 1, places={hulu: 8})
    assert alike(mixed, other, 0)
    assert not alike(mixed, own, 0)
    assert alike(mixed, own, 1)
    assert not alike(mixed, other, 1)


def test_every_draw_of_a_place_is_from_its_night_and_the_nights_own_is_not(small: Small) -> None:
    scenario, region = small()
    codes = {k.code: 8 for k in region.kecamatan}
    own, other = (draw_world(scenario, region, Draws(3, r)) for r in (1, 8))
    mixed = draw_world(scenario, region, Draws(3, 1, codes))
    assert mixed.night == own.night
    assert (mixed.office == other.office).all()
    assert (mixed.stations.ready == other.stations.ready).all()
    assert mixed.stations.sizes == other.stations.sizes
    assert (mixed.cells.capacity == other.cells.capacity).all()
    for path in ("network.busy_at_peak", "people.ppk.handling"):
        if path in mixed.kecamatan:
            assert (mixed.kecamatan[path] == other.kecamatan[path]).all()


def test_hubs_are_of_the_place_too(small: Small) -> None:
    scenario, region = small(WELL)
    codes = {k.code: 8 for k in region.kecamatan}
    conduct = app("none", "hub")
    mixed = simulate(scenario, region, 3, 1, places=codes, conduct=conduct)
    other = simulate(scenario, region, 3, 8, conduct=conduct)
    assert alike(mixed, other, 0)
    assert alike(mixed, other, 1)


def test_stations_without_signal_beyond_the_survey_are_as_many_as_the_law_says(
    small: Small,
) -> None:
    scenario, region = small("station: {no_signal: 40%}\n")
    covered = [draw_world(scenario, region, Draws(3, r)).stations.covered for r in range(60)]
    n = 60 * len(region.stations)
    surveyed = sum(k.blank_spots for k in region.kecamatan) / len(region.stations)
    expected = 0.6 * (1 - surveyed)
    error = np.sqrt(expected * (1 - expected) / n)
    assert abs(np.mean(covered) - expected) < 3 * error
