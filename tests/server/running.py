"""A server as a process of its own, for the length of a test."""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0  # seconds until a server that does not start, answer or stop fails its test


class Said(NamedTuple):
    """An answer."""

    status: int
    headers: Message
    body: bytes


@dataclass
class Running:
    """A server that listens."""

    process: subprocess.Popen[bytes]
    port: int
    data: Path
    log_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    def connect(self) -> socket.socket:
        """A bare connection whose every step is bounded in time."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Said:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, PATIENCE)
        try:
            fields = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
            return Said(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def talk(self, sent: bytes, until: float = PATIENCE) -> bytes:
        """Send bytes as they are; what comes back until the server closes or the time is over."""
        said = b""
        with self.connect() as wire:
            wire.sendall(sent)
            wire.settimeout(until)
            try:
                while piece := wire.recv(65536):
                    said += piece
            except TimeoutError:
                return said
            except ConnectionError:
                return said
        return said

    def stored(self) -> dict[tuple[str, str, str], bytes]:
        """The objects on the disk: contents by station, key and the digest in the file's name."""
        found = {}
        for path in sorted((self.data / "objects").rglob("*")):
            if path.is_file():
                station, key, digest = path.name.rsplit(".", 2)
                found[station, key, digest] = path.read_bytes()
        return found

    def parts(self) -> int:
        """How many uploads are half there; the server keeps empty files ready beside them."""
        count = 0
        for path in (self.data / "parts").iterdir():
            with suppress(FileNotFoundError):  # it has become an object meanwhile
                count += path.stat().st_size > 0
        return count

    def memory(self) -> int:
        """Resident bytes."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Running]:
    """Start ``tangguh serve`` with some options; it is stopped in any case.

    An exception in its log fails the test, whatever the test has looked at.
    """
    server = start(folder, *options)
    try:
        yield server
        assert server.process.poll() is None, "the server has died: " + server.log()
    finally:
        stop(server)
    assert "Traceback" not in server.log()
    assert '"place": ' not in server.log()


def start(folder: Path, *options: str) -> Running:
    """Start a server in a folder, where an earlier one may have run; :func:`stop` ends it."""
    data, log_file = folder / "store", folder / "server.log"
    command = [sys.executable, "-m", "tangguh", "serve", "--port", "0", "--data", str(data)]
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=log
        )
    try:
        return Running(process, _port(process, log_file), data, log_file)
    except BaseException:
        stop(Running(process, 0, data, log_file), signal.SIGKILL)
        raise


def stop(server: Running, how: signal.Signals = signal.SIGTERM) -> None:
    """End a server; one that does not end within its time is killed, and fails the test."""
    process = server.process
    process.send_signal(how)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    finally:
        assert process.stdout is not None
        process.stdout.close()


def _port(process: subprocess.Popen[bytes], log_file: Path) -> int:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
    line = process.stdout.readline().decode() if ready else ""
    assert line.startswith("listening on "), f"said {line!r}; log: {log_file.read_text()}"
    return int(line.rpartition(":")[2])


def eventually(what: Callable[[], bool], within: float = PATIENCE) -> None:
    """Wait until ``what()`` is true."""
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)
