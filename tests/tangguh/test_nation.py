"""``tangguh run`` of a whole nation: what it leaves, what it prints, what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.scenario.errors import ScenarioError
from study.store import RunFolderError
from tangguh.cli import app
from tangguh.ensembles import InterruptedRunError, UsageError
from tangguh.nation_tables import said_of_the_split
from tests.conftest import ROOT, write_small

NATION = f"""\
extends: {ROOT / "scenarios" / "nation-2020.yaml"}
name: tiny
snapshot: 2020-12-10 11:00 WIB
region: {{regencies: regencies.csv}}
"""
ROWS = """\
code,name,province,zone,tps,kecamatan,standing,source
01,Barat,Satu,WIB,20,2,counted,x
02,Timur,Dua,WIT,20,2,apportioned,x
"""


def write_nation(folder: Path) -> Path:
    (folder / "regencies.csv").write_text(ROWS)
    file = folder / "tiny.yaml"
    file.write_text(NATION)
    return file


def ran(*words: object) -> str:
    done = CliRunner().invoke(app, [*map(str, words), "--jobs", "1"])
    if done.exception is not None:
        raise done.exception
    return done.output


def test_it_leaves_its_files_and_prints_the_nation_its_provinces_and_the_page(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    said = ran("run", write_nation(tmp_path), "-n", 2, "--out", out)
    for words in ("not sent, in all", "Satu", "Timur, Dua", "apportioned", "report.html"):
        assert words in said
    left = {p.name for p in out.iterdir() if not p.name.startswith(".")}
    assert left == {"parts", "outcomes", "nation.json", "provenance.json", "report.html"}
    found = json.loads((out / "nation.json").read_text())
    assert (found["replications"], found["stations"], found["simulated"]) == (2, 40, 40)
    page = (out / "report.html").read_text()
    assert "dibagi menurut perbandingan" in page
    assert "apportioned" in page


def test_a_sample_says_so_and_another_run_in_its_folder_is_refused(tmp_path: Path) -> None:
    file, out = write_nation(tmp_path), tmp_path / "out"
    said = ran("run", file, "-n", 1, "--stations", 20, "--out", out)
    assert "20 of 40 stations were simulated" in re.sub(r"\s+", " ", said)
    with pytest.raises(RunFolderError, match="another run"):
        ran("run", file, "-n", 1, "--out", out, "--resume")
    more = ran("run", file, "-n", 2, "--stations", 20, "--out", out, "--resume")
    assert "2 nights" in more


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = write_nation(tmp_path), tmp_path / "out"
    ran("run", file, "-n", 1, "--out", out)

    def pressed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tangguh.nations.carry_out", pressed)
        with pytest.raises(InterruptedRunError, match=r"1 of 2 nights are kept.*--resume --out"):
            ran("run", file, "-n", 2, "--out", out, "--resume")
    assert "2 nights" in ran("run", file, "-n", 2, "--out", out, "--resume")


def test_stations_are_of_a_nation_only(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--stations is for a whole nation"):
        ran("run", write_small(tmp_path), "--stations", 5)


REST = """\
server:
  nation: {stations: 5, free_rate: 1 Mbit/s, retry_every: 1 min, patience: 1 h}
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (NATION + REST, "'server.nation', its rest, must be null"),
        (
            NATION.replace("regencies.csv", "regencies.csv, kecamatan: k.csv"),
            "'tps', 'kecamatan', 'kelurahan' must be null",
        ),
    ],
    ids=["its rest", "its parts"],
)
def test_a_nation_beside_its_own_rest_or_parts_is_refused(
    tmp_path: Path, text: str, reason: str
) -> None:
    file = write_nation(tmp_path)
    file.write_text(text)
    with pytest.raises(ScenarioError) as refused:
        ran("run", file)
    assert reason in str(refused.value)


def test_other_commands_say_who_takes_a_nation(tmp_path: Path) -> None:
    file = write_nation(tmp_path)
    with pytest.raises(ScenarioError, match="is a whole nation; `tangguh run` takes it"):
        ran("compare", file)


def test_validate_counts_a_nation(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["validate", str(write_nation(tmp_path))])
    assert "good; 40 stations in 2 regencies and cities" in done.output


def test_a_split_that_does_not_hold_is_said() -> None:
    found = {"stations": 9, "simulated": 9, "split": True, "tolerance": 0.05, "converged": False}
    said = said_of_the_split(found | {"nights": [{"defects": [0.3, 0.2]}]})
    assert "by 20.0% at most" in said
    assert "not accurate here" in said
