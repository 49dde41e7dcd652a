"""Q1 to Q4: Erlang's loss and delay systems, M/M/c/K, and M/M/1 with a deadline."""

from __future__ import annotations

import heapq
from math import exp, inf

import numpy as np
import pytest

from sim.ingest.slots import Entry, Slots
from sim.ingest.workers import Fate, Workers
from tests.oracles.tools import batch_means

N = 80_000


def submit_all(
    workers: Workers, load: float, seed: int
) -> tuple[list[float], list[Fate], list[float]]:
    """Poisson arrivals at rate ``load`` with exponential work of mean 1: waits, fates, arrivals."""
    rng = np.random.default_rng(seed)
    arrivals = np.cumsum(rng.exponential(1 / load, N)).tolist()
    work = rng.exponential(1.0, N).tolist()
    verdicts = [workers.submit(t, s) for t, s in zip(arrivals, work, strict=True)]
    waits = [v.started - t for v, t in zip(verdicts, arrivals, strict=True)]
    return waits, [v.fate for v in verdicts], arrivals


@pytest.mark.parametrize(
    ("a", "c", "blocking"), [(10, 10, 0.21458), (20, 30, 0.00846), (50, 50, 0.10479)]
)
def test_q1_erlang_b_connection_slots_without_a_backlog(a: float, c: int, blocking: float) -> None:
    rng = np.random.default_rng(31)
    slots, leaving = Slots(c), list[float]()
    refused = []
    t = 0.0
    for gap, hold in zip(rng.exponential(1 / a, N), rng.exponential(1.0, N), strict=True):
        t += gap
        while leaving and leaving[0] <= t:
            heapq.heappop(leaving)
            assert slots.leave() is None
        entered = slots.enter(object())
        refused.append(entered is Entry.REFUSED)
        if entered is Entry.IN:
            heapq.heappush(leaving, t + hold)
    mean, error = batch_means(np.array(refused, dtype=float))
    assert mean == pytest.approx(blocking, abs=3 * error)


@pytest.mark.parametrize(
    ("a", "c", "waiting"), [(8, 10, 0.40918), (18, 20, 0.55077), (45, 50, 0.36386)]
)
def test_q2_erlang_c_requests_that_wait_for_a_worker(a: float, c: int, waiting: float) -> None:
    waits, _, _ = submit_all(Workers(c), a, 32)
    mean, error = batch_means(np.array([w > 0 for w in waits], dtype=float))
    assert mean == pytest.approx(waiting, abs=3 * error)


@pytest.mark.parametrize(
    ("a", "c", "places", "blocking", "queue"),
    [(10.0, 8, 32, 0.20039, 20.058), (7.6, 8, 64, 0.00250, 13.190)],
)
def test_q3_bounded_queue(a: float, c: int, places: int, blocking: float, queue: float) -> None:
    waits, fates, _ = submit_all(Workers(c, places - c), a, 33)
    full, error = batch_means(np.array([f is Fate.FULL for f in fates], dtype=float))
    assert full == pytest.approx(blocking, abs=3 * error)
    # Little's law: mean queue = arrival rate x mean wait, refused ones waiting not at all
    waited, error = batch_means(np.array([0.0 if w == inf else w for w in waits]))
    assert a * waited == pytest.approx(queue, abs=3 * a * error)


@pytest.mark.parametrize(
    ("rho", "tau", "lost"),
    [(0.9, 5, 0.10731), (1.0, 5, 0.14286), (1.2, 5, 0.22386), (1.5, 3, 0.37003)],
)
def test_q4_requests_that_expire_at_their_deadline(rho: float, tau: float, lost: float) -> None:
    if rho != 1.0:
        e = exp(-(1 - rho) * tau)
        p0 = 1 / (1 + rho * (1 - e) / (1 - rho) + rho * e)
        assert p0 * rho * e == pytest.approx(lost, abs=5e-6)
    _, fates, _ = submit_all(Workers(1, None, tau), rho, 34)
    mean, error = batch_means(np.array([f is Fate.EXPIRED for f in fates], dtype=float))
    assert mean == pytest.approx(lost, abs=3 * error)
