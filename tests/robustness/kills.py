"""Commands that are killed (``kill -9``) while they write, and then carried out again.

    python -m tests.robustness.kills JOBS.json

``JOBS.json`` holds ``[{"folder": F, "words": [...], "at": [1, 5]}, ...]``: each command is started
once for each number of ``at`` and killed at that many-th file, when the file is written and has not
got its name yet; then it is carried out to its end. What the last one said is printed as JSON.

The processes are forked from one that has imported everything, so a kill costs no start.

Rule of this file: it kills and counts; what is right is judged by who asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reports.result_page  # noqa: F401  (what forked processes need is imported here)
import study.calibration.study
import study.plan.search  # noqa: F401
from sim.engine import Engine
from sim.night import simulate
from sim.scenario.inputs import load_inputs
from tests.conftest import SHIPPED
from tests.robustness.command import Ended, carry_out


def killed(words: Sequence[str], at: int) -> bool:
    """Carry a command out in a process that dies at its ``at``-th file; did it come so far?"""
    child = os.fork()
    if child == 0:
        rename = Path.replace
        left = at

        def die(self: Path, target: str | Path) -> Path:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return rename(self, target)

        Path.replace = die  # type: ignore[method-assign,assignment]
        carry_out(words, seconds=120.0)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def well(words: Sequence[str]) -> Ended:
    """Carry a command out in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        ended = carry_out(words, seconds=120.0)
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            json.dump([ended.code, ended.out, ended.err, ended.escaped], pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        found = Ended(*json.load(pipe))
    os.waitpid(child, 0)
    return found


def perform(job: dict[str, Any]) -> dict[str, Any]:
    """One command: killed so many times, then carried out."""
    with contextlib.chdir(job["folder"]):
        came = [killed(job["words"], at) for at in job["at"]]
        kept = {
            str(p): p.stat().st_mtime_ns
            for p in Path().rglob("*")
            if p.is_file() and not p.name.startswith(".")
        }
        ended = well(job["words"])
        touched = [name for name, at in kept.items() if Path(name).stat().st_mtime_ns != at]
    return {"killed": came, "code": ended.code, "err": ended.err, "escaped": ended.escaped,
            "touched": touched, "kept": len(kept)}  # fmt: skip


def main() -> None:
    """Every job of the file; the kernel is loaded before, once for all that are forked."""
    its = load_inputs(SHIPPED)
    simulate(its.scenario, its.region, 1, 0, engine=Engine.AUTO)
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps([perform(job) for job in jobs]))


if __name__ == "__main__":
    main()
