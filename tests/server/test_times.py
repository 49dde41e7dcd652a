"""How long a connection may take, told by a clock that the test moves: no second is waited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from server.answers import Answer, IdleError, headers
from server.bounds import Bounds
from server.protocol import UploadProtocol
from server.wire import EXTENSION

POST = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"


class Line(asyncio.Transport):
    """A connection whose other end is the test."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.closed = self.aborted = False

    @property
    def ended(self) -> bool:
        return self.closed or self.aborted

    def write(self, data: Any) -> None:
        self.sent += data

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True

    def is_closing(self) -> bool:
        return self.ended

    def pause_reading(self) -> None:
        """There is no more to read than the test hands over."""

    def resume_reading(self) -> None:
        """As above."""


class Connection:
    """A protocol, its line, and the time; ``app`` says what becomes of a request."""

    def __init__(self, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("server.protocol.monotonic", lambda: self.now)
        config = uvicorn.Config(app, lifespan="off", log_config=None)
        loop = asyncio.get_running_loop()
        self.protocol = UploadProtocol(config, ServerState(), {}, loop)
        self.protocol.bounds = Bounds()
        self.line = Line()
        self.protocol.connection_made(self.line)

    async def hear(self, data: bytes) -> None:
        self.protocol.received(memoryview(data))
        for _ in range(5):  # the application's turns
            await asyncio.sleep(0)

    async def after(self, seconds: float) -> bool:
        """A look after so many seconds more; has the connection ended?"""
        self.now += seconds
        self.protocol.look(self.now)
        for _ in range(5):
            await asyncio.sleep(0)
        return self.line.ended


Script = Callable[[Connection], Awaitable[None]]
Play = Callable[[Any, Script], None]


async def takes_all(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body, answers 408 where it stands still."""
    wire = scope["extensions"][EXTENSION]
    try:
        await wire.body_into(lambda piece: None)
        wire.answer(Answer(201, headers(content_length=0)))
    except IdleError:
        wire.answer(Answer(408, headers(content_length=0, connection="close")))
    except Exception:
        wire.abort()


async def refuses(scope: Any, receive: Any, send: Any) -> None:
    """Answers before the body is read."""
    scope["extensions"][EXTENSION].answer(Answer(401, headers(content_length=0)))


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, Script], None]:
    """Run a script on a fresh connection of an application."""

    async def run(app: Any, script: Script) -> None:
        connection = Connection(app, monkeypatch)
        try:
            await script(connection)
        finally:
            connection.protocol.connection_lost(None)
            await asyncio.sleep(0)
            await asyncio.gather(*connection.protocol.tasks)

    return lambda app, script: asyncio.run(run(app, script))


def test_a_connection_that_says_nothing_has_twenty_seconds(play: Play) -> None:
    async def script(c: Connection) -> None:
        assert not await c.after(19.0)
        assert await c.after(1.5)

    play(takes_all, script)


def test_a_head_has_twenty_seconds_however_it_dribbles(play: Play) -> None:
    async def script(c: Connection) -> None:
        await c.hear(b"GET / HTTP/1.1\r\nX: ")
        for _ in range(20):
            assert not await c.after(1.0)
            await c.hear(b"x")
        assert await c.after(1.0)

    play(takes_all, script)


def test_a_body_that_stands_still_has_sixty_seconds(play: Play) -> None:
    async def script(c: Connection) -> None:
        await c.hear(POST)
        await c.hear(b"x" * 100_000)
        await c.after(59.0)
        assert c.line.sent == b""
        await c.after(2.0)
        assert c.line.sent.startswith(b"HTTP/1.1 408 ")

    play(takes_all, script)


@pytest.mark.parametrize(("rate", "lasts"), [(600, None), (400, 300), (1, 60)])
def test_a_body_must_come_to_500_bytes_a_second_beyond_its_first_minute(
    play: Play, rate: int, lasts: int | None
) -> None:
    async def script(c: Connection) -> None:
        await c.hear(POST)
        for second in range(1, 900):
            await c.hear(b"x" * rate)
            await c.after(1.0)
            if c.line.sent:
                assert c.line.sent.startswith(b"HTTP/1.1 408 ")
                # it has 60 s + bytes / 500, which is over after 60 / (1 - rate / 500)
                assert lasts is not None
                assert lasts <= second <= lasts + 2
                return
        assert lasts is None

    play(takes_all, script)


def test_a_body_that_nobody_reads_yet_is_not_the_clients_fault(play: Play) -> None:
    wanted = asyncio.Event()

    async def reads_late(scope: Any, receive: Any, send: Any) -> None:
        await wanted.wait()
        await takes_all(scope, receive, send)

    async def script(c: Connection) -> None:
        await c.hear(POST + b"x" * 500_000)
        for _ in range(10):
            await c.after(30.0)
        wanted.set()
        await c.after(1.0)
        assert c.line.sent == b""
        await c.hear(b"x" * 500_000)
        assert c.line.sent.startswith(b"HTTP/1.1 201 ")

    play(reads_late, script)


def test_the_rest_of_a_refused_body_is_thrown_away_for_thirty_seconds(play: Play) -> None:
    async def script(c: Connection) -> None:
        await c.hear(POST)
        assert c.line.sent.startswith(b"HTTP/1.1 401 ")
        for _ in range(15):
            assert not await c.after(2.0)
            await c.hear(b"x" * 1000)
        assert await c.after(2.0)

    play(refuses, script)


def test_a_refused_body_that_stops_coming_has_five_seconds(play: Play) -> None:
    async def script(c: Connection) -> None:
        await c.hear(POST)
        assert not await c.after(4.0)
        assert await c.after(2.0)

    play(refuses, script)


def test_a_connection_stays_five_seconds_after_an_answer_however_long_that_took(
    play: Play,
) -> None:
    ready = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await ready.wait()
        await takes_all(scope, receive, send)

    async def script(c: Connection) -> None:
        await c.hear(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")
        assert not await c.after(100.0)
        ready.set()
        await c.hear(b"")
        assert c.line.sent.startswith(b"HTTP/1.1 201 ")
        assert not await c.after(4.0)
        assert await c.after(2.0)
        assert not c.line.aborted  # what was sent still arrives

    play(slow, script)


def test_a_client_that_does_not_read_has_sixty_seconds(play: Play) -> None:
    async def script(c: Connection) -> None:
        await c.hear(POST)
        c.protocol.pause_writing()
        assert not await c.after(59.0)
        assert await c.after(2.0)

    play(takes_all, script)


def test_a_last_answer_that_is_not_read_has_thirty_seconds(play: Play) -> None:
    async def script(c: Connection) -> None:
        await c.hear(b"no HTTP at all\r\n\r\n")
        assert c.line.closed
        await c.after(29.0)
        assert not c.line.aborted
        await c.after(2.0)
        assert c.line.aborted

    play(takes_all, script)
