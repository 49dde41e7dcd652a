"""The benchmarks of the ingest server at their smallest: they run, and count what they say."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.ingest import SMALLEST, in_rounds, memory_row
from benchmarks.peers.load import fast, head, slow
from benchmarks.peers.servers import Server, ours, tuspyserver

WRK = pytest.mark.skipif(shutil.which("wrk") is None, reason="no wrk on this machine")


@WRK
@pytest.mark.parametrize("server", [ours("plain"), ours("tus")], ids=lambda s: s.name)
def test_every_upload_that_is_counted_is_an_object_of_its_own_on_the_disk(
    server: Server, tmp_path: Path
) -> None:
    with server.start(tmp_path) as serving:
        rate = fast(serving.port, server.way, tmp_path, size=50_000, clients=2, seconds=1.0)
    stored = [p for p in (tmp_path / "store" / "objects").rglob("*") if p.is_file()]
    assert rate.failed == 0
    assert 0 < rate.uploads <= len(stored)  # the last ones may be answered after the end
    assert {p.stat().st_size for p in stored} == {50_000}
    assert len({p.name.rsplit(".", 1)[1] for p in stored}) == len(stored), "contents are alike"


@WRK
def test_servers_take_turns_and_each_round_says_what_it_cost() -> None:
    servers = [ours("plain"), tuspyserver()]
    found = in_rounds(servers, SMALLEST)
    assert list(found) == [server.name for server in servers]
    for (round_,) in found.values():
        assert round_.rate.failed == 0
        assert round_.rate.uploads > 0
        assert round_.cpu > 0.0


@pytest.mark.parametrize("server", [ours("plain"), tuspyserver()], ids=lambda s: s.name)
def test_slow_uploads_are_all_acknowledged_and_memory_is_told(server: Server) -> None:
    row = memory_row(server, SMALLEST, target=1000)
    assert row.what.startswith("20 slow uploads at once: ")
    assert ", 20 acknowledged, " in row.figure
    assert row.met is True


def test_a_target_of_memory_that_is_missed_is_said() -> None:
    assert memory_row(ours("plain"), replace(SMALLEST, slow=2), target=1).met is False


def test_the_load_stores_one_object_a_client_with_the_bytes_that_were_announced(
    tmp_path: Path,
) -> None:
    with ours("tus").start(tmp_path) as serving:
        came = slow(
            serving.port, ("tus", "/tus"), clients=5, rate=2000, seconds=1.0, look=lambda: None
        )
    assert came.acknowledged == 5
    stored = [p for p in (tmp_path / "store" / "objects").rglob("*") if p.is_file()]
    assert sorted(p.name.split(".")[1] for p in stored) == [f"slow-0000{n}" for n in range(5)]
    assert {p.stat().st_size for p in stored} == {2000}


def test_a_head_says_what_a_server_needs() -> None:
    plain = head(("PUT", "/x/"), "photo-12", 7).decode()
    assert plain.startswith("PUT /x/tps-12/photo-12 HTTP/1.1\r\n")
    assert "\r\nContent-Length: 7\r\n" in plain
    tus = head(("tus", "/files"), "photo-12", 7).decode()
    assert tus.startswith("POST /files HTTP/1.1\r\n")
    assert "\r\nUpload-Length: 7\r\n" in tus
    assert "key cGhvdG8tMTI=," in tus
