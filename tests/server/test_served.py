"""Faults and limits on a server that runs: what its clients get, and what is kept."""

from __future__ import annotations

import hashlib
import random
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from server.faults import registry
from server.faults.fault import Fault
from server.faults.registry import FAULTS, parse_faults
from tests.server.running import ROOT, Running, Said, eventually, running

PHOTO = random.Random(1).randbytes(20_000)
SEED = 3


def post(server: Running, n: int) -> Said:
    return server.ask("POST", f"/v1/tps/S{n}/photo-1", PHOTO)


def kept(server: Running) -> set[int]:
    """The stations whose photograph is on the disk, whole."""
    found = set()
    for (station, key, digest), content in server.stored().items():
        assert (key, content) == ("photo-1", PHOTO)
        assert digest == hashlib.sha256(PHOTO).hexdigest()
        found.add(int(station.removeprefix("S")))
    return found


def faulty(
    folder: Path, *specs: str, more: tuple[str, ...] = ()
) -> AbstractContextManager[Running]:
    options = [word for spec in specs for word in ("--fault", spec)]
    return running(folder, "--allow-faults", "--fault-seed", str(SEED), *options, *more)


# Faults


def test_errors_strike_the_requests_that_the_seed_says_and_nothing_of_them_is_kept(
    tmp_path: Path,
) -> None:
    spec = "errors:30%:502"
    expected = parse_faults([spec], SEED)
    says = [expected.error(0.0) or 201 for _ in range(30)]
    assert set(says) == {201, 502}
    with faulty(tmp_path, spec) as server:
        assert [post(server, n).status for n in range(30)] == says
        assert kept(server) == {n for n, status in enumerate(says) if status == 201}
        assert server.parts() == 0


def test_a_latency_is_waited_by_uploads_and_a_fault_never_touches_monitors(tmp_path: Path) -> None:
    with faulty(tmp_path, "latency:150ms", "errors:100%") as server:
        began = time.monotonic()
        assert post(server, 1).status == 500
        assert time.monotonic() - began >= 0.15
        for path in ("/healthz", "/readyz", "/metrics", "/", "/progress.json"):
            assert server.ask("GET", path).status == 200


def test_a_reset_closes_the_connection_without_an_answer(tmp_path: Path) -> None:
    with faulty(tmp_path, "reset:100%") as server:
        said = server.talk(
            b"POST /v1/tps/S1/photo-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n" + PHOTO
        )
        assert said == b""
        assert kept(server) == set()
        assert server.parts() == 0


def test_an_outage_ends_when_it_should(tmp_path: Path) -> None:
    before = time.monotonic()
    with faulty(tmp_path, "outage:0s-2s") as server:
        seen: list[int] = []

        def served() -> bool:
            seen.append(post(server, 1).status)
            return seen[-1] != 503

        eventually(served)
        assert time.monotonic() - before >= 2.0
        assert seen[0] == 503
        assert seen[-1] == 201
        assert kept(server) == {1}


def test_a_silent_outage_answers_nothing_and_does_not_keep_the_server_from_stopping(
    tmp_path: Path,
) -> None:
    late = faulty(tmp_path, "outage:0s-1h:silent", more=("--grace", "200 ms"))
    with ExitStack() as wires, late as server:
        said = server.talk(
            b"POST /v1/tps/S1/photo-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n" + PHOTO,
            until=1.0,
        )
        assert said == b""
        eventually(lambda: metric(server, "tangguh_in_flight_requests") == 0)
        stuck = wires.enter_context(server.connect())  # still there when the server is to stop
        stuck.sendall(b"POST /v1/tps/S2/photo-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab")
        eventually(lambda: metric(server, "tangguh_in_flight_requests") == 1)
        assert kept(server) == set()


def metric(server: Running, name: str) -> float:
    """The sum of all series of a name."""
    text = server.ask("GET", "/metrics").body.decode()
    return sum(float(v) for v in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE))


