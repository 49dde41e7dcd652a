"""Other simulators on the same work, where they are installed.

Two kinds of work, of which a night is made. *Waits*: 1,700 processes that wait again and again; in
ns-3, which has no processes, events that schedule themselves again. *Shares*: uploads that share a
cell's airtime evenly, so many at once; SimGrid shares a processor so, Ciw a node; ns-3 and salabim
have nothing of the kind. The night itself, with all that its stations do, is the last row.

SimGrid and ns-3 are Debian's (``python3-simgrid``, ``libns3-dev``); salabim is looked for in this
Python, and in the one that the variable ``PEERS_PYTHON`` names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.cell import ours as by_our_cell
from benchmarks.cell import through_ciw
from benchmarks.kernel import SCENARIOS
from benchmarks.measure import Row, seconds
from benchmarks.night import PROCESSES, bare
from sim.engine import Engine
from sim.night import simulate
from sim.scenario.inputs import load_inputs

NOTE = "CPU seconds of the work alone, medians of three runs, as rates a second."
HERE = Path(__file__).parent / "peers"
TIMES = 200  # waits of each process
AT_ONCE, UPLOADS = 100, 5000
ROUNDS = 3

Timer = Callable[[], float | None]
"""CPU seconds of the work; None where the simulator is not here."""


def rows() -> Iterator[Row]:
    """The table's lines."""
    waits = [str(PROCESSES), str(TIMES)]
    with tempfile.TemporaryDirectory() as folder:
        yield from _rates(
            f"{PROCESSES:,} processes that wait {TIMES} times each, waits a second",
            PROCESSES * TIMES,
            {
                "SimPy": partial(seconds, partial(bare, PROCESSES * TIMES)),
                "salabim": partial(_python, "salabim", waits),
                "SimGrid": partial(_python, "simgrid", ["waits", *waits]),
                "ns-3": partial(_ns3, Path(folder), waits),
            },
        )
    shares = ["share", str(AT_ONCE), str(UPLOADS)]
    yield from _rates(
        f"{AT_ONCE} uploads at once that share a cell, uploads a second",
        UPLOADS,
        {
            "ours": partial(seconds, partial(by_our_cell, AT_ONCE, UPLOADS)),
            "Ciw": partial(seconds, partial(through_ciw, AT_ONCE, UPLOADS)),
            "SimGrid": partial(_python, "simgrid", shares),
        },
    )
    yield from _nights()


def _rates(what: str, count: int, peers: dict[str, Timer]) -> Iterator[Row]:
    for name, timer in peers.items():
        times = [timer() for _ in range(ROUNDS)]
        known = [t for t in times if t is not None]
        figure = f"{count / median(known):,.0f}" if known else "not on this machine"
        yield Row(f"{name}: {what}", figure, "-", None)


def _nights() -> Iterator[Row]:
    """A night counted as the waits, attempts and transfers that it consists of."""
    its = load_inputs(SCENARIOS / "bandarlampung-2020.yaml")
    for engine in (Engine.KERNEL, Engine.SIMPY):
        night = partial(simulate, its.scenario, its.region, 1, 0, engine=engine)
        counts = night().counts
        steps = counts["waits"] + counts["attempts"] + 2 * counts["transfers"]
        spent = median(seconds(night) for _ in range(ROUNDS))
        what = f"a night by {engine}: waits, attempts, begins and ends of transfers a second"
        yield Row(what, f"{steps / spent:,.0f}", "-", None)


def _python(name: str, arguments: Sequence[str]) -> float | None:
    """A peer's program, by the first Python that has the peer."""
    system = shutil.which("python3", path=os.defpath)
    for python in (sys.executable, os.environ.get("PEERS_PYTHON"), system):
        if (
            python
            and not subprocess.run(
                [python, "-c", f"import {name}"], capture_output=True, check=False
            ).returncode
        ):
            return _time([python, str(HERE / f"clock_{name}.py"), *arguments])
    return None


def _ns3(folder: Path, arguments: Sequence[str]) -> float | None:
    """The C++ program, compiled if that has not been done."""
    program = folder / "clock"
    if not program.exists():
        compiler, config = shutil.which("g++"), shutil.which("pkg-config")
        if compiler is None or config is None:
            return None
        asked = [config, "--cflags", "--libs", "ns3-core"]
        flags = subprocess.run(asked, capture_output=True, text=True, check=False)
        if flags.returncode:
            return None
        needed = [f for f in flags.stdout.split() if not f.startswith("-l") or "core" in f]
        own = [f for f in needed if not f.endswith((".so", ".a"))]
        source = str(HERE / "clock_ns3.cc")
        subprocess.run([compiler, "-O2", source, "-o", str(program), *own], check=True)
    return _time([str(program), *arguments])


def _time(command: Sequence[str]) -> float:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])
