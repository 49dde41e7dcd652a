"""``tangguh plan``: what it writes and says, refusals, and going on after Ctrl-C."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.night import simulate
from tangguh.cli import app
from tangguh.ensembles import InterruptedRunError
from tangguh.plans import open_planned
from tests.conftest import write_small
from tests.robustness.templates import LEVERS

QUIET = "server: {outages: [], fault: 0%, nation: null}\n"
HEAD = f"""\
plan: small
title: {{id: Kecil, en: Small}}
scenario: SCENARIO
objectives: [{{measure: failed, at_most: LIMIT, in_nights: 50%}}]
{LEVERS}effort: {{nights: 7, few: 3, trials: 24}}
"""
WORKERS_ARE_FEW = "people: {kpps: {patience: 2 h}, ppk: {hours: []}}\nstation: {no_app: 0%}\n"
NOBODY = (
    "station: {no_signal: 100%, no_app: 0%}\n"
    "people: {kpps: {walks_to_signal: 0%}, ppk: {hours: []}}\n"
)


def written(folder: Path, changes: str, text: str = HEAD, limit: str = "30%") -> Path:
    """A plan's file beside its scenario."""
    scenario = write_small(folder, changes)
    file = folder / "plan.yaml"
    file.write_text(text.replace("SCENARIO", scenario.name).replace("LIMIT", limit))
    return file


def asked(file: Path, *more: str) -> tuple[int, str, dict[str, Any]]:
    """A plan's exit code, what it printed, and ``plan.json``."""
    out = file.parent / "out"
    words = ["plan", str(file), "--out", str(out), "--jobs", "1"]
    done = CliRunner().invoke(app, [*words, "--cache", str(file.parent / "kept"), *more])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    found = out / "plan.json"
    return done.exit_code, done.output, json.loads(found.read_text()) if found.exists() else {}


def test_where_workers_are_the_limit_the_larger_server_is_bought(tmp_path: Path) -> None:
    code, said, found = asked(written(tmp_path, QUIET + WORKERS_ARE_FEW, limit="50%"))
    assert code == 0, said
    bought = {row["lever"]: row["choice"] for row in found["levers"]}
    assert bought == {"workers": "1000", "app": "none"}
    assert found["best"]["chance"] == pytest.approx(1.0)
    assert [row["name"] for row in found["sizing"]] == [
        "requests", "connections", "bandwidth", "disk",
    ]  # fmt: skip
    assert all(r["sized"] == r["headroom"] * r["peak"] for r in found["sizing"])
    with (tmp_path / "out" / "plan.csv").open() as text:
        rows = list(csv.DictReader(text))
    assert {r["verdict"] for r in rows if r["workers"] == "1000" and r["app"] == "none"} == {
        "meets"
    }
    page = (tmp_path / "out" / "report.html").read_text()
    for sentence in (
        "the busiest ten minutes, all bytes that passed",
        "sepuluh menit tersibuk, semua byte yang lewat",
        "The plan&#39;s scenario has no load of the nation.",
    ):
        assert sentence in page
    assert "The plan's scenario has no load of the nation." in said


def test_where_coverage_is_the_limit_no_server_helps_and_the_plan_says_so(tmp_path: Path) -> None:
    code, said, found = asked(written(tmp_path, QUIET + NOBODY), "--trials", "2")
    assert code == 1
    assert found["outcome"] == "none"
    assert found["no_server"]["left"] > 0.9
    assert next(iter(found["no_server"]["causes"])) == "no_coverage"
    assert "No plan meets the objectives: 4 combinations of choices" in said
    assert "What no server can mend" in said
    assert "Even with a perfect server objective 1 is met in only 0% of nights." in said


