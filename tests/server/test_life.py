"""What time, crashes at the worst moment and a failing disk do to an upload."""

from __future__ import annotations

import base64
import errno
import hashlib
import resource
import signal
from pathlib import Path
from typing import Any

import pytest

from server.core import disk_error
from server.disk import file_name
from tests.server.running import Running, running, start, stop

BODY = b"0123456789" * 100
VERSION: dict[str, Any] = {"Tus_Resumable": "1.0.0"}


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def begin_tus(server: Running) -> str:
    made = server.ask(
        "POST", "/tus", Upload_Length=str(len(BODY)),
        Upload_Metadata=f"tps {encoded('a-1')},key {encoded('photo-1')}", **VERSION,
    )  # fmt: skip
    return str(made.headers["location"])


@pytest.mark.parametrize("moment", ["before the rename", "after the rename"])
def test_an_offset_of_all_bytes_is_an_acknowledgement_in_tus_whenever_the_crash_came(
    tmp_path: Path, moment: str
) -> None:
    server = start(tmp_path)
    place = begin_tus(server)
    stop(server, signal.SIGKILL)
    part = server.data / "parts" / place.rpartition("/")[2]
    part.write_bytes(BODY)
    digest = hashlib.sha256(BODY).digest()
    if moment == "after the rename":
        name = file_name("a-1", "photo-1", digest)
        part.rename(server.data / "objects" / digest.hex()[:2] / name)
    server = start(tmp_path)
    try:
        assert server.ask("HEAD", "/v1/tps/a-1/photo-1").status == 404
        asked = server.ask("HEAD", place, **VERSION)
        assert (asked.status, asked.headers["upload-offset"]) == (200, str(len(BODY)))
        assert server.ask("HEAD", "/v1/tps/a-1/photo-1").status == 200
    finally:
        stop(server, signal.SIGKILL)
    with running(tmp_path) as server:
        assert server.ask("HEAD", "/v1/tps/a-1/photo-1").status == 200
        assert list(server.stored().values()) == [BODY]


def test_a_disk_that_takes_no_more_is_an_answer_and_leaves_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        pid, before = (
            server.process.pid,
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE),
        )
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (200_000, before[1]))
        said = server.ask("POST", "/v1/tps/a/photo-1", bytes(300_000))
        assert said.status == 500
        assert server.parts() == 0
        assert server.ask("POST", "/v1/tps/a/photo-1", bytes(1000)).status == 201
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        assert server.ask("POST", "/v1/tps/a/photo-2", bytes(300_000)).status == 201


def test_a_full_disk_has_a_status_of_its_own() -> None:
    assert disk_error(OSError(errno.ENOSPC, "full")).answer.status == 507
    assert disk_error(OSError(errno.EIO, "broken")).answer.status == 500


def test_a_log_that_nobody_reads_stops_no_upload(tmp_path: Path) -> None:
    import subprocess
    import sys

    from tests.conftest import ROOT

    command = [sys.executable, "-m", "tangguh", "serve", "--port", "0", "--log-requests"]
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path / "store")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        port = int(process.stdout.readline().decode().rpartition(":")[2])
        server = Running(process, port, tmp_path / "store", tmp_path / "none")
        for number in range(1200):  # a pipe holds 64 KiB: about 400 lines
            assert server.ask("HEAD", f"/v1/tps/a/photo-{number}").status == 404
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
        log = process.stderr.read().decode()
        process.stderr.close()
    assert 300 < log.count('"event": "request"') < 1200
