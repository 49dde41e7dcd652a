"""Breakers and limiters by the arithmetic of their sources."""

from __future__ import annotations

import pytest

from sim.client.outcomes import Dropped, Response
from sim.client.retry.breakers import AdaptiveThrottling, Breaker, CubicRate
from sim.client.retry.guards import Memory

THROTTLED = 429


def fail(memory: Memory, *times: float) -> None:
    for t in times:
        memory.failed(t, Dropped(t))


def succeed(memory: Memory, *times: float) -> None:
    for t in times:
        memory.succeeded(t, 0.0)


def is_open(memory: Memory, now: float) -> bool:
    return memory.opens_at(now) > now


def test_a_breaker_by_calls_looks_at_the_last_ones_only() -> None:
    memory = Breaker(0.5, 4, 60.0, calls=4).begin()
    fail(memory, 0.0)
    succeed(memory, 1.0, 2.0, 3.0, 4.0)  # the failure has been pushed out
    fail(memory, 5.0)
    assert not is_open(memory, 5.0)
    fail(memory, 6.0)  # 2 of 4
    assert memory.opens_at(6.0) == 66.0


def test_a_breaker_by_time_forgets_what_is_older_than_its_window() -> None:
    memory = Breaker(0.5, 3, 10.0, window=30.0).begin()
    fail(memory, 0.0)
    succeed(memory, 1.0, 2.0)
    assert not is_open(memory, 2.0)
    fail(memory, 30.0)  # that of 0.0 has just gone: 1 of 3
    assert not is_open(memory, 30.0)
    fail(memory, 31.0)  # and the success of 1.0: 2 of 3
    assert is_open(memory, 31.0)


def test_a_breaker_waits_until_it_has_seen_enough() -> None:
    memory = Breaker(0.5, 3, 10.0).begin()
    fail(memory, 0.0, 1.0)
    assert not is_open(memory, 1.0)
    fail(memory, 2.0)
    assert is_open(memory, 2.0)


def test_a_trial_that_fails_opens_the_breaker_again() -> None:
    memory = Breaker(0.5, 2, 10.0, trials=2).begin()
    fail(memory, 0.0, 1.0)
    succeed(memory, 11.0)
    assert not is_open(memory, 11.0), "the second trial is awaited"
    fail(memory, 12.0)  # 1 of 2 failed: not below the ratio
    assert memory.opens_at(12.0) == 22.0


def test_a_breaker_that_has_closed_begins_to_count_anew() -> None:
    memory = Breaker(0.5, 4, 10.0).begin()
    fail(memory, 0.0, 1.0, 2.0, 3.0)
    succeed(memory, 13.0)  # its one trial
    fail(memory, 14.0)
    succeed(memory, 15.0, 16.0, 17.0)
    assert not is_open(memory, 17.0), "1 of 4: what was before the trial is forgotten"
    fail(memory, 18.0)
    assert not is_open(memory, 18.0), "2 of 5"
    fail(memory, 19.0)
    assert memory.opens_at(19.0) == 29.0, "3 of 6"


def test_googles_clients_withhold_what_would_be_refused() -> None:
    memory = AdaptiveThrottling(k=2.0, window=10.0).begin()
    assert memory.withholds(0.0) == 0.0
    assert memory.withholds(1.0) == 1 / 2  # (1 - 0) / 2
    assert memory.withholds(2.0) == 2 / 3
    memory.succeeded(2.0, 0.0)
    assert memory.withholds(3.0) == (3 - 2) / 4
    memory.failed(3.0, Response(3.0, 500, 0))  # a backend that answers has taken it
    assert memory.withholds(4.0) == 0.0
    memory.failed(4.0, Response(4.0, THROTTLED, 0))
    memory.failed(4.0, Dropped(4.0))  # neither of these
    assert memory.withholds(5.0) == (5 - 4) / 6
    # at 10 the request of 0 is forgotten; at 12 those of 1 and 2, and the answer of 2
    assert memory.withholds(10.0) == (5 - 4) / 6
    assert memory.withholds(12.0) == (4 - 2) / 5
    assert memory.withholds(100.0) == 0.0


def test_the_rate_limiter_is_off_until_the_first_throttling_answer() -> None:
    memory = CubicRate().begin()
    memory.sending(0.0, retry=False)
    memory.failed(1.0, Dropped(1.0))
    memory.failed(2.0, Response(2.0, 500, 0))
    memory.succeeded(3.0, 0.0)
    assert memory.opens_at(3.0) == 3.0
    memory.sending(3.0, retry=False)
    memory.sending(3.0, retry=True)
    memory.failed(4.0, Response(4.0, THROTTLED, 0))
    assert memory.opens_at(4.0) == 4.0, "the bucket holds a token"
    memory.sending(4.0, retry=True)
    assert memory.opens_at(4.0) > 4.0


