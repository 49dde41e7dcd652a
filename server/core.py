"""What every route needs: who may come in, the store, the clock, and one request's state.

Rule of this file: rules that hold for every protocol of upload; no protocol's own fields.
"""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Final

from server.answers import Headers, RefusedError, busy, headers
from server.devices import Devices
from server.disk import Part
from server.fields import KEY, STATION, integer, name
from server.metrics import Metrics
from server.seams import Faults, Gate
from server.store import Store
from server.turns import Turns
from server.wire import Wire

_DOWN_FOR: Final = 2.0  # Retry-After while the database is down: an assumption of ours
_STOPPING_FOR: Final = 5.0  # Retry-After while the server stops: a restart takes about that long
_CHALLENGE: Final[Headers] = ((b"www-authenticate", b"Bearer"),)


@dataclass(slots=True)
class Call:
    """One request.

    Attributes
    ----------
    body_at : when its body was complete, by the monotonic clock; 0 before.
    admitted : has the gate let it in?
    """

    wire: Wire
    method: str
    path: str
    fields: dict[bytes, bytes]
    token: bytes | None = None
    body_at: float = 0.0
    admitted: bool = False
    route: str = "other"

    def __post_init__(self) -> None:
        scheme, _, token = self.fields.get(b"authorization", b"").partition(b" ")
        if scheme.lower() == b"bearer" and token:
            self.token = token.strip()

    def length(self) -> int | None:
        """Content-Length; ``None`` if it is missing, also where the body is chunked."""
        return integer(self.fields, b"content-length")


@dataclass(slots=True)
class Core:
    """One server.

    Attributes
    ----------
    largest : bytes of one object.
    per_station, per_station_bytes : what one station may hold, where there is a registry: objects,
        remembered uploads and bodies on their way.
    began : when the server started, by the monotonic clock.
    stopping : is it to end? Then nobody is let in.
    """

    store: Store
    devices: Devices | None
    gate: Gate
    faults: Faults
    turns: Turns
    metrics: Metrics
    largest: int
    per_station: int
    per_station_bytes: int
    began: float
    stopping: bool = False

    def now(self) -> float:
        """Seconds since the server started."""
        return monotonic() - self.began

    def station(self, call: Call, tps: str) -> str:
        """Check that the caller is this station.

        Raises
        ------
        RefusedError : 400 for a name that is none, 401 for anybody else.
        """
        name(tps, STATION, "the station")
        if self.devices is not None and not (
            call.token is not None and self.devices.accepts(tps, call.token)
        ):
            raise RefusedError(401, "no token of this station", _CHALLENGE)
        return tps

    def anybody(self, call: Call) -> None:
        """Check that the caller is some station.

        Raises
        ------
        RefusedError : 401.
        """
        if self.devices is not None and (
            call.token is None or self.devices.who(call.token) is None
        ):
            raise RefusedError(401, "no token of a station", _CHALLENGE)

    def names(self, call: Call, tps: str, key: str) -> tuple[str, str]:
        """Check the caller and the object's name."""
        return self.station(call, tps), name(key, KEY, "the key")

    def enter(self, call: Call) -> None:
        """Let an upload request in.

        Raises
        ------
        RefusedError : 503 while the server stops or the database is down; 429 from the gate.
        """
        if self.stopping:
            raise busy(503, "the server is stopping", _STOPPING_FOR)
        if self.store.committer.down:
            raise busy(503, "the database is down", _DOWN_FOR)
        wait = self.gate.admit(self.now())
        if wait is not None:
            raise busy(429, "too busy", wait)
        call.admitted = True

    def room(self, tps: str, size: int) -> None:
        """Check that a station may begin one more object: one token must not fill the disk.

        Raises
        ------
        RefusedError : 403.
        """
        if self.devices is not None and self.store.holdings.things(tps) >= self.per_station:
            raise RefusedError(403, f"{self.per_station} objects and uploads of this station")
        self.room_to_grow(tps, size)

    def room_to_grow(self, tps: str, size: int) -> None:
        """Check that a station may have so many bytes more.

        Raises
        ------
        RefusedError : 403.
        """
        most = self.per_station_bytes
        if self.devices is not None and self.store.holdings.size(tps) + size > most:
            raise RefusedError(403, f"more than {most} bytes of this station")

    @contextmanager
    def holding(self, tps: str, size: int) -> Iterator[None]:
        """A body that is on its way to no upload counts for as long as it is."""
        self.store.holdings.take(tps, size)
        try:
            yield
        finally:
            self.store.holdings.leave(tps, size)

    def fitting(self, size: int | None) -> int:
        """A length that the server takes.

        Raises
        ------
        RefusedError : 411 without one, 413 for a larger one.
        """
        if size is None:
            raise RefusedError(411, "Content-Length is needed")
        if size > self.largest:
            raise RefusedError(
                413, f"larger than {self.largest} bytes", headers(upload_limit=self.limits())
            )
        return size

    def limits(self) -> str:
        """Upload-Limit of the resumable uploads."""
        return f"max-size={self.largest}, max-age={int(self.store.expires)}"

    async def receive(self, call: Call, part: Part) -> None:
        """Write a request's body to a part; notes when it was complete."""
        had = part.size
        try:
            await call.wire.body_into(part.write)
        finally:
            self.metrics.received.inc(part.size - had)
        if part.size - had != call.length():  # a request for an upgrade ends the parser's work
            raise RefusedError(400, "the body is not as long as its Content-Length")
        call.body_at = monotonic()

    @asynccontextmanager
    async def place(self, call: Call) -> AsyncIterator[None]:
        """Wait for a place on the disk; what is awaited inside gives it back.

        Raises
        ------
        RefusedError : 503, if the gate thinks that it took too long.
        """
        began = monotonic()
        call.body_at = call.body_at or began
        disk = self.store.disk
        await disk.place()
        now = monotonic()
        if not self.gate.queued(now - self.began, now - began):
            disk.leave()
            wait = self.gate.retry_after(now - self.began)
            raise busy(503, "waited too long for the disk", wait)
        yield

    def ended(self, call: Call, status: int) -> None:
        """A request has ended; ``status`` 0: without an answer."""
        if not call.admitted:
            return
        now = monotonic()
        seconds = now - call.body_at if call.body_at else 0.0
        if call.body_at:
            self.metrics.work.observe(seconds)
        self.gate.done(now - self.began, seconds, 200 <= status < 300)


def disk_error(error: OSError) -> RefusedError:
    """The disk does not take it: 507 where it is full, else 500."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RefusedError(507, "the disk is full")
    return RefusedError(500, "the disk failed")
