"""``python -m benchmarks [NAME ...]``: measure, print the table, write it to docs/benchmarks.md.

Names are those of :data:`SUITES`; without one all are measured. Only the sections of those that
were measured are written anew. Each wants the machine for itself: what else ran is told.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from benchmarks import cell, engines, ingest, kernel, night, pacing, policies, processes
from benchmarks.measure import TABLE, Row, sections_of
from benchmarks.peers.servers import MissingError

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Made by `python3 dev.py bench`, or one section of it by `python3 dev.py bench {names}`. Each figure
has a peer in the same run. Targets that are missed are shown, too. `ingest` needs wrk, and takes
the peers that it finds: nginx, Node with npm, tuspyserver.
"""


def _model() -> Iterable[Row]:
    for module in (night, cell, processes, policies):
        yield from module.rows()


SUITES = {
    "model": (
        "The model",
        "CPU seconds, medians of interleaved runs, where not said otherwise.",
        ("simpy", "ciw"),
        _model,
    ),
    "kernel": ("The compiled kernel", kernel.NOTE, ("simpy", "numba"), kernel.rows),
    "engines": ("Other simulators", engines.NOTE, ("simpy", "ciw", "numba"), engines.rows),
    "ingest": ("The ingest server", ingest.NOTE, ("uvicorn", "starlette"), ingest.rows),
    "pacing": ("World 2 on one machine", pacing.NOTE, ("locust", "gevent"), pacing.rows),
    "ticks": ("Tick and piece of world 2", pacing.TICKS_NOTE, ("gevent",), pacing.ticks),
}


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure, print the tables and write them to docs/benchmarks.md.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SUITES))
    names = parser.parse_args().names or list(SUITES)
    for name in names:
        if name not in SUITES:
            parser.error(f"no benchmark {name!r}; there are {', '.join(SUITES)}")
    sections = sections_of(PAGE)
    for name in names:
        title, note, packages, rows = SUITES[name]
        machine = _machine(packages)
        print(f"{title}. {machine}", flush=True)
        lines = []
        try:
            for row in rows():
                lines.append(row.line())
                print(lines[-1], flush=True)
        except MissingError as error:
            sys.exit(f"{name}: {error}")
        machine += f" Load after {os.getloadavg()[0]:.1f}."
        sections[title] = f"{note} {machine}\n\n" + "\n".join([TABLE, *lines])
    ordered = [title for title, *_ in SUITES.values() if title in sections]
    text = HEAD.format(names="|".join(SUITES))
    text += "".join(f"\n## {title}\n\n{sections[title]}\n" for title in ordered)
    PAGE.write_text(text, encoding="utf-8")


def _machine(packages: Iterable[str]) -> str:
    named = {p: version(p) for p in packages}
    return (
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {number}" for name, number in named.items())
        + f"; load before {os.getloadavg()[0]:.1f}{_priority()}."
    )


def _priority() -> str:
    """Whether other work on the machine had to stand back (``chrt -r 1``, autogroup(7))."""
    if hasattr(os, "sched_getscheduler") and os.sched_getscheduler(0) == os.SCHED_RR:
        return ", at real-time priority before it"
    session = Path("/proc/self/autogroup")
    nice = session.read_text(encoding="ascii").split()[-1] if session.exists() else "0"
    return "" if nice == "0" else f", the session's nice value {nice}"


if __name__ == "__main__":
    main()
