"""``tangguh gate``: verdicts, exit codes, baselines, the self-test, and what a pipeline reads."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner, Result

from sim.scenario.inputs import load_inputs
from study.gate.predicted import reference
from study.nights import recall
from tangguh.cli import app
from tests.conftest import ROOT, write_small
from tests.tangguh.replayed import write_replay

SHIPPED_GATES = sorted((ROOT / "scenarios" / "gates").glob("*.yaml"))

QUIET = "server: {outages: [], fault: 0%, nation: null}\n"
HEAD = """\
gate: small
title: {id: Kecil, en: Small}
predicted:
  scenario: SCENARIO
  nights: {first: 6, batch: 6, most: 12}
"""


def gate(
    folder: Path, rest: str, *options: str, changes: str = QUIET, nights: int = 12
) -> Result:  # fmt: skip
    scenario = write_small(folder, changes)
    file = folder / "gate.yaml"
    file.write_text(HEAD.replace("SCENARIO", scenario.name).replace("12", str(nights)) + rest)
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


def test_too_few_nights_are_undecided_and_exit_3_and_say_how_many_would_do(tmp_path: Path) -> None:
    asked = "  thresholds: [{measure: failed, at_most: 99%, in_nights: 99%}]\n"
    done = gate(tmp_path, asked)
    assert done.exit_code == 3, done.output
    assert verdict(tmp_path) == "undecided"
    # all nights keep it: 0.99^n must be at most the 5% times the 39% that are bet whole
    assert "too few nights to tell: about 393 would do; raise nights.most" in done.output


def test_the_same_app_is_no_regression_and_a_worse_one_is(tmp_path: Path) -> None:
    rest = "  regression: {measure: failed, worse_by: 20%, baseline: b.json}\n"
    missing = gate(tmp_path, rest)
    assert missing.exit_code == 1  # an error of the user, which the front door turns into exit 2
    assert "there is no baseline yet" in str(missing.exception)
    assert gate(tmp_path, rest, "--update-baseline").exit_code == 0
    same = gate(tmp_path, rest)
    assert same.exit_code == 0, same.output
    (line,) = json.loads((tmp_path / "out" / "gate.json").read_text())["lines"]
    assert (line["paired"], line["estimate"], line["samples"]) == (True, 0.0, 0)
    worse = gate(
        tmp_path, rest, changes=QUIET + "station: {no_app: 100%}\npeople: {ppk: {hours: []}}\n"
    )
    assert worse.exit_code == 1, worse.output
    assert verdict(tmp_path) == "fail"


def test_a_self_test_names_what_nothing_can_break_and_writes_all_that_a_gate_writes(
    tmp_path: Path,
) -> None:
    xml, text = tmp_path / "new" / "j.xml", tmp_path / "new" / "m.md"
    done = gate(
        tmp_path,
        "  thresholds:\n"
        "    - {measure: failed, at_most: 10%, judge: mean}\n"
        "    - {measure: failed, at_most: 100%, judge: mean}\n",
        "--self-test", "--junit", str(xml), "--markdown", str(text), nights=60,
    )  # fmt: skip
    assert done.exit_code == 1, done.output
    assert "NOT CAUGHT: failed at most 100%, mean: " in done.output
    assert "caught: failed at most 10%, mean: 15.0% (" in done.output
    assert "planted: every night worse by " in done.output
    summary = json.loads((tmp_path / "out" / "gate.json").read_text())
    assert (summary["self_test"], summary["verdict"]) == (True, "blind")
    caught, blind = summary["lines"]
    assert caught["planted"]["by"] == pytest.approx(0.15 - plain_mean(tmp_path, caught), abs=0.02)
    assert blind["planted"]["by"] == 1.0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "This gate cannot be relied on: 1 of 2 thresholds" in page
    suite = ElementTree.parse(xml).getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    (failure,) = suite.iter("failure")
    assert "failed at most 100%, mean" in str(failure.get("message"))
    assert text.read_text(encoding="utf-8").startswith("# Self-test of gate small: BLIND\n")


def plain_mean(folder: Path, line: dict[str, Any]) -> float:
    """The mean of the nights that a line was judged by, as they are kept."""
    inputs = load_inputs(folder / "small.yaml")
    files = sorted((folder / "kept").rglob("*.npz"))[: line["samples"]]
    asked = reference("failed")
    return float(np.mean([asked.value(recall(file), inputs.scenario) for file in files]))


@pytest.mark.parametrize("file", SHIPPED_GATES, ids=lambda file: file.stem)
def test_the_shipped_gates_are_good_and_each_of_their_thresholds_can_fail(
    file: Path, tmp_path: Path
) -> None:
    assert CliRunner().invoke(app, ["validate", str(file)]).exit_code == 0
    its = yaml.safe_load(file.read_text(encoding="utf-8"))
    words = ["--self-test", "--jobs", "1", "--out", str(tmp_path / "out")]
    if "predicted" in its:
        # what is planted depends on the limits and not on the night: a small one will do
        its["predicted"]["scenario"] = write_small(tmp_path).name
        words += ["--cache", str(tmp_path / "kept")]
    if "measured" in its:
        scenario = write_small(tmp_path)
        words += ["--replay", str(write_replay(tmp_path / "replay", scenario.name))]
    own = tmp_path / file.name
    own.write_text(yaml.safe_dump(its), encoding="utf-8")
    done = CliRunner().invoke(app, ["gate", str(own), *words])
    assert done.exit_code == 0, done.output
    lines = json.loads((tmp_path / "out" / "gate.json").read_text())["lines"]
    parts = [its[part] for part in ("predicted", "measured") if part in its]
    asked = sum(len(part.get("thresholds", ())) + ("regression" in part) for part in parts)
    assert [line["verdict"] for line in lines] == ["fail"] * asked
    assert all(line["planted"]["by"] > 0.0 for line in lines)


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A replay that was started in a folder with its scenario, in answers of milliseconds."""
    folder = tmp_path_factory.mktemp("replayed")
    return write_replay(folder / "out" / "replay", write_small(folder).name)


