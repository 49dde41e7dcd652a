"""Runs parts of replays in a process of their own: gevent's loop, real sockets, one report.

Reads jobs from its standard input as JSON, each the keywords of ``settle`` and the workers among
whom the stations are dealt; all run side by side. Writes what each came to into a folder.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import gevent
import numpy as np

from locustfiles.part import Part
from locustfiles.real import Done
from locustfiles.safety import Throttle
from tests.locustfiles.evening import settled


def play(name: str, job: dict[str, Any], out: Path) -> list[tuple[Part, Any]]:
    """The parts of one replay, ready to run."""
    of = job.get("workers", 1)
    ready = settled(job)
    log = (out / f"{name}.jsonl").open("w", encoding="utf-8")

    def done(what: Done) -> None:
        log.write(json.dumps(what.attempt) + "\n")

    parts = []
    for index in range(of):
        part = Part(
            ready.inputs,
            ready.conduct,
            ready.settings.extent,
            ready.dialer,
            ready.target,
            ready.station,
            done,
            Throttle(1e9, 1e12),
            index,
            of,
        )
        part.prepare()
        parts.append((part, log))
    return parts


def main() -> None:
    out = Path(sys.argv[1])
    jobs = json.load(sys.stdin)
    ready = {name: play(name, job, out) for name, job in jobs.items()}
    wall = time.time() + 0.2
    gevent.joinall(
        [gevent.spawn(part.run, wall) for parts in ready.values() for part, _ in parts],
        raise_error=True,
    )
    for name, parts in ready.items():
        tables = [part.outcomes() for part, _ in parts]
        np.save(out / f"{name}.npy", np.sort(np.concatenate(tables), order="station"))
        for _, log in parts:
            log.close()
        stations = [sorted(part.stations) for part, _ in parts]
        trouble = [part.trouble for part, _ in parts]
        (out / f"{name}.json").write_text(json.dumps({"stations": stations, "trouble": trouble}))


if __name__ == "__main__":
    main()
