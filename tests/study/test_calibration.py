"""Calibrations of a small region, whole: the same on any number of processes, resumed without loss,
members that can be run again, ranks that are uniform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.night import simulate
from sim.scenario.errors import ScenarioError
from sim.scenario.source import load
from study.calibration import knowledge, ranks, target
from study.calibration.declared import Calibration, World, open_calibration
from study.calibration.ensemble_file import (
    Calibrated,
    EnsembleFileError,
    read_ensemble,
    write_ensemble,
)
from study.calibration.study import calibrate, nights_of
from study.patchwork import Patchwork
from tests.study.calibration_tools import write_calibration

SEED = 5


def opened(folder: Path, more: str = "", names: tuple[str, ...] = ("people",)) -> Any:
    return open_calibration(*load(write_calibration(folder, more, names)))


def done(
    calibration: Calibration, worlds: list[World], stock: Path, jobs: int = 1
) -> tuple[dict[str, Any], Calibrated, int]:
    finished = 0

    def one() -> None:
        nonlocal finished
        finished += 1

    found = calibrate(calibration, worlds, seed=SEED, jobs=jobs, stock=stock, finished=one)
    return *found, finished


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """A calibration of two worlds, carried out; its stock."""
    folder = tmp_path_factory.mktemp("calibration")
    calibration, worlds = opened(folder, names=("people", "coverage"))
    return (calibration, worlds, *done(calibration, worlds, folder / "stock")), folder


def test_two_processes_and_a_fresh_stock_give_the_same_bytes(
    small: tuple[Any, Path], tmp_path: Path
) -> None:
    (calibration, worlds, summary, ensemble, finished), _ = small
    again, other, _ = done(calibration, worlds, tmp_path, jobs=2)
    assert json.dumps(again) == json.dumps(summary)
    assert other == ensemble
    assert finished == nights_of(calibration)


def test_an_interrupted_calibration_goes_on_and_loses_nothing(
    small: tuple[Any, Path], tmp_path: Path
) -> None:
    (calibration, worlds, summary, _, _), _ = small
    seen = 0

    def interrupt() -> None:
        nonlocal seen
        seen += 1
        if seen == 35:  # in the middle of the first world's candidates
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate(calibration, worlds, seed=SEED, jobs=1, stock=tmp_path, finished=interrupt)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")}
    assert len(kept) == 35
    again, _, _ = done(calibration, worlds, tmp_path)
    assert json.dumps(again) == json.dumps(summary)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept  # none was simulated again


def test_members_are_whole_nights_that_anybody_can_run_again(small: tuple[Any, Path]) -> None:
    (_, _, summary, ensemble, _), folder = small
    read = read_ensemble(write_ensemble(folder, ensemble).parent)
    assert [w.members for w in read.worlds] == [w.members for w in ensemble.worlds]
    assert sum(w.weight for w in read.worlds) == pytest.approx(1.0)
    people = read.worlds[0]
    assert sum(m.weight for m in people.members) == pytest.approx(1.0)
    inputs = people.inputs()
    nights = [
        simulate(inputs.scenario, inputs.region, read.seed, m.night.replication,
                 places=m.night.places)
        for m in people.members
    ]  # fmt: skip
    failed = target.count(nights, inputs.region).of("unsent")
    rows = summary["worlds"][0]["members"]["kecamatan"]
    weights = np.array([m.weight for m in people.members])
    counts = target.count(nights, inputs.region)
    for d, row in enumerate(rows):
        left = weights @ counts.left[:, d] / row["tps"]
        assert row["evening"] == pytest.approx(left)
        assert row["operators"] == pytest.approx(left - weights @ failed[:, d] / row["tps"])


def test_kecamatan_come_out_alike_alone_and_together(small: tuple[Any, Path]) -> None:
    (_, _, summary, _, _), _ = small
    for world in summary["worlds"]:
        if "members" in world:
            assert world["members"]["coupling"]["same"] == 1.0  # their servers are no bottleneck


def test_each_reading_has_its_own_result(small: tuple[Any, Path]) -> None:
    (_, _, summary, _, _), _ = small
    for world in summary["worlds"]:
        unsent, attempted = (world["readings"][r] for r in ("unsent", "attempted"))
        assert unsent["log_evidence_unfiltered"] != attempted["log_evidence_unfiltered"]
    for reading in ("unsent", "attempted"):
        weights = [w["readings"][reading]["weight"] for w in summary["worlds"]]
        assert sum(weights) == pytest.approx(1.0) or sum(weights) == 0.0


def test_a_world_that_cannot_reach_the_counts_is_ruled_out_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    more = "discrepancy: {total: 0.1%, kecamatan: 1%, stations: 0%, cut: 0.01}\n"
    calibration, worlds = opened(tmp_path, more)
    summary, ensemble, finished = done(calibration, worlds, tmp_path / "stock")
    assert summary["worlds"][0]["readings"]["unsent"]["plausible"] == 0.0
    assert summary["worlds"][0]["weight"] == 0.0
    assert "members" not in summary["worlds"][0]
    assert ensemble.worlds[0].members == ()
    assert finished == nights_of(calibration)
    assert summary["held_out"]["scores"]["mechanism"]["of"] == 6


def test_an_ensemble_whose_scenario_has_changed_is_refused(
    small: tuple[Any, Path], tmp_path: Path
) -> None:
    (_, _, _, ensemble, _), _ = small
    calibration, _ = opened(tmp_path)
    file = tmp_path / "people.yaml"
    file.write_text(file.read_text() + "client: {timeout: 90 s}\n")
    path = write_ensemble(tmp_path, ensemble)
    found = json.loads(path.read_text())
    found["worlds"][0]["scenario"] = "people.yaml"
    path.write_text(json.dumps(found))
    with pytest.raises(EnsembleFileError, match="has changed since"):
        read_ensemble(path).worlds[0].inputs()
    path.write_text("{}")
    with pytest.raises(EnsembleFileError, match="is not an ensemble"):
        read_ensemble(path)
    assert calibration.calibration == "small"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("target: {readings: [unset]}\n", "unsent"),
        ("target: {readings: [unsent, unsent]}\n", "named twice"),
        ("discrepancy: {totl: 5%}\n", "unknown key 'totl'"),
        ("effort: {nights: 3}\n", "greater than or equal to 20"),
    ],
)
def test_what_is_wrong_in_a_calibration_is_said_with_its_place(
    tmp_path: Path, more: str, said: str
) -> None:
    with pytest.raises(ScenarioError, match=r"calibration\.yaml:\d+:\d+") as caught:
        opened(tmp_path, more)
    assert said in str(caught.value)


def test_a_world_without_counts_is_refused(tmp_path: Path) -> None:
    file = write_calibration(tmp_path)
    csv = tmp_path / "kecamatan.csv"
    csv.write_text(csv.read_text().replace("04,Timur,9,2,0", "04,Timur,9,,0"))
    with pytest.raises(ScenarioError, match="no counted failures for 1 kecamatan"):
        open_calibration(*load(file))


@pytest.mark.slow
def test_parameters_drawn_from_the_prior_are_recovered_with_uniform_ranks(tmp_path: Path) -> None:
    """Simulation-based calibration. A procedure that is too sure of what kecamatan drew, or that
    sees counts half as large again, fails here (tried: local likelihoods to the sixth power)."""
    more = "effort: {nights: 50, thetas: 600, locals: 300}\n"
    calibration, (world,) = opened(tmp_path, more)
    simulator = knowledge.simulator_of(world, SEED, tmp_path / "stock", 1, lambda: None)
    known = knowledge.learn(world, calibration, SEED, simulator)
    truths = range(5000, 5200)
    nights = simulator.nights([Patchwork(r) for r in truths])
    region = world.inputs.region
    failed = target.count(nights, region).of("unsent")
    found = ranks.ranks(world.inputs.scenario, region, known, truths, failed, "unsent", SEED)
    p = {}
    for name, values in found.items():
        of = len(values) // len(truths)  # 1, or the number of kecamatan
        prior = np.inf if name == ranks.ICC else (300 if of > 1 else 600) * of
        n = len(values) / (1 + len(values) / prior)  # the prior sample is a sample, too
        p[name] = stats.kstwobign.sf(stats.kstest(values, "uniform").statistic * np.sqrt(n))
    assert len(p) >= 10
    assert min(p.values()) > 0.0027 / len(p), p  # three standard errors, over all quantities
    for name, values in found.items():
        assert abs(values.mean() - 0.5) < 4 * np.sqrt(1 / 12 / len(values)), name
