"""Folders of small results, one of each kind, made once for all tests of reports."""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.population.csv_files import read_region
from sim.scenario.loader import read
from sim.scenario.model import Scenario
from study.replay.compare import compare
from tangguh.cli import app
from tests.conftest import ROOT, write_small
from tests.robustness.templates import PLAN
from tests.study.calibration_tools import write_calibration
from tests.study.replay_tools import FAST, SLOW, setting_of, side_of
from tests.tangguh.test_effects import write_worlds
from tests.tangguh.test_grid import GRID, write_grid
from tests.tangguh.test_nation import write_nation

EVIDENCE = ROOT / "scenarios" / "evidence" / "bandarlampung-2020.yaml"
TRUTH = ROOT / "scenarios" / "overload" / "cliff.yaml"
LITTLE = GRID.replace("first: 4, batch: 4, most: 8", "first: 3, batch: 3, most: 3")
FEW = ("--batching", "per-photo,chunks", "--trajectories", 2, "--pairs", 8, "--top", 1)
EFFORT = "effort: {nights: 20, thetas: 60, locals: 20, members: 3, candidates: 1, runs: 1}\n"
BARS = """truth: bars
title: {id: Dua cara, en: Two ways}
claim: {id: Keduanya tiba., en: Both arrive.}
why: {id: Setengahnya gagal., en: Half of them fail.}
source: made for this test
service: coin
failure: 50%
clients: 20
timeout: 10 s
until: 1 h
measure: requests
runs: 2
ways:
  - {label: {id: tetap, en: fixed}, policy: fixed}
  - {label: {id: acak, en: jitter}, policy: full-jitter}
expect:
  - {way: 0, at_least: 1}
"""
GATE = """gate: small
title: {id: Kecil, en: Small}
error: 5%
predicted:
  scenario: small.yaml
  nights: {first: 4, batch: 2, most: 4}
  thresholds: [{measure: failed, at_most: 95%, judge: mean}]
"""
BINS = "begins,arrivals\n2020-12-09 18:40,5\n2020-12-09 20:10,9\n2020-12-10 09:00,4\n"
POINTS = """region,election,tps_total,tps_received,percent,datetime_local,tz,source_url
Kota Contoh,Sirekap 2020 Pilkada,1700,895,,2020-12-10 15:30,WIB,https://example.org/a
Kabupaten Contoh,Sirekap 2020 Pilkada,,,"44,4",10/12/2020 16.00,WITA,https://example.org/b
Kabupaten Lama,Situng 2019,,,40,2019-04-18 16:00,WIB,https://example.org/c
"""


def make(folder: Path, *command: object, code: int = 0) -> str:
    """What a command prints, run in this process and that folder: a process of its own takes a
    second to begin."""
    words = [str(word) for word in command]
    argv, sys.argv = sys.argv, ["tangguh", *words]  # a result's provenance has them
    try:
        with contextlib.chdir(folder):
            done = CliRunner().invoke(app, words, catch_exceptions=False)
    finally:
        sys.argv = argv
    assert done.exit_code == code, done.output
    return done.output


def _replay(folder: Path) -> Path:
    """As a replay leaves it: the schedule's own file and the comparison; two models stand for the
    prediction and the measurement."""
    scenario = read(write_small(folder, "server: {outages: []}\n"), Scenario).value
    region = read_region("Small", tps=None, kecamatan=folder / "kecamatan.csv", kelurahan=None)
    setting = replace(
        setting_of(scenario),
        validity={"schedule_lag_p99_ms": {"value": 3.25, "limit": 50.0, "ok": True}},
    )
    predicted, measured = (side_of(scenario, region, model) for model in (FAST, SLOW))
    found = compare(predicted, measured, setting)
    made = folder / "replay"
    made.mkdir()
    (made / "replay.json").write_text("{}")
    (made / "summary.json").write_text(json.dumps(found))
    return made


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of each kind, by the kind's name; the calibration's holds its model card, too."""
    found = {}

    def made(kind: str, folder: Path, *command: object) -> None:
        make(folder, *command, "--out", kind)
        found[kind] = folder / kind

    folder = tmp_path_factory.mktemp("results")
    scenario = write_worlds(folder)
    (folder / "bins.csv").write_text(BINS)
    (folder / "points.csv").write_text(POINTS)
    (folder / "bars.yaml").write_text(BARS)
    one, nights = ("--jobs", 1), ("--jobs", 1, "--stock", "stock")
    made("run", folder, "run", scenario, "-n", 3, *one)
    made("comparison", folder, "compare", scenario, "--policy", "none,full-jitter", "-n", 4, *one)
    made("effects", folder, "compare", scenario, "--ensemble", "worlds", "--policy",
         "none,full-jitter", "-n", 3, *one)  # fmt: skip
    made("sensitivity", folder, "sensitivity", scenario, *FEW, *one)
    made("grid", folder, "compare", write_grid(tmp_path_factory.mktemp("grid"), LITTLE), *one)
    made("evidence", folder, "evidence", EVIDENCE, "worlds", "-n", 3, "--without",
         "thirty-minutes", *nights)  # fmt: skip
    made("arrivals", folder, "arrivals", scenario, "bins.csv", "-n", 3, *nights)
    made("validation", folder, "validate-progress", "points.csv", "--scenario", scenario, "-n", 3,
         *nights)  # fmt: skip
    (folder / "gate.yaml").write_text(GATE)
    (folder / "plan.yaml").write_text(PLAN.replace("whole.yaml", "small.yaml"))
    made("gate", folder, "gate", "gate.yaml", *one, "--cache", "stock")
    made("plan", folder, "plan", "plan.yaml", *one, "--cache", "stock")
    made("nation", folder, "run", write_nation(folder), "-n", 2, *one)
    made("truths", folder, "truths", TRUTH, "bars.yaml")
    elsewhere = tmp_path_factory.mktemp("calibration")
    file = write_calibration(elsewhere, EFFORT, worlds=("people", "coverage"))
    made("calibration", elsewhere, "calibrate", file, *nights)
    make(elsewhere, "model-card", "calibration", "--no-tests")
    found["replay"] = _replay(tmp_path_factory.mktemp("replay"))
    return found
