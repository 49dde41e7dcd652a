"""``locust -f locustfiles/replay.py``: with Locust's own command line, its workers and its page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from locustfiles.settings import Settings, make_ready
from sim.attempts import from_row
from study.replay.predict import predict
from tests.conftest import ROOT
from tests.locustfiles.evening import MODEL, write_evening
from tests.server.postgres import free_port
from tests.server.running import Running, eventually, running

pytestmark = pytest.mark.realtime

REPLAY = ROOT / "locustfiles" / "replay.py"
STALLING = ROOT / "tests" / "locustfiles" / "stalling.py"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return write_evening(tmp_path / "evening")


@contextmanager
def locust(*words: object, file: Path = REPLAY) -> Iterator[subprocess.Popen[str]]:
    """Locust as a process; it and its workers are ended in any case."""
    process = subprocess.Popen(
        [sys.executable, "-m", "locust", "-f", str(file), *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
        process.communicate()


def replayed(out: Path) -> dict[str, Any]:
    """What a replay has left: its report, after a look at its tables."""
    report: dict[str, Any] = json.loads((out / "replay.json").read_text())
    outcomes = np.load(out / "outcomes.npy", allow_pickle=False)
    assert outcomes["station"].tolist() == list(range(24))
    ready = make_ready(Settings(**report["settings"]))
    predicted = predict(ready.inputs, ready.conduct, ready.settings.extent, MODEL).attempts
    lines = (out / "attempts.jsonl").read_text().splitlines()
    measured = [from_row(json.loads(line)) for line in lines]
    assert len(measured) == pytest.approx(len(predicted), abs=4)
    return report


def test_headless_it_replays_the_window_and_says_by_its_exit_code_whether_it_is_valid(
    tmp_path: Path, server: Running, scenario: Path
) -> None:
    out = tmp_path / "out"
    with locust(
        "--headless", "--only-summary", "-u", 1, "--host", server.url, "--scenario", scenario,
        "--window", "18:00-18:02", "--speed", 40, "--seed", 3, "--out", out,
    ) as process:  # fmt: skip
        said, _ = process.communicate(timeout=PATIENCE)
    report = replayed(out)
    assert process.returncode == (3 if report["wrong"] else 0), said
    assert "POST" in said
    assert "send photo" in said
    assert report["workers"] == 1


def test_a_wrong_option_ends_locust_with_one_line(scenario: Path) -> None:
    words = ("--headless", "--host", "http://127.0.0.1:9", "--scenario", scenario)
    with locust(*words, "--window", "lunch") as process:
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "--window: 'lunch' is no window" in output
    assert "Traceback" not in output


def test_a_generator_that_stalls_is_found_out(
    tmp_path: Path, server: Running, scenario: Path
) -> None:
    out = tmp_path / "out"
    with locust(
        "--headless", "--only-summary", "-u", 1, "--host", server.url, "--scenario", scenario,
        "--window", "18:00-18:02", "--speed", 40, "--out", out, file=STALLING,
    ) as process:  # fmt: skip
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 3, said
    report = json.loads((out / "replay.json").read_text())
    lag = report["validity"]["loop_lag_p99_ms"]
    assert not lag["ok"]
    assert lag["value"] > 150
    assert any(
        "the event loop stood still" in line and "more workers (--processes)" in line
        for line in report["wrong"]
    )


def page(port: int, path: str, form: dict[str, str] | None = None) -> Any:
    data = None if form is None else urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data, timeout=10) as answer:
        return json.load(answer)


def test_from_locusts_page_it_is_started_watched_and_started_again(
    tmp_path: Path, server: Running, scenario: Path
) -> None:
    out, port = tmp_path / "out", free_port()
    with locust(
        "--web-host", "127.0.0.1", "--web-port", port, "--host", server.url, "--scenario",
        scenario, "--window", "18:00-18:02", "--speed", 40, "--seed", 3, "--out", out,
    ) as process:  # fmt: skip

        def listens() -> bool:
            assert process.poll() is None, process.communicate()[0]
            try:
                return page(port, "/stats/requests")["state"] == "ready"
            except urllib.error.URLError:
                return False

        eventually(listens, within=PATIENCE)
        form = {"user_count": "1", "spawn_rate": "1", "host": server.url}
        reports = []
        for folder in (out, out.with_name("out-2")):
            assert page(port, "/swarm", form)["success"]
            eventually((folder / "replay.json").exists, within=PATIENCE)
            eventually(lambda: page(port, "/stats/requests")["state"] == "stopped", PATIENCE)
            reports.append(replayed(folder))
        runs = {report["settings"]["run"] for report in reports}
        assert len(runs) == 2  # so that the server has none of the second one's objects
        stats = page(port, "/stats/requests")
    named = {(row["method"], row["name"]): row for row in stats["stats"]}
    sent = named["POST", "send photo"]
    assert sent["num_requests"] > 10
    assert 0 < sent["num_failures"] < sent["num_requests"]
    assert {row["error"] for row in stats["errors"]} >= {"AttemptFailedError('break')"}


@pytest.mark.slow
def test_a_master_and_workers_that_are_started_by_hand_share_the_stations(
    tmp_path: Path, server: Running, scenario: Path
) -> None:
    out, port = tmp_path / "out", str(free_port())
    workers = []
    with locust(
        "--master", "--expect-workers", 2, "--master-bind-host", "127.0.0.1",
        "--master-bind-port", port, "--headless", "--only-summary", "-u", 2, "-r", 2,
        "--host", server.url, "--scenario", scenario, "--window", "18:00-18:02", "--speed", 40,
        "--seed", 3, "--out", out,
    ) as master, locust("--worker", "--master-port", port) as one, locust(
        "--worker", "--master-port", port
    ) as two:  # fmt: skip
        workers = [one, two]
        said, _ = master.communicate(timeout=PATIENCE)
        for worker in workers:
            worker.communicate(timeout=PATIENCE)
    report = replayed(out)
    assert master.returncode == (3 if report["wrong"] else 0), said
    assert report["workers"] == 2
    assert report["validity"]["stations_missing"]["ok"]
    assert report["validity"]["clock_difference_ms"]["value"] < 1000
