"""``tangguh plan``: known answers, refusals, and what it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tangguh.cli import app
from tests.conftest import write_small

QUIET = "server: {outages: [], fault: 0%, nation: null}\n"
HEAD = """\
plan: small
title: {id: Kecil, en: Small}
scenario: SCENARIO
objectives: [{measure: failed, at_most: LIMIT, in_nights: 50%}]
levers:
  workers:
    standing: assumed
    source: "a test"
    choices:
      - {name: "1", cost: 1000000, set: {server: {workers: 1, service: 30 min, queue: 100000}}}
      - {name: "1000", cost: 9000000, set: {server: {workers: 1000, service: 1 s, queue: 100000}}}
  app:
    standing: assumed
    source: "a test"
    choices:
      - {name: none, cost: 0, set: {}}
      - {name: retries, cost: 500000, set: {client: {policy: full-jitter}}}
effort: {nights: 8, few: 4, trials: 24}
"""


def planned(folder: Path, changes: str, limit: str = "30%") -> tuple[int, str, dict[str, Any]]:
    """A plan's exit code, what it printed, and ``plan.json``."""
    scenario = write_small(folder, changes)
    file = folder / "plan.yaml"
    file.write_text(HEAD.replace("SCENARIO", scenario.name).replace("LIMIT", limit))
    out = folder / "out"
    done = CliRunner().invoke(
        app, ["plan", str(file), "--out", str(out), "--jobs", "1", "--cache", str(folder / "kept")]
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    found = out / "plan.json"
    return done.exit_code, done.output, json.loads(found.read_text()) if found.exists() else {}


def test_where_workers_are_the_limit_the_larger_server_is_bought(tmp_path: Path) -> None:
    people = "people: {kpps: {patience: 2 h}, ppk: {hours: []}}\nstation: {no_app: 0%}\n"
    code, said, found = planned(tmp_path, QUIET + people, "50%")
    assert code == 0, said
    bought = {row["lever"]: row["choice"] for row in found["levers"]}
    assert bought == {"workers": "1000", "app": "none"}
    assert found["best"]["chance"] == 1.0
    assert (tmp_path / "out" / "report.html").is_file()
    assert {row["name"] for row in found["sizing"]} == {
        "requests", "connections", "bandwidth", "disk",
    }  # fmt: skip


def test_where_coverage_is_the_limit_no_server_helps_and_the_plan_says_so(tmp_path: Path) -> None:
    nobody = (
        "station: {no_signal: 100%, no_app: 0%}\n"
        "people: {kpps: {walks_to_signal: 0%}, ppk: {hours: []}}\n"
    )
    code, said, found = planned(tmp_path, QUIET + nobody)
    assert code == 1
    assert found["outcome"] == "none"
    assert found["no_server"]["left"] > 0.9
    assert next(iter(found["no_server"]["causes"])) == "no_coverage"
    assert "What no server can mend" in said


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        (("workers: 1,", "wrokers: 1,"), "wrokers"),
        (("SCENARIO", "nowhere.yaml"), "nowhere.yaml"),
        (("in_nights: 50%", "in_nights: 99%"), "raise effort.nights"),
        (("measure: failed", "measure: failed, by: 2020-12-09 20:00 WIB"), "takes no 'by'"),
    ],
)
def test_a_plan_that_cannot_be_made_is_one_line_and_exit_2(
    tmp_path: Path, changed: tuple[str, str], place: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    scenario = write_small(tmp_path, QUIET)
    file = tmp_path / "plan.yaml"
    text = HEAD.replace(*changed).replace("SCENARIO", scenario.name).replace("LIMIT", "30%")
    file.write_text(text)
    monkeypatch.setattr("sys.argv", ["tangguh", "plan", str(file), "--out", str(tmp_path / "o")])
    from tangguh.cli import main

    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert place in said[-1]
