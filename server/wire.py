"""A request's hold on its connection: what ASGI cannot say.

ASGI has no way to hand on a body without a buffer, to send an informational response (104), to
close a connection without an answer; and its answers are two writes. A :class:`Wire` does these
four things for the request that it belongs to.

Rule of this file: one request; the connection with its parser and its bounds is
:mod:`server.protocol`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from server.answers import Answer, CutError, Headers, IdleError

EXTENSION: Final = "tangguh.wire"
"""Where an application finds its request's :class:`Wire`: ``scope["extensions"]``."""

Piece = bytes | memoryview
"""Bytes of a body; a view is good until the sink returns."""

_PHRASES: Final = {104: b"Upload Resumption Supported"}


class Wire:
    """One request's connection."""

    __slots__ = ("_future", "_sink", "cycle")

    def __init__(self) -> None:
        self._sink: Callable[[Piece], None] | None = None
        self._future: asyncio.Future[None] | None = None
        self.cycle: RequestResponseCycle | None = None

    async def body_into(self, sink: Callable[[Piece], None]) -> None:
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
        self._future = asyncio.get_running_loop().create_future()
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
        self._future = asyncio.get_running_loop().create_future()
        await self._future

    def inform(self, status: int, headers: Headers) -> None:
        """Send an informational response, unless the final one has begun."""
        cycle = self.cycle
        assert cycle is not None
        if cycle.response_started or cycle.disconnected or cycle.transport.is_closing():
            return
        lines = b"".join(b"%s: %s\r\n" % field for field in headers)
        cycle.transport.write(b"HTTP/1.1 %d %s\r\n%s\r\n" % (status, _PHRASES[status], lines))

    def answer(self, said: Answer) -> None:
        """Send the final response in one write."""
        cycle = self.cycle
        assert cycle is not None
        if cycle.disconnected or cycle.response_started:
            return
        cycle.response_started = cycle.response_complete = True
        if (b"connection", b"close") in said.headers:
            cycle.keep_alive = False
        elif cycle.waiting_for_100_continue:  # its body may never come: what is next is not known
            cycle.keep_alive = False
            said = said._replace(headers=(*said.headers, (b"connection", b"close")))
        elif not cycle.keep_alive:
            said = said._replace(headers=(*said.headers, (b"connection", b"close")))
        lines = [b"%s: %s\r\n" % field for field in (*cycle.default_headers, *said.headers)]
        body = b"" if cycle.scope["method"] == "HEAD" else said.body
        cycle.transport.write(b"".join((STATUS_LINE[said.status], *lines, b"\r\n", body)))
        cycle.message_event.set()
        if not cycle.keep_alive and not cycle.more_body:
            cycle.transport.close()
        cycle.on_response()

    def abort(self) -> None:
        """Close the connection without an answer; whoever waits for its body gets a CutError."""
        cycle = self.cycle
        assert cycle is not None
        cycle.disconnected = True
        cycle.transport.abort()
        self.end(CutError())

    def feed(self, piece: Piece) -> bool:
        """Take a piece, if somebody waits for it; called by the connection."""
        if self._sink is None:
            return False
        try:
            self._sink(piece)
        except OSError as error:
            self.end(error)
        return True

    def end(self, error: Exception | None = None) -> None:
        """The body is whole, or will never be; called by the connection."""
        future = self._future
        self._sink = None
        if future is None or future.done():
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