def test_objectives_are_judged_each_by_its_own_share(tmp_path: Path) -> None:
    both = HEAD.replace(
        "objectives: [", "objectives: [{measure: tally, at_least: 1%, in_nights: 60%}, "
    )
    file = written(tmp_path, QUIET + WORKERS_ARE_FEW, both, limit="50%")
    code, said, found = asked(file, "--nights", "12", "--trials", "4")
    assert code == 0, said
    assert [o["in_nights"] for o in found["objectives"]] == [0.6, 0.5]
    assert all(len(row["chances"]) == 2 for row in found["tried"])
    assert "objective 2 is met in 100% of nights" in said
    assert found["effort"] == {"nights": 12, "few": 3, "trials": 4, "confirmations": 8}


def test_after_ctrl_c_the_same_command_goes_on_to_the_same_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for folder in (whole, cut):
        folder.mkdir()
    changes = QUIET + WORKERS_ARE_FEW
    _, _, expected = asked(written(whole, changes, limit="50%"))
    left = [5]

    def until_ctrl_c(*args: Any, **kwargs: Any) -> Any:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return simulate(*args, **kwargs)

    file = written(cut, changes, limit="50%")
    monkeypatch.setattr("study.nights.simulate", until_ctrl_c)
    with pytest.raises(InterruptedRunError, match=r"5 nights were simulated and are kept in .*go"):
        asked(file)
    assert not (cut / "out").exists()
    left[0] = 1000
    code, _, found = asked(file)
    assert code == 0
    assert found["simulated"] == expected["simulated"] - 5
    same = {"simulated", "file"}
    assert {k: v for k, v in found.items() if k not in same} == {
        k: v for k, v in expected.items() if k not in same
    }


@pytest.mark.parametrize(
    ("changed", "words", "place"),
    [
        (("workers: 1,", "wrokers: 1,"), (), "wrokers"),
        (("SCENARIO", "nowhere.yaml"), (), "nowhere.yaml"),
        (("in_nights: 50%", "in_nights: 99%"), (), "raise effort.nights"),
        (("in_nights: 50%", "in_nights: 50%"), ("--nights", "4"), "at least 7 are needed"),
        (("failed,", "failed, by: 2020-12-09 20:00 WIB,"), (), "takes no 'by'"),
        (("cost: 0", "cost: -1"), (), "cost"),
        (('"1000"', '"1"'), (), "two choices have the same name"),
        (("nights: 7", "nights: 7, nihgts: 3"), (), "did you mean 'nights'"),
        (("effort:", "headroom: 50%\neffort:"), (), "headroom"),
        (
            ("objectives: [{measure: failed, at_most: LIMIT, in_nights: 50%}]", "objectives: []"),
            (),
            "has no objectives",
        ),
        (("plan: small\n", "name: small\n"), (), "is not a plan: it has no key 'plan'"),
        (("cost: 500000", "cost: 40 juta"), (), "got '40 juta'"),
    ],
)
def test_a_plan_that_cannot_be_made_is_one_line_and_exit_2(
    tmp_path: Path, changed: tuple[str, str], words: tuple[str, ...], place: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    file = written(tmp_path, QUIET, HEAD.replace(*changed))
    argv = ["tangguh", "plan", str(file), "--out", str(tmp_path / "o"), *words]
    monkeypatch.setattr("sys.argv", argv)
    from tangguh.cli import main

    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    (said,) = capsys.readouterr().err.strip().splitlines()
    assert place in said


def test_choices_may_be_named_by_numbers(tmp_path: Path) -> None:
    file = written(tmp_path, QUIET, HEAD.replace('"1000"', "1000").replace('"1"', "0.5"))
    planned = open_planned(file, nights=None, trials=None)
    assert [c.name for c in planned.file.levers["workers"].choices] == ["0.5", "1000"]


def test_a_folder_of_something_else_is_refused_before_anything_is_simulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, QUIET)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")
    monkeypatch.setattr("sys.argv", ["tangguh", "plan", str(file), "--out", str(tmp_path / "mine")])
    monkeypatch.setattr("study.plan.bench.run", lambda *_: pytest.fail("nights are simulated"))
    from tangguh.cli import main

    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "holds something else; give a new folder" in capsys.readouterr().err
