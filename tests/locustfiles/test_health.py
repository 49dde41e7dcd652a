"""Was it the server that was measured, or the generator? What is beyond a limit, and what to do."""

from __future__ import annotations

import time
from math import nan
from typing import Any

import gevent
import pytest

from locustfiles.clock import Clock
from locustfiles.health import LONG, Probe, judge, pacing
from sim.attempts import Attempt
from sim.scenario.replay import Validity
from tests.study.replay_tools import row

CLOCK = Clock(0.0, 10.0, 0.0)
LIMITS = Validity()
FINE: dict[str, Any] = {"loop_lag": [0.001] * 1000, "cpu": 0.3, "memory": 1, "peak": 3}


def attempts(count: int = 1000, **late: float) -> list[Attempt]:
    """Transfers of five seconds of real time."""
    plain = {"begin_late": 0.001, "join_late": 0.001, "drain_late": 0.002}
    return [row(60.0 * n, 60.0 * n + 52.0, **(plain | late)) for n in range(count)]


def judged(rows: list[Attempt], *workers: dict[str, Any], **more: Any) -> tuple[Any, list[str]]:
    plain = {"clocks": 0.001, "stations": 10, "expected": 10}
    return judge(LIMITS, rows, CLOCK, workers or [FINE], **(plain | more))


def test_a_good_generator_is_valid_and_every_measure_stands_beside_its_limit() -> None:
    found, wrong = judged(attempts())
    assert wrong == []
    assert found.keys() == {
        "schedule_lag_p99_ms", "join_lag_p99_ms", "loop_lag_p99_ms", "pacing_p99_percent",
        "cpu_percent", "clock_difference_ms", "stations_missing",
    }  # fmt: skip
    assert all(measure["ok"] and measure["value"] <= measure["limit"] for measure in found.values())
    assert found["schedule_lag_p99_ms"]["value"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("rows", "workers", "measure", "said"),
    [
        (attempts(begin_late=0.08), [FINE], "schedule_lag_p99_ms", "began 80 ms late"),
        (attempts(join_late=0.07, drain_late=0.07), [FINE], "join_lag_p99_ms",
         "bodies began 70 ms late"),
        (attempts(), [FINE, FINE | {"loop_lag": [0.2] * 1000}], "loop_lag_p99_ms",
         "stood still for 200 ms"),
        (attempts(drain_late=0.4), [FINE], "pacing_p99_percent", "more or less time"),
        (attempts(), [FINE, FINE | {"cpu": 0.97}], "cpu_percent", "used 97% of a core"),
    ],
)  # fmt: skip
def test_beyond_a_limit_the_run_is_invalid_and_is_told_to_take_more_workers(
    rows: list[Attempt],
    workers: list[dict[str, Any]],
    measure: str,
    said: str,
) -> None:
    found, wrong = judged(rows, *workers)
    assert [name for name, m in found.items() if not m["ok"]] == [measure]
    (line,) = wrong
    assert said in line
    assert "more workers (--processes), a smaller --sample or a lower --speed" in line


def test_clocks_that_differ_and_stations_that_are_missing_are_wrong_in_their_own_words() -> None:
    _, wrong = judged(attempts(), clocks=0.5)
    assert wrong == ["the machines' clocks agree within 500 ms only; synchronise them (NTP)"]
    _, wrong = judged(attempts(), stations=7)
    assert wrong == ["3 of 10 stations were not replayed"]


def test_what_a_worker_said_comes_first() -> None:
    _, wrong = judged(attempts(begin_late=1.0), trouble=["a worker was lost"])
    assert wrong[0] == "a worker was lost"
    assert len(wrong) == 2


def test_one_late_attempt_of_a_thousand_is_no_overload() -> None:
    rows = [*attempts(999), *attempts(1, begin_late=3.0)]
    assert judged(rows)[1] == []


def test_a_replay_of_nothing_is_judged_without_a_figure_of_its_own() -> None:
    found, wrong = judged([])
    assert wrong == []
    assert found["schedule_lag_p99_ms"]["value"] == 0.0


def test_pacing_compares_what_a_body_took_with_what_its_cell_granted() -> None:
    lasts = LONG * CLOCK.speed
    rows = [
        row(0.0, 100.0, joined=1.0, left=1.0 + lasts, join_late=0.1, drain_late=0.2),
        row(0.0, 100.0, joined=1.0, left=0.9 + lasts, join_late=0.0, drain_late=9.0),  # too short
        row(0.0, 100.0, joined=1.0, left=99.0, join_late=0.0, drain_late=nan),  # cut
    ]
    assert pacing(rows, CLOCK).tolist() == pytest.approx([(LONG + 0.1) / LONG])


def test_the_probe_sees_a_loop_that_stands_still() -> None:
    probe = Probe()
    probe.start()
    for _ in range(5):
        gevent.sleep(0.03)
        stop = time.monotonic() + 0.1
        while time.monotonic() < stop:
            pass
    measured = probe.stop()
    assert sum(lag > 0.05 for lag in measured["loop_lag"]) >= 4
    assert measured["cpu"] > 0.1
    assert measured["memory"] > 10**6
