"""TLS before it is TLS: clients that connect and never greet."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from server.handshakes import Handshakes
from server.listening import loop_factory
from tests.server.running import Running, eventually, running


class Secret(NamedTuple):
    """A certificate for the loopback, its key, and who trusts it."""

    cert: Path
    key: Path
    client: ssl.SSLContext


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Secret:
    folder, authority = tmp_path_factory.mktemp("tls"), trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    cert, key = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return Secret(cert, key, client)


@pytest.fixture(scope="module")
def server(secret: Secret, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    options = ("--tls-cert", str(secret.cert), "--tls-key", str(secret.key))
    with running(tmp_path_factory.mktemp("tls"), *options, "--max-connections", "40") as server:
        yield server


def post(server: Running, secret: Secret, key: str) -> int:
    wire = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=20, context=secret.client)
    try:
        wire.request("POST", f"/v1/tps/a/{key}", b"photo")
        return wire.getresponse().status
    finally:
        wire.close()


def open_sockets(server: Running) -> int:
    """Of the server; one of them listens."""
    found = 0
    for name in Path(f"/proc/{server.process.pid}/fd").iterdir():
        try:
            found += str(name.readlink()).startswith("socket:")
        except FileNotFoundError:  # closed meanwhile
            continue
    return found


def test_uploads_arrive_over_tls(server: Running, secret: Secret) -> None:
    body = bytes(300_000)
    wire = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=20, context=secret.client)
    for number in range(3):
        wire.request("POST", f"/v1/tps/b/photo-{number}", body)
        answer = wire.getresponse()
        answer.read()
        assert answer.status == 201
    wire.close()
    kept = {content for name, content in server.stored().items() if name[0] == "b"}
    assert kept == {body}
    assert server.talk(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", until=0.5)[:8] != b"HTTP/1.1"


def _is_over(wire: socket.socket) -> bool:
    try:
        return wire.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_those_who_never_greet_are_no_more_than_connections_may_be(
    server: Running, secret: Secret
) -> None:
    before, memory = open_sockets(server), server.memory()
    with ExitStack() as wires:
        silent = {wires.enter_context(server.connect()) for _ in range(200)}
        for wire in silent:
            wire.setblocking(False)
        ended: set[socket.socket] = set()

        def all_but_forty_have_ended() -> bool:
            ended.update(wire for wire in silent - ended if _is_over(wire))
            return len(ended) == 160

        eventually(all_but_forty_have_ended)
        assert open_sockets(server) <= before + 40
        assert server.memory() < memory + 40 * 300_000
    eventually(lambda: open_sockets(server) <= before)
    assert post(server, secret, "after-silence") == 201


def test_junk_in_place_of_a_greeting_is_closed_and_says_nothing_in_the_log(
    server: Running, secret: Secret
) -> None:
    before = len(server.log())
    for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01" + bytes(500), b"\0" * 9):
        server.talk(junk, until=0.3)
    assert post(server, secret, "after-junk") == 201
    assert server.log()[before:] == ""


def test_a_handshake_that_takes_too_long_is_given_up(secret: Secret) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(secret.cert, secret.key)

    async def work() -> float:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)
        shaking = Handshakes(listener, context, asyncio.Protocol, (), 10, 0.2)
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        try:
            async with asyncio.timeout(20):
                assert await reader.read() == b""
        except ConnectionResetError:
            pass
        took = time.monotonic() - began
        writer.close()
        shaking.close()
        await shaking.wait_closed()
        listener.close()
        return took

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        assert runner.run(work()) >= 0.2
