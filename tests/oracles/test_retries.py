"""R1, W1, C1: retries against constant failure, WorkManager's times, whole files against chunks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import exp, sqrt

import numpy as np
import pytest

from sim.client.actions import Wait
from sim.client.batching.pieces import Object, Resume
from sim.client.outcomes import Dropped, Ending, Response, Woken
from sim.client.retry.backoff import Fixed
from sim.client.retry.policy import Policy
from sim.client.retry.presets import PRESETS
from sim.client.retry.stop import Stop
from sim.client.workflow import Crew, upload
from sim.draws import Draws, code, uniform
from tests.oracles.tools import alone

PATIENT = Crew(starts=0.0, press_again=1e9, gives_up=1e8)


@pytest.mark.parametrize(
    ("f", "retries", "success", "load"), [(0.5, 3, 0.9375, 1.875), (0.3147, 3, 0.9902, 1.445)]
)
def test_r1_success_and_load_under_constant_failure(
    f: float, retries: int, success: float, load: float
) -> None:
    n = 20_000
    policy = replace(PRESETS["three-retries"], backoff=Fixed(1.0))
    assert policy.stop.attempts == retries + 1
    crew = Crew(starts=0.0)  # nobody presses send again
    sent = attempts = 0
    for station in range(n):
        key = Draws(41, 0).key(f"tps/{station}")
        client = upload([Object("photo", 1)], policy, crew, 60.0, partial(uniform, key))
        tries, action, now = 0, next(client), 0.0
        try:
            while True:
                if isinstance(action, Wait):
                    now = max(now, action.until)
                    action = client.send(Woken(now))
                    continue
                tries += 1
                lost = uniform(key, code("r1"), tries) < f
                action = client.send(Dropped(now) if lost else Response(now, 201, 1))
        except StopIteration as stop:
            sent += stop.value is Ending.SENT
        attempts += tries
    assert success == pytest.approx(1 - f ** (retries + 1), abs=5e-5)
    assert load == pytest.approx((1 - f ** (retries + 1)) / (1 - f), abs=5e-4)
    assert sent / n == pytest.approx(success, abs=3 * sqrt(success * (1 - success) / n))
    assert attempts / n == pytest.approx(load, abs=3 * sqrt(retries**2 / 4 / n))


def test_w1_workmanager_waits_30_90_210_and_so_on() -> None:
    policy = PRESETS["workmanager"]
    client = upload([Object("photo", 1)], policy, PATIENT, 60.0, lambda _p, _n: 0.5)
    assert next(client) == Wait(0.0)
    client.send(Woken(0.0))
    times, now = [], 0.0
    for _ in range(8):
        action = client.send(Dropped(now))
        assert isinstance(action, Wait)
        now = action.until
        times.append(now)
        client.send(Woken(now))
    assert times == [30, 90, 210, 450, 930, 1890, 3810, 7650]


SIZE, RATE = 2 * 2**20, 100e3 / 8  # 2 MiB at 100 kbit/s
WHOLE = SIZE / RATE


def restart_law(seconds: float, hazard: float) -> float:
    """Mean time of work that starts again after every break: (e^(hT) - 1) / h."""
    return (exp(hazard * seconds) - 1) / hazard


@pytest.mark.parametrize(
    ("chunk", "overhead", "hazard", "expected"),
    [(None, 0.0, 1 / 120, 365.7), (256 * 1024, 1.0, 1 / 120, 192.9), (None, 0.0, 1 / 60, 922.9),
     (128 * 1024, 1.0, 1 / 60, 202.5)],
)  # fmt: skip
def test_c1_restart_law_of_whole_files_and_chunks(
    chunk: int | None, overhead: float, hazard: float, expected: float
) -> None:
    pieces = 1 if chunk is None else SIZE // chunk
    law = pieces * restart_law(WHOLE / pieces + overhead, hazard)
    assert law == pytest.approx(expected, abs=0.06)
    n = 4_000 if chunk is None else 1_500
    key = Draws(42, 0).key("c1")
    count = iter(range(10**9))
    policy = Policy("at once", stop=Stop(attempts=1e9))
    resume = Resume.NONE if chunk is None else Resume.IETF
    times = []
    for _ in range(n):
        client = upload(
            [Object("photo", SIZE, chunk, resume)], policy, PATIENT, 1e9, lambda _p, _n: 0.5
        )
        ending, end, resent = alone(
            client, RATE, hazard, overhead, lambda: uniform(key, code("break"), next(count))
        )
        assert ending is Ending.SENT
        assert chunk is None or resent == 0
        times.append(end)
    error = float(np.std(times, ddof=1)) / sqrt(n)
    assert float(np.mean(times)) == pytest.approx(law, abs=3 * error)


def test_c1_one_attempt_in_four_gets_a_whole_file_through() -> None:
    assert exp(-WHOLE / 120) == pytest.approx(0.2471, abs=5e-5)
