"""The AWS presets against botocore itself: delays, quota and the adaptive mode's send rate."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.retries import adaptive, bucket, quota, standard, throttling
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.client.outcomes import Dropped, Reply, Response, TimedOut
from sim.client.retry.breakers import CubicRate
from sim.client.retry.history import History
from sim.client.retry.policy import Retrier
from sim.client.retry.presets import PRESETS


class Detector:
    """Takes 429 for a throttling error, as the preset says that it does."""

    def is_throttling_error_from_context(self, context: Any) -> bool:
        return bool(context.throttled)

    def is_throttling_error(self, **kwargs: Any) -> bool:
        return bool(kwargs["throttled"])


def context(attempt: int, throttled: bool, retry_after: float | None) -> SimpleNamespace:
    headers = {} if retry_after is None else {"x-amz-retry-after": str(round(retry_after * 1000))}
    return SimpleNamespace(
        attempt_number=attempt,
        throttled=throttled,
        http_response=SimpleNamespace(headers=headers, status_code=429 if throttled else 500),
        request_context={},
        add_retry_metadata=lambda **_: None,
    )


@settings(deadline=None)
@given(
    st.sampled_from(["aws-standard", "aws-standard-dynamodb"]),
    st.lists(
        st.tuples(
            st.floats(0.001, 0.999),
            st.booleans(),
            st.none() | st.integers(0, 30_000).map(lambda ms: ms / 1000),
        ),
        min_size=5,
        max_size=5,
    ),
)
def test_delays_quota_and_attempts(name: str, play: list[tuple[float, bool, float | None]]) -> None:
    policy = PRESETS[name]
    uniforms = [u for u, _, _ in play]
    left = iter(uniforms)
    delays = standard.ExponentialBackoff(
        random=lambda: next(left),
        service_name="dynamodb" if name.endswith("dynamodb") else "s3",
        throttling_detector=Detector(),
    )
    bucket_ = quota.RetryQuota()
    checker = standard.RetryQuotaChecker(bucket_, Detector())
    attempts = 4 if name.endswith("dynamodb") else standard.DEFAULT_MAX_ATTEMPTS
    retrier = Retrier(policy, lambda _p, n: uniforms[n - 1])
    history: History | None = None
    now = 0.0
    for n, (_, throttled, asked) in enumerate(play, 1):
        reply: Reply = Response(now, 429 if throttled else 500, 0, asked)
        if history is None:
            history = History(now, 1, reply, n)
        else:
            history.attempts, history.last, history.n = n, reply, n
        ours = retrier.next_wait(history)
        about = context(n, throttled, asked)
        if n >= attempts or not checker.acquire_retry_quota(about):
            assert ours is None
            return
        assert ours == pytest.approx(delays.delay_amount(about))
        now += ours or 0.0


@pytest.mark.parametrize(
    ("name", "reply", "retries"),
    [
        ("aws-standard-2025", Dropped(0.0), 100),
        ("aws-standard-2025", TimedOut(0.0), 50),
        ("aws-standard", Dropped(0.0), 35),
        ("aws-standard", Response(0.0, 429, 0), 100),
    ],
)
def test_k1_the_first_refusal_when_all_fail(name: str, reply: Reply, retries: int) -> None:
    """K1: calls that all fail, by one process: after so many retries the quota refuses."""
    retrier = Retrier(PRESETS[name], lambda _p, _n: 0.5)
    made = 0
    while True:
        history = History(0.0, 1, reply, 1)  # the first failure of a new call
        if retrier.next_wait(history) is None:
            break
        made += 1
    assert made == retries
    if name == "aws-standard":
        bucket_ = quota.RetryQuota()
        checker = standard.RetryQuotaChecker(bucket_, Detector())
        about = context(1, isinstance(reply, Response), None)
        theirs = 0
        while checker.acquire_retry_quota(about):
            theirs += 1
        assert theirs == retries


def test_a_success_gives_the_quota_back() -> None:
    retrier = Retrier(PRESETS["aws-standard"], lambda _p, _n: 0.5)
    for _ in range(1000):
        history = History(0.0, 1, Dropped(0.0), 1)
        assert retrier.next_wait(history) is not None
        retrier.succeeded(1.0, history)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def current_time(self) -> float:
        return self.now

    def sleep(self, amount: float) -> None:
        self.now += amount


class Waiting(bucket.TokenBucket):
    """botocore's bucket on a clock that is moved instead of waited for."""

    def _acquire(self, amount: float, block: bool) -> bool:
        self._refill()
        while (short := self._sleep_amount(amount)) > 1e-12:
            self._clock.now += short
            self._refill()
        self._current_capacity -= amount
        return True


@settings(deadline=None)
@given(
    st.floats(0.0, 1000.0),
    st.lists(st.tuples(st.floats(0.01, 3.0), st.sampled_from("tfs")), min_size=1, max_size=60),
)
def test_the_adaptive_modes_send_rate(start: float, play: list[tuple[float, str]]) -> None:
    clock = Clock()
    clock.now = start
    limiter = adaptive.ClientRateLimiter(
        rate_adjustor=throttling.CubicCalculator(0, clock.current_time()),
        rate_clocker=adaptive.RateClocker(clock),
        token_bucket=Waiting(max_rate=1, clock=clock),
        throttling_detector=Detector(),
        clock=clock,
    )
    memory = CubicRate().begin()
    now = start
    limiter._token_bucket._refill()  # both buckets are made at the start
    for took, what in play:
        limiter.on_sending_request(None)
        now = memory.opens_at(now)
        assert now == pytest.approx(clock.now, abs=1e-6)
        memory.sending(now, False)
        clock.now += took
        now = clock.now
        limiter.on_receiving_response(throttled=what == "t")
        if what == "s":
            memory.succeeded(now, 0.0)
        else:
            memory.failed(now, Response(now, 429, 0) if what == "t" else Dropped(now))
