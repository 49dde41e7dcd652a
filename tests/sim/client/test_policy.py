"""A policy at work: which wait follows which failure, and when there is none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sim.client.outcomes import Dropped, Reply, Response, TimedOut, Withheld
from sim.client.retry.backoff import Exponential, Fixed
from sim.client.retry.breakers import Breaker, CubicRate
from sim.client.retry.budgets import CallBucket, RetryQuota
from sim.client.retry.history import History
from sim.client.retry.policy import Policy, Retrier
from sim.client.retry.signals import RetryAfter, Rule
from sim.client.retry.stop import Stop

DOUBLING = Exponential(1.0)


def waits(policy: Policy, replies: Sequence[Reply], u: float = 0.5) -> list[float | None]:
    """The waits after these failures of one piece that began at 100."""
    retrier = Retrier(policy, lambda _p, _n: u)
    history = History(100.0, 0, replies[0], 0)
    found = []
    for n, reply in enumerate(replies, 1):
        history.attempts, history.last, history.n = n, reply, n
        found.append(retrier.next_wait(history))
    return found


def lost(*times: float) -> list[Reply]:
    return [Dropped(t) for t in times]


def busy(at: float, retry_after: float | None = None) -> Response:
    return Response(at, 503, 0, retry_after)


def test_each_failure_takes_the_next_delay() -> None:
    assert waits(Policy("p", backoff=DOUBLING), lost(101, 102, 103, 104)) == [1.0, 2.0, 4.0, 8.0]


def test_an_answer_that_throttles_may_have_a_backoff_of_its_own() -> None:
    policy = Policy("p", backoff=Fixed(1.0), when_throttled=Fixed(30.0))
    replies: list[Reply] = [Dropped(101), busy(102), Response(103, 500, 0), Response(104, 429, 0)]
    assert waits(policy, replies) == [1.0, 30.0, 1.0, 30.0]


def test_a_pushback_starts_the_backoff_again_and_a_negative_one_stops() -> None:
    policy = Policy("p", backoff=DOUBLING, retry_after=RetryAfter(Rule.PUSHBACK))
    replies = [*lost(101, 102), busy(103, 9.0), *lost(104, 105)]
    assert waits(policy, replies) == [1.0, 2.0, 9.0, 1.0, 2.0]
    assert waits(policy, [busy(101, 0.5), busy(102, 0.0), busy(103, -1.0)]) == [0.5, 0.0, None]
    kept = Policy("p", backoff=DOUBLING, retry_after=RetryAfter(Rule.INSTEAD))
    assert waits(kept, replies) == [1.0, 2.0, 9.0, 8.0, 16.0]


def test_the_servers_wait_is_spread_by_a_draw_of_its_own() -> None:
    spread = Policy("p", backoff=Fixed(1.0), retry_after=RetryAfter(jitter=0.5))
    assert waits(spread, [busy(101, 10.0)], u=0.8) == [14.0]
    plain = Policy("p", backoff=Fixed(1.0))
    asked: list[int] = []

    def draw(purpose: int, _n: int) -> float:
        asked.append(purpose)
        return 0.5

    Retrier(plain, draw).next_wait(History(100.0, 1, busy(101, 10.0), 1))
    assert len(set(asked)) == 1, "nothing is drawn for a spread that there is not"
    Retrier(spread, draw).next_wait(History(100.0, 1, busy(101, 10.0), 1))
    assert len(set(asked)) == 2


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (Stop(attempts=3), [10.0, 10.0, None]),
        (Stop(after=20.0), [10.0, None, None]),  # 20 s have passed at 120
        (Stop(after=20.5), [10.0, 10.0, None]),
        (Stop(seconds=30.0), [10.0, 10.0, None]),  # 120 + 10 is the last moment
        (Stop(seconds=29.0), [10.0, None, None]),
        (Stop(slept=20.0), [10.0, 10.0, None]),
        (Stop(slept=19.0), [10.0, None, None]),
        (Stop(), [10.0, 10.0, 10.0]),
    ],
)
def test_the_app_stops_at_the_first_limit(stop: Stop, expected: list[float | None]) -> None:
    policy = Policy("p", backoff=Fixed(10.0), stop=stop)
    assert waits(policy, lost(110.0, 120.0, 140.0)) == expected


def test_all_waits_together_are_what_was_slept() -> None:
    retrier = Retrier(Policy("p", backoff=DOUBLING), lambda _p, _n: 0.5)
    history = History(0.0, 1, Dropped(1.0), 1)
    for _ in range(3):
        retrier.next_wait(history)
    assert (history.slept, history.step) == (7.0, 3)


def test_budgets_are_asked_with_the_failure_and_what_they_took_is_written_down() -> None:
    guards = (
        CallBucket(9.0, 1.0),
        CubicRate(),
        RetryQuota(20, 5, timeout_cost=8, throttling_cost=2),
    )
    retrier = Retrier(Policy("p", backoff=Fixed(1.0), guards=guards), lambda _p, _n: 0.5)
    for reply, price in ((Dropped(1.0), 5.0), (TimedOut(2.0), 8.0), (busy(3.0), 2.0)):
        history = History(0.0, 1, reply, 1)
        assert retrier.next_wait(history) == 1.0
        assert history.paid == (1.0, 0.0, price)
    assert retrier.next_wait(History(0.0, 1, TimedOut(4.0), 1)) is None
    retrier.succeeded(5.0, None)  # 5 and the refund of 1: too little for a time-out
    assert retrier.next_wait(History(0.0, 1, TimedOut(6.0), 1)) is None
    retrier.succeeded(7.0, History(0.0, 1, TimedOut(6.0), 1, paid=(1.0, 0.0, 8.0)))
    assert retrier.next_wait(History(0.0, 1, TimedOut(8.0), 1)) == 1.0


def test_the_limiter_hears_of_a_throttling_answer() -> None:
    retrier = Retrier(Policy("p", backoff=Fixed(1.0), guards=(CubicRate(),)), lambda _p, _n: 0.5)
    assert retrier.lets_out(0.0, 1, False)
    retrier.next_wait(History(0.0, 1, busy(10.0), 1))
    assert retrier.lets_out(10.0, 2, True)
    assert retrier.opens_at(10.0) > 10.0


def test_what_was_withheld_is_no_failure_to_a_guard() -> None:
    retrier = Retrier(
        Policy("p", backoff=Fixed(1.0), guards=(Breaker(0.5, 1, 60.0),)), lambda _p, _n: 0.5
    )
    assert retrier.next_wait(History(0.0, 1, Withheld(0.0), 1)) == 1.0
    assert retrier.opens_at(1.0) == 1.0
    assert retrier.next_wait(History(0.0, 1, Dropped(1.0), 1)) == 1.0
    assert retrier.opens_at(2.0) == 61.0


def test_a_piece_that_never_failed_has_paid_nothing() -> None:
    guards = (RetryQuota(9, 5, 5, 5, refund=4),)
    retrier = Retrier(Policy("p", backoff=Fixed(1.0), guards=guards), lambda _p, _n: 0.5)
    assert retrier.next_wait(History(0.0, 1, Dropped(1.0), 1)) == 1.0
    retrier.succeeded(2.0, None)  # 4 + 4
    assert retrier.next_wait(History(0.0, 1, Dropped(3.0), 1)) == 1.0
    retrier.succeeded(4.0, None)  # 3 + 4
    assert retrier.next_wait(History(0.0, 1, Dropped(5.0), 1)) == 1.0
