"""How much of a night is policy code.

A timer interrupts the process after every millisecond of its own CPU time and looks whether code of
``sim/client/retry`` is at work, itself or in what it called. Unlike a profiler this slows nothing
down, so that small functions are not charged more than they cost.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from benchmarks.measure import Row
from sim.night import simulate
from sim.scenario.inputs import load_inputs
from study.nights import without_collector

SCENARIO = Path(__file__).parent.parent / "scenarios" / "bandarlampung-2020.yaml"
EVERY = 0.001  # CPU seconds between two looks
PLACE = "client/retry/"
DEEP = 8  # frames that are looked up: the policy's own parts, and the draws that they make
NIGHTS = 2
TARGET = 0.15
TRIED = (
    ("none", "per-photo"),
    ("full-jitter", "per-photo"),
    ("full-jitter", "chunks"),
    ("aws-adaptive", "chunks"),
    ("sre-throttling", "chunks"),
    ("polly-breaker", "chunks"),
)


def share(policy: str, batching: str) -> float:
    """Share of the CPU time of a few nights that is spent in the policy."""
    inputs = load_inputs(SCENARIO)
    conduct = inputs.catalogue.conduct(policy, batching, "at-once")
    looks = [0, 0]

    def look(_signal: int, frame: FrameType | None) -> None:
        looks[0] += 1
        for _ in range(DEEP):
            if frame is None:
                return
            if PLACE in frame.f_code.co_filename:
                looks[1] += 1
                return
            frame = frame.f_back

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        with without_collector():
            for replication in range(NIGHTS):
                simulate(inputs.scenario, inputs.region, 1, replication, conduct=conduct)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
    return looks[1] / looks[0]


def rows() -> Iterator[Row]:
    """One line a combination."""
    for policy, batching in TRIED:
        found = share(policy, batching)
        yield Row(
            f"share of a night spent in the policy: {policy} · {batching}",
            f"{100 * found:.1f}%",
            "at most 15%",
            found <= TARGET,
        )
