"""Folders of small results, one of each kind, made once for all tests of reports."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reports.replay_page import write_replay_page
from sim.population.csv_files import read_region
from sim.scenario.loader import read
from sim.scenario.model import Scenario
from study.replay.compare import compare
from tests.conftest import write_small
from tests.study.calibration_tools import write_calibration
from tests.study.replay_tools import FAST, SLOW, setting_of, side_of
from tests.tangguh.test_commands import tangguh
from tests.tangguh.test_effects import write_worlds
from tests.tangguh.test_grid import write_grid
from tests.tangguh.test_sensitivity import LITTLE


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
    write_replay_page(made / "report.html", found)
    return made


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of each kind, by the kind's name."""
    found = {}

    def made(kind: str, folder: Path, *command: object) -> None:
        done = tangguh(*command, "--jobs", 1, "--out", kind, cwd=folder)
        assert done.returncode == 0, done.stderr
        found[kind] = folder / kind

    folder = tmp_path_factory.mktemp("results")
    scenario = write_worlds(folder)
    made("run", folder, "run", scenario, "-n", 3)
    made("comparison", folder, "compare", scenario, "--policy", "none,full-jitter", "-n", 4)
    made("effects", folder, "compare", scenario, "--ensemble", "worlds", "--policy",
         "none,full-jitter", "-n", 3)  # fmt: skip
    made("sensitivity", folder, "sensitivity", scenario, *LITTLE)
    made("grid", folder, "compare", write_grid(tmp_path_factory.mktemp("grid")))
    elsewhere = tmp_path_factory.mktemp("calibration")
    file = write_calibration(elsewhere, worlds=("people", "coverage"))
    made("calibration", elsewhere, "calibrate", file, "--stock", "stock")
    found["replay"] = _replay(tmp_path_factory.mktemp("replay"))
    return found
