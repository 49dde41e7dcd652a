"""The load on a server: as many uploads as it takes (wrk), or many slow ones at once.

wrk sends the fast ones (https://github.com/wg/wrk): one thread of C sends more than any of the
servers stores. The slow ones cost a client nothing but a timer each, so they are sent from here.

Rule of this file: clients only; requests are made in one place, :func:`head`.
Units: seconds, bytes.
"""

from __future__ import annotations

import json
import resource
import selectors
import shutil
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.peers.servers import HERE, MissingError

_MOST: Final = 6000  # uploads a second for which there are heads: several times the fastest server
_TICK: Final = 0.5  # seconds between two pieces of a slow upload
_PATIENCE: Final = 30.0  # seconds that the answers may take


class Rate(NamedTuple):
    """What wrk measured; ``failed`` are answers that are none of 2xx and 3xx, and lost ones."""

    uploads: int
    seconds: float
    p50: float
    p99: float
    failed: int
    cpu: float

    @property
    def per_second(self) -> float:
        """Acknowledged uploads a second."""
        return (self.uploads - self.failed) / self.seconds


class Slow(NamedTuple):
    """What came of slow uploads."""

    acknowledged: int
    late: float
    answered_within: float


def head(way: tuple[str, str], name: str, size: int) -> bytes:
    """The head of a request that uploads a whole object.

    Parameters
    ----------
    way : ``(METHOD, PATH)``: the object goes to ``PATH`` + station + ``/`` + name;
        ``("tus", PATH)``: tus 1.0.0, created and uploaded by one request.
    """
    method, path = way
    common = f"Host: 127.0.0.1\r\nContent-Length: {size}\r\n"
    station = f"tps-{name[-2:]}"
    if method != "tus":
        line = f"{method} {path}{station}/{name} HTTP/1.1\r\n"
        return (line + common + "Content-Type: image/jpeg\r\n\r\n").encode()
    named = {"tps": station, "key": name, "filename": f"{name}.jpg"}
    pairs = ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in named.items())
    return (
        f"POST {path} HTTP/1.1\r\n{common}Tus-Resumable: 1.0.0\r\nUpload-Length: {size}\r\n"
        f"Content-Type: application/offset+octet-stream\r\nUpload-Metadata: {pairs}\r\n\r\n"
    ).encode()


def fast(
    port: int,
    way: tuple[str, str],
    folder: Path,
    *,
    size: int,
    clients: int,
    seconds: float,
    threads: int = 1,
) -> Rate:
    """Upload for some seconds over keep-alive connections, one object after the other on each.

    Raises
    ------
    MissingError : without wrk.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise MissingError("no wrk on this machine (Debian: apt-get install wrk)")
    heads = folder / "heads"
    count = int(seconds * _MOST) + clients
    heads.write_bytes(b"\0".join(head(way, f"photo-{n}", size) for n in range(count)))
    command: list[str | Path] = [
        wrk, f"-t{threads}", f"-c{clients}", f"-d{seconds:.0f}s", "--timeout", f"{_PATIENCE:g}s",
        "-s", HERE / "upload.lua", f"http://127.0.0.1:{port}/", "--", heads, str(size),
        str(threads),
    ]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"wrk ended with {done.returncode}: {done.stderr or done.stdout}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Rate(**json.loads(done.stdout.strip().splitlines()[-1]), cpu=cpu)


def slow(
    port: int,
    way: tuple[str, str],
    *,
    clients: int,
    rate: float,
    seconds: float,
    look: Callable[[], None],
) -> Slow:
    """Uploads at once, each at its own low rate, then their answers.

    Parameters
    ----------
    rate : bytes a second of each.
    look : called ten times a second.
    """
    pieces = round(seconds / _TICK)
    piece = b"\xa5" * round(rate * _TICK)
    size = pieces * len(piece)
    links: list[socket.socket] = []
    late, looked = 0.0, time.monotonic()
    try:
        for number in range(clients):
            link = socket.create_connection(("127.0.0.1", port), _PATIENCE)
            links.append(link)
            link.sendall(head(way, f"slow-{number:05d}", size))
        began = time.monotonic()
        for tick in range(pieces):
            for number, link in enumerate(links):
                due = began + (tick + number / clients) * _TICK
                now = time.monotonic()
                if now - looked >= 0.1:
                    look()
                    looked = now
                if due > now:
                    time.sleep(due - now)
                late = max(late, now - due)
                link.sendall(piece)
        sent = time.monotonic()
        acknowledged = _answers(links, sent + _PATIENCE, look)
        return Slow(acknowledged, late, time.monotonic() - sent)
    finally:
        for link in links:
            link.close()


def _answers(links: list[socket.socket], until: float, look: Callable[[], None]) -> int:
    """How many are answered with 2xx in time."""
    acknowledged = 0
    with selectors.DefaultSelector() as selector:
        for link in links:
            selector.register(link, selectors.EVENT_READ)
        while selector.get_map() and time.monotonic() < until:
            look()
            for key, _ in selector.select(0.1):
                assert isinstance(key.fileobj, socket.socket)
                selector.unregister(key.fileobj)
                acknowledged += key.fileobj.recv(65536)[9:10] == b"2"
    return acknowledged


def allow_connections(count: int) -> None:
    """Let this process, and the servers that it starts, have as many sockets and files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * count + 512  # a server has a socket and one or two files for each
    if soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise MissingError(f"only {hard} open files are allowed here; {wanted} are needed")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
