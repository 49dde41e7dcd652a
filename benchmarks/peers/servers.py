"""The servers of the ingest benchmarks, each on a free port of the loopback, with an empty folder.

Every server gets the same job in its own words; what it guarantees when it answers is said beside
its figures, because that is what costs.

Rule of this file: starting and ending servers; what is asked of them is measured elsewhere.
Sources: nginx's ngx_http_dav_module (PUT); tus 1.0.0 by @tus/server and tuspyserver. All at their
defaults, but nginx has one worker, because the others are one process each.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from string import Template

import psutil

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PATIENCE = 30.0  # seconds that a server may take to start, and to end
NODE_PACKAGES = ("@tus/server", "@tus/file-store")


class MissingError(Exception):
    """Something cannot be had on this machine; says what."""


class Serving:
    """A server that listens."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.port = port
        self._first = psutil.Process(process.pid)

    def memory(self) -> int:
        """Resident bytes of all its processes."""
        return sum(p.memory_info().rss for p in self._processes())

    def cpu(self) -> float:
        """CPU seconds of all its processes."""
        times = [p.cpu_times() for p in self._processes()]
        return sum(t.user + t.system for t in times)

    def _processes(self) -> list[psutil.Process]:
        return [self._first, *self._first.children(recursive=True)]


@dataclass(frozen=True, slots=True)
class Server:
    """A kind of server.

    Parameters
    ----------
    way : how an object is sent: the first two arguments of ``upload.lua``.
    does : what has happened to an object when it is acknowledged.
    start : begins one in a folder.
    """

    name: str
    way: tuple[str, str]
    does: str
    start: Callable[[Path], AbstractContextManager[Serving]]


@contextmanager
def _process(command: Sequence[str | Path], port: int = 0, cwd: Path = ROOT) -> Iterator[Serving]:
    """A process that says ``listening on ...:PORT``, or that was told its port."""
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as p:
        try:
            yield _reached(p, port or _said(p))
        finally:
            p.terminate()
            try:
                p.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                p.kill()


def _said(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
    line = process.stdout.readline().decode() if ready else ""
    if not line.startswith("listening on "):
        raise RuntimeError(f"{process.args!r} does not listen; it said {line!r}")
    return int(line.rpartition(":")[2])


def _reached(process: subprocess.Popen[bytes], port: int) -> Serving:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", port)) == 0:
                return Serving(process, port)
        time.sleep(0.02)
    raise RuntimeError(f"{process.args!r} does not listen on port {port}")


def _ours(folder: Path, options: Sequence[str] = ()) -> AbstractContextManager[Serving]:
    store = str(folder / "store")
    command = [sys.executable, "-m", "tangguh", "serve", "--port", "0", "--data", store]
    return _process([*command, *options])


def _nginx(folder: Path) -> AbstractContextManager[Serving]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    (folder / "stored").mkdir()
    text = Template((HERE / "nginx.conf").read_text(encoding="utf-8"))
    config = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # who owns the folder
    config.write_text(text.substitute(folder=folder, port=port, user=user), encoding="utf-8")
    return _process([_nginx_binary(), "-p", folder, "-c", config], port)


def _nginx_binary() -> str:
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        raise MissingError("no nginx on this machine")
    return found


def _tuspyserver(folder: Path) -> AbstractContextManager[Serving]:
    script = str(HERE / "tuspyserver_app.py")
    return _process([sys.executable, "-W", "ignore", script, str(folder / "files")])


def _tus_node(folder: Path, modules: Path) -> AbstractContextManager[Serving]:
    script = modules / "tus_node.mjs"  # Node looks for packages beside the script
    shutil.copyfile(HERE / script.name, script)
    return _process([_found("node"), script, folder / "files"], cwd=modules)


def _found(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise MissingError(f"no {name} on this machine")
    return path


def node_modules(folder: Path) -> Path:
    """Install the Node server into a folder, by npm.

    Raises
    ------
    MissingError : without Node, npm or a registry.
    """
    command = [_found("npm"), "install", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run([*command, *NODE_PACKAGES], capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingError("npm cannot install " + " ".join(NODE_PACKAGES))
    return folder


def ours(way: str, *options: str, name: str = "") -> Server:
    """The reference server.

    Parameters
    ----------
    way : plain or tus.
    """
    path = {"plain": ("POST", "/v1/tps/"), "tus": ("tus", "/tus")}[way]
    does = "SHA-256 compared or kept, file and name synced, row committed"
    return Server(name or f"ours, {way}", path, does, partial(_ours, options=options))


def nginx() -> Server:
    """nginx with DAV.

    Raises
    ------
    MissingError : it is not here, or without that module.
    """
    said = subprocess.run([_nginx_binary(), "-V"], capture_output=True, text=True, check=True)
    if "http_dav_module" not in said.stderr:
        raise MissingError("this nginx has no DAV module")
    number = said.stderr.split("nginx/")[1].split()[0]
    does = "in the page cache; no sync, no digest, no record"
    return Server(f"nginx {number}, DAV PUT", ("PUT", "/"), does, _nginx)


def tuspyserver() -> Server:
    """tuspyserver on uvicorn."""
    does = "synced; no digest; record in a JSON file beside it"
    name = f"tuspyserver {version('tuspyserver')}"
    return Server(name, ("tus", "/files"), does, _tuspyserver)


def tus_node(modules: Path) -> Server:
    """@tus/server with its file store.

    Parameters
    ----------
    modules : where :func:`node_modules` has installed it.
    """
    listed = subprocess.run(
        [_found("npm"), "ls", "--prefix", str(modules), NODE_PACKAGES[0]],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(re.escape(NODE_PACKAGES[0]) + r"@(\S+)", listed)
    number = found.group(1) if found else "of unknown version"
    does = "in the page cache; no sync, no digest; record in a JSON file beside it"
    start = partial(_tus_node, modules=modules)
    return Server(f"{NODE_PACKAGES[0]} {number}", ("tus", "/files"), does, start)
