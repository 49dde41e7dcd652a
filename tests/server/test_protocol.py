"""The bounds of a connection, on a server whose bounds are short."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.running import PATIENCE, Running, eventually, running, start, stop

POST = b"POST /v1/tps/%s/p HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    options = ("--body-idle", "1 s", "--max-connections", "40", "--grace", "5 s")
    with running(tmp_path_factory.mktemp("short"), *options) as server:
        yield server


def ended(wire: socket.socket) -> bytes:
    """What the server says until it closes the connection."""
    said = b""
    try:
        while piece := wire.recv(65536):
            said += piece
    except ConnectionResetError:
        return said
    return said


def test_a_body_that_stands_still_is_given_up(short: Running) -> None:
    with short.connect() as wire:
        wire.sendall(POST % (b"b1", 1000) + b"only this")
        assert wire.recv(4096).startswith(b"HTTP/1.1 408 ")
    eventually(lambda: short.parts() == 0)


def test_a_body_that_goes_on_slowly_is_not_given_up(short: Running) -> None:
    with short.connect() as wire:
        wire.sendall(POST % (b"b2", 6000))
        for _ in range(30):  # 2 s in all, twice the time that a body may stand still
            wire.sendall(b"x" * 200)
            time.sleep(0.067)
        assert wire.recv(4096).startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 20_000,
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000,
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 4000,
        POST[:-2] % (b"b3", 5) + b"X: " + b"a" * 20_000 + b"\r\n\r\nhello",
    ],
)
def test_a_head_that_is_too_large_is_refused(short: Running, head: bytes) -> None:
    with short.connect() as wire:
        wire.sendall(head)
        said = ended(wire)
    assert said.startswith(b"HTTP/1.1 431 ") or said == b""
    assert all(key[0] != "b3" for key in short.stored())


def test_what_is_no_http_is_refused(short: Running) -> None:
    for text in (b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n"):
        with short.connect() as wire:
            wire.sendall(text)
            wire.shutdown(socket.SHUT_WR)
            assert ended(wire)[:12] in (b"HTTP/1.1 400", b"")


@pytest.mark.parametrize(
    "length", [b"-5", b"5, 6", b"5\r\nContent-Length: 6", b"0x5", b"99999999999999999999999"]
)
def test_a_length_that_is_no_length_is_refused(short: Running, length: bytes) -> None:
    with short.connect() as wire:
        wire.sendall(
            b"POST /v1/tps/b4/p HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\nhello"
        )
        wire.shutdown(socket.SHUT_WR)
        assert ended(wire)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 413")
    assert all(key[0] != "b4" for key in short.stored())


def test_both_a_length_and_chunks_are_refused(short: Running) -> None:
    with short.connect() as wire:
        wire.sendall(
            b"POST /v1/tps/b5/p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        )
        wire.shutdown(socket.SHUT_WR)
        assert ended(wire)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 411")
    assert all(key[0] != "b5" for key in short.stored())


def test_a_connection_too_many_is_told_when_to_come_back(short: Running) -> None:
    held = [short.connect() for _ in range(40)]
    try:

        def refused() -> bool:
            with short.connect() as wire:
                wire.settimeout(0.5)
                try:
                    said = wire.recv(4096)
                except TimeoutError:
                    return False
            return said.startswith(b"HTTP/1.1 503 ") and b"retry-after: " in said

        eventually(refused)
    finally:
        for wire in held:
            wire.close()
    eventually(lambda: short.ask("GET", "/healthz").status == 200)


def test_a_stopping_server_finishes_what_is_on_its_way_and_lets_nobody_in(
    tmp_path: Path,
) -> None:
    server = start(tmp_path, "--grace", "10 s")
    try:
        with server.connect() as wire:
            wire.sendall(POST % (b"b6", 1000) + b"x" * 500)
            eventually(lambda: server.parts() == 1)
            server.process.terminate()
            eventually(lambda: server.ask("GET", "/readyz").status == 503)
            late = server.ask("POST", "/v1/tps/b7/p", b"late")
            assert (late.status, late.headers["retry-after"]) == (503, "5")
            assert server.process.poll() is None
            wire.sendall(b"x" * 500)
            assert wire.recv(4096).startswith(b"HTTP/1.1 201 ")
        assert server.process.wait(PATIENCE) == 0
    finally:
        stop(server)
    assert len(server.stored()) == 1
    assert list((server.data / "parts").iterdir()) == []


def test_a_stopping_server_does_not_wait_longer_than_its_grace(tmp_path: Path) -> None:
    server = start(tmp_path, "--grace", "500 ms")
    try:
        with server.connect() as wire:
            wire.sendall(POST % (b"b8", 1000) + b"x" * 500)
            eventually(lambda: server.parts() == 1)
            server.process.terminate()
            assert server.process.wait(PATIENCE) == 0
    finally:
        stop(server)
    assert server.stored() == {}
