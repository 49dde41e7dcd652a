"""The commands as a user meets them: what they print, what they leave, how they fail."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT, write_small

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"}


def tangguh(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tangguh", *map(str, arguments)],
        cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def refused(*arguments: object, cwd: Path) -> str:
    """The one message of a command that must exit 2, without a traceback."""
    done = tangguh(*arguments, cwd=cwd)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_run_leaves_its_four_files_and_says_where_the_page_is(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    done = tangguh("run", file, "-n", 3, "--jobs", 1, "--out", "here", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Page: here/report.html" in done.stdout
    assert "Hulu" in done.stdout
    left = {p.name for p in (tmp_path / "here").iterdir() if not p.name.startswith(".")}
    assert left == {"parts", "outcomes.parquet", "summary.json", "provenance.json", "report.html"}
    provenance = json.loads((tmp_path / "here" / "provenance.json").read_text())
    assert provenance["identity"]["seed"] == 1
    assert "simpy" in provenance["versions"]


def test_an_interrupted_run_keeps_its_nights_and_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    common = ["run", file, "-n", 250, "--jobs", 2, "--no-compare"]
    whole = tangguh(*common, "--out", "whole", cwd=tmp_path)
    assert whole.returncode == 0, whole.stderr
    command = [sys.executable, "-m", "tangguh", *map(str, common), "--out", "cut"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        while len(list((tmp_path / "cut").glob("parts/*/*.npz"))) < 5:
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "nights are kept" in said
    assert "--resume" in said
    kept = len(list((tmp_path / "cut").glob("parts/*/*.npz")))
    assert 5 <= kept < 250
    again = tangguh(*common, "--out", "cut", "--resume", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    for name in ("outcomes.parquet", "summary.json"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_compare_sets_every_policy_beside_every_batching(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    done = tangguh(
        "compare", file, "--policy", "none,fixed", "--batching", "per-photo,chunks", "-n", 2,
        "--jobs", 1, "--out", "c", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "c" / "summary.json").read_text())["comparison"]
    assert [(r["policy"], r["batching"]) for r in rows] == [
        ("none", "per-photo"), ("none", "chunks"), ("fixed", "per-photo"), ("fixed", "chunks"),
    ]  # fmt: skip
    assert "fixed · chunks" in done.stdout


def test_wrong_input_is_one_line_with_a_remedy(tmp_path: Path) -> None:
    file = write_small(tmp_path)
    assert "did you mean 'full-jitter'?" in refused(
        "run", file, "--policy", "full-jiter", cwd=tmp_path
    )
    assert "compare takes several" in refused("run", file, "--policy", "none,fixed", cwd=tmp_path)
    assert "one variant only" in refused("compare", file, cwd=tmp_path)
    assert "no.yaml:1:1: cannot be read" in refused("run", "no.yaml", cwd=tmp_path)
    assert "there is no run" in refused("run", file, "--resume", cwd=tmp_path)
    below_a_file = refused("run", file, "--out", file / "x", cwd=tmp_path)
    assert below_a_file.startswith("tangguh: ")
    assert len(below_a_file.splitlines()) == 1
    (tmp_path / "kecamatan.csv").write_text("code,name,tps\n01,A,x\n01,B,2\n01,C,3\n")
    assert refused("validate", file, cwd=tmp_path).splitlines() == [
        f"{tmp_path}/kecamatan.csv:2:1: tps 'x' is not a whole number",
        f"{tmp_path}/kecamatan.csv:4:1: code '01' appears again (first in row 3)",
    ]


def test_validate_checks_the_files_that_a_scenario_names(tmp_path: Path) -> None:
    good = tangguh("validate", write_small(tmp_path), cwd=tmp_path)
    assert good.returncode == 0
    assert good.stdout == f"{tmp_path}/small.yaml: good; 30 stations in 2 kecamatan\n"
    bad = write_small(tmp_path, "region: {kecamatan: gone.csv, kelurahan: null}\n")
    assert f"{bad}:3:21: region.kecamatan: there is no file" in refused(
        "validate", bad, cwd=tmp_path
    )


STATIONS = (
    "kode,code,kecamatan,coverage\n-,001,A,yes\n-,002,A,perhaps\n-,001,B,\n-,,B,\n-,005,B,tidak\n"
)


def test_init_lists_every_reject_and_writes_nothing_unless_told(tmp_path: Path) -> None:
    (tmp_path / "tps.csv").write_text(STATIONS)
    said = refused("init", "tps.csv", "--date", "2029-02-14", "--out", "new", cwd=tmp_path)
    assert said.splitlines()[:3] == [
        "tps.csv:3:1: coverage 'perhaps' is neither yes (ya) nor no (tidak)",
        "tps.csv:4:1: code '001' appears again (first in row 2)",
        "tps.csv:5:1: code is empty",
    ]
    assert not list((tmp_path / "new").glob("*"))
    done = tangguh(
        "init", "tps.csv", "--date", "2029-02-14", "--out", "new", "--skip-rejects", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new" / "tps-rejects.csv").read_text().count("\n") == 4
    for made, kind in (("tps", "2 stations"), ("tps-plan", "a plan"), ("tps-gate", "a gate")):
        said = tangguh("validate", f"new/{made}.yaml", cwd=tmp_path).stdout
        assert f"new/{made}.yaml: good; {kind}" in said
        text = (tmp_path / "new" / f"{made}.yaml").read_text()
        assert not re.search(r"2020-12|Desember|bandarlampung", re.sub("#.*", "", text))
    assert "exists already" in refused(
        "init", "tps.csv", "--date", "2029-02-14", "--out", "new", "--skip-rejects", cwd=tmp_path
    )
    assert "not a day" in refused("init", "tps.csv", "--date", "14/2/2029", cwd=tmp_path)


@pytest.mark.parametrize("command", ["", "run", "compare", "validate", "init", "schema"])
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    done = tangguh(*command.split(), "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_a_pipe_that_closes_early_gives_no_traceback(tmp_path: Path) -> None:
    command = f"{sys.executable} -m tangguh schema | head -c 10"
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
