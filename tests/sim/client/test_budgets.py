"""Each budget by its own source's arithmetic: what a retry takes, and when there is none."""

from __future__ import annotations

import pytest

from sim.client.outcomes import Dropped, Response, TimedOut
from sim.client.retry.budgets import (
    CallBucket,
    ConcurrentRetries,
    FailureRatio,
    LeakyBudget,
    RetryQuota,
    RetryRatio,
    RetryThrottling,
)

LOST = Dropped(0.0)


def test_a_quota_takes_by_the_kind_of_failure_and_gives_back_what_the_call_took() -> None:
    memory = RetryQuota(20, cost=5, timeout_cost=8, throttling_cost=2).begin()
    assert memory.may_retry(0.0, LOST) == 5  # 15 left
    assert memory.may_retry(0.0, TimedOut(0.0)) == 8  # 7
    assert memory.may_retry(0.0, Response(0.0, 503, 0)) == 2  # 5
    assert memory.may_retry(0.0, TimedOut(0.0)) is None
    assert memory.may_retry(0.0, LOST) == 5  # 0: the last of it may be spent
    assert memory.may_retry(0.0, Response(0.0, 429, 0)) is None
    memory.succeeded(0.0, 5)  # 5
    assert memory.may_retry(0.0, LOST) == 5  # 0
    memory.succeeded(0.0, 0.0)  # a call without a retry gives 1
    assert memory.may_retry(0.0, Response(0.0, 503, 0)) is None
    memory.succeeded(0.0, 0.0)  # 2
    assert memory.may_retry(0.0, Response(0.0, 503, 0)) == 2


def test_a_quota_is_never_fuller_than_its_capacity() -> None:
    memory = RetryQuota(6, cost=5, timeout_cost=5, throttling_cost=5).begin()
    memory.succeeded(0.0, 5)
    assert memory.may_retry(0.0, LOST) == 5
    assert memory.may_retry(0.0, LOST) is None


def test_calls_fill_a_bucket_and_retries_need_more_than_one_token() -> None:
    memory = CallBucket(2.5, per_call=0.5).begin()
    assert memory.may_retry(0.0, LOST) == 1.0  # 1.5 left
    assert memory.may_retry(0.0, LOST) == 1.0  # 0.5
    memory.sending(0.0, retry=False)  # 1.0
    memory.sending(0.0, retry=True)  # a retry fills nothing
    assert memory.may_retry(0.0, LOST) is None
    for _ in range(9):
        memory.sending(0.0, retry=False)  # at its capacity, 2.5
    assert [memory.may_retry(0.0, LOST) for _ in range(3)] == [1.0, 1.0, None]


def test_grpc_retries_while_more_than_half_of_the_tokens_are_there() -> None:
    memory = RetryThrottling(10, 0.5).begin()
    for _ in range(4):
        memory.failed(0.0, LOST)
    assert memory.may_retry(0.0, LOST) == 0.0  # 6 of 10
    memory.failed(0.0, LOST)
    assert memory.may_retry(0.0, LOST) is None  # 5 of 10
    memory.succeeded(0.0, 0.0)
    assert memory.may_retry(0.0, LOST) == 0.0
    for _ in range(20):
        memory.failed(0.0, LOST)  # tokens do not fall below 0
    for _ in range(10):
        memory.succeeded(0.0, 0.0)
    assert memory.may_retry(0.0, LOST) is None  # 5 of 10
    for _ in range(100):
        memory.succeeded(0.0, 0.0)  # nor rise above 10
    for _ in range(5):
        memory.failed(0.0, LOST)
    assert memory.may_retry(0.0, LOST) is None


def test_finagle_lets_a_share_of_the_calls_be_retries_and_forgets_both() -> None:
    memory = LeakyBudget(0.5, per_second=0.1, ttl=10.0).begin()  # price 2, reserve 2
    assert memory.may_retry(0.0, LOST) == 2.0  # the reserve
    assert memory.may_retry(0.0, LOST) is None
    memory.sending(1.0, retry=False)
    memory.sending(1.0, retry=True)  # no deposit
    assert memory.may_retry(1.0, LOST) is None
    memory.sending(1.0, retry=False)
    assert memory.may_retry(9.0, LOST) == 2.0  # two calls pay for one
    assert memory.may_retry(9.9, LOST) is None
    # at 10 the first retry is forgotten, at 11 the two calls, at 19 the second retry
    assert memory.may_retry(10.0, LOST) == 2.0
    assert memory.may_retry(10.0, LOST) is None
    assert memory.may_retry(18.9, LOST) is None
    assert memory.may_retry(20.0, LOST) == 2.0


@pytest.mark.parametrize(
    ("share", "least", "allowed"), [(0.2, 3, 0.0), (0.2, 1, 0.0), (0.2, 0, None), (1.0, 0, 0.0)]
)
def test_envoys_floor_decides_for_a_client_with_one_request(
    share: float, least: float, allowed: float | None
) -> None:
    assert ConcurrentRetries(share, least).begin().may_retry(0.0, LOST) == allowed


def test_retries_stay_below_their_share_of_all_requests() -> None:
    memory = RetryRatio(share=0.25).begin()
    for _ in range(2):
        memory.sending(0.0, retry=False)
    assert memory.may_retry(0.0, LOST) is None  # 1 of 3 would be one
    memory.sending(0.0, retry=False)
    assert memory.may_retry(0.0, LOST) == 0.0  # 1 of 4
    memory.sending(0.0, retry=True)
    for _ in range(2):
        memory.sending(0.0, retry=False)
    assert memory.may_retry(0.0, LOST) is None  # 2 of 7
    memory.sending(0.0, retry=False)
    assert memory.may_retry(0.0, LOST) == 0.0  # 2 of 8
    memory.sending(0.0, retry=True)
    for _ in range(2):
        memory.sending(0.0, retry=False)
    assert memory.may_retry(0.0, LOST) is None  # 3 of 11
    memory.sending(0.0, retry=False)
    assert memory.may_retry(0.0, LOST) == 0.0  # 3 of 12


def test_retries_stay_below_their_number_a_minute() -> None:
    memory = RetryRatio(per_minute=2).begin()
    memory.sending(0.0, retry=True)
    assert memory.may_retry(1.0, LOST) == 0.0
    memory.sending(5.0, retry=True)
    assert memory.may_retry(59.9, LOST) is None
    assert memory.may_retry(60.0, LOST) == 0.0
    memory.sending(60.0, retry=True)
    assert memory.may_retry(64.9, LOST) is None
    assert memory.may_retry(65.0, LOST) == 0.0
    assert memory.may_retry(200.0, LOST) == 0.0


def test_there_is_no_retry_once_too_many_calls_have_failed() -> None:
    memory = FailureRatio(0.5).begin()
    assert memory.may_retry(0.0, LOST) == 0.0
    memory.sending(0.0, retry=False)
    memory.failed(0.0, LOST)
    assert memory.may_retry(0.0, LOST) is None  # 1 of 1
    memory.sending(0.0, retry=True)  # a retry is no further call
    assert memory.may_retry(0.0, LOST) is None
    memory.sending(0.0, retry=False)
    assert memory.may_retry(0.0, LOST) == 0.0  # 1 of 2
    memory.failed(0.0, LOST)
    assert memory.may_retry(0.0, LOST) is None
