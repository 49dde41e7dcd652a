from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.population.world import draw_world
from sim.scenario.inputs import load_inputs
from study.effects.features import describe
from study.effects.members import Ensemble, World, prior_ensemble
from study.nights import Variant
from study.patchwork import Patchwork
from study.sensitivity.design import CHANCE, STATIONS, choose_pairs, factors
from study.sensitivity.nights import Shelf, Wanted
from study.sensitivity.told import told
from tests.conftest import write_small

OWN = Variant("none", "per-photo")


def test_every_uncertain_quantity_is_a_factor_and_changes_itself_alone(tmp_path: Path) -> None:
    inputs = load_inputs(write_small(tmp_path))
    scenario, region = inputs.scenario, inputs.region
    known = factors(scenario)
    assert list(known)[-2:] == [STATIONS, CHANCE]
    assert {"network.capacity", "server.fault", "region.stations_per_cell"} <= set(known)
    assert "people.kpps.patience" in known[STATIONS].paths
    a, b = Patchwork(0), Patchwork(1)
    of_a, of_b = (describe(scenario, region, [n.draws(1)]) for n in (a, b))
    changed = describe(scenario, region, [known["server.fault"].changed(a, b).draws(1)])
    assert changed["server.fault"] == of_b["server.fault"] != of_a["server.fault"]
    others = {p: v for p, v in changed.items() if p != "server.fault"}
    assert others == {p: v for p, v in of_a.items() if p != "server.fault"}
    other_chance = draw_world(scenario, region, known[CHANCE].changed(a, b).draws(1))
    first = draw_world(scenario, region, a.draws(1))
    assert np.array_equal(other_chance.stations.ready, first.stations.ready)
    assert np.array_equal(other_chance.cells.capacity, first.cells.capacity)
    assert not np.array_equal(other_chance.stations.radio, first.stations.radio)


def test_pairs_are_of_one_world_as_often_as_it_weighs_and_never_a_night_with_itself(
    tmp_path: Path,
) -> None:
    inputs = load_inputs(write_small(tmp_path))
    nights = tuple(Patchwork(i) for i in range(5))
    weights = np.array([0.6, 0.1, 0.1, 0.1, 0.1])
    worlds = (
        World("much", inputs, 0.7, nights, weights),
        World("little", inputs, 0.2, nights, weights),
        World("lonely", inputs, 0.1, nights[:1], np.ones(1)),
    )
    pairs = choose_pairs(Ensemble(worlds, 1, calibrated=True), 64)
    assert len(pairs) == 64
    assert all(p.members[0] != p.members[1] for p in pairs)
    assert sum(p.world.name == "much" for p in pairs) in (49, 50)
    assert not any(p.world.name == "lonely" for p in pairs)
    heavy = [p.members[0] for p in pairs if p.world.name == "much"].count(nights[0])
    assert abs(heavy - 0.6 * 50) <= 1
    assert pairs == choose_pairs(Ensemble(worlds, 1, calibrated=True), 64)


def test_calibrated_nights_are_loosened_for_indices_and_get_new_chance_for_the_split(
    tmp_path: Path,
) -> None:
    inputs = load_inputs(write_small(tmp_path))
    scenario, region = inputs.scenario, inputs.region
    nights = tuple(Patchwork(i) for i in range(6))
    world = World("w", inputs, 1.0, nights, np.full(6, 1 / 6))
    pairs = choose_pairs(Ensemble((world,), 1, calibrated=True), 8)
    known = factors(scenario)

    def values(night: Patchwork) -> dict[str, float]:
        return {p: v[0] for p, v in describe(scenario, region, [night.draws(1)]).items()}

    of_members = [values(n) for n in nights]
    fault, rate = "server.fault", "server.nation.free_rate"
    loose = [values(p.a) for p in pairs]
    for path in (fault, rate):
        assert {v[path] for v in loose} <= {m[path] for m in of_members}
    together = {(v[fault], v[rate]) for v in loose}
    assert not together <= {(m[fault], m[rate]) for m in of_members}, "ties are undone"
    pair = pairs[0]
    stepped = values(known[fault].changed(pair.a, pair.b))
    assert stepped[fault] == values(pair.b)[fault]
    assert stepped[rate] == values(pair.a)[rate]
    new, _, again = (draw_world(scenario, region, n.draws(1)) for n in pair.news)
    assert values(pair.news[0])[fault] == values(pair.members[0])[fault]
    assert np.array_equal(new.stations.ready, again.stations.ready)
    assert not np.array_equal(new.stations.radio, again.stations.radio)
    chances = {n.replication for p in pairs for n in (p.a, p.b)}
    assert len(chances) == 16


def test_a_prior_gives_every_night_once(tmp_path: Path) -> None:
    inputs = load_inputs(write_small(tmp_path))
    pairs = choose_pairs(prior_ensemble({"w": inputs}, 16, 1), 8)
    assert {p.a.replication for p in pairs} | {p.b.replication for p in pairs} == set(range(16))


def test_nights_are_simulated_once_and_a_time_that_is_not_reached_is_the_horizon(
    tmp_path: Path,
) -> None:
    changes = "network: {break_rate_at_peak: 1 per s}\npeople: {ppk: {hours: []}}\n"
    inputs = load_inputs(write_small(tmp_path, changes))
    ensemble = prior_ensemble({"w": inputs}, 4, 1)
    (world,) = ensemble.worlds
    shelf = Shelf(ensemble, tmp_path / "cache")
    wanted = [Wanted(world, n, OWN) for n in (*world.nights, world.nights[0])]
    assert shelf.missing(wanted) == 4
    done: list[int] = []
    shelf.fill(wanted, 1, lambda: done.append(1))
    assert len(done) == 4
    assert shelf.missing(wanted) == 0
    times = shelf.column(wanted, "t90")
    assert times.max() <= inputs.scenario.horizon
    assert len(times) == 5
    assert times[0] == times[4]
    assert shelf.reached(wanted, "t90") == np.mean(times < inputs.scenario.horizon)


def test_a_quantity_that_a_world_fixes_tells_the_worlds_apart(tmp_path: Path) -> None:
    drawn = load_inputs(write_small(tmp_path))
    (tmp_path / "fixed").mkdir()
    fixed = load_inputs(
        write_small(tmp_path / "fixed", "server: {fault: 20%, outages: [], nation: null}\n")
    )
    ensemble = prior_ensemble({"drawn": drawn, "fixed": fixed}, 3, 1)
    nights = [(w, n) for w in ensemble.worlds for n in w.nights]
    found = told(nights, np.zeros((6, 2)), np.full(6, 1 / 6), 1)
    fault = found.quantities["server.fault"]
    assert fault[3:].tolist() == [0.2] * 3
    assert len(set(fault[:3])) == 3
    assert found.quantities["server.outages.app-9-december.severity"][3:].tolist() == [0.0] * 3
    rate = found.quantities["server.nation.free_rate"]
    assert np.allclose(rate[3:], rate[:3].mean())
    assert found.worlds.ravel().tolist() == [0, 0, 0, 1, 1, 1]
