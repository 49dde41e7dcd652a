"""``tangguh replay`` as a process that a test watches, with all processes that it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.conftest import ROOT

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"}
PATIENCE = 90.0  # seconds that a replay may take on a busy machine


@dataclass
class Replaying:
    """A replay that runs."""

    process: subprocess.Popen[str]
    out: Path

    def family(self) -> list[psutil.Process]:
        """The process, Locust, and its workers."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def until_it_sends(self, count: int = 1) -> None:
        """Wait for the first attempts in the log."""
        log = self.out / "attempts.jsonl"
        deadline = time.monotonic() + PATIENCE
        while not log.exists() or log.read_text(encoding="utf-8").count("\n") < count:
            assert self.process.poll() is None, "".join(self.process.communicate())
            assert time.monotonic() < deadline, "it sent nothing in time"
            time.sleep(0.02)

    def ended(self) -> tuple[int, str]:
        """Exit code, and what was said on standard error."""
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


@contextmanager
def replaying(*words: object, out: Path) -> Iterator[Replaying]:
    """Start a replay; whatever is left of it is killed in the end."""
    command = [sys.executable, "-m", "tangguh", "replay", *map(str, words), "--out", str(out)]
    process = subprocess.Popen(
        command, cwd=out.parent, env=ENVIRONMENT, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    running = Replaying(process, out)
    everybody: list[psutil.Process] = []
    try:
        yield running
    finally:
        if process.poll() is None:
            everybody = running.family()
        for one in everybody:
            one.kill()
        process.communicate()


def replay(*words: object, out: Path) -> tuple[int, str, str]:
    """Carry a replay out; exit code, standard output and standard error."""
    with replaying(*words, out=out) as running:
        said, complained = running.process.communicate(timeout=PATIENCE)
        return running.process.returncode, said, complained
