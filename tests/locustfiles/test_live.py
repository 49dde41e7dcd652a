"""SimPy in real time: the same events at their own moments, in order, and others let in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

import gevent
import pytest
from gevent.event import Event as Bell
from hypothesis import given, settings
from hypothesis import strategies as st
from simpy import Environment, Event, Timeout

from locustfiles.clock import Clock
from locustfiles.live import TICK, LiveLoop

FAST = 1000.0  # seconds of scenario time in one second
Tick = Callable[[float], None]


def loop_of(
    env: Environment, speed: float = FAST, on_tick: Tick | None = None, begins: float = 0.0
) -> LiveLoop:
    return LiveLoop(env, Clock(begins, speed, time.monotonic()), on_tick)


def sleeper(
    env: Environment, moments: list[float], seen: list[tuple[float, int]], who: int
) -> Generator[Event, None, None]:
    for moment in moments:
        yield Timeout(env, moment - env.now)
        seen.append((env.now, who))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.floats(0.0, 30.0), max_size=5).map(sorted), max_size=6))
def test_events_happen_in_order_and_at_exactly_their_own_moments(plans: list[list[float]]) -> None:
    runs = []
    for real in (False, True):
        env = Environment()
        seen: list[tuple[float, int]] = []
        for who, moments in enumerate(plans):
            env.process(sleeper(env, moments, seen, who))
        if real:
            loop_of(env).run(31.0)
        else:
            env.run(31.0)
        runs.append(seen)
    assert runs[1] == runs[0]


def test_nothing_happens_before_its_time() -> None:
    env = Environment()
    loop = loop_of(env, speed=10.0)
    at: list[tuple[float, float]] = []

    def process() -> Generator[Event, None, None]:
        for _ in range(5):
            yield Timeout(env, 0.3)
            at.append((env.now, loop.clock.now()))

    env.process(process())
    loop.run(2.0)
    assert [planned for planned, _ in at] == pytest.approx([0.3, 0.6, 0.9, 1.2, 1.5])
    assert all(real >= planned for planned, real in at)
    assert len(loop.lateness) >= 5
    assert min(loop.lateness) >= 0.0


def test_the_loop_ends_when_the_clock_has_reached_the_end_and_leaves_later_events_alone() -> None:
    env = Environment()
    seen: list[tuple[float, int]] = []
    env.process(sleeper(env, [50.0, 100.0, 100.5], seen, 1))
    loop = loop_of(env)
    loop.run(100.0)
    assert seen == [(50.0, 1), (100.0, 1)]
    assert loop.clock.now() >= 100.0
    assert env.now == 100.0


def test_an_empty_loop_lasts_as_long_as_its_window() -> None:
    loop = loop_of(Environment(), speed=1.0)
    began = time.monotonic()
    loop.run(0.1)
    assert time.monotonic() - began >= 0.1


def test_what_happens_outside_is_told_at_its_moment_and_wakes_who_waits() -> None:
    env = Environment()
    loop = loop_of(env, speed=1.0)
    outside = Event(env)
    found: list[tuple[float, str]] = []

    def waiting() -> Generator[Event, None, None]:
        yield outside | Timeout(env, 30.0)
        found.append((env.now, str(outside.value)))
        loop.stop()

    def telling() -> None:
        gevent.sleep(0.05)
        before.append(loop.clock.now())
        loop.tell(outside, "answered")

    before: list[float] = []
    env.process(waiting())
    greenlet = gevent.spawn(telling)
    loop.run(30.0)
    greenlet.get()
    ((at, value),) = found
    assert value == "answered"
    assert before[0] <= at <= loop.clock.now() < 30.0


def test_an_event_is_told_once() -> None:
    env = Environment()
    loop = loop_of(env, speed=1.0)
    outside = Event(env)
    loop.tell(outside, "first")
    loop.tell(outside, "second")
    loop.run(0.01)
    assert outside.value == "first"


def test_a_moment_that_the_schedule_has_passed_already_is_told_at_once_and_never_before() -> None:
    env = Environment()
    env.run(until=5.0)
    loop = loop_of(env, speed=1.0, begins=4.999)  # its clock is a little behind the events
    outside = Event(env)
    at: list[float] = []
    outside.callbacks.append(lambda _: at.append(env.now))
    loop.tell(outside)
    loop.run(5.01)
    assert at == [5.0]


def test_stop_ends_it_at_once_from_another_greenlet() -> None:
    env = Environment()
    loop = loop_of(env, speed=1.0)
    gevent.spawn_later(0.02, loop.stop)
    began = time.monotonic()
    loop.run(60.0)
    assert time.monotonic() - began < 5.0
    assert loop.stopped


def test_ticks_come_with_a_time_up_to_which_everything_has_happened() -> None:
    env = Environment()
    seen: list[tuple[float, int]] = []
    env.process(sleeper(env, [0.05 * n for n in range(1, 10)], seen, 0))
    ticks: list[tuple[float, int]] = []
    loop = loop_of(env, speed=1.0, on_tick=lambda now: ticks.append((now, len(seen))))
    loop.run(0.5)
    assert 5 < len(ticks) <= 0.5 / TICK + 2
    assert [now for now, _ in ticks] == sorted(now for now, _ in ticks)
    for now, done in ticks:
        assert now <= env.peek()
        assert done == sum(at <= now for at, _ in seen)


@pytest.mark.parametrize("busy", ["events", "ticks", "nothing"])
def test_other_greenlets_work_while_the_loop_runs(busy: str) -> None:
    """Also when events or ticks take more time than there is."""
    env = Environment()

    def slow(_now: float) -> None:
        time.sleep(1.5 * TICK)

    loop = loop_of(env, speed=1.0, on_tick=slow if busy == "ticks" else None)
    rounds = 0
    bell = Bell()

    def other() -> None:
        nonlocal rounds
        while rounds < 20:
            gevent.sleep(0.001)  # a timer of its own, as sockets have
            rounds += 1
        bell.set()
        loop.stop()

    def ever() -> Generator[Event, None, None]:
        while True:
            yield Timeout(env, 0.001)
            time.sleep(0.002)

    if busy == "events":
        env.process(ever())
    greenlet = gevent.spawn(other)
    loop.run(20.0)
    greenlet.kill()
    assert bell.is_set()
