"""`tangguh import`: a fragment that a scenario takes over, and what is said of bad files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from sim.scenario.inputs import load_inputs
from tests.conftest import ROOT, SHIPPED
from tests.tangguh.test_commands import refused, tangguh

SAMPLES = ROOT / "docs" / "how-to" / "samples"


def imported(folder: Path, kind: str, *arguments: object) -> Path:
    done = tangguh("import", kind, *arguments, "--out", "in", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert f"Fragment: in/{kind}.yaml" in done.stdout
    return folder / "in" / f"{kind}.yaml"


@pytest.mark.parametrize(
    ("kind", "arguments", "path"),
    [
        ("attempts", ["attempts.csv", "--scenario", SHIPPED], "network.break_rate_at_peak"),
        ("attempts", ["attempts.jsonl"], "network.access_failure_at_peak"),
        ("access-log", ["access.log"], "server.service"),
        ("access-log", ["access.jsonl"], "station.photo_size"),
        ("ookla", ["ookla.csv", "--places", "centres.csv"], "network.capacity"),
        ("opencellid", ["cells.csv", "--stations", "stations.csv"], "region.stations_per_cell"),
    ],
)
def test_a_scenario_takes_over_what_was_imported(
    tmp_path: Path, kind: str, arguments: list[object], path: str
) -> None:
    named = [SAMPLES / str(a) if str(a).count(".") and a != SHIPPED else a for a in arguments]
    fragment = imported(tmp_path, kind, *named)
    (tmp_path / "mine.yaml").write_text(f"extends: [{SHIPPED}, {fragment}]\nname: mine\n")
    inputs = load_inputs(tmp_path / "mine.yaml")
    value: object = inputs.scenario
    for part in path.split("."):
        value = getattr(value, part)
    assert str(arguments[0]).split(".")[0] in value.source  # type: ignore[attr-defined]
    if kind == "opencellid":
        assert len(inputs.region.stations) == 60
        assert all(s.cell for s in inputs.region.stations)


def test_rejects_are_listed_by_row_and_kept_in_a_file(tmp_path: Path) -> None:
    bad = (SAMPLES / "attempts.csv").read_text() + "x,0,1,1,p,lost,K\n" * 12
    (tmp_path / "bad.csv").write_text(bad)
    done = tangguh("import", "attempts", "bad.csv", "--out", "in", cwd=tmp_path)
    assert done.returncode == 0
    first = bad.count("\n") - 11
    assert f"bad.csv:{first}:1: result 'lost' is none of" in done.stdout
    assert "rejected: 12 rows" in done.stdout
    rows = list(csv.DictReader((tmp_path / "in" / "rejects.csv").read_text().splitlines()))
    assert [int(r["row"]) for r in rows] == list(range(first, first + 12))
    assert json.loads((tmp_path / "in" / "summary.json").read_text())["rejected"] == 12


def test_a_file_of_which_nothing_is_left_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("hello\nworld\n")
    message = refused("import", "access-log", "a.log", cwd=tmp_path)
    assert message.splitlines() == [
        "a.log:1:1: is not a line of the combined log format",
        "a.log:2:1: is not a line of the combined log format",
    ]
    assert not (tmp_path / "out").exists()


def test_a_missing_file_and_a_bad_list_of_places_are_one_line(tmp_path: Path) -> None:
    assert "none.csv:1:1: cannot be read" in refused("import", "ookla", "none.csv", cwd=tmp_path)
    (tmp_path / "p.csv").write_text("code,name,latitude,longitude\n1,A,-95,105\n")
    message = refused("import", "ookla", SAMPLES / "ookla.csv", "--places", "p.csv", cwd=tmp_path)
    assert message.strip() == "p.csv:2:1: -95, 105 is no position on the globe"
