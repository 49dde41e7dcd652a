"""R2 and R3: clients that contend for one row (optimistic concurrency control), as in Brooker's
aws-arch-backoff-simulator; R4 and R5: retry rules against constant failure, as in his
simulator_example. The policies are the catalogue's, on the simulators' time scale."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from heapq import heapify, heappop, heappush
from math import sqrt

import numpy as np
import pytest

from sim.client.outcomes import Dropped
from sim.client.retry.backoff import Backoff, Exponential, Fixed
from sim.client.retry.history import History
from sim.client.retry.jitter import DecorrelatedJitter, Jitter
from sim.client.retry.policy import Policy, Retrier
from sim.client.retry.presets import PRESETS
from sim.client.retry.stop import Stop
from sim.draws import Draws, code, uniform

BASE, CAP = 5.0, 2000.0  # milliseconds; its first retry already waits 2 * BASE
LAW: Backoff = Exponential(2 * BASE, 2.0, CAP)
FOREVER = Stop(attempts=1e6)


def scaled(name: str, backoff: Backoff = LAW, jitter: Jitter | None = None) -> Policy:
    policy = replace(PRESETS[name], backoff=backoff, stop=FOREVER)
    return policy if jitter is None else replace(policy, jitter=jitter)


POLICIES = {
    "exponential": scaled("exponential"),
    "decorrelated": scaled("decorrelated-jitter", jitter=DecorrelatedJitter(BASE, CAP)),
    "equal": scaled("equal-jitter"),
    "full": scaled("full-jitter"),
    "none": scaled("none", Fixed(0.0)),
}


def contend(policy: Policy, clients: int, replication: int) -> tuple[float, int]:
    """Until all have written: the time in milliseconds, and the calls to write."""
    rng = np.random.default_rng([7, replication])

    def net() -> float:
        return abs(float(rng.normal(10, 2)))

    draws = Draws(72, replication)
    retriers = [Retrier(policy, partial(uniform, draws.key(f"c{i}"))) for i in range(clients)]
    histories: list[History | None] = [None] * clients
    version, calls, now = 0, 0, 0.0
    # (time, client, stage, version read): read arrives, answer arrives, write arrives, answer
    events = [(net(), i, "read", 0) for i in range(clients)]
    heapify(events)
    while events:
        now, i, stage, seen = heappop(events)
        if stage == "read":
            heappush(events, (now + net(), i, "got", version))
        elif stage == "got":
            heappush(events, (now + net(), i, "write", seen))
        elif stage == "write":
            calls += 1
            good = seen == version
            version += good
            heappush(events, (now + net(), i, "yes" if good else "no", seen))
        elif stage == "no":
            history = histories[i]
            if history is None:
                history = histories[i] = History(now, 1, Dropped(now), 1)
            else:
                history.attempts += 1
                history.last = Dropped(now)
                history.n += 1
            wait = retriers[i].next_wait(history)
            assert wait is not None
            heappush(events, (now + net() + wait, i, "read", 0))
    return now, calls


@pytest.mark.parametrize(
    ("oracle", "clients", "name", "time", "error", "calls"),
    [
        ("R2", 100, "exponential", 63432, 336, 1856),
        ("R2", 100, "decorrelated", 4512, 71, 1004),
        ("R2", 100, "equal", 6691, 67, 812),
        ("R2", 100, "full", 4894, 51, 796),
        ("R2", 100, "none", 2022, 4, 2422),
        ("R3", 10, "full", 473, 11, 39),
        ("R3", 50, "full", 2849, 57, 332),
        ("R3", 10, "none", 384, None, 52),
        ("R3", 50, "none", 1147, None, 691),
    ],
)
def test_r2_r3_contention(
    oracle: str, clients: int, name: str, time: float, error: float | None, calls: float
) -> None:
    runs = np.array([contend(POLICIES[name], clients, r) for r in range(60)])
    own = runs.std(axis=0, ddof=1) / sqrt(len(runs))
    theirs = own[0] if error is None else error
    assert runs[:, 0].mean() == pytest.approx(time, abs=3 * sqrt(own[0] ** 2 + theirs**2)), oracle
    # the published count of calls has no error: that of its 100 runs is about ours
    assert runs[:, 1].mean() == pytest.approx(calls, abs=3 * sqrt(2) * own[1] + 0.5), oracle


@pytest.mark.parametrize(
    ("oracle", "f", "name", "success", "load"),
    [
        ("R4", 0.1, "none", 0.903, 1.0),
        ("R4", 0.1, "three-retries", 1.0, 1.114),
        ("R4", 0.1, "token-bucket", 0.992, 1.103),
        ("R4", 0.1, "retry-breaker", 0.930, 1.029),
        ("R5", 0.5, "none", 0.498, 1.0),
        ("R5", 0.5, "three-retries", 0.940, 1.869),
        ("R5", 0.5, "token-bucket", 0.576, 1.143),
        ("R5", 0.5, "retry-breaker", 0.496, 1.0),
    ],
)
def test_r4_r5_retry_rules_under_constant_failure(
    oracle: str, f: float, name: str, success: float, load: float
) -> None:
    """100 clients, each one app process with 100 calls (10 a second for 10 s)."""
    good = attempts = calls = 0
    for i in range(100):
        key = Draws(73, i).key("client")
        retrier = Retrier(PRESETS[name], partial(uniform, key))
        n = 0
        for call in range(100):
            calls += 1
            history: History | None = None
            while True:
                n += 1
                now = 0.1 * call
                assert retrier.lets_out(now, n, history is not None)
                if uniform(key, code("fails"), n) >= f:
                    retrier.succeeded(now, history)
                    good += 1
                    break
                if history is None:
                    history = History(now, 1, Dropped(now), n)
                else:
                    history.attempts, history.last, history.n = (
                        history.attempts + 1,
                        Dropped(now),
                        n,
                    )
                if retrier.next_wait(history) is None:
                    break
        attempts += n
    # the oracle's own tolerance, and three standard errors of a mean over 10,000 calls
    assert good / calls == pytest.approx(success, abs=0.006 + 3 * sqrt(0.25 / calls)), oracle
    assert attempts / calls == pytest.approx(load, abs=0.006 + 3 * sqrt(1.5 / calls)), oracle
