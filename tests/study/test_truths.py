"""The truths about overload come out as their files say, and their page shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.scenario.loader import read
from study.truths import Truth, investigate
from tests.conftest import ROOT
from tests.tangguh.test_commands import refused, tangguh

FILES = sorted((ROOT / "scenarios" / "overload").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_truth_comes_out_as_its_file_says(file: Path) -> None:
    truth = read(file, Truth).value
    assert truth.truth == file.stem
    found = investigate(truth)
    assert found["reproduced"], [c for c in found["checks"] if not c["good"]]


def test_the_command_shows_a_page_and_fails_when_a_truth_does_not_come_out(tmp_path: Path) -> None:
    cliff = ROOT / "scenarios" / "overload" / "cliff.yaml"
    done = tangguh("truths", cliff, "--out", "t", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cliff: came out" in done.stdout
    assert "Jurang" in (tmp_path / "t" / "report.html").read_text()
    curves = json.loads((tmp_path / "t" / "truths.json").read_text())["truths"][0]["curves"]
    assert [p["mean"] for p in curves[0]["points"] if p["written"] in (18, 19)] == [18.0, 0.0]
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(cliff.read_text().replace("at: 18, at_least: 18", "at: 18, at_least: 19"))
    assert tangguh("truths", wrong, cwd=tmp_path).returncode == 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("key: clients", "key: client", "did you mean 'clients'?"),
        ("policy: none}", "policy: nonne}", "did you mean 'none'?"),
        ("way: 1, at: 85", "way: 7, at: 85", "there is no way 7"),
        ("at: 85, at_most: 0", "at: 86, at_most: 0", "not among the values"),
        ("size: 2 MB", "size: 2", "has no unit"),
        ("at_least: 10", "at_least: .nan", "at_least"),
        ("20, 30, 50", "20, .nan, 50", "clients cannot be '.nan'"),
        ("hold: 6.4 s", "hold: -6.4 s", "hold cannot be '-6.4 s'"),
    ],
)
def test_a_wrong_truth_is_one_line(old: str, new: str, expected: str, tmp_path: Path) -> None:
    text = (ROOT / "scenarios" / "overload" / "cliff.yaml").read_text()
    assert old in text
    (tmp_path / "t.yaml").write_text(text.replace(old, new))
    said = refused("truths", "t.yaml", cwd=tmp_path)
    assert expected in said, said
    assert len(said.strip().splitlines()) == 1


def test_without_files_and_without_the_folder_there_is_a_remedy(tmp_path: Path) -> None:
    assert "name files" in refused("truths", cwd=tmp_path)
