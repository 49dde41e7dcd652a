from __future__ import annotations

import numpy as np

from sim.draws import Draws
from sim.population.world import World, draw_world, quantities
from tests.conftest import Small


def same(a: World, b: World) -> dict[str, bool]:
    """Which of the drawn things are the same in two worlds."""
    return {
        "capacity": np.array_equal(a.cells.capacity, b.cells.capacity),
        "busy": np.array_equal(a.cells.busy_at_peak, b.cells.busy_at_peak),
        "ready": np.array_equal(a.stations.ready, b.stations.ready),
        "sizes": a.stations.sizes == b.stations.sizes,
        "radio": np.array_equal(a.stations.radio, b.stations.radio),
        "fault": a.night["server.fault"] == b.night["server.fault"],
        "pipe": a.night["server.pipe"] == b.night["server.pipe"],
    }


def test_a_quantity_with_draws_of_its_own_is_what_it_was_there_and_nothing_else_changes(
    small: Small,
) -> None:
    scenario, region = small()
    own, other = Draws(1, 0), Draws(1, 5)
    base, there = draw_world(scenario, region, own), draw_world(scenario, region, other)
    for path, names in {
        "network.capacity": {"capacity"},
        "network.busy_at_peak": {"busy"},
        "station.ready": {"ready"},
        "server.fault": {"fault"},
    }.items():
        mixed = draw_world(scenario, region, Draws(1, 0, quantities={path: other}))
        changed = {name for name, alike in same(base, mixed).items() if not alike}
        if path == "network.capacity":  # as many cells as tonight, but their capacities
            n = min(len(mixed.cells.capacity), len(there.cells.capacity))
            assert len(mixed.cells.capacity) == len(base.cells.capacity)
            assert changed == names
            assert np.isin(there.cells.capacity[:n], mixed.cells.capacity).any()
        else:
            assert changed == names
            assert names <= {name for name, alike in same(there, mixed).items() if alike}


def test_with_all_quantities_from_elsewhere_only_chance_is_tonights(small: Small) -> None:
    scenario, region = small()
    paths = [*quantities(scenario), "region.stations_per_cell"]
    elsewhere = draw_world(scenario, region, Draws(1, 5))
    mixed = draw_world(scenario, region, Draws(1, 0, quantities=dict.fromkeys(paths, Draws(1, 5))))
    changed = {name for name, alike in same(elsewhere, mixed).items() if not alike}
    assert changed == {"radio"}


def test_a_quantitys_own_draws_may_themselves_be_put_together_from_places(small: Small) -> None:
    scenario, region = small()
    donor = Draws(1, 5, {region.kecamatan[0].code: 9})
    mixed = draw_world(scenario, region, Draws(1, 0, quantities={"people.ppk.handling": donor}))
    found = mixed.kecamatan["people.ppk.handling"]
    there = {r: draw_world(scenario, region, Draws(1, r)).kecamatan["people.ppk.handling"]
             for r in (5, 9)}  # fmt: skip
    assert found.tolist() == [there[9][0], there[5][1]]
