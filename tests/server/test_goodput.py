"""Goodput of a server of four workers: at twice its capacity, and after a crowd has come at once.

A simulation on SimPy: Poisson arrivals, exponential work, first come first served. The controllers
are the server's own; they are told the simulation's time.
"""

from __future__ import annotations

import math
from random import Random
from typing import NamedTuple

import pytest
import simpy

from server.overload.controller import Controller
from server.overload.fixed import Fixed
from server.overload.registry import parse_limit
from server.overload.waiting import Waiting

WORKERS, SERVICE, TIMEOUT = 4, 0.010, 1.0
CAPACITY = WORKERS / SERVICE
LENGTH = 20.0


class Served(NamedTuple):
    """What became of the second half of a run, as shares of the capacity.

    good : answered before the client left.
    dropped : bodies that were sent in vain.
    """

    good: float
    dropped: float


def serve(gate: Controller, load: float) -> Served:
    """Poisson arrivals at ``load`` times the capacity, exponential work, first come first served.

    The server does not notice that a client has left, and works for it all the same.
    """
    env = simpy.Environment()
    random = Random(11)
    queue: simpy.Store = simpy.Store(env)
    good = dropped = 0

    def arrivals():
        while True:
            yield env.timeout(random.expovariate(load * CAPACITY))
            if gate.admit(env.now) is None:
                queue.put(env.now)

    def worker():
        nonlocal good, dropped
        while True:
            began = yield queue.get()
            counts = env.now > LENGTH / 2
            if not gate.queued(env.now, env.now - began):
                gate.done(env.now, 0.0, ok=False)
                dropped += counts
                continue
            yield env.timeout(random.expovariate(1 / SERVICE))
            gate.done(env.now, env.now - began, ok=True)
            good += counts and env.now - began <= TIMEOUT

    env.process(arrivals())
    for _ in range(WORKERS):
        env.process(worker())
    env.run(LENGTH)
    half = CAPACITY * LENGTH / 2
    return Served(good / half, dropped / half)


# The count of 10 s at 400/s has a standard error of 1.6% of the capacity at most.


def test_without_a_limit_goodput_collapses_at_twice_the_capacity() -> None:
    assert serve(Controller(Waiting(Random(2))), 0.8).good == pytest.approx(0.8, abs=0.05)
    assert serve(Controller(Waiting(Random(2))), 2.0).good == 0.0


@pytest.mark.parametrize("spec", ["fixed:40", "codel:5ms/100ms", "gradient:20-200"])
def test_every_limit_keeps_goodput_at_twice_the_capacity(spec: str) -> None:
    assert serve(parse_limit(spec, Random(2)), 0.8).good == pytest.approx(0.8, abs=0.05)
    assert serve(parse_limit(spec, Random(2)), 2.0).good > 0.95


def test_codel_drops_bodies_that_were_sent_and_the_others_refuse_before() -> None:
    assert serve(parse_limit("codel", Random(2)), 2.0).dropped == pytest.approx(1.0, abs=0.05)
    assert serve(parse_limit("fixed:40", Random(2)), 2.0).dropped == 0.0
    assert serve(parse_limit("gradient", Random(2)), 2.0).dropped == 0.0


def drain(gate: Controller, clients: int) -> tuple[float, float]:
    """All come in one second and obey Retry-After: when the last is served, attempts each."""
    env = simpy.Environment()
    random = Random(17)
    workers = simpy.Resource(env, WORKERS)
    attempts = 0

    def client():
        nonlocal attempts
        yield env.timeout(random.random())
        while True:
            attempts += 1
            told = gate.admit(env.now)
            if told is None:
                break
            yield env.timeout(math.ceil(told))
        began = env.now
        with workers.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1 / SERVICE))
        gate.done(env.now, env.now - began, ok=True)

    for _ in range(clients):
        env.process(client())
    env.run()
    return env.now, attempts / clients


def test_a_crowd_that_obeys_retry_after_is_served_in_about_the_time_that_its_work_takes() -> None:
    least = 4000 / CAPACITY  # 10 s of work
    last, attempts = drain(Fixed(40, Waiting(Random(2))), 4000)
    assert last < 2.5 * least
    assert attempts < 3.0