def test_every_sync_of_a_slow_disk_takes_that_much_longer(tmp_path: Path) -> None:
    with faulty(tmp_path, "slow-disk:60ms") as server:
        began = time.monotonic()
        assert post(server, 1).status == 201
        # the photograph, its folder and its row, one after the other
        assert time.monotonic() - began >= 3 * 0.060
        syncs = metric(server, "tangguh_fsync_seconds_count")
        assert syncs >= 2
        assert metric(server, "tangguh_fsync_seconds_sum") >= syncs * 0.060


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--fault", "latency:50ms"), "--allow-faults"),
        (("--allow-faults", "--fault", "latncy:50ms"), "did you mean 'latency'?"),
        (("--allow-faults", "--fault", "outage:5s"), "expected something like '60s-120s'"),
        (("--limit", "fixed"), "as in 'fixed:200'"),
    ],
)
def test_a_wrong_option_is_answered_with_what_was_expected_and_exit_code_2(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    command = [sys.executable, "-m", "tangguh", "serve", "--data", str(tmp_path / "x"), *options]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


# Limits


def begun(server: Running, n: int) -> socket.socket:
    """An upload whose first half has been sent."""
    wire = server.connect()
    head = f"POST /v1/tps/S{n}/photo-1 HTTP/1.1\r\nHost: x\r\nContent-Length: {len(PHOTO)}\r\n\r\n"
    wire.sendall(head.encode() + PHOTO[:10_000])
    return wire


def test_a_fixed_limit_counts_uploads_from_their_first_byte_to_their_end(tmp_path: Path) -> None:
    with running(tmp_path, "--limit", "fixed:3") as server, ExitStack() as all_of_them:
        wires = [all_of_them.enter_context(begun(server, n)) for n in range(3)]
        eventually(lambda: server.parts() == 3)
        refused = post(server, 3)
        assert refused.status == 429
        assert int(refused.headers["Retry-After"]) >= 1
        wires.pop().close()  # a client that leaves gives its place back
        eventually(lambda: post(server, 4).status == 201)
        for wire in wires:
            wire.sendall(PHOTO[10_000:])
            assert wire.recv(65536).startswith(b"HTTP/1.1 201 ")
        assert kept(server) == {0, 1, 4}
        assert server.parts() == 0


BURST = 150


@pytest.mark.parametrize(
    ("limit", "refusal"),
    [("none", None), ("fixed:40", 429), ("gradient:20-60", 429), ("codel:1ms/20ms", 503)],
)
def test_a_burst_is_stored_or_told_when_to_come_back(
    tmp_path: Path, limit: str, refusal: int | None
) -> None:
    with faulty(tmp_path, "slow-disk:40ms", more=("--limit", limit)) as server:
        with ThreadPoolExecutor(BURST) as pool:
            answers = dict(
                zip(range(BURST), pool.map(lambda n: post(server, n), range(BURST)), strict=True)
            )
        statuses = Counter(answer.status for answer in answers.values())
        assert set(statuses) == ({201} if refusal is None else {201, refusal})
        assert kept(server) == {n for n, answer in answers.items() if answer.status == 201}
        assert server.parts() == 0
        for answer in answers.values():
            if answer.status != 201:
                assert 1 <= int(answer.headers["Retry-After"]) <= 240
        assert post(server, BURST).status in (201, refusal)


# The page about them


def page() -> str:
    return (ROOT / "docs" / "how-to" / "faults.md").read_text(encoding="utf-8")


@pytest.mark.docs
def test_the_commands_of_the_page_start_a_server(tmp_path: Path) -> None:
    (block,) = re.findall(r"```console\n(.*?)```", page(), re.DOTALL)
    lines = block.splitlines()
    assert len(lines) == 2
    for number, line in enumerate(lines):
        words = line.split()
        assert words[:6] == ["tangguh", "serve", "--port", "0", "--data", "store"]
        folder = tmp_path / str(number)
        folder.mkdir()
        with running(folder, *words[6:]) as server:
            assert post(server, 1).status == 201


@pytest.mark.docs
def test_the_examples_of_the_page_are_understood_and_every_fault_is_on_it() -> None:
    for name in FAULTS:
        shown = re.findall(rf"`({name}:[^`]+)`", page())
        assert shown, name
        parse_faults(shown)


@pytest.mark.docs
def test_the_fault_that_the_page_adds_works(monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", page(), re.DOTALL)
    monkeypatch.setattr(registry, "FAULTS", dict(FAULTS))
    monkeypatch.setattr(registry, "EXAMPLES", dict(registry.EXAMPLES))
    exec(compile(code, "faults.md", "exec"), {"__name__": "faults"})
    fault: Fault = parse_faults([registry.EXAMPLES["bad-sector"]], SEED)
    assert {fault.disk(0.0) for _ in range(200)} == {0.0, 2.0}
