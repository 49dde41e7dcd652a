"""Is it the server that was measured, or the generator? What a worker measures of itself.

A stall of the generator raises no warning of Locust's and looks like a slow server. So the event
loop is probed, lateness is kept for every attempt, and whatever lies beyond the scenario's limits
makes the run invalid, with what to do about it.

Rule of this file: measuring and judging; units in the names, real time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

import gevent
import numpy as np
import psutil

from locustfiles.clock import Clock
from sim.attempts import Attempt
from sim.scenario.replay import Validity

_EVERY: Final = 0.02  # seconds between two probes of the loop
LONG: Final = 2.0
"""Seconds from which on a transfer's pacing is judged: below, one tick is a large part of it."""

_REMEDY: Final = "take more workers (--processes), a smaller --sample or a lower --speed"


class Probe:
    """Measures the event loop and the processor while a replay runs."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._process = psutil.Process()
        self._greenlet: Any = None
        self._used = self._since = 0.0

    def start(self) -> None:
        """Begin to measure."""
        self._used, self._since = self._seconds(), time.monotonic()
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> dict[str, Any]:
        """What was measured."""
        self._greenlet.kill()
        lasted = time.monotonic() - self._since
        return {
            "loop_lag": self.late,
            "cpu": (self._seconds() - self._used) / lasted,
            "memory": self._process.memory_info().rss,
        }

    def _run(self) -> None:
        while True:
            before = time.monotonic()
            gevent.sleep(_EVERY)
            self.late.append(max(time.monotonic() - before - _EVERY, 0.0))

    def _seconds(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def judge(
    limits: Validity,
    attempts: Sequence[Attempt],
    clock: Clock,
    workers: Sequence[dict[str, Any]],
    *,
    clocks: float,
    stations: int,
    expected: int,
    trouble: Sequence[str] = (),
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The measures of a run beside their limits, and what is wrong with it, if anything.

    Parameters
    ----------
    workers : what each worker's :class:`Probe` measured.
    clocks : largest difference between two clocks that could not be corrected, seconds.
    stations, expected : that were replayed, and that should have been.
    trouble : what is wrong beyond any measure (a lost worker, an exceeded cap).
    """
    late = [a.begin_late for a in attempts]
    join = [a.join_late for a in attempts if a.joined == a.joined]
    loop = [x for w in workers for x in w["loop_lag"]]
    paced = pacing(attempts, clock)
    found: dict[str, dict[str, Any]] = {}
    wrong = list(trouble)

    def say(name: str, value: float, limit: float, what: str, ok: bool | None = None) -> None:
        fine = bool(value <= limit) if ok is None else ok
        found[name] = {"value": value, "limit": limit, "ok": fine}
        if not fine:
            wrong.append(what)

    lag = _p99(late)
    say(
        "schedule_lag_p99_ms", 1e3 * lag, 1e3 * limits.schedule_lag,
        f"attempts began {1e3 * lag:.0f} ms late (99%): the generator is overloaded; {_REMEDY}",
    )  # fmt: skip
    lag = _p99(join)
    say(
        "join_lag_p99_ms", 1e3 * lag, 1e3 * limits.schedule_lag,
        f"bodies began {1e3 * lag:.0f} ms late (99%): the generator is overloaded; {_REMEDY}",
    )  # fmt: skip
    lag = _p99(loop)
    say(
        "loop_lag_p99_ms", 1e3 * lag, 1e3 * limits.loop_lag,
        f"the event loop stood still for {1e3 * lag:.0f} ms (99%): it looks like a slow server; "
        + _REMEDY,
    )  # fmt: skip
    error = _p99(list(np.abs(paced - 1.0)))
    say(
        "pacing_p99_percent", 100 * error, 100 * limits.pacing,
        f"transfers took {100 * error:.1f}% more or less time than their cells granted (99%): the "
        f"generator or the server's reading is too slow; {_REMEDY}",
    )  # fmt: skip
    cpu = max((w["cpu"] for w in workers), default=0.0)
    say(
        "cpu_percent", 100 * cpu, 100 * limits.cpu,
        f"a worker used {100 * cpu:.0f}% of a core; {_REMEDY}",
    )  # fmt: skip
    say(
        "clock_difference_ms", 1e3 * clocks, 1e3 * limits.clocks,
        f"the machines' clocks agree within {1e3 * clocks:.0f} ms only; synchronise them (NTP)",
    )  # fmt: skip
    say(
        "stations_missing", expected - stations, 0,
        f"{expected - stations} of {expected} stations were not replayed",
    )  # fmt: skip
    return found, wrong


def pacing(attempts: Sequence[Attempt], clock: Clock) -> np.ndarray:
    """Real duration of each complete transfer of :data:`LONG` seconds or more, relative to what its
    cell granted."""
    ratios = []
    for a in attempts:
        granted = clock.real(a.left - a.joined)
        if granted >= LONG and a.drain_late == a.drain_late:
            ratios.append((granted + a.drain_late - a.join_late) / granted)
    return np.array(ratios)


def _p99(values: Sequence[float]) -> float:
    return float(np.quantile(values, 0.99)) if len(values) else 0.0
