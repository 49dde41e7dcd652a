"""What one station may hold, whoever has its token: things, bytes, and for how long."""

from __future__ import annotations

import base64
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from server.holdings import Holdings
from tests.server.attacking import HELD, MEGABYTE, MOST, folder_size, head, token, tus
from tests.server.running import Running, eventually, running


def test_what_is_given_back_is_forgotten() -> None:
    held = Holdings()
    held.take("a", 5)
    held.take("a", 7)
    held.grow("a", 3)
    assert (held.things("a"), held.size("a")) == (2, 15)
    held.leave("a", 7)
    held.leave("a", 8)
    assert (held.things("a"), held.size("a")) == (0, 0)
    assert not held._things
    assert not held._bytes


def named(tps: str, key: str) -> str:
    pairs = {"tps": tps, "key": key}
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


@pytest.mark.usefixtures("unharmed")
def test_bodies_on_their_way_hold_no_more_together_than_one_station_may(attacked: Running) -> None:
    before = folder_size(attacked)
    half = bytes(MEGABYTE // 2)
    with ExitStack() as stack:
        wires = [stack.enter_context(attacked.connect()) for _ in range(40)]
        for n, wire in enumerate(wires):
            wire.sendall(head("POST", f"/v1/tps/A-7/p-{n}", "A-7", Content_Length=2 * len(half)))
        refused = [wire for wire in wires if _refused(wire, attacked)]
        assert len(refused) == 40 - HELD // MEGABYTE
        for wire in wires:
            if wire not in refused:
                wire.sendall(half)
        eventually(lambda: attacked.parts() == 10)
        assert folder_size(attacked) < before + HELD
    eventually(lambda: attacked.parts() == 0)
    said = attacked.ask("POST", "/v1/tps/A-7/after", half, **token("A-7"))
    assert said.status == 201  # those that were cut off hold nothing any more


def _refused(wire: socket.socket, server: Running) -> bool:
    """403 already? Whoever was let in is told nothing yet."""
    server.ask("GET", "/healthz")
    wire.setblocking(False)
    try:
        return wire.recv(4096).startswith(b"HTTP/1.1 403 ")
    except BlockingIOError:
        return False
    finally:
        wire.settimeout(20.0)


@pytest.mark.usefixtures("unharmed")
def test_what_uploads_have_announced_counts_before_it_is_there(attacked: Running) -> None:
    made = [
        tus(
            attacked, "POST", "/tus", "A-8",
            Upload_Length=MEGABYTE, Upload_Metadata=named("A-8", f"u-{n}"),
        )
        for n in range(11)
    ]  # fmt: skip
    assert [said.status for said in made] == [201] * 10 + [403]
    assert b"10000000 bytes" in made[-1].body
    tally = attacked.ask("POST", "/v1/tps/A-8/tally", b"x", **token("A-8"))
    assert tally.status == 403
    for said in made[:10]:
        place = said.headers["Location"]
        assert tus(attacked, "DELETE", place, "A-8").status == 204
    assert attacked.ask("POST", "/v1/tps/A-8/tally", b"x", **token("A-8")).status == 201


@pytest.mark.usefixtures("unharmed")
def test_uploads_without_a_length_grow_no_further_than_their_station_may(
    attacked: Running,
) -> None:
    piece = bytes(MEGABYTE)
    more = {**token("A-9"), "Upload-Complete": "?0"}
    kind = {"Content-Type": "application/partial-upload"}
    places, told = [], []
    for key, pieces in (("endless-1", 6), ("endless-2", 5)):
        made = attacked.ask("POST", f"/v1/tps/A-9/{key}", b"", **more)
        places.append(made.headers["Location"])
        for n in range(pieces):
            at = {"Upload-Offset": str(n * MEGABYTE)}
            told.append(attacked.ask("PATCH", places[-1], piece, **more, **kind, **at).status)
    assert told == [204] * 10 + [403]
    for place in places:
        assert attacked.ask("DELETE", place, **more).status == 204


def test_unfinished_uploads_are_counted_and_forgotten_in_time(tmp_path: Path) -> None:
    devices = tmp_path / "devices.csv"
    devices.write_text("tps,kecamatan,token\nA-1,Panjang,token-of-station-1\n")
    options = ("--max-per-station", str(MOST), "--expires", "1 s", "--devices", str(devices))
    with running(tmp_path, *options) as server:
        places = []
        for n in range(MOST):
            said = tus(
                server, "POST", "/tus", "A-1", bytes(1000),
                Upload_Length=2000, Upload_Metadata=named("A-1", f"u-{n}"),
            )  # fmt: skip
            assert said.status == 201
            places.append(said.headers["Location"])
        refused = tus(
            server, "POST", "/tus", "A-1", Upload_Length=1, Upload_Metadata=named("A-1", "more")
        )
        assert refused.status == 403
        eventually(lambda: server.parts() == 0)
        eventually(lambda: tus(server, "HEAD", places[-1], "A-1").status == 410)
        assert '"event": "expired"' in server.log()
        again = tus(
            server, "POST", "/tus", "A-1", Upload_Length=1, Upload_Metadata=named("A-1", "more")
        )
        assert again.status == 201
    assert '"left_out": ' in server.log()  # 60 lines of one event at once are too many
    with running(tmp_path, *options) as server:  # their rows are gone too
        assert tus(server, "HEAD", places[0], "A-1").status == 404
