"""uvicorn's HTTP protocol, made for bodies.

Added to it: a :class:`server.wire.Wire` for each request, and bounds on a head, on the time that it
takes, and on the time that a body may stand still. A body whose length is known does not go through
the parser: what the socket gives lies in one buffer that all connections share, and goes from there
to the digest and the file. So a connection costs no buffer, however large its body is.

An early answer (401 before the body is read) is followed by the rest of the body, which is thrown
away for a while, as nginx does (lingering_time): a connection that is closed at once would lose the
answer in a TCP reset (RFC 9112, 9.6). A chunked body is always answered early (no upload takes one)
and so is never parsed: its chunks and trailers could go on for ever.

Rule of this file: connections and bytes; it does not know what an upload is.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from time import monotonic
from typing import Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.answers import CutError, IdleError
from server.bounds import Bounds
from server.wire import EXTENSION, Wire

_BUFFER: Final = memoryview(bytearray(256 * 1024))
"""Where every connection's bytes arrive. One is enough: they are used before the loop goes on. Its
size is what uvloop reads at a time by itself, and fits a core's cache."""
_HEAD_BUFFER: Final = _BUFFER[:4096]
"""The part of it that a head may fill at a time: what follows the head is held until its request is
looked at, so it is kept short."""
_TOO_LARGE: Final = b"431 Request Header Fields Too Large"


