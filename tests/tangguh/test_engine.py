"""``--engine``: on every command that simulates nights, and on no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.scenario.errors import UserFaultError
from tangguh.cli import app
from tests.conftest import write_small


def run(tmp_path: Path, *words: str, changes: str = "") -> Any:
    (tmp_path / "scenario").mkdir(exist_ok=True)
    file = write_small(tmp_path / "scenario", changes)
    command = ["run", str(file), "--replications", "1", "--no-compare", "--jobs", "1", *words]
    return CliRunner().invoke(app, command, catch_exceptions=False)


def test_engines_leave_the_same_results_and_say_who_computed_them(tmp_path: Path) -> None:
    said = {}
    for engine in ("auto", "simpy"):
        out = tmp_path / engine
        assert run(tmp_path, "--engine", engine, "--out", str(out)).exit_code == 0
        provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
        said[engine] = provenance["engine"]
    one, other = ((tmp_path / e / "outcomes.parquet").read_bytes() for e in ("auto", "simpy"))
    assert one == other
    assert said["auto"] == {"asked": "auto", "answers": {"none · per-photo": "kernel"}}
    assert said["simpy"]["answers"] == {"none · per-photo": "simpy (asked for)"}


def test_an_unknown_engine_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    done = run(tmp_path, "--engine", "simpi")
    assert done.exit_code == 2
    assert "'auto', 'simpy', 'kernel'" in done.output


def test_a_night_that_the_kernel_does_not_do_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UserFaultError, match=r"does not do server\.backlog; .* --engine auto"):
        run(tmp_path, "--engine", "kernel", changes="server: {backlog: 5}\n")


def test_commands_without_nights_have_no_engine() -> None:
    for command, has in (("compare", True), ("calibrate", True), ("validate", False)):
        done = CliRunner().invoke(app, [command, "--help"])
        assert ("--engine" in done.output) is has, command
