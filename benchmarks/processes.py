"""(c) 1,500 nights on two processes against one, and (d) the time of a whole run of 100 nights.

Wall time, because that is what a second process is for: run it on an idle machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.night import SCENARIO
from sim.scenario.inputs import load_inputs
from study.ensemble import run
from study.nights import Setting, Task, Variant

NIGHTS = 1500


def rows() -> list[Row]:
    """The table's lines."""
    inputs = load_inputs(SCENARIO)
    times = {}
    for jobs in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            setting = Setting(inputs.scenario, inputs.region, 1, None, Path(folder))
            tasks = [Task(Variant("none", "per-photo"), r) for r in range(NIGHTS)]
            begun = time.perf_counter()
            run(setting, tasks, jobs, lambda _task: None)
            times[jobs] = time.perf_counter() - begun
    gain = times[1] / times[2]
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "tangguh", "run", str(SCENARIO), "--replications", "100"]
        command += ["--no-compare", "--out", f"{folder}/run"]
        subprocess.run(command, check=True, capture_output=True)
        whole = time.perf_counter() - begun
    return [
        Row(f"{NIGHTS:,} nights on 2 processes against 1",
            f"{times[1]:.0f} s / {times[2]:.0f} s = {gain:.2f}", "1.8", gain >= 1.8),
        Row("tangguh run, 100 nights, page included", f"{whole:.0f} s", "under 60 s", whole < 60),
    ]  # fmt: skip
