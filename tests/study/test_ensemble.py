"""Ensembles: the same bytes however they are run, nothing finished is ever lost."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.night import simulate
from study import store
from study.ensemble import EnsembleError, _Worker, run, unfinished
from study.experiment import Plan, carry_out
from study.measures import unsent
from study.nights import Setting, Task, Variant, keep, night_bytes, pack, recall
from study.statistics import chance_best, mean_interval, percentiles
from study.summary import compare, summarise
from tests.conftest import Small

NONE, CHUNKS = Variant("none", "per-photo"), Variant("full-jitter", "chunks")
PLAN = Plan({NONE: 6, CHUNKS: 3})
Make = Callable[[str], Setting]


@pytest.fixture
def setting(small: Small, tmp_path: Path) -> Make:
    scenario, region = small()
    return lambda folder: Setting(scenario, region, 9, None, tmp_path / folder / "parts")


def results(setting: Setting, jobs: int = 1) -> tuple[bytes, str]:
    nights = carry_out(setting, PLAN, jobs, lambda _t: None)
    folder = setting.parts.parent
    summary = summarise(setting.scenario, setting.region, NONE, nights, setting.seed)
    store.finish(folder, setting.region, nights, summary)
    return (folder / "outcomes.parquet").read_bytes(), (folder / "summary.json").read_text()


def test_one_process_two_processes_and_any_order_give_the_same_bytes(setting: Make) -> None:
    alone = results(setting("a"))
    assert results(setting("b"), jobs=2) == alone
    shuffled = setting("c")
    for task in PLAN.tasks()[::-1]:
        run(shuffled, [task], 1, lambda _t: None)
    assert results(shuffled) == alone
    assert json.loads(alone[1])["comparison"][1]["nights"] == 3


def test_only_what_is_missing_or_damaged_is_simulated_again(setting: Make) -> None:
    here = setting("a")
    before = results(here)
    Task(NONE, 2).path(here.parts).unlink()
    Task(NONE, 4).path(here.parts).write_bytes(b"PK\x03\x04 cut off")
    Task(CHUNKS, 1).path(here.parts).write_bytes(b"")
    assert unfinished(here, PLAN.tasks()) == [Task(CHUNKS, 1), Task(NONE, 2), Task(NONE, 4)]
    done: list[Task] = []
    run(here, PLAN.tasks(), 1, done.append)
    assert sorted(done) == sorted([Task(CHUNKS, 1), Task(NONE, 2), Task(NONE, 4)])
    assert results(here) == before


def test_a_worker_that_nobody_waits_for_ends_without_a_word(
    setting: Make, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    here, task = setting("a"), Task(NONE, 0)
    file = tmp_path / "setting"
    file.write_bytes(pack(here))
    worker = _Worker(file)
    worker.give(task)
    worker.pipe.close()  # as Ctrl-C does, before the worker is ended
    worker.process.join(60.0)
    assert worker.process.exitcode == 0
    assert capfd.readouterr().err == ""


def _children() -> list[int]:
    me = os.getpid()
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        command = (status.parent / "cmdline").read_bytes()
        if int(fields[1]) == me and b"spawn_main" in command:
            found.append(int(status.parent.name))
    return found


def test_a_killed_worker_costs_time_only(setting: Make) -> None:
    expected = results(setting("a"))
    here = setting("b")
    killed: list[int] = []

    def kill_one() -> None:
        until = time.monotonic() + 30
        while not killed and time.monotonic() < until:
            for child in _children()[:1]:
                os.kill(child, signal.SIGKILL)
                killed.append(child)
            time.sleep(0.01)

    killer = threading.Thread(target=kill_one)
    killer.start()
    assert results(here, jobs=2) == expected
    killer.join()
    assert killed


def test_workers_that_always_die_end_in_an_error_not_in_a_loop(
    setting: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("study.ensemble.work", _die)
    monkeypatch.setattr("study.ensemble._MAX_CRASHES", 1)
    with pytest.raises(EnsembleError, match="died 2 times"):
        run(setting("a"), PLAN.tasks(), 2, lambda _t: None)


def _die(_file: Path, _pipe: Connection) -> None:
    os._exit(1)


def test_a_kept_night_is_read_back_as_it_was(setting: Make, tmp_path: Path) -> None:
    here = setting("a")
    night = simulate(here.scenario, here.region, 9, 0)
    keep(night_bytes(night), tmp_path / "night.npz")
    again = recall(tmp_path / "night.npz")
    assert again.outcomes.tobytes() == night.outcomes.tobytes()
    assert again.offices.tobytes() == night.offices.tobytes()
    assert (again.values, again.counts) == (night.values, night.counts)


def test_a_folder_serves_one_run_at_a_time_and_the_same_run_only(tmp_path: Path) -> None:
    identity = {"digest": "x", "seed": 1}
    with store.locked(tmp_path):
        store.begin(tmp_path, identity, ["run"], resume=False)
        busy = pytest.raises(store.RunFolderError, match="another run is at work")
        with busy, store.locked(tmp_path):
            pass
    with pytest.raises(store.RunFolderError, match="go on with --resume"):
        store.begin(tmp_path, identity, ["run"], resume=False)
    store.begin(tmp_path, identity, ["run"], resume=True)
    with pytest.raises(store.RunFolderError, match="its seed differ"):
        store.begin(tmp_path, identity | {"seed": 2}, ["run"], resume=True)
    (tmp_path / "provenance.json").write_text("{")
    with pytest.raises(store.RunFolderError, match="damaged"):
        store.begin(tmp_path, identity, ["run"], resume=True)


def test_comparisons_are_paired_by_night(setting: Make) -> None:
    here = setting("a")
    nights = carry_out(here, PLAN, 1, lambda _t: None)
    first, second = compare(nights, "unsent", 1)
    own = [unsent(n, "unsent").sum() for n in nights[NONE][:3]]
    other = [unsent(n, "unsent").sum() for n in nights[CHUNKS]]
    assert first["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert second["difference"]["mean"] == pytest.approx(np.mean(np.subtract(other, own)))
    assert first["chance_best"] + second["chance_best"] == pytest.approx(1.0)


def test_readings_differ_by_those_never_attempted(setting: Make) -> None:
    here = setting("a")
    night = simulate(here.scenario, here.region, 9, 0)
    never = int((night.outcomes["state"] == 3).sum())
    assert unsent(night, "unsent").sum() - unsent(night, "attempted").sum() == never


def test_an_interval_of_a_mean_is_students() -> None:
    values = np.array([3.0, 5.0, 4.0, 9.0, 2.0])
    low, high = stats.t.interval(0.95, 4, values.mean(), stats.sem(values))
    assert mean_interval(values) == pytest.approx((values.mean(), low, high))
    assert mean_interval(values[:1]) == (3.0, None, None)
    assert percentiles(values)["p50"] == 4.0


def test_the_chance_of_being_best_follows_the_pairs() -> None:
    rng = np.random.default_rng(1)
    night = rng.normal(500, 200, 40)  # nights differ far more than variants do
    better, worse, same = night - 5, night + 5, night.copy()
    chances = chance_best([better, worse, same], 1)
    assert chances == pytest.approx([1.0, 0.0, 0.0])
    assert chance_best([night, night], 1) == [0.5, 0.5]