def test_a_throttling_answer_sets_the_rate_by_beta_and_cubic_brings_it_back() -> None:
    """Worked by hand: buckets of 0.5 s; 4 answers by 1.0 are 4 / s, smoothed 0.8 * 4 = 3.2."""
    memory = CubicRate(beta=0.5, scale=0.4, least=0.5, smoothing=0.8).begin()
    memory.sending(0.0, retry=False)
    for t in (0.1, 0.2, 0.3):
        memory.succeeded(t, 0.0)
    memory.failed(1.0, Response(1.0, THROTTLED, 0))
    # used 3.2, rate 1.6; tokens came at 1 / s until 0.1, at the least rate after: 0.1 + 0.9 / 2
    assert memory.opens_at(1.0) == pytest.approx(1.0 + 0.45 / 1.6)  # 1.28125
    memory.sending(1.28125, retry=False)
    assert memory.opens_at(1.28125) == pytest.approx(1.28125 + 1 / 1.6)
    memory.sending(1.5, retry=False)  # 0.35 - 1
    assert memory.opens_at(1.5) == pytest.approx(1.5 + 1.65 / 1.6)
    # k = (3.2 * 0.5 / 0.4)**(1/3) = 4**(1/3); one more answer by 2.0: 0.8 * 1 + 0.2 * 3.2 = 1.44
    memory.succeeded(2.0, 0.0)
    assert 0.4 * (1.0 - 4 ** (1 / 3)) ** 3 + 3.2 > 2 * 1.44, "cut to twice what is measured"
    assert memory.opens_at(2.0) == pytest.approx(2.0 + (1 - 0.15) / 2.88)
    # throttled again at 2.25, in the same bucket: the lower of 1.44 and 2.88 was used
    memory.failed(2.25, Response(2.25, THROTTLED, 0))
    assert memory.opens_at(2.25) == pytest.approx(2.25 + (1 - 0.15 - 0.25 * 2.88) / 0.72)


def test_after_a_throttling_answer_the_rate_grows_along_the_cubic() -> None:
    """4 / s measured, used 4; k = (4 * 0.5 / 0.4)**(1/3) = 5**(1/3); no smoothing."""
    memory = CubicRate(beta=0.5, scale=0.4, smoothing=1.0).begin()
    memory.sending(0.0, retry=False)
    for t in (0.1, 0.2, 0.3):
        memory.succeeded(t, 0.0)
    memory.failed(1.0, Response(1.0, THROTTLED, 0))
    for t in (1.1, 1.2, 1.3, 1.5):
        memory.succeeded(t, 0.0)  # 8 / s: the ceiling is far
    grown = 0.4 * (0.5 - 5 ** (1 / 3)) ** 3 + 4
    now = memory.opens_at(1.5)
    while now == 1.5:  # until the bucket is empty
        memory.sending(1.5, retry=False)
        now = memory.opens_at(1.5)
    memory.sending(now, retry=False)
    assert memory.opens_at(now) - now == pytest.approx(1 / grown)


def test_the_rate_never_falls_below_the_least() -> None:
    memory = CubicRate(beta=0.1, least=0.5).begin()
    memory.sending(0.0, retry=False)
    memory.failed(10.0, Response(10.0, THROTTLED, 0))  # 0.1 / s measured, a tenth of it used
    memory.sending(10.0, retry=True)  # the one token that came meanwhile
    assert memory.opens_at(10.0) == pytest.approx(12.0)


def test_tokens_do_not_pile_up_above_a_seconds_worth() -> None:
    memory = CubicRate(beta=0.7).begin()
    memory.sending(0.0, retry=False)
    for n in range(1, 11):
        memory.succeeded(n / 10, 0.0)  # 10 / s by 1.0, smoothed to 9.6
    memory.failed(1.0, Response(1.0, THROTTLED, 0))
    for n in range(6):  # a second's worth of 0.7 * 9.6 = 6.72 / s
        assert memory.opens_at(100.0) == 100.0, n
        memory.sending(100.0, retry=False)
    assert memory.opens_at(100.0) > 100.0


def test_one_of_three_trials_may_fail_where_half_of_them_must() -> None:
    memory = Breaker(0.5, 2, 10.0, trials=3).begin()
    fail(memory, 0.0, 1.0, 11.0)
    succeed(memory, 12.0, 13.0)
    assert not is_open(memory, 13.0)
