"""A PostgreSQL of its own for a test: a throw-away cluster in a temporary folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

PATIENCE = 60
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))


def _binary(name: str) -> str:
    found = shutil.which(name, path=str(_BINARIES[-1])) if _BINARIES else shutil.which(name)
    if found is None:
        pytest.skip(f"no PostgreSQL on this machine: {name} is not there")
    return found


class Cluster:
    """A server that may be stopped, killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.data = folder / "data"
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(folder, "postgres")
        self._run(
            "initdb", "-D", str(self.data), "-U", "tangguh", "-A", "trust", "-E", "UTF8",
            "--no-locale",
        )  # fmt: skip

    @property
    def url(self) -> str:
        return f"postgresql://tangguh@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._run(
            "pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-t",
            str(PATIENCE), "-o", options, "start",
        )  # fmt: skip

    def crash(self) -> None:
        """End it at once, as a crash would: no checkpoint, and recovery at the next start."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def rows(self, query: str) -> list[list[str]]:
        said = self._run("psql", self.url, "-AtF", "|", "-c", query)
        return [line.split("|") for line in said.splitlines()]

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.crash()

    def _run(self, name: str, *arguments: str) -> str:
        done = subprocess.run(
            [*self._as, _binary(name), *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {done.stdout}"
        return done.stdout


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster that listens; it is ended in any case.

    PostgreSQL does not run as root, and pytest's own folders are closed to other users.
    """
    _binary("initdb")
    with TemporaryDirectory(prefix="tangguh-postgres-") as folder:
        made = Cluster(Path(folder))
        try:
            made.start()
            yield made
        finally:
            made.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
