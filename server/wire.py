"""A request's hold on its connection: what ASGI cannot say.

uvicorn's httptools protocol, extended by a few methods, because ASGI has no way to
  - hand on a body without a buffer: each piece goes straight to a sink as the parser finds it;
  - send an informational response (104);
  - close a connection without an answer;
  - bound a head, the time that it takes, and the time that a body may stand still.
An early answer (401 before the body is read) is followed by the rest of the body, which is thrown
away for a while, as nginx does (lingering_time, lingering_timeout); a connection that is closed at
once would lose the answer in a TCP reset (RFC 9112, 9.6).

Rule of this file: connections and bytes; it does not know what an upload is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from server.answers import CutError, Headers, IdleError

EXTENSION: Final = "tangguh.wire"
"""Where an application finds its request's :class:`Wire`: ``scope["extensions"]``."""

_PHRASES: Final = {104: b"Upload Resumption Supported"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a connection may take.

    Parameters
    ----------
    head : bytes of a request line and its header fields; 16 KiB, as uvicorn's own bound with h11.
    head_seconds : from a head's first byte (or the connection) to its last: 20 s, as Apache's
        RequestReadTimeout.
    idle : seconds that a body may stand still: 60 s, as nginx's client_body_timeout.
    linger : seconds for which the rest of a body is thrown away after an early answer: 30 s, as
        nginx's lingering_time.
    connections : at the same time.
    """

    head: int = 16 * 1024
    head_seconds: float = 20.0
    idle: float = 60.0
    linger: float = 30.0
    connections: int = 10_000


class Wire:
    """One request's connection."""

    __slots__ = ("_future", "_protocol", "_sink", "cycle")

    def __init__(self, protocol: UploadProtocol) -> None:
        self._protocol = protocol
        self._sink: Callable[[bytes], None] | None = None
        self._future: asyncio.Future[None] | None = None
        self.cycle: RequestResponseCycle | None = None

    async def body_into(self, sink: Callable[[bytes], None]) -> None:
        """Hand every piece of the body to ``sink``; returns when all of it has come.

        Raises
        ------
        CutError : the connection ended, or was aborted.
        IdleError : nothing came for too long.
        OSError : from the sink.
        """
        cycle = self.cycle
        assert cycle is not None
        if cycle.disconnected:
            raise CutError
        if cycle.waiting_for_100_continue:
            cycle.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            cycle.waiting_for_100_continue = False
        if cycle.body:
            held, cycle.body = bytes(cycle.body), bytearray()
            sink(held)
        if not cycle.more_body:
            return
        self._sink = sink
        self._future = self._protocol.loop.create_future()
        cycle.flow.resume_reading()
        try:
            await self._future
        finally:
            self._sink = self._future = None

    async def gone(self) -> None:
        """Say nothing until the client has left; what it sends is thrown away.

        Raises
        ------
        CutError : always, in the end.
        """
        while True:
            try:
                await self.body_into(lambda piece: None)
                break
            except IdleError:
                continue
        self._future = self._protocol.loop.create_future()
        await self._future

    def inform(self, status: int, headers: Headers) -> None:
        """Send an informational response, unless the final one has begun."""
        cycle = self.cycle
        assert cycle is not None
        if cycle.response_started or cycle.disconnected or cycle.transport.is_closing():
            return
        lines = b"".join(b"%s: %s\r\n" % field for field in headers)
        cycle.transport.write(b"HTTP/1.1 %d %s\r\n%s\r\n" % (status, _PHRASES[status], lines))

    def abort(self) -> None:
        """Close the connection without an answer; whoever waits for its body gets a CutError."""
        cycle = self.cycle
        assert cycle is not None
        cycle.disconnected = True
        cycle.transport.abort()
        self._end(CutError())

    def _feed(self, piece: bytes) -> bool:
        """Take a piece, if somebody waits for it."""
        if self._sink is None:
            return False
        try:
            self._sink(piece)
        except OSError as error:
            self._end(error)
        return True

    def _end(self, error: Exception | None = None) -> None:
        future = self._future
        self._sink = None
        if future is None or future.done():
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)


class UploadProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a :class:`Wire` for each request."""

    bounds = Bounds()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it, or refuse it where there are too many."""
        super().connection_made(transport)
        self.in_head = True
        self.head_bytes = 0
        self.heard = self.head_began = monotonic()
        self.answered_early = 0.0
        self.refused = False
        self.wire: Wire | None = None
        if len(self.connections) > self.bounds.connections:
            transport.write(
                b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\n"
                b"connection: close\r\n\r\n"
            )
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits for the body learns it."""
        super().connection_lost(exc)
        if self.wire is not None:
            self.wire._end(CutError())

    def data_received(self, data: bytes) -> None:
        """Parse; a head that does not end is refused."""
        self.heard = monotonic()
        if self.in_head:
            if not self.head_bytes:
                self.head_began = self.heard
            self.head_bytes += len(data)
        super().data_received(data)
        if self.in_head and self.head_bytes > self.bounds.head:
            self._head_too_large()

    def on_message_begin(self) -> None:
        """A new request: a new wire."""
        super().on_message_begin()
        self.wire = Wire(self)
        self.answered_early = 0.0
        self.scope["extensions"] = {EXTENSION: self.wire}  # type: ignore[dict-item]

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self.in_head = False
        self.head_bytes = 0
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self.bounds.head:
            self._head_too_large()
        if self.refused or self.wire is None:
            return
        super().on_headers_complete()
        self.wire.cycle = self.cycle

    def on_body(self, body: bytes) -> None:
        """To the sink if there is one, else as uvicorn does."""
        if not self.refused and self.wire is not None and not self.wire._feed(body):
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The body is whole."""
        self.in_head = True
        if not self.refused and self.wire is not None:
            super().on_message_complete()
            self.wire._end()

    def on_response_complete(self) -> None:
        """Note an answer that came before the end of the body."""
        if not self.in_head:
            self.answered_early = monotonic()
        super().on_response_complete()

    def look(self, now: float) -> None:
        """Called every second: end what takes too long."""
        if self.in_head:
            waiting_for_first = self.cycle is None
            if (self.head_bytes or waiting_for_first) and (
                now - self.head_began > self.bounds.head_seconds
            ):
                self.transport.abort()
        elif self.answered_early:
            if now - self.answered_early > self.bounds.linger:
                self.transport.abort()
        elif now - self.heard > self.bounds.idle and self.wire is not None:
            self.wire._end(IdleError())

    def _head_too_large(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n"
                b"connection: close\r\n\r\n"
            )
            self.transport.close()
        self.refused = True


def look_at(connections: Iterable[Any], now: float) -> None:
    """Look at every connection of a server."""
    for connection in list(connections):
        if isinstance(connection, UploadProtocol):
            connection.look(now)
