"""The compiled kernel beside SimPy: the same nights, one after the other, compared to the last bit.

Every night of a row is simulated by both. The kernel's time is that of all it does: drawing the
world, filling the records, the course, the result. Compiling, once a machine, is a row of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.measure import Row, seconds
from sim.assembly import Night
from sim.engine import Engine
from sim.night import simulate
from sim.scenario.conduct import Conduct, own_conduct
from sim.scenario.inputs import Inputs, load_inputs
from study.ensemble import run
from study.nights import Setting, Task, Variant

NOTE = "CPU seconds of one process, sums over the nights of a row, where not said otherwise."
SCENARIOS = Path(__file__).parent.parent / "scenarios"
NIGHTS, ENSEMBLE, WHOLE = 4, 1000, 10_000
APPS = (("full-jitter", "per-photo"), ("full-jitter", "chunks"), ("equal-jitter", "light"))


def rows() -> Iterator[Row]:
    """The table's lines."""
    shipped = load_inputs(SCENARIOS / "bandarlampung-2020.yaml")
    yield _compiling()
    simulate(shipped.scenario, shipped.region, 1, 0, engine=Engine.KERNEL)  # compiled here, too
    yield _against("the shipped night", shipped, own_conduct(shipped.scenario), 12, 30.0)
    for policy, batching in APPS:
        conduct = shipped.catalogue.conduct(policy, batching, "at-once")
        yield _against(f"{policy} · {batching}", shipped, conduct, NIGHTS, 30.0)
    for file in sorted((SCENARIOS / "worlds").glob("*.yaml")):
        its = load_inputs(file)
        yield _against(f"the world {file.stem}", its, own_conduct(its.scenario), NIGHTS, None)
    yield _ensemble(shipped)


def _against(what: str, its: Inputs, conduct: Conduct, nights: int, target: float | None) -> Row:
    """Some nights by both."""
    spent = {Engine.SIMPY: 0.0, Engine.KERNEL: 0.0}
    same, ratios = 0, []
    for replication in range(nights):
        times: list[float] = []
        found: list[Night] = []
        for engine in spent:
            taken = seconds(partial(_night, its, conduct, replication, engine, found))
            times.append(taken)
            spent[engine] += taken
        ratios.append(times[0] / times[1])
        one, other = found
        same += one.counts == other.counts and all(
            a.tobytes() == b.tobytes()
            for a, b in ((one.outcomes, other.outcomes), (one.offices, other.offices))
        )
    ratio = spent[Engine.SIMPY] / spent[Engine.KERNEL]
    return Row(
        f"{what}, {nights} nights: SimPy against the kernel",
        f"{spent[Engine.SIMPY]:.2f} s / {spent[Engine.KERNEL]:.3f} s = {ratio:.0f}x "
        f"({min(ratios):.0f}x to {max(ratios):.0f}x, median {median(ratios):.0f}x); "
        f"{same} of {nights} the same to the last bit",
        "at least 30x, all the same" if target else "all the same",
        same == nights and (target is None or ratio >= target),
    )


def _night(
    its: Inputs, conduct: Conduct, replication: int, engine: Engine, found: list[Night]
) -> None:
    night = simulate(its.scenario, its.region, 1, replication, conduct=conduct, engine=engine)
    found.append(night)


def _compiling() -> Row:
    """The first night of a machine against the second process's first: in a fresh cache."""
    program = (
        "import time; from pathlib import Path; from sim.scenario.inputs import load_inputs; "
        "from sim.night import simulate; from sim.engine import Engine; "
        f"its = load_inputs(Path({str(SCENARIOS / 'bandarlampung-2020.yaml')!r})); "
        "begun = time.process_time(); "
        "simulate(its.scenario, its.region, 1, 0, engine=Engine.KERNEL); "
        "print(time.process_time() - begun)"
    )
    with tempfile.TemporaryDirectory() as cache:
        times = [
            float(
                subprocess.run(
                    [sys.executable, "-c", program],
                    env={"NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(SCENARIOS.parent)},
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout
            )
            for _ in range(2)
        ]
    return Row(
        "a process's first night: compiled, and read from the cache",
        f"{times[0]:.1f} s and {times[1]:.2f} s",
        "at most 10 s and 1 s",
        times[0] <= 10 and times[1] <= 1,
    )


def _ensemble(its: Inputs) -> Row:
    """Nights of a calibration, of which the measures are kept, on two processes."""
    client = its.scenario.client
    variant = Variant(client.policy, client.batching, client.shaping)
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(
            its.scenario, its.region, 1, None, Path(folder), folders={variant: "nights"}
        )
        begun, before = time.perf_counter(), _of_children()
        run(setting, [Task(variant, r) for r in range(ENSEMBLE)], 2, lambda _task: None)
        wall, cpu = time.perf_counter() - begun, _of_children() - before
    more = WHOLE / ENSEMBLE
    return Row(
        f"{ENSEMBLE:,} nights whose measures are kept, on 2 processes; {WHOLE:,} at this pace",
        f"{wall:.0f} s of wall time, {cpu:.0f} s of CPU; {wall * more:.0f} s on the machine as it "
        f"was, {cpu * more / 2:.0f} s on two free cores",
        "under 180 s on two free cores",
        cpu * more / 2 < 180,
    )


def _of_children() -> float:
    """CPU seconds of the processes that have ended."""
    its = resource.getrusage(resource.RUSAGE_CHILDREN)
    return its.ru_utime + its.ru_stime
