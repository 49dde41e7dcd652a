"""One HTTP request over a real socket, its body in pieces as they are granted.

Our own small client, because a load test of retry policies must not retry by itself: Locust's
FastHttpUser opens up to twelve connections for one idempotent request that is reset, and drops the
Content-Length of a streamed body. Here one request is one attempt, whatever becomes of it. h11
writes the head and reads the answer; the body goes past it, from one buffer, in pieces.

    open     connect, if there is no connection that can be used again
    begin    send the head; from now on the body follows as it is granted
    grant    so many bytes may have left by now
    finish   all of them
    cut      end it: by a TCP reset (a link that breaks) or by closing (an app that gives up)

Rule of this file: sockets and greenlets; what to send and when is decided elsewhere.
Units: bytes; moments in scenario time, from the loop's clock.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import Any, Final, NamedTuple

import gevent
import h11
from gevent import socket as gsocket
from gevent.event import Event as Bell
from simpy import Event

from locustfiles.bodies import Reader
from locustfiles.live import LiveLoop
from locustfiles.safety import Endpoint
from locustfiles.targets.messages import HttpRequest

PIECE: Final = 16_384
"""Bytes that are granted before they are sent in one go. Measured with 1,700 bodies (``python -m
benchmarks ticks``): 4 KiB cost twice the processor; with 64 KiB a body is 65 KB behind its course
instead of 17 KB (99%), a second of a phone's upload, and the processor gains a fifth."""

_SEND_BUFFER: Final = 131_072  # so that what the kernel holds back is not taken for sent
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER with time 0: close() sends RST (socket(7))
_READ: Final = 65_536


class Answer(NamedTuple):
    """A complete answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Lost(NamedTuple):
    """The connection was refused, reset or closed before an answer was complete."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dialer:
    """How to get to the server.

    Parameters
    ----------
    tls : None for plain TCP.
    """

    endpoint: Endpoint
    tls: ssl.SSLContext | None = None

    def connect(self, timeout: float) -> Any:
        """A connected socket, without Nagle's delay."""
        end = self.endpoint
        sock = gsocket.socket(socket.AF_INET6 if ":" in end.address else socket.AF_INET)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(timeout)
            sock.connect((end.address, end.port))
            if self.tls is not None:
                sock = self.tls.wrap_socket(
                    sock, server_hostname=end.host, do_handshake_on_connect=False
                )
                sock.do_handshake()  # by itself, so that the socket is closed if it fails
            sock.settimeout(None)
        except BaseException:
            sock.close()
            raise
        return sock


class Connection:
    """A socket that may serve several requests, one after the other."""

    def __init__(self) -> None:
        self.sock: Any = None
        self.http = h11.Connection(h11.CLIENT)

    def reusable(self) -> bool:
        """Can the next request use it?"""
        if self.sock is None or self.http.our_state is not h11.DONE:
            return False
        if self.http.their_state is not h11.DONE or self._closed_by_peer():
            return False
        self.http.start_next_cycle()
        return True

    def _closed_by_peer(self) -> bool:
        if isinstance(self.sock, ssl.SSLSocket):
            return False  # cannot be peeked at; a lost one is an attempt that is lost
        self.sock.settimeout(0.0)
        try:
            self.sock.recv(1, socket.MSG_PEEK)  # nothing is due: readable means that it has ended
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            self.sock.settimeout(None)
        return True

    def close(self, reset: bool = False) -> None:
        """End it; ``reset``: by RST."""
        sock, self.sock = self.sock, None
        if sock is None:
            return
        if reset:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        sock.close()


