"""What every attack needs: a server with a registry and tight bounds, requests byte by byte."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.server.running import Running, Said, eventually, running

TOKENS = {f"A-{n}": f"token-of-station-{n}" for n in range(1, 10)}
MOST = 60  # objects of a station
HELD = 10_000_000  # bytes of a station
MEGABYTE = 1_000_000
GROWTH = 20 * MEGABYTE  # of the server's memory by any one attack
HEAD = "{method} {path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n"


@contextmanager
def attacked(folder: Path) -> Iterator[Running]:
    devices = folder / "devices.csv"
    rows = [f"{tps},Panjang,{token}" for tps, token in TOKENS.items()]
    devices.write_text("\n".join(["tps,kecamatan,token", *rows]) + "\n")
    station = ["--max-per-station", str(MOST)]
    station += ["--max-bytes-per-station", f"{HELD} B", "--max-body", f"{HELD} B"]
    with running(folder, "--devices", str(devices), "--body-idle", "2 s", *station) as server:
        yield server


@contextmanager
def unharmed(server: Running) -> Iterator[None]:
    """What is done inside leaves the server well, as large as it was, and no half photograph."""
    before = server.memory()
    yield
    assert server.ask("GET", "/readyz").status == 200
    eventually(lambda: server.parts() == 0)
    assert server.memory() < before + GROWTH


def head(method: str, path: str, tps: str = "", **fields: object) -> bytes:
    """A request's head; with a station, its token."""
    if tps:
        fields |= token(tps)
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return HEAD.format(method=method, path=path, fields=lines).encode()


def token(tps: str) -> dict[str, Any]:
    return {"Authorization": f"Bearer {TOKENS[tps]}"}


def pour(wire: socket.socket, piece: bytes, times: int) -> bool:
    """Send a piece again and again; False, if the server ends it."""
    wire.settimeout(5.0)
    try:
        for _ in range(times):
            wire.sendall(piece)
    except OSError:
        return False
    return True


def tus(
    server: Running, method: str, path: str, tps: str, body: bytes = b"", **fields: object
) -> Said:
    fields |= {
        "Tus_Resumable": "1.0.0",
        "Content_Type": "application/offset+octet-stream",
        **token(tps),
    }
    return server.ask(method, path, body, **{name: str(value) for name, value in fields.items()})


def folder_size(server: Running) -> int:
    """Bytes on the disk, of everything the server has written."""
    return sum(path.stat().st_size for path in server.data.rglob("*") if path.is_file())