class UploadProtocol(HttpToolsProtocol):
    """One connection.

    Attributes
    ----------
    left : bytes of the present body that have not come and will not be parsed.
    length : of the present body.
    body_began, body_had : a time, and the bytes that had come by then, from which its rate counts.
    unread_since : when the client stopped reading what it is sent; 0 if it reads.
    """

    bounds = Bounds()

    def connection_made(  # type: ignore[override]  # a socket's transport, as uvicorn has it
        self, transport: asyncio.Transport
    ) -> None:
        """Take it, or refuse it where there are too many."""
        super().connection_made(transport)
        self.in_head = True
        self.head_bytes = 0
        self.left = self.length = self.body_had = 0
        self.heard = self.head_began = self.body_began = monotonic()
        self.answered_early = self.unread_since = 0.0
        self.refused = False
        self.wire: Wire | None = None
        if len(self.connections) > self.bounds.connections:
            self._refuse(b"503 Service Unavailable", b"retry-after: 5\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits for the body learns it."""
        super().connection_lost(exc)
        if self.wire is not None:
            self.wire.end(CutError())

    def received(self, data: memoryview) -> None:
        """Bytes have come."""
        self.heard = monotonic()
        if self.refused:
            return
        if self.left:
            if self.answered_early:
                self._unset_keepalive_if_required()
            piece = data[: self.left]
            self.left -= len(piece)
            self._take(piece)
            if self.left:
                return
            self.parser = httptools.HttpRequestParser(self)  # the old one still waits for the body
            self.on_message_complete()
            data = data[len(piece) :]
            if not data:
                return
        if not self.head_bytes:
            self.head_began = self.heard
        self.head_bytes += len(data)
        self.data_received(data)  # type: ignore[arg-type]  # the parser takes any buffer
        if self.in_head and self.head_bytes > self.bounds.head:
            self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A new request: a new wire."""
        if self.refused or len(self.pipeline) >= self.bounds.pipelined:
            raise ValueError("more requests than are answered")  # ends the parsing of this piece
        super().on_message_begin()
        self.wire = Wire()
        self.answered_early = 0.0
        extensions: Any = {EXTENSION: self.wire}  # ASGI has dictionaries here, and a wire is none
        self.scope["extensions"] = extensions

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head; trailers are thrown away (RFC 9110, 6.5.1)."""
        if not self.in_head:
            return
        if len(self.headers) < self.bounds.fields:
            super().on_header(name, value)
        else:
            self._refuse(_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self.in_head = False
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self.bounds.head:
            self._refuse(_TOO_LARGE)
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts != 1 and self.parser.get_http_version() == "1.1":  # RFC 9112, 3.2
            self._refuse(b"400 Bad Request")
        if self.refused or self.wire is None:
            return
        self.left = self.body_had = 0
        self.body_began = self.heard
        for name, value in self.headers:
            if name == b"content-length":  # the parser has seen that it is a number, and one only
                self.left = int(value)
            elif name == b"transfer-encoding":
                self.left = sys.maxsize
        self.length = self.left
        super().on_headers_complete()
        self.wire.cycle = self.cycle
        if self.left == sys.maxsize:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """From the parser: what came together with the head, or a chunked body."""
        self.left = max(0, self.left - len(body))
        self._take(body)

    def on_message_complete(self) -> None:
        """The body is whole."""
        self.in_head = True
        self.head_bytes = self.left = 0
        if not self.refused and self.wire is not None:
            super().on_message_complete()
            self.wire.end()
            if self.cycle.response_complete and not self.cycle.keep_alive:
                self.transport.close()

    def on_response_complete(self) -> None:
        """Note when the answer was given, and whether before the end of the body."""
        self.heard = monotonic()
        if not self.in_head:
            self.answered_early = self.heard
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The client does not read."""
        self.unread_since = monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        """The client has read."""
        self.unread_since = 0.0
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP."""
        self._refuse(b"400 Bad Request")

    def look(self, now: float) -> None:
        """Called every second: end what takes too long."""
        bounds, quiet = self.bounds, now - self.heard
        if self.unread_since:
            late = now - self.unread_since > bounds.idle
        elif self.transport.is_closing():  # its last answer has not been read
            late = quiet > bounds.linger
        elif not self.in_head and self.answered_early:
            late = now - self.answered_early > bounds.linger or quiet > bounds.linger_idle
        elif self.in_head and (self.head_bytes or self.cycle is None):
            late = now - self.head_began > bounds.head_seconds
        else:
            late = False
            if not self.in_head:
                self._look_at_body(now)
            elif self.cycle.response_complete and quiet > self.timeout_keep_alive:
                self.transport.close()
        if late:
            self.transport.abort()

    def cut(self) -> None:
        """The server stops: what is still being served ends without an answer."""
        if self._answering() and self.wire is not None and self.wire.cycle is not None:
            self.wire.abort()

    def _look_at_body(self, now: float) -> None:
        had = self.length - self.left
        if self.flow.read_paused:  # it is we who let it wait
            self.heard = self.body_began = now
            self.body_had = had
            return
        allowed = self.bounds.idle + (had - self.body_had) / self.bounds.rate
        slow = now - self.heard > self.bounds.idle or now - self.body_began > allowed
        if slow and self.wire is not None:
            self.wire.end(IdleError())

    def _take(self, piece: bytes | memoryview) -> None:
        """To whoever waits for it; else it is kept until somebody does, or thrown away."""
        cycle = self.cycle
        if self.refused or self.wire is None or self.wire.feed(piece) or cycle.response_complete:
            return
        cycle.body += piece
        self.flow.pause_reading()  # until somebody wants more: `Wire.body_into` resumes
        cycle.message_event.set()

    def _answering(self) -> bool:
        """Is an answer owed?"""
        first: bool = self.cycle is None  # there has been no request
        return not first and not self.cycle.response_complete

    def _refuse(self, status: bytes, more: bytes = b"") -> None:
        """Answer, and end the connection; an answer that is still owed comes first."""
        self.refused = True
        if self.transport.is_closing():
            return
        if self.pipeline:
            self.transport.abort()
        elif self._answering():
            self.cycle.keep_alive = False
        else:
            end = b"content-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(b"HTTP/1.1 " + status + b"\r\n" + more + end)
            self.transport.close()


_HANDED_ON: Final = (
    "connection_made",
    "connection_lost",
    "eof_received",
    "pause_writing",
    "resume_writing",
)


class Intake(asyncio.BufferedProtocol):
    """What the event loop sees of a connection: a buffer that it may fill."""

    bounds = Bounds()

    def __init__(self, **arguments: Any) -> None:
        inner = self._inner = UploadProtocol(**arguments)
        inner.bounds = self.bounds
        for name in _HANDED_ON:  # bound methods: a call less for each piece
            setattr(self, name, getattr(inner, name))

    def get_buffer(self, sizehint: int) -> memoryview:
        """The buffer of all connections."""
        return _HEAD_BUFFER if self._inner.in_head else _BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes lie in it."""
        self._inner.received(_BUFFER[:nbytes])


def look_at(connections: Iterable[Any], now: float) -> None:
    """Look at every connection of a server."""
    for connection in list(connections):
        connection.look(now)