class _Sized:
    """Stands in for a body that goes past h11: only its length is counted."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size


class Exchange:
    """One request and its answer.

    Parameters
    ----------
    body, size : reads the body's bytes, and how many there are; None for a request without one.
    timeout : seconds of real time for connecting.
    on_informational : called with status and headers of a 1xx answer.

    Attributes
    ----------
    answered : succeeds with an :class:`Answer` or :class:`Lost` at the moment of its arrival.
    granted, sent : bytes of the body that may have left, and that were handed to the network.
    flushed_at : when the last of them was; NaN if it was not.
    """

    def __init__(
        self,
        loop: LiveLoop,
        dialer: Dialer,
        connection: Connection,
        request: HttpRequest,
        body: Reader | None,
        size: int,
        timeout: float,
        on_informational: Callable[[int, list[tuple[str, str]]], None] | None = None,
    ) -> None:
        self.answered = Event(loop.env)
        self.sent = 0
        self.flushed_at = nan
        self.connection = connection
        self._loop = loop
        self._dialer = dialer
        self._request = request
        self._body = body
        self._size = size
        self._timeout = timeout
        self._on_informational = on_informational
        self.granted = 0
        self._begun = self._over = False
        self._cut: bool | None = None  # whether by reset
        self._bell = Bell()
        self._writer = gevent.spawn(self._write)
        self._reader: Any = None

    def begin(self) -> None:
        """The head may leave, and the body as it is granted."""
        self._begun = True
        self._bell.set()

    def grant(self, total: int) -> None:
        """So many bytes of the body may have left by now."""
        self.granted = total
        if total - self.sent >= PIECE:
            self._bell.set()

    def finish(self) -> None:
        """All of the body may leave."""
        self.granted = self._size
        self._bell.set()

    def cut(self, granted: int, *, reset: bool) -> None:
        """End it once ``granted`` bytes of the body have left."""
        self.granted = granted
        self._cut = reset
        self._bell.set()

    def close(self) -> None:
        """End it at once, whatever is still to be sent."""
        self._over = True
        greenlets = [g for g in (self._writer, self._reader) if g is not None]
        gevent.killall(greenlets, block=False)
        self.connection.close()

    def _write(self) -> None:
        connection = self.connection
        try:
            if connection.sock is None:
                connection.sock = self._dialer.connect(self._timeout)
            self._wait(lambda: self._begun)
            if self._cut is not None and not self._begun:
                connection.close(reset=self._cut)
                return
            self._reader = gevent.spawn(self._read)
            self._send_all()
        except (OSError, ssl.SSLError) as error:
            self._lost(str(error))

    def _send_all(self) -> None:
        connection, request, body = self.connection, self._request, self._body
        sock = connection.sock
        headers = [("Host", self._dialer.endpoint.authority), *request.headers]
        head = h11.Request(method=request.method, target=request.path, headers=headers)
        sock.sendall((connection.http.send(head) or b"") + request.before)
        while body is not None and self.sent < self._size:
            self._wait(lambda: self._ready() > 0)
            ready = self._ready()
            if ready:
                sock.sendall(body(self.sent, self.sent + ready))
                self.sent += ready
            elif self._cut is not None:
                self._end()
                return
        if self._cut is not None:
            self._end()
            return
        if request.after:
            sock.sendall(request.after)
        self.flushed_at = self._loop.clock.now()
        size = len(request.before) + self._size + len(request.after)
        if size:
            connection.http.send_with_data_passthrough(h11.Data(data=_Sized(size)))  # type: ignore[arg-type]  # counted by its length
        connection.http.send(h11.EndOfMessage())

    def _ready(self) -> int:
        """Bytes that may leave now: whole pieces, or whatever is left at the end or at a cut."""
        ready = self.granted - self.sent
        last = self.granted >= self._size or self._cut is not None
        return ready if last or ready >= PIECE else 0

    def _wait(self, come: Callable[[], bool]) -> None:
        while not come() and self._cut is None:
            self._bell.clear()
            self._bell.wait()

    def _end(self) -> None:
        """Carry out the cut: what was granted has left."""
        self._over = True
        self.flushed_at = self._loop.clock.now()
        self.connection.close(reset=bool(self._cut))

    def _read(self) -> None:
        http, sock = self.connection.http, self.connection.sock
        if sock is None:
            return  # cut before this greenlet had its turn
        status, headers, body = 0, [], bytearray()
        try:
            while True:
                event = http.next_event()
                if event is h11.NEED_DATA:
                    http.receive_data(sock.recv(_READ))
                elif isinstance(event, h11.InformationalResponse):
                    if self._on_informational is not None:
                        self._on_informational(event.status_code, _text(event.headers))
                elif isinstance(event, h11.Response):
                    status, headers = event.status_code, _text(event.headers)
                elif isinstance(event, h11.Data):
                    body += event.data
                else:
                    break
        except (OSError, h11.RemoteProtocolError) as error:
            self._lost(str(error))
            return
        if status:
            self._tell(Answer(status, headers, bytes(body)))
        else:
            self._lost("the connection was closed before an answer")

    def _lost(self, reason: str) -> None:
        if not self._over:
            self._tell(Lost(reason))
            self.connection.close()

    def _tell(self, what: Answer | Lost) -> None:
        self._over = True
        self._loop.tell(self.answered, what)


def _text(headers: Any) -> list[tuple[str, str]]:
    return [(name.decode("ascii"), value.decode("latin-1")) for name, value in headers]