def server_gate(folder: Path, thresholds: str, *options: str) -> Result:
    file = folder / "server.yaml"
    head = "gate: server\ntitle: {id: Server, en: Server}\nmeasured:\n"
    file.write_text(head + thresholds)
    words = ["gate", str(file), *options]
    if "--update-baseline" not in options:
        words += ["--out", str(folder / "out")]
    return CliRunner().invoke(app, words)


FAST = "  thresholds: [{measure: answer, quantile: 95%, at_most: 2 s}]\n"


def test_a_replay_is_judged_from_wherever_its_gate_is_called(
    replay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = server_gate(tmp_path, FAST, "--replay", str(replay))
    assert done.exit_code == 0, done.output
    elsewhere = tmp_path / "moved"
    shutil.copytree(replay, elsewhere)
    lost = server_gate(tmp_path, FAST, "--replay", str(elsewhere))
    assert "its scenario small.yaml is neither here nor in a folder above" in str(lost.exception)
    monkeypatch.chdir(replay.parents[1])
    assert server_gate(tmp_path, FAST, "--replay", str(elsewhere)).exit_code == 0


def test_a_slower_server_is_a_regression_and_the_same_one_is_not(
    replay: Path, tmp_path: Path
) -> None:
    asked = "  regression: {quantile: 95%, worse_by: 25%, baseline: b.json}\n"
    assert server_gate(tmp_path, asked, "--replay", str(replay), "--update-baseline").exit_code == 0
    assert server_gate(tmp_path, asked, "--replay", str(replay)).exit_code == 0
    tested = server_gate(tmp_path, asked, "--replay", str(replay), "--self-test")
    assert "planted: every answer 1.50 times as long" in tested.output
    write_small(tmp_path)
    slow = write_replay(tmp_path / "slow", "small.yaml", answer=0.014)
    done = server_gate(tmp_path, asked, "--replay", str(slow))
    assert done.exit_code == 1, done.output
    assert "answer p95 less than 25% longer than the baseline's" in done.output


def test_a_replay_in_which_nobody_was_answered_names_its_log(replay: Path, tmp_path: Path) -> None:
    write_small(tmp_path)
    silent = tmp_path / "silent"
    shutil.copytree(replay, silent)
    (silent / "attempts.jsonl").write_text("")
    done = server_gate(tmp_path, FAST, "--replay", str(silent))
    assert "attempts.jsonl: only 0 requests were answered; replay more" in str(done.exception)


def test_a_replay_that_is_not_valid_decides_nothing(tmp_path: Path) -> None:
    write_small(tmp_path)
    late = write_replay(tmp_path / "late", "small.yaml", wrong=("the generator was late",))
    for more in ((), ("--self-test",)):
        done = server_gate(tmp_path, FAST, "--replay", str(late), *more)
        assert done.exit_code == 3, done.output
        assert "the replay is not valid: the generator was late" in done.output


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
        ("{measure: refused, at_most: 1%, quantile: 95%}", "has no 'quantile'"),
    ],
)
def test_a_limit_fits_its_measure_a_time_is_no_share_and_a_share_no_time(
    tmp_path: Path, threshold: str, said: str
) -> None:
    done = gate(tmp_path, f"measured: {{thresholds: [{threshold}]}}\n")
    assert said in str(done.exception)
    assert "gate.yaml:" in str(done.exception)


def test_what_cannot_be_done_is_said_before_anything_is_simulated(tmp_path: Path) -> None:
    kept = "  thresholds: [{measure: failed, at_most: 99%, judge: mean}]\n"
    (tmp_path / "folder").mkdir()
    for rest, options, said in (
        (kept, ("--junit", str(tmp_path / "folder")), "--junit .*: is a folder; give a file"),
        (kept, ("--update-baseline", "--markdown", "m.md"), "leave --out, --junit and --markdown"),
        (kept, ("--update-baseline",), "names no baseline that can be written now"),
        (kept, ("--replay", str(tmp_path)), "has no 'measured' part"),
        (kept.replace("mean", "mean, in_nights: 90%"), (), "takes no 'in_nights'"),
    ):
        done = gate(tmp_path, rest, *options)
        assert re.search(said, str(done.exception)), done.exception
    done = CliRunner().invoke(app, ["gate", str(tmp_path / "small.yaml")])
    assert "is no gate: it has no key 'gate'" in str(done.exception)
    assert not (tmp_path / "kept").exists()
