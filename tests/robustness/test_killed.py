"""``kill -9`` in the middle, then the same command again: nothing is lost, damaged or left at
work."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from study import store
from study.files import clear_scratch
from tests.conftest import ROOT
from tests.robustness.jobs import performed
from tests.robustness.templates import GRID, PLAN, Template
from tests.study.calibration_tools import write_calibration
from tests.tangguh.test_commands import ENVIRONMENT

EFFORT = "effort: {nights: 20, thetas: 60, locals: 20, members: 3, candidates: 2, runs: 1}\n"
GATE = """\
gate: small
title: {id: Kecil, en: Small}
error: 5%
predicted:
  scenario: whole.yaml
  policy: full-jitter
  nights: {first: 4, batch: 2, most: 6}
  thresholds: [{measure: failed, at_most: 90%, judge: mean}]
"""
COMMANDS: dict[str, tuple[list[str], list[int], list[str]]] = {
    # its words; at which files it is killed; what it leaves that the same command always makes
    "run": (
        ["run", "whole.yaml", "-n", "4", "-j", "1", "--no-compare", "--out", "o", "--resume"],
        [1, 2, 4, 3], ["outcomes.parquet", "summary.json"],
    ),
    "compare": (
        ["compare", "grid.yaml", "-j", "1", "--cache", "kept", "--out", "o", "--no-dashboard"],
        [3, 4, 12], ["grid.csv"],
    ),
    "calibrate": (
        ["calibrate", "calibration.yaml", "-j", "1", "--stock", "kept", "--out", "o"],
        [5, 12], ["calibration.json", "ensemble.json"],
    ),
    "plan": (
        ["plan", "plan.yaml", "-j", "1", "--cache", "kept", "--out", "o"],
        [4, 9], ["plan.csv"],
    ),
    "gate": (
        ["gate", "gate.yaml", "-j", "1", "--cache", "kept", "--out", "o"],
        [1, 3], ["gate.json"],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small inputs of every command."""
    folder = Template(tmp_path_factory.mktemp("template")).folder("plain")
    for name, text in (("grid.yaml", GRID), ("gate.yaml", GATE), ("plan.yaml", PLAN)):
        (folder / name).write_text(text)
    return folder


def test_a_command_that_is_killed_goes_on_and_ends_as_if_nothing_had_been(
    template: Path, tmp_path: Path
) -> None:
    jobs: list[dict[str, Any]] = []
    for name, (words, at, _) in COMMANDS.items():
        for kind in ("whole", "cut"):
            folder = tmp_path / kind / name
            if name == "calibrate":
                folder.mkdir(parents=True)
                write_calibration(folder, EFFORT)
            else:
                shutil.copytree(template, folder)
            jobs.append({"folder": str(folder), "words": words, "at": at if kind == "cut" else []})
    for job, ended in zip(jobs, performed("kills", tmp_path, jobs), strict=True):
        assert (ended["code"], ended["escaped"]) == (0, ""), (job, ended)
        assert all(ended["killed"]), job
        written = [name for name in ended["touched"] if not name.startswith("o/")]
        assert written == [], "what was finished is not simulated again"
        assert not job["at"] or ended["kept"] > len(list(Path(job["folder"]).glob("*.*")))
    for name, (_, _, results) in COMMANDS.items():
        for file in results:
            whole, cut = (tmp_path / kind / name / "o" / file for kind in ("whole", "cut"))
            assert cut.read_bytes() == whole.read_bytes(), (name, file)


def test_workers_do_not_outlive_a_command_that_is_killed(template: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tangguh", "run", str(template / "whole.yaml"), "-n", "5000",
               "-j", "2", "--no-compare", "--out", str(tmp_path / "o")]  # fmt: skip
    process = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    family: list[psutil.Process] = []
    try:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("o/parts/*/*.npz")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 2
        process.kill()
        _, left = psutil.wait_procs(family, timeout=5.0)
        assert not left
    finally:
        process.kill()
        process.wait()
        for one in family:
            if one.is_running():
                one.kill()


def test_what_a_killed_process_had_half_written_is_removed_later(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    old = time.time() - 3600
    for name in (f".a.npz.{gone.pid}", f".b.npz.{os.getpid()}", f"c.npz.{gone.pid}", ".d.npz.99"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (old, old))
    (tmp_path / f".new.npz.{gone.pid}").touch()  # another machine may be writing it
    clear_scratch(tmp_path)
    clear_scratch(tmp_path / "nowhere")
    left = {p.name for p in tmp_path.iterdir()}
    assert f".a.npz.{gone.pid}" not in left
    assert {f".b.npz.{os.getpid()}", f"c.npz.{gone.pid}", f".new.npz.{gone.pid}"} <= left


def test_a_folder_in_use_says_by_whom_and_is_free_when_that_one_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from study.store import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        said = rf"in this folder \(process {holder.pid} on \S+ since \d\d:\d\d:\d\d\); wait for it"
        with pytest.raises(store.RunFolderError, match=said), store.locked(tmp_path):
            pass
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    with store.locked(tmp_path):
        assert f"process {os.getpid()} on" in (tmp_path / store.LOCK).read_text()


def test_folders_get_names_of_their_own_whatever_the_clock_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        moment = datetime(2029, 2, 14, 18, 0, 0, tzinfo=UTC)

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.moment.astimezone(tz)

    monkeypatch.setattr(store, "datetime", Clock)
    made = [store.new_folder(tmp_path, "plan-")]
    made.append(store.new_folder(tmp_path, "plan-"))  # in the same second
    Clock.moment += timedelta(hours=1)
    made.append(store.new_folder(tmp_path, "plan-"))
    Clock.moment -= timedelta(hours=1)  # the clock was set back
    made.append(store.new_folder(tmp_path, "plan-"))
    assert len({*made}) == 4
    assert made[3].name == f"{made[0].name}-3"
