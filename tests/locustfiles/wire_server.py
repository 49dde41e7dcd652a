"""A server of bare sockets, in greenlets: what arrived on each connection, and how it ended."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
from gevent.server import StreamServer
from simpy import Environment

from locustfiles.clock import Clock
from locustfiles.exchange import Connection, Dialer
from locustfiles.live import LiveLoop
from locustfiles.safety import Endpoint

PATIENCE = 20.0  # seconds until a test gives up


class Peer:
    """One connection, as the server sees it.

    Attributes
    ----------
    received : everything that came.
    ended : ``""`` while it is open, then ``"closed"`` or ``"reset"`` by the client.
    """

    def __init__(self, sock: Any) -> None:
        self.sock = sock
        self.received = bytearray()
        self.ended = ""
        self._read = 0  # how much of it was asked for

    def take(self, count: int) -> bytes:
        """So many bytes more; fewer if the connection ends."""
        while len(self.received) < self._read + count and self._more():
            pass
        taken = bytes(self.received[self._read : self._read + count])
        self._read += len(taken)
        return taken

    def head(self) -> str:
        """A request's head, without the empty line."""
        while b"\r\n\r\n" not in self.received[self._read :] and self._more():
            pass
        end = self.received.find(b"\r\n\r\n", self._read)
        head = self.received[self._read : end].decode()
        self._read = end + 4
        return head

    def rest(self) -> None:
        """Read until the client ends it."""
        while self._more():
            pass

    def say(self, status: str, body: bytes = b"", *headers: str) -> None:
        """An answer."""
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
        self.sock.sendall("\r\n".join(lines).encode() + body)

    def reset(self) -> None:
        """End it by RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _more(self) -> bool:
        try:
            piece = self.sock.recv(65_536)
        except ConnectionResetError:
            self.ended = "reset"
            return False
        self.received += piece
        if not piece:
            self.ended = "closed"
        return bool(piece)


class Wire:
    """A server that treats every connection alike, and a loop for those who speak to it.

    Attributes
    ----------
    peers : its connections, in order.
    clients : the other ends, to be closed with it.
    """

    def __init__(self, treat: Callable[[Peer], None], tls: Any = None) -> None:
        self.peers: list[Peer] = []
        self.clients: list[Connection] = []

        def handle(sock: Any, _address: Any) -> None:
            if tls is not None:
                sock = tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
                try:
                    sock.do_handshake()
                except OSError:
                    sock.close()
                    return
            peer = Peer(sock)
            self.peers.append(peer)
            treat(peer)

        self.server = StreamServer(("127.0.0.1", 0), handle)
        self.env = Environment()
        self.loop = LiveLoop(self.env, Clock.at_wall(0.0, 1.0, 0.0))

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("http", "localhost", self.server.server_port, "127.0.0.1")

    def dialer(self, tls: Any = None) -> Dialer:
        return Dialer(self.endpoint, tls)

    def run(self, process: Any) -> Any:
        """Run a SimPy process in real time until it ends; its value."""
        self.loop.clock = Clock(self.env.now, 1.0, self._monotonic())
        self.loop.stopped = False
        running = self.env.process(process)
        running.callbacks.append(lambda _: self.loop.stop())
        self.loop.run(self.env.now + PATIENCE)
        assert running.triggered, "it did not end in time"
        return running.value

    @staticmethod
    def _monotonic() -> float:
        return Clock(0.0, 1.0, 0.0).now()


@contextmanager
def wire(treat: Callable[[Peer], None], tls: Any = None) -> Iterator[Wire]:
    """A server that listens; it is ended in any case."""
    made = Wire(treat, tls)
    made.server.start()
    try:
        yield made
    finally:
        for client in made.clients:
            client.close()
        made.server.stop(timeout=1)
        for peer in made.peers:
            peer.sock.close()


def eventually(what: Callable[[], bool]) -> None:
    """Let other greenlets work until ``what()`` is true."""
    with gevent.Timeout(PATIENCE):
        while not what():
            gevent.sleep(0.002)
