"""TLS connections before they are connections: so many, for so long.

A client that connects and says nothing costs a descriptor and uvloop's buffers, and asyncio tells a
protocol of it only when its handshake is over: no bound of :mod:`server.protocol` would ever see
it. So with TLS the server accepts by itself, counts those that are shaking hands together with
those that have, closes what is too much, and gives a handshake up in time.

Rule of this file: sockets until they are connections.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sized
from contextlib import suppress
from typing import Final

_AGAIN: Final = 0.1  # seconds until the next try where the system has no descriptor to give


class Handshakes:
    """Accepts connections over TLS; has the two methods of asyncio's Server that uvicorn calls.

    Parameters
    ----------
    listener : is listened on, and does not block.
    connections : those whose handshake is over.
    most : connections and handshakes together.
    seconds : that a handshake may take.
    """

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext,
        protocol: Callable[[], asyncio.BaseProtocol],
        connections: Sized,
        most: int,
        seconds: float,
    ) -> None:
        self._listener = listener
        self._context = context
        self._protocol = protocol
        self._connections = connections
        self._most = most
        self._seconds = seconds
        self._shaking: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.create_task(self._accept(), name="accept")

    def close(self) -> None:
        """Accept nobody any more, and end the handshakes."""
        for task in (self._accepting, *self._shaking):
            task.cancel()

    async def wait_closed(self) -> None:
        """Until that has happened."""
        await asyncio.gather(self._accepting, *self._shaking, return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                taken, _ = await loop.sock_accept(self._listener)
            except OSError:  # none left, or the client has gone already
                await asyncio.sleep(_AGAIN)
                continue
            if len(self._connections) + len(self._shaking) >= self._most:
                taken.close()
                continue
            task = loop.create_task(self._shake(taken))
            self._shaking.add(task)
            task.add_done_callback(self._shaking.discard)

    async def _shake(self, taken: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):  # of ssl and of time too: a handshake that fails is the client's
            await loop.connect_accepted_socket(
                self._protocol,
                taken,
                ssl=self._context,
                ssl_handshake_timeout=self._seconds,
            )
