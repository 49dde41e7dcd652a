"""kill -9 under load: what was acknowledged is there, and nothing else looks as if it were."""

from __future__ import annotations

import hashlib
import signal
import sqlite3
import time
from pathlib import Path
from random import Random

import pytest

from tests.server.load import Load
from tests.server.running import Running, eventually, start, stop

KILLS = 20
SEED = 20201209


def check_disk(data: Path) -> dict[tuple[str, str], str]:
    """Every object on the disk is whole; returns their digests."""
    found = {}
    for path in (data / "objects").rglob("*"):
        if path.is_file():
            tps, key, digest = path.name.rsplit(".", 2)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, path
            found[tps, key] = digest
    return found


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_however_often_the_server_is_killed(tmp_path: Path) -> None:
    random = Random(SEED)
    server = start(tmp_path)
    load = Load(lambda: server.port, stations=10, seed=SEED)
    try:
        load.start()
        for _ in range(KILLS):
            load.goes_on()
            time.sleep(random.uniform(0.0, 0.4))  # the moment of the crash, seeded
            stop(server, signal.SIGKILL)
            known = dict(load.acknowledged)
            server = start(tmp_path)
            for tps, key in random.sample(sorted(known), min(10, len(known))):
                said = server.ask("HEAD", f"/v1/tps/{tps}/{key}")
                assert said.status == 200, (tps, key)
    finally:
        try:
            load.stop()
        finally:
            stop(server)
    assert load.cut > KILLS
    assert load.resumed > 0
    on_disk = check_disk(server.data)
    with sqlite3.connect(server.data / "records.sqlite") as db:
        found = db.execute("SELECT tps, key, sha256 FROM tangguh_objects").fetchall()
    db.close()
    rows = {(tps, key): sha256.hex() for tps, key, sha256 in found}
    assert len(load.acknowledged) > 100
    assert load.acknowledged.items() <= rows.items()
    assert rows.items() <= on_disk.items()
    assert server.log().count('"lost": []') == KILLS + 1
    assert '"place"' not in server.log()


def test_an_upload_goes_on_after_a_crash_where_the_server_says(tmp_path: Path) -> None:
    body = Random(SEED).randbytes(200_000)
    server = start(tmp_path)
    made = server.ask("POST", "/v1/tps/a/photo-1", body[:50_000], Upload_Complete="?0")
    place = made.headers["location"]
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: x\r\nContent-Type: application/partial-upload\r\n"
        "Upload-Offset: 50000\r\nUpload-Complete: ?1\r\nContent-Length: 150000\r\n\r\n"
    )
    with server.connect() as wire:
        wire.sendall(head.encode() + body[50_000:120_000])
        part = server.data / "parts" / place.rpartition("/")[2]
        eventually(lambda: part.stat().st_size == 120_000)
        stop(server, signal.SIGKILL)
    server = start(tmp_path)
    try:
        offset = int(server.ask("HEAD", place).headers["upload-offset"])
        assert 50_000 <= offset <= part.stat().st_size
        done = server.ask(
            "PATCH", place, body[offset:], Content_Type="application/partial-upload",
            Upload_Offset=str(offset), Upload_Complete="?1",
        )  # fmt: skip
        assert done.status == 201
        assert list(server.stored().values()) == [body]
    finally:
        stop(server)


def test_a_finished_upload_is_remembered_over_a_restart(tmp_path: Path) -> None:
    server = start(tmp_path)
    made = server.ask("POST", "/v1/tps/a/photo-1", b"hello", Upload_Complete="?1")
    stop(server, signal.SIGKILL)
    server = start(tmp_path)
    try:
        asked = server.ask("HEAD", made.headers["location"])
        assert (asked.status, asked.headers["upload-complete"]) == (204, "?1")
    finally:
        stop(server)


def test_a_second_server_does_not_take_the_folder_of_the_first(tmp_path: Path) -> None:
    server = start(tmp_path)
    try:
        with pytest.raises(AssertionError, match="in use by another server"):
            start(tmp_path)
        assert server.ask("GET", "/healthz").status == 200
    finally:
        stop(server)


def test_folder_and_database_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        server: Running = start(folder)
        server.ask("POST", f"/v1/tps/{folder.name}/p", b"x")
        stop(server)
    ours = one / "store" / "records.sqlite"
    ours.unlink()
    with pytest.raises(AssertionError, match="knows none of them"):
        start(one)
    ours.write_bytes((two / "store" / "records.sqlite").read_bytes())
    with pytest.raises(AssertionError, match="belongs to another folder"):
        start(one)
    assert len(list((one / "store" / "objects").rglob("one.p.*"))) == 1
