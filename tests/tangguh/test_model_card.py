"""`tangguh model-card`: seven files from a calibration, gaps that can be seen, one-line errors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, write_small
from tests.reports.conftest import make
from tests.study.test_oracles import JUNIT
from tests.tangguh.test_commands import refused

CALIBRATION = """calibration: small
title: {id: Kecil, en: Small}
worlds: {small: {scenario: small.yaml}}
effort: {nights: 20, thetas: 60, locals: 20, members: 3, candidates: 1, runs: 1}
hold_out: {folds: 2}
"""
FILES = {f"{name}.{kind}" for name in ("model-card", "stress-des") for kind in
         ("html", "id.md", "en.md")} | {"model-card.json"}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a small calibration has been made, in out/small/calibration."""
    folder = tmp_path_factory.mktemp("calibrated")
    write_small(folder)
    (folder / "calibration.yaml").write_text(CALIBRATION)
    make(folder, "calibrate", "calibration.yaml", "--out", "out/small/calibration", "--jobs", 1)
    (folder / "passed.xml").write_text(JUNIT.replace('<failure message="no"/>', ""))
    (folder / "failed.xml").write_text(JUNIT)
    return folder


@pytest.fixture
def calibrated(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to write to."""
    return Path(shutil.copytree(made, tmp_path / "copy"))


def card(folder: Path, name: str = "model-card.en.md") -> str:
    return (folder / "out" / "small" / "calibration" / name).read_text()


def test_the_newest_calibration_becomes_seven_files_with_its_figures(calibrated: Path) -> None:
    make(calibrated, "model-card", "--junit", "passed.xml")
    folder = calibrated / "out" / "small" / "calibration"
    assert {p.name for p in folder.iterdir()} >= FILES
    found: dict[str, Any] = json.loads((folder / "calibration.json").read_text())
    text = card(calibrated)
    weight = found["worlds"][0]["weight"]
    assert f"| {100 * weight:.1f}% |" in text
    assert f"{found['held_out']['scores']['mechanism']['crps']:.2f}" in text
    assert "| PS3 | all end together | 2 / 2 | 0.8 |" in text
    assert "4 cases passed, 0 failed" in text
    assert "tangguh compare" in text.partition("## Policy effects")[2].partition("##")[0]
    assert ("does NOT beat" in text) == (not all(found["held_out"]["beats"].values()))
    for line in card(calibrated, "model-card.id.md").splitlines():
        assert "Not done yet" not in line
    stress = card(calibrated, "stress-des.en.md")
    assert f"seed {found['seed']}" in stress
    assert stress.count("\n| ") == 24 + 2 * 6  # rows, and a head with its rule in each section


def test_studies_beside_the_calibration_fill_their_parts(calibrated: Path) -> None:
    ensemble = ["--ensemble", "out/small/calibration", "--batching", "per-photo,chunks"]
    one = ("--jobs", 1)
    make(calibrated, "compare", "small.yaml", *ensemble, *one, "--out", "out/small/effects")
    few = ["--trajectories", 2, "--pairs", 8, "--top", 1]
    make(calibrated, "sensitivity", *ensemble, *few, *one, "--out", "out/small/sensitivity")
    said = make(calibrated, "model-card", "--no-tests")
    assert "Oracle tests: not run (--no-tests)" in said
    text = card(calibrated)
    effects = json.loads((calibrated / "out/small/effects/effects.json").read_text())
    best = effects["names"][effects["choice"]]
    assert f"{best} has the lowest expected regret" in text
    assert "Stations not sent depend most on the" in text
    assert "Not done yet" in text  # the evidence
    assert text.count("Not done yet") == 1
    assert "tangguh sensitivity --ensemble out/small/calibration" in text
    chapters = json.loads((calibrated / "out/small/calibration/model-card.json").read_text())
    assert chapters["card"]["en"]["would_change"] == "What has not been done: other evidence."


def test_an_oracle_that_failed_is_said_first_and_is_exit_code_1(calibrated: Path) -> None:
    words = ("model-card", "--junit", "failed.xml", "--out", "cards")
    assert "3 passed, 1 failed" in make(calibrated, *words, code=1)
    text = (calibrated / "cards" / "model-card.en.md").read_text()
    assert "3 cases passed, 1 failed" in text.partition("## Question")[0]


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    assert "run `tangguh calibrate` first" in refused("model-card", cwd=tmp_path)
    assert "calibration.json: cannot be read" in refused("model-card", "gone", cwd=tmp_path)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "calibration.json").write_text("{")
    assert "is damaged" in refused("model-card", "bad", cwd=tmp_path)


def test_every_place_that_the_checklist_names_is_there() -> None:
    from reports.stress_des import ITEMS

    for *_, where in ITEMS.values():
        for place in where.replace(";", ",").split(","):
            name = place.strip().partition(": ")[0]
            if "/" in name:
                assert (ROOT / name).exists(), name
