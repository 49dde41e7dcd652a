"""What a server's Retry-After comes to under each rule."""

from __future__ import annotations

import pytest

from sim.client.outcomes import Dropped, Response, TimedOut
from sim.client.retry.signals import RetryAfter, Rule, throttled, timed_out


@pytest.mark.parametrize(
    ("rules", "asked", "wait"),
    [
        (RetryAfter(Rule.AT_LEAST), 5.0, 8.0),
        (RetryAfter(Rule.AT_LEAST), 12.0, 12.0),
        (RetryAfter(Rule.INSTEAD), 5.0, 5.0),
        (RetryAfter(Rule.PUSHBACK), 5.0, 5.0),
        (RetryAfter(Rule.INSTEAD, jitter=0.5), 8.0, 10.0),
        (RetryAfter(Rule.AT_LEAST, jitter=0.5), 8.0, 10.0),
        (RetryAfter(Rule.INSTEAD, most=6.0), 100.0, 6.0),
        (RetryAfter(Rule.INSTEAD, jitter=1.0, most=6.0), 100.0, 9.0),
        (RetryAfter(Rule.NEAR, most=3.0), 100.0, 11.0),
        (RetryAfter(Rule.NEAR, most=3.0), 9.5, 9.5),
        (RetryAfter(Rule.NEAR, most=3.0), 1.0, 8.0),
    ],
)
def test_the_wait_where_the_policys_own_is_8_seconds(
    rules: RetryAfter, asked: float, wait: float
) -> None:
    assert rules.wait(asked, 8.0, 0.5) == pytest.approx(wait)


def test_a_server_is_heard_where_it_asks_and_where_the_policy_listens() -> None:
    busy = Response(1.0, 503, 0, 7.0)
    assert RetryAfter().asked(busy) == 7.0
    assert RetryAfter().asked(Response(1.0, 503, 0)) is None
    assert RetryAfter().asked(Dropped(1.0)) is None
    assert RetryAfter(Rule.IGNORE).asked(busy) is None
    assert RetryAfter(statuses=frozenset({503})).asked(busy) == 7.0
    assert RetryAfter(statuses=frozenset({429})).asked(busy) is None


def test_throttling_and_silence_are_told_apart() -> None:
    assert [throttled(Response(1.0, s, 0)) for s in (429, 503, 500, 200)] == [
        True, True, False, False
    ]  # fmt: skip
    assert not throttled(TimedOut(1.0))
    assert timed_out(TimedOut(1.0))
    assert not timed_out(Dropped(1.0))
