"""Many slow uploads at once cost little memory, however large their bodies are."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.server.running import Running, eventually, running

UPLOADS = 300
BODY = 4_000_000
SENT = 1_000_000
PER_UPLOAD = 30_000
"""Bytes of server memory for one upload: 1,700 of them and 60 MB of server are 111 MB."""


def in_flight(server: Running) -> int:
    text = server.ask("GET", "/metrics").body.decode()
    return int(float(text.split("\ntangguh_in_flight_requests ")[1].split("\n")[0]))


@pytest.mark.parametrize("way", ["plain", "ietf"])
def test_slow_uploads_hold_no_part_of_their_bodies_in_memory(tmp_path: Path, way: str) -> None:
    more = "Upload-Complete: ?1\r\n" if way == "ietf" else ""
    piece = bytes(50_000)
    wires: list[socket.socket] = []
    with running(tmp_path) as server:
        server.ask("POST", "/v1/tps/warm/p", piece)
        before = server.memory()
        try:
            for number in range(UPLOADS):
                wire = server.connect()
                wires.append(wire)
                head = (
                    f"POST /v1/tps/t{number}/p HTTP/1.1\r\nHost: x\r\n{more}"
                    f"Content-Length: {BODY}\r\n\r\n"
                )
                wire.sendall(head.encode())
            most = before
            for _ in range(SENT // len(piece)):
                for wire in wires:
                    wire.sendall(piece)
                most = max(most, server.memory())
            eventually(lambda: in_flight(server) == UPLOADS)
            most = max(most, server.memory())
        finally:
            for wire in wires:
                wire.close()
        assert (most - before) / UPLOADS < PER_UPLOAD, (most, before)
        eventually(lambda: in_flight(server) == 0)
