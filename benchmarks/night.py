"""(a) One night of Bandar Lampung against bare SimPy with the same number of timeouts and resumes.

Two counts of "the same": the SimPy events that the night really processes, and the timeouts that
the same model would need if every wait and every stage of an attempt were an event of a process
(what a device does outside anything shared is computed without events, and is work all the same).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import simpy

from benchmarks.measure import Row, paired
from sim.engine import Engine
from sim.night import simulate
from sim.scenario.inputs import load_inputs

SCENARIO = Path(__file__).parent.parent / "scenarios" / "bandarlampung-2020.yaml"
PROCESSES, ROUNDS, REPLICATION = 1700, 5, 0


def bare(timeouts: int) -> None:
    """1,700 processes that do nothing but wait, ``timeouts`` times in all."""
    env = simpy.Environment()
    each = timeouts // PROCESSES

    def process(gap: float) -> object:
        for _ in range(each):
            yield env.timeout(gap)

    for i in range(PROCESSES):
        env.process(process(1.0 + i / PROCESSES))  # type: ignore[arg-type]  # a generator
    env.run()


def rows() -> list[Row]:
    """The table's lines."""
    inputs = load_inputs(SCENARIO)
    counted = 0
    step = simpy.Environment.step

    def counting(self: simpy.Environment) -> None:
        nonlocal counted
        counted += 1
        step(self)

    simpy.Environment.step = counting  # type: ignore[method-assign]  # for one counting run only
    try:
        night = simulate(inputs.scenario, inputs.region, 1, REPLICATION)
    finally:
        simpy.Environment.step = step  # type: ignore[method-assign]  # as it was
    counts = night.counts
    logical = counts["waits"] + counts["attempts"] + 2 * counts["transfers"]

    def ours(engine: Engine) -> None:
        simulate(inputs.scenario, inputs.region, 1, REPLICATION, engine=engine)

    found = []
    for engine, most in ((Engine.KERNEL, 1.5), (Engine.SIMPY, None)):
        ours(engine)  # compiled, where it is
        for name, timeouts in (("events processed", counted), ("timeouts of the model", logical)):
            own, peer, ratio = paired(partial(ours, engine), partial(bare, timeouts), ROUNDS)
            found.append(
                Row(
                    f"one night by {engine} against bare SimPy, {timeouts:,} {name}",
                    f"{own:.3f} s / {peer:.3f} s = {ratio:.2f}",
                    f"at most {most:g}" if most else "-",
                    ratio <= most if most else None,
                )
            )
    return found
