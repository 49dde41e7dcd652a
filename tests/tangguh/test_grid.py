"""`tangguh compare GRID`: races that stop, nights never simulated twice, one-line errors."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_small
from tests.tangguh.test_commands import ENVIRONMENT, refused, tangguh

GRID = """grid: small-grid
scenario: small.yaml
policies: [none, full-jitter]
batchings: [per-photo, chunks]
worlds:
  as-it-is: {}
  rich: {network: {capacity: 100 Mbit/s}}
stop: {indifference: 10%, first: 4, batch: 4, most: 8}
"""


def write_grid(folder: Path, text: str = GRID) -> Path:
    write_small(folder)
    (folder / "grid.yaml").write_text(text)
    return folder / "grid.yaml"


def summary(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "grid.json").read_text())
    return found


def simulated(folder: Path) -> list[int]:
    return [w["simulated"] for w in summary(folder)["worlds"]]


def test_a_grid_leaves_its_results_and_only_what_is_new_is_simulated(tmp_path: Path) -> None:
    file = write_grid(tmp_path)
    command = ["compare", file, "--jobs", 2]
    first = tangguh(*command, "--out", "a", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "Over 2 worlds" in first.stdout
    assert min(simulated(tmp_path / "a")) >= 16
    rows = list(csv.DictReader((tmp_path / "a" / "grid.csv").read_text().splitlines()))
    assert len(rows) == 8
    for world in summary(tmp_path / "a")["worlds"]:
        assert sum(r["best"] for r in world["rows"]) == 1
        assert sum(r["chance_best"] for r in world["rows"]) == pytest.approx(1.0)
        assert any(r["pareto"] for r in world["rows"])
        assert world["decided"] == (sum(r["alive"] for r in world["rows"]) == 1)

    tangguh(*command, "--out", "b", cwd=tmp_path)
    assert simulated(tmp_path / "b") == [0, 0]
    first_rows, again = (
        [w["rows"] for w in summary(tmp_path / name)["worlds"]] for name in ("a", "b")
    )
    assert first_rows == again

    file.write_text(GRID.replace("[none, full-jitter]", "[none, full-jitter, fixed]"))
    tangguh(*command, "--out", "c", cwd=tmp_path)
    assert all(0 < n <= 2 * 8 + 8 for n in simulated(tmp_path / "c")), "the old ones were kept"

    damaged = next((tmp_path / "out" / "cache").glob("*/000000.json"))
    damaged.write_text("{")
    tangguh(*command, "--out", "d", cwd=tmp_path)
    assert sum(simulated(tmp_path / "d")) == 1
    tangguh(*command, "--seed", 2, "--out", "e", cwd=tmp_path)
    assert min(simulated(tmp_path / "e")) >= 16


def test_an_interrupted_grid_goes_on_where_it_was(tmp_path: Path) -> None:
    file = write_grid(tmp_path, GRID.replace("most: 8", "most: 200").replace("10%", "0.1%"))
    command = [sys.executable, "-m", "tangguh", "compare", str(file), "--jobs", "2"]
    cache = tmp_path / "out" / "cache"
    with subprocess.Popen(
        command, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        while len(list(cache.glob("*/*.json"))) < 6:
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "the same command goes on" in said
    kept = len(list(cache.glob("*/*.json")))
    file.write_text(GRID)
    assert tangguh("compare", file, "--out", "o", cwd=tmp_path).returncode == 0
    assert sum(simulated(tmp_path / "o")) <= 2 * 4 * 8 - min(kept, 6)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("full-jitter]", "full-jiter]", "grid.yaml:3:18: policies.1: unknown policy 'full-jiter'"),
        ("small.yaml", "smal.yaml", "grid.yaml:2:11: scenario: there is no file"),
        ("rich: {network: {capacity: 100", "rich: {network: {capacty: 100", "did you mean"),
        ("first: 4", "first: 1", "greater than or equal to 2"),
        ("indifference: 10%", "indifference: 0%", "more than 0%"),
        ("[none, full-jitter]", "[none]\nextra: 1", "unknown key 'extra'"),
        ("batchings: [per-photo, chunks]", "batchings: []", "fewer than two combinations"),
    ],
)
def test_a_wrong_grid_is_answered_at_its_place(
    old: str, new: str, expected: str, tmp_path: Path
) -> None:
    assert old in GRID
    said = refused("compare", write_grid(tmp_path, GRID.replace(old, new)), cwd=tmp_path)
    assert expected in said, said


def test_a_grid_does_not_take_the_options_of_a_scenario(tmp_path: Path) -> None:
    said = refused("compare", write_grid(tmp_path), "--policy", "none", cwd=tmp_path)
    assert "without the options" in said
    said = refused("run", tmp_path / "grid.yaml", cwd=tmp_path)
    assert "is a grid, not a scenario; `tangguh compare` takes it" in said
    said = tangguh("validate", tmp_path / "grid.yaml", cwd=tmp_path).stdout
    assert "good; a grid of 4 combinations in 2 worlds" in said
