"""An hour of uploads and attacks: ``python -m benchmarks.soak``. Is the server's memory flat?

Two uploads a second of 20 to 60 kB by plain POST and by tus, and an attack a second, in turns
(:mod:`benchmarks.soak_attacks`). Every 10 s: resident memory, descriptors, threads, bytes on the
disk, size of the log. In the end every acknowledged object is on the disk with its digest.

Writes benchmarks/soak.csv (a line a sample) and benchmarks/soak.json, and from both docs/soak.md
with its picture; ``--page`` only the page. The rate is low on purpose: nearly all of the hour is
waiting, so it runs beside other work (``nice -n 10``).

The slope of the memory is that of a straight line through means of five minutes after the first
ten; means of minutes hang together, those of five hardly, so the line's standard error may be
believed. What the rows must cost is told beside it: the server holds them in memory.

Rule of this file: to run, to sample and to tell. Units: seconds, bytes.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any, Final

import psutil

from benchmarks.soak_attacks import ATTACKS, Field
from benchmarks.soak_page import DATA, ROOT, SUMMARY, Sample, write_page

EVERY: Final = 10.0
STATIONS: Final = 400
OPTIONS: Final = (
    "--expires", "5 min", "--body-idle", "20 s", "--max-per-station", "400",
    "--max-bytes-per-station", "100 MB", "--max-connections", "1000",
)  # fmt: skip


@dataclass
class Server:
    """The server under test."""

    process: psutil.Process
    port: int
    data: Path
    log: Path

    def sample(self, at: float, stored: int, held: int) -> Sample:
        """What it takes at this moment."""
        size = parts = 0
        for folder, _, names in os.walk(self.data):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    octets = (Path(folder) / name).stat().st_size
                    size += octets
                    parts += folder.endswith("parts") and octets > 0
        with self.process.oneshot():
            times = self.process.cpu_times()
            return Sample(
                round(at, 1),
                self.process.memory_info().rss,
                self.process.num_fds(),
                self.process.num_threads(),
                size,
                self.log.stat().st_size,
                stored,
                parts,
                held,
                round(times.user + times.system, 2),
            )


@contextlib.contextmanager
def serving(folder: Path, tokens: dict[str, str]) -> Iterator[Server]:
    """``tangguh serve`` with a registry, on a free port."""
    registry, log = folder / "devices.csv", folder / "server.log"
    rows = "".join(f"{tps},K{n % 20},{token}\n" for n, (tps, token) in enumerate(tokens.items()))
    registry.write_text("tps,kecamatan,token\n" + rows, encoding="utf-8")
    command = [sys.executable, "-m", "tangguh", "serve", "--port", "0", *OPTIONS]
    command += ["--data", str(folder / "store"), "--devices", str(registry)]
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline().decode()
            if not line.startswith("listening on "):
                sys.exit(f"soak: the server did not start: {log.read_text(encoding='utf-8')}")
            port = int(line.rpartition(":")[2])
            yield Server(psutil.Process(process.pid), port, folder / "store", log)
        finally:
            process.terminate()


class Clients:
    """Stations that upload, each object once; what was acknowledged is remembered."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._number = 0
        self.acknowledged: dict[tuple[str, str], str] = {}
        self.said: Counter[str] = Counter()

    def upload(self) -> None:
        """One object, by turns plain and tus."""
        self._number += 1
        station, number = self._number % STATIONS, self._number // STATIONS
        tps, key = f"tps-{station}", f"photo-{number}"
        body = self._field.random.randbytes(self._field.random.randint(20_000, 60_000))
        way = self._tus if self._number % 2 else self._plain
        try:
            status = way(tps, key, body)
        except (OSError, http.client.HTTPException) as error:
            status = type(error).__name__
        self.said[f"{way.__name__[1:]} {status}"] += 1
        if status in ("201", "204"):
            self.acknowledged[tps, key] = hashlib.sha256(body).hexdigest()

    def _plain(self, tps: str, key: str, body: bytes) -> str:
        who = f"Bearer {self._field.tokens[tps]}"
        return str(self._field.ask("POST", f"/v1/tps/{tps}/{key}", body, Authorization=who).status)

    def _tus(self, tps: str, key: str, body: bytes) -> str:
        status, place = self._field.begin(tps, key, len(body))
        if status != 201:
            return f"begin {status}"
        half = len(body) // 2
        for at, piece in ((0, body[:half]), (half, body[half:])):
            status = self._field.ask(
                "PATCH", place, piece, Tus_Resumable="1.0.0", Upload_Offset=str(at),
                Content_Type="application/offset+octet-stream",
                Authorization=f"Bearer {self._field.tokens[tps]}",
            ).status  # fmt: skip
        return str(status)


