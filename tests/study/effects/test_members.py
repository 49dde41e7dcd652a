from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.draws import Draws
from sim.population.world import draw_world
from sim.scenario.inputs import load_inputs
from study.calibration.ensemble_file import (
    Calibrated,
    CalibratedWorld,
    EnsembleFileError,
    MemberNight,
)
from study.effects.features import CANNOT_USE, NO_APP, NO_SIGNAL, PER_CELL, describe, features, show
from study.effects.members import calibrated_ensemble, prior_ensemble, systematic, thinned
from study.patchwork import Patchwork
from tests.conftest import write_small


def calibrated(file: Path, reading: str = "unsent") -> Calibrated:
    """Two members, one of them twice, in a world of weight 0.5; another world is ruled out."""
    digest = load_inputs(file).loaded.digest
    night = Patchwork(3, {"01": 7})
    members = (
        MemberNight(night, 0.05, 0.3),
        MemberNight(Patchwork(4), 0.05, 0.4),
        MemberNight(night, 0.10, 0.3),
    )
    worlds = (
        CalibratedWorld("small", file, digest, 0.5, members),
        CalibratedWorld("gone", file, digest, 0.0, ()),
    )
    return Calibrated("made-up", 5, reading, worlds)


def test_a_calibrated_ensemble_has_each_night_once_and_no_world_that_is_ruled_out(
    tmp_path: Path,
) -> None:
    found = calibrated_ensemble(calibrated(write_small(tmp_path), "attempted"))
    (world,) = found.worlds
    assert (found.seed, found.calibrated, world.weight) == (5, True, 1.0)
    assert world.nights == (Patchwork(3, {"01": 7}), Patchwork(4))
    assert world.weights.tolist() == [0.6, 0.4]
    assert world.inputs.scenario.observed.reading == "attempted"


def test_an_ensemble_whose_scenario_has_changed_is_refused(tmp_path: Path) -> None:
    before = calibrated(write_small(tmp_path))
    write_small(tmp_path, "client: {timeout: 30 s}\n")
    with pytest.raises(EnsembleFileError, match="changed"):
        calibrated_ensemble(before)


def test_thinning_keeps_weights_on_average_and_changes_nothing_when_there_is_room(
    tmp_path: Path,
) -> None:
    inputs = load_inputs(write_small(tmp_path))
    world = prior_ensemble({"small": inputs}, 10, 1).worlds[0]
    few = thinned(world, 5, 1)
    assert len(few.nights) == 5
    assert few.weights.sum() == pytest.approx(1.0)
    assert thinned(world, 10, 1).nights == world.nights
    weights = np.array([0.7, 0.2, 0.1])
    counts = np.bincount(systematic(weights, 100, 1), minlength=3)
    assert np.abs(counts - 100 * weights).max() <= 1.0


def test_features_are_what_the_night_drew(tmp_path: Path) -> None:
    inputs = load_inputs(write_small(tmp_path, "station: {no_signal: {uniform: [0%, 50%]}}\n"))
    scenario, region = inputs.scenario, inputs.region
    found = describe(scenario, region, [Draws(1, 0), Draws(1, 1)])
    world = draw_world(scenario, region, Draws(1, 1))
    assert found["server.fault"][1] == world.night["server.fault"]
    at_stations = world.cells.capacity[world.stations.cell]
    assert found["network.capacity"][1] == pytest.approx(np.exp(np.log(at_stations).mean()))
    assert found[NO_SIGNAL][1] == np.mean(~world.stations.covered)
    assert 0 <= found[CANNOT_USE][1] <= 1
    assert found[PER_CELL][1] >= 1
    starts = world.kecamatan["people.ppk.starts"][world.stations.kecamatan]
    assert found["people.ppk.starts"][1] == pytest.approx(
        starts.mean() - scenario.start.timestamp()
    )
    assert "station.photo_size" not in found
    known = features(scenario)
    assert show(known["people.ppk.starts"], 3 * 86400 - 3 * 3600, scenario) == (
        "2020-12-12 10:00 WIB"
    )
    assert show(known["network.break_rate_at_peak"], 1 / 139.0, scenario) == "1 per 2.3 min"
    assert show(known[NO_SIGNAL], 0.1234, scenario) == "12%"
    assert found[NO_APP][1] == np.mean(~world.stations.has_app)
    assert found[NO_APP][1] != np.mean(world.stations.has_app)
