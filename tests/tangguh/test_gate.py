"""``tangguh gate``: verdicts, exit codes, baselines, the self-test, and what a pipeline reads."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from tangguh.cli import app
from tangguh.gate_tables import shown
from tests.conftest import write_small

QUIET = "server: {outages: [], fault: 0%, nation: null}\n"
HEAD = """\
gate: small
title: {id: Kecil, en: Small}
predicted:
  scenario: SCENARIO
  nights: {first: 6, batch: 6, most: 12}
"""


def gate(folder: Path, rest: str, *options: str, changes: str = QUIET) -> Result:
    scenario = write_small(folder, changes)
    file = folder / "gate.yaml"
    file.write_text(HEAD.replace("SCENARIO", scenario.name) + rest)
    words = ["gate", str(file), "--jobs", "1", "--cache", str(folder / "kept"), *options]
    if "--update-baseline" not in options:
        words += ["--out", str(folder / "out")]
    return CliRunner().invoke(app, words)


def verdict(folder: Path) -> str:
    return str(json.loads((folder / "out" / "gate.json").read_text())["verdict"])


def test_a_threshold_that_is_kept_passes_and_one_that_is_broken_fails(tmp_path: Path) -> None:
    kept = gate(tmp_path, "  thresholds: [{measure: failed, at_most: 99%, judge: mean}]\n")
    assert kept.exit_code == 0, kept.output
    assert (tmp_path / "out" / "report.html").is_file()
    xml, text = tmp_path / "j.xml", tmp_path / "m.md"
    nobody = QUIET + "people: {ppk: {hours: []}}\nstation: {no_app: 100%}\n"
    broken = gate(
        tmp_path, "  thresholds: [{measure: failed, at_most: 10%, judge: mean}]\n",
        "--junit", str(xml), "--markdown", str(text), changes=nobody,
    )  # fmt: skip
    assert broken.exit_code == 1, broken.output
    assert "asked is at most 10.0%" in broken.output
    suite = ElementTree.parse(xml).getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("1", "1", "0")
    assert "FAIL" in text.read_text()


def test_too_few_nights_are_undecided_and_exit_3(tmp_path: Path) -> None:
    asked = "  thresholds: [{measure: failed, at_most: 99%, in_nights: 99%}]\n"
    done = gate(tmp_path, asked)
    assert done.exit_code == 3, done.output
    assert verdict(tmp_path) == "undecided"
    assert "raise nights.most" in done.output


def test_the_same_app_is_no_regression_and_a_worse_one_is(tmp_path: Path) -> None:
    rest = "  regression: {measure: failed, worse_by: 5%, baseline: b.json}\n"
    missing = gate(tmp_path, rest)
    assert missing.exit_code == 1  # an error of the user, which the front door turns into exit 2
    assert "there is no baseline yet" in str(missing.exception)
    assert gate(tmp_path, rest, "--update-baseline").exit_code == 0
    same = gate(tmp_path, rest)
    assert same.exit_code == 0, same.output
    (line,) = json.loads((tmp_path / "out" / "gate.json").read_text())["lines"]
    assert line["paired"] is True
    assert line["estimate"] == pytest.approx(0.0, abs=1e-8)  # a baseline keeps nine decimals
    worse = gate(
        tmp_path, rest, changes=QUIET + "station: {no_app: 100%}\npeople: {ppk: {hours: []}}\n"
    )
    assert worse.exit_code == 1, worse.output
    assert verdict(tmp_path) == "fail"


def test_the_self_test_catches_a_planted_regression_and_names_what_cannot_fail(
    tmp_path: Path,
) -> None:
    sound = "  thresholds: [{measure: failed, at_most: 60%, judge: mean}]\n"
    nobody = QUIET + "station: {no_app: 55%}\npeople: {ppk: {hours: []}}\n"
    done = gate(tmp_path, sound.replace("60%", "10%"), "--self-test", changes=nobody)
    assert done.exit_code == 1  # every threshold can fail, and this one does
    blind = gate(
        tmp_path, "  thresholds: [{measure: failed, at_most: 100%, judge: mean}]\n", "--self-test"
    )
    assert blind.exit_code == 1
    assert "NOT CAUGHT" in blind.output


def test_a_gate_without_anything_to_judge_is_refused(tmp_path: Path) -> None:
    done = gate(tmp_path, "measured: {thresholds: [{measure: refused, at_most: 1%}]}\n")
    assert "--replay" in str(done.exception)


def test_a_folder_that_holds_something_else_is_refused_before_anything_is_simulated(
    tmp_path: Path,
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine")
    done = gate(tmp_path, "  thresholds: [{measure: failed, at_most: 99%, judge: mean}]\n")
    assert "holds something else" in str(done.exception)
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("threshold", "said"),
    [
        ("{measure: answer, at_most: 20%}", "a time, such as '2 s'"),
        ("{measure: refused, at_most: 2 s}", "a share, such as '1%'"),
        ("{measure: answer, at_most: 0.2}", "a time, such as '2 s'"),
        ("{measure: refused, at_most: 2}", "not between 0 and 1"),
        ("{measure: stored, at_most: 1%}", "needs 'at_least'"),
    ],
)
def test_a_time_is_no_share_and_a_share_no_time(tmp_path: Path, threshold: str, said: str) -> None:
    done = gate(tmp_path, f"measured: {{thresholds: [{threshold}]}}\n")
    assert said in str(done.exception)
    assert "gate.yaml:" in str(done.exception)


def test_nothing_is_shown_as_nothing_and_never_as_less() -> None:
    assert shown(-1e-12, "share") == "0.0%"
    assert shown(None, "share") == "unbounded"


@pytest.mark.parametrize("name", ["app-release", "server-release"])
def test_the_shipped_gates_are_good(name: str) -> None:
    file = Path(__file__).parents[2] / "scenarios" / "gates" / f"{name}.yaml"
    assert CliRunner().invoke(app, ["validate", str(file)]).exit_code == 0
