"""Exchanges with a small server of raw sockets, for tests."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from simpy import Event

from locustfiles.exchange import Connection, Dialer, Exchange
from locustfiles.targets.messages import HttpRequest
from tests.locustfiles.wire_server import Peer, Wire

BODY = bytes(range(256)) * 1024  # 256 KiB
SIZE = len(BODY)
Steps = Generator[Event, None, Any]


def request_of(
    method: str = "POST", size: int = SIZE, before: bytes = b"", after: bytes = b""
) -> HttpRequest:
    headers = (("Content-Length", str(size)),)
    return HttpRequest(method, "/v1/tps/1/photo-1", headers, before, after)


def exchange_with(
    server: Wire,
    connection: Connection | None = None,
    request: HttpRequest | None = None,
    *,
    body: bool = True,
    dialer: Dialer | None = None,
    heard: Callable[[int, list[tuple[str, str]]], None] | None = None,
) -> Exchange:
    connection = Connection() if connection is None else connection
    server.clients.append(connection)
    return Exchange(
        server.loop,
        dialer or server.dialer(),
        connection,
        request or request_of(),
        (lambda begin, end: BODY[begin:end]) if body else None,
        SIZE if body else 0,
        5.0,
        heard,
    )


def whole(exchange: Exchange) -> Steps:
    """All of it at once, until it is answered."""
    exchange.begin()
    exchange.finish()
    yield exchange.answered
    return exchange.answered.value


def accepting(peer: Peer) -> None:
    """Take one request after the other."""
    while head := peer.head():
        size = int(head.lower().partition("content-length: ")[2].partition("\r")[0])
        peer.take(size)
        peer.say("201 Created", b'{"ok": true}', "X-Seen: yes")
