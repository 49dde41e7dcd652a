"""`tangguh sensitivity`: what it leaves, that it goes on, how it fails."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import write_small
from tests.tangguh.test_commands import ENVIRONMENT, refused, tangguh
from tests.tangguh.test_effects import write_calibrated, write_worlds

LITTLE = ["--batching", "per-photo,chunks", "--trajectories", 2, "--pairs", 8, "--top", 2]


def test_a_study_that_was_interrupted_goes_on_and_gives_what_a_whole_one_gives(
    tmp_path: Path,
) -> None:
    file = write_small(tmp_path)
    command = ["sensitivity", file, *LITTLE]
    words = [sys.executable, "-m", "tangguh", *map(str, command), "--jobs", "1", "--out", "cut"]
    with subprocess.Popen(
        words, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        until = time.monotonic() + 60
        while not any((tmp_path / "out" / "cache").glob("*/*.json")):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.005)  # the first of its nights: most are still to be run
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "the same command goes on" in said
    again = tangguh(*command, "--jobs", 2, "--out", "again", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    whole = tangguh(*command, "--jobs", 1, "--out", "whole", "--cache", "another", cwd=tmp_path)
    assert whole.returncode == 0, whole.stderr
    first, second = (
        json.loads((tmp_path / f / "sensitivity.json").read_text()) for f in ("again", "whole")
    )
    assert {**first, "command": 0} == {**second, "command": 0}
    assert len(first["top"]) == 2
    for output in ("failed", "t90"):
        shares = first["outputs"][output]["split"]
        whole_share = sum(shares[k]["mean"] for k in ("quantities", "chance", "worlds"))
        assert abs(whole_share - 1) < 1e-9 or whole_share == 0
        assert set(first["outputs"][output]["sobol"]) == {*first["top"], "chance"}
    assert [r["name"] for r in first["value"]["rows"]][-1] == "all"
    rows = list(csv.DictReader((tmp_path / "again" / "sensitivity.csv").read_text().splitlines()))
    assert len(rows) == 2 * len(first["screening"])
    assert "tangguh sensitivity" in (tmp_path / "again" / "report.html").read_text()
    assert "What moves the result" in (tmp_path / "again" / "report.html").read_text()


def test_a_calibrated_ensemble_needs_no_scenario(tmp_path: Path) -> None:
    write_worlds(tmp_path)
    folder = write_calibrated(tmp_path)
    done = tangguh("sensitivity", "--ensemble", folder, *LITTLE, "--out", "s", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "s" / "sensitivity.json").read_text())
    assert found["calibrated"]
    assert found["value"]["members"] == 2
    assert "priors" not in done.stdout


def test_wrong_options_are_one_line_with_a_remedy(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    assert "power of two, such as 8 or 16" in refused(
        "sensitivity", file, "--pairs", 12, cwd=tmp_path
    )
    assert "give a SCENARIO" in refused("sensitivity", cwd=tmp_path)
    assert "nothing to choose" in refused("sensitivity", file, "--policy", "none", cwd=tmp_path)
    assert "did you mean 'chunks'?" in refused(
        "sensitivity", file, "--batching", "chunk", cwd=tmp_path
    )
