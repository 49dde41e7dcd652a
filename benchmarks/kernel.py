"""A night by the kernel beside the same night by SimPy, paired: ``python -m benchmarks.kernel``.

Each night is simulated by both, one after the other, and compared; the time of the kernel includes
drawing the world, and ``events`` is its compiled part alone. Units: seconds of process time.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from rich.console import Console

from kernel.core import run
from kernel.night import prepare, simulate
from sim.night import simulate as by_simpy
from sim.scenario.inputs import load_inputs

_NIGHTS = 5
_SCENARIOS = Path(__file__).parents[1] / "scenarios"


def main() -> None:
    """Print one line a world."""
    for file in (
        _SCENARIOS / "bandarlampung-2020.yaml",
        *sorted((_SCENARIOS / "worlds").glob("*.yaml")),
    ):
        inputs = load_inputs(file)
        night = (inputs.scenario, inputs.region, 1)
        simulate(*night, 0)  # what is compiled, or read from the cache, is not measured
        spent = np.zeros(3)
        same = 0
        for replication in range(_NIGHTS):
            begun = time.process_time()
            theirs = by_simpy(*night, replication)
            after_simpy = time.process_time()
            ours = simulate(*night, replication)
            after_kernel = time.process_time()
            state = prepare(*night, replication)
            prepared = time.process_time()
            run(state)
            ended = time.process_time()
            spent += (after_simpy - begun, after_kernel - after_simpy, ended - prepared)
            same += ours.outcomes.tobytes() == theirs.outcomes.tobytes()
        simpy, kernel, events = spent / _NIGHTS
        Console().print(
            f"{inputs.scenario.name}: simpy {simpy:.3f}  kernel {kernel:.3f}  ratio "
            f"{simpy / kernel:.1f}  events {events:.4f}  same {same} of {_NIGHTS}"
        )


if __name__ == "__main__":
    main()
