from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.server.load import Load
from tests.server.postgres import Cluster, cluster
from tests.server.running import eventually, running, start, stop
from tests.server.test_crash import check_disk

SEED = 20201209


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture
def empty(postgres: Cluster) -> Cluster:
    """The cluster without tables of an earlier test."""
    postgres.rows("DROP TABLE IF EXISTS tangguh_store, tangguh_objects, tangguh_uploads")
    return postgres


def test_uploads_are_stored_and_found_again_after_a_restart(empty: Cluster, tmp_path: Path) -> None:
    with running(tmp_path, "--database", empty.url) as server:
        assert server.ask("POST", "/v1/tps/a/photo-1", b"hello").status == 201
        assert server.ask("POST", "/v1/tps/a/photo-1", b"hello").status == 200
        assert server.ask("POST", "/v1/tps/a/photo-1", b"other").status == 409
        made = server.ask("POST", "/v1/tps/a/photo-2", b"be", Upload_Complete="?0")
        assert made.status == 201
    with running(tmp_path, "--database", empty.url) as server:
        assert server.ask("HEAD", "/v1/tps/a/photo-1").status == 200
        place = made.headers["location"]
        assert server.ask("HEAD", place).headers["upload-offset"] == "2"
        done = server.ask(
            "PATCH", place, b"gun", Content_Type="application/partial-upload",
            Upload_Offset="2", Upload_Complete="?1",
        )  # fmt: skip
        assert done.status == 201
    assert [row[:2] for row in empty.rows("SELECT tps, key FROM tangguh_objects ORDER BY 2")] == [
        ["a", "photo-1"],
        ["a", "photo-2"],
    ]


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_database_crashes_and_when_both_do(
    empty: Cluster, tmp_path: Path
) -> None:
    random = Random(SEED)
    options = ("--database", empty.url.replace("@", ":hunter2@"))
    server = start(tmp_path, *options)
    load = Load(lambda: server.port, stations=8, seed=SEED)

    try:
        load.start()
        load.goes_on(8)
        time.sleep(random.uniform(0.0, 0.3))
        empty.crash()
        eventually(lambda: server.ask("GET", "/readyz").status == 503)
        why = server.ask("GET", "/readyz").body
        assert b"the database is down" in why
        assert b"127.0.0.1" not in why  # where it is, is nobody's business
        assert server.ask("GET", "/healthz").status == 200
        late = server.ask("POST", "/v1/tps/late/p", b"x")
        assert late.status == 503
        assert int(late.headers["retry-after"]) >= 1
        empty.start()
        eventually(lambda: server.ask("GET", "/readyz").status == 200)
        load.goes_on(8)
        stop(server, signal.SIGKILL)
        empty.crash()
        empty.start()
        server = start(tmp_path, *options)
        load.goes_on(8)
    finally:
        try:
            load.stop()
        finally:
            stop(server)
    assert load.refused > 0
    query = "SELECT tps, key, encode(sha256, 'hex') FROM tangguh_objects"
    rows = {(tps, key): digest for tps, key, digest in empty.rows(query)}
    on_disk = check_disk(server.data)
    assert load.acknowledged.items() <= rows.items()
    assert rows.items() <= on_disk.items()
    assert server.log().count('"lost": []') == 2
    assert '"place"' not in server.log()
    assert '"event": "database", "down": "PostgreSQL: ' in server.log()
    assert '"down": ""' in server.log()  # and when it is back
    assert "hunter2" not in server.log()


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"tangguh: --database postgresql://127.0.0.1/none: "):
        start(tmp_path, "--database", "postgresql://somebody:secret@127.0.0.1:1/none")
    log = (tmp_path / "server.log").read_text()
    assert len(log.splitlines()) == 1
    assert "secret" not in log
