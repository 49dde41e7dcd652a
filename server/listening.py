"""What the server asks of the system: an address, descriptors, an event loop.

Rule of this file: it runs once, before anybody is served.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from server.bounds import Bounds
from server.identity import ServeError

_FILES_KEPT: Final = 512  # descriptors that are no upload's: folders, spares, database, logs


def listen(bind: str, port: int) -> socket.socket:
    """A socket that is bound, and not listened on yet.

    Raises
    ------
    ServeError : the address is none, or taken.
    """
    try:
        found = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ServeError(f"--bind {bind}: {error.strerror}") from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise ServeError(
            f"cannot listen on {bind}:{port}: {error.strerror}; --port 0 takes a free port"
        ) from None
    return listener


def bounded(bounds: Bounds) -> Bounds:
    """No more connections than there are descriptors: each upload has a socket and a file."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    most = (hard - _FILES_KEPT) // 2
    return replace(bounds, connections=min(bounds.connections, most))


def loop_factory() -> Callable[[], Any]:
    """uvloop, where it runs."""
    if sys.platform == "win32":
        return asyncio.new_event_loop
    import uvloop

    return uvloop.new_event_loop
