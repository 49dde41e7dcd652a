"""`tangguh validate-progress`: a table, two files, and one line for every fault."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.conftest import write_small
from tests.tangguh.test_commands import refused, tangguh

POINTS = """region,election,tps_total,tps_received,percent,datetime_local,tz,source_url
Kota A,Sirekap 2020 Pilkada,1700,895,52.65,2020-12-10 15:30,WIB,x
Kab B,Sirekap 2020 Pilkada,,,44.4,10/12/2020 15.30,WITA (hour not given),y
Kab B,Sirekap 2020 Pilkada,,,61,2020-12-11 15:30,WITA,y
Kenya,KIEMS 2022,10,9,90,2022-08-10 09:14,EAT,z
Kota C,Sirekap 2020 Pilkada,,,,2020-12-10 15:30,WIB,x
Kota D,Sirekap 2020 Pilkada,,,99,2020-12-16 15:30,WIB,x
"""


def test_points_are_scored_and_everything_else_is_accounted_for(tmp_path: Path) -> None:
    write_small(tmp_path)
    (tmp_path / "points.csv").write_text(POINTS)
    command = ["validate-progress", "points.csv", "--scenario", "small.yaml", "-n", 6,
               "--jobs", 1, "--out", "v"]  # fmt: skip
    first = tangguh(*command, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    found = json.loads((tmp_path / "v" / "validation.json").read_text())
    rows = list(csv.DictReader((tmp_path / "v" / "validation.csv").read_text().splitlines()))
    assert [r["region"] for r in rows] == ["Kota A", "Kab B", "Kab B"]
    assert found["all"]["points"] == 3
    assert found["all"]["regions"] == 2
    assert [r["row"] for r in found["rejected"]] == [6]
    assert "after the snapshot of small" in first.stdout
    assert "not Sirekap: KIEMS 2022" in first.stdout
    assert "row 6: has neither percent nor both" in first.stdout
    assert max(len(line) for line in first.stdout.splitlines() if "│" in line) <= 80
    for r in rows:
        low, middle, high = (float(r[k]) for k in ("low95", "median", "high95"))
        assert 0 <= low <= middle <= high <= 1
    again = tangguh(*command[:-1], "w", cwd=tmp_path)
    assert "nights:" not in again.stderr
    assert json.loads((tmp_path / "w" / "validation.json").read_text()) == found


def test_a_file_of_which_nothing_is_left_is_refused_row_by_row(tmp_path: Path) -> None:
    write_small(tmp_path)
    lines = POINTS.splitlines()
    (tmp_path / "points.csv").write_text("\n".join([lines[0], lines[4], lines[5]]) + "\n")
    message = refused("validate-progress", "points.csv", "--scenario", "small.yaml", cwd=tmp_path)
    assert message.splitlines() == [
        "points.csv:2:1: left out: not Sirekap: KIEMS 2022",
        "points.csv:3:1: has neither percent nor both tps_total and tps_received",
    ]


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    assert "cannot be read" in refused("validate-progress", "none.csv", cwd=tmp_path)


def test_a_missing_scenario_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(POINTS)
    message = refused("validate-progress", "points.csv", cwd=tmp_path)
    assert message.startswith("scenarios/elsewhere-2020.yaml:1:1: cannot be read")