def soak(seconds: float, folder: Path) -> tuple[list[Sample], dict[str, Any]]:
    """Run it; the samples, and what is told beside them."""
    tokens = {f"tps-{n}": secrets.token_urlsafe(32) for n in range(STATIONS)}
    tokens["hostile-1"] = secrets.token_urlsafe(32)
    ended: dict[str, Counter[str]] = {attack.__name__: Counter() for attack in ATTACKS}
    samples = []
    began, own = time.monotonic(), time.process_time()

    def now() -> float:
        return time.monotonic() - began

    with serving(folder, tokens) as server:
        field = Field(server.port, tokens, Random(1), now)
        clients = Clients(field)
        turn, next_sample = 0, 0.0
        while now() < seconds and server.process.is_running():
            clients.upload()
            if turn % 2 == 0:
                attack = ATTACKS[turn // 2 % len(ATTACKS)]
                try:
                    ended[attack.__name__][attack(field)] += 1
                except OSError as error:
                    ended[attack.__name__][type(error).__name__] += 1
            field.release()
            if now() >= next_sample:
                next_sample += EVERY
                samples.append(server.sample(now(), len(clients.acknowledged), len(field.held)))
            turn += 1
            time.sleep(max(0.0, turn * 0.5 - now()))
        field.release(all_of_them=True)
        alive = server.process.is_running() and field.ask("GET", "/readyz").status == 200
        samples.append(server.sample(now(), len(clients.acknowledged), 0))
    return samples, {
        "seconds": round(now()),
        "ready": alive,
        "uploads": dict(clients.said),
        "lost": _lost(folder / "store", clients.acknowledged),
        "attacks": {name: dict(said) for name, said in ended.items()},
        "log": _log(folder / "server.log"),
        "client_cpu": round(time.process_time() - own, 1),
    }


def _lost(store: Path, acknowledged: dict[tuple[str, str], str]) -> int:
    """Acknowledged objects that are not on the disk with their digest."""
    there = set()
    for path in (store / "objects").rglob("*.*"):
        tps, key, digest = path.name.rsplit(".", 2)
        if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            there.add((tps, key, digest))
    return sum((*name, digest) not in there for name, digest in acknowledged.items())


def _log(file: Path) -> dict[str, int]:
    """Lines of the log by event."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(Counter(str(json.loads(line)["event"]) for line in lines))


def _machine() -> dict[str, Any]:
    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()

    return {
        "commit": git("rev-parse", "--short=12", "HEAD"),
        "changed": bool(git("status", "--porcelain", "--", "server", "tangguh/serve.py")),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
        "packages": {p: version(p) for p in ("uvicorn", "httptools", "uvloop", "starlette")},
        "options": " ".join(OPTIONS),
    }


def main() -> None:
    """Run, write, tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--page", action="store_true", help="Write the page of the last run anew.")
    wanted = parser.parse_args()
    if not wanted.page:
        machine = _machine()
        with tempfile.TemporaryDirectory() as folder:
            samples, told = soak(wanted.minutes * 60, Path(folder))
        names = list(asdict(samples[0]))
        lines = [",".join(names), *(",".join(map(str, asdict(s).values())) for s in samples)]
        DATA.write_text("\n".join(lines) + "\n", encoding="utf-8")
        SUMMARY.write_text(json.dumps({**machine, **told}, indent=1) + "\n", encoding="utf-8")
    print(write_page())


if __name__ == "__main__":
    main()
