"""The presets against the libraries whose defaults they state: the same uniform draws and the same
failures in, the same waits and the same decision to stop out."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import backoff
import pytest
import stamina
import tenacity
from google.api_core import exceptions, retry
from google.resumable_media import common
from google.resumable_media.requests import _request_helpers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.exceptions import ConnectionError as LostConnectionError
from urllib3 import HTTPResponse, Retry
from urllib3.exceptions import MaxRetryError, ProtocolError

from sim.client.outcomes import Dropped, Response
from sim.client.retry.history import History
from sim.client.retry.policy import Policy, Retrier
from sim.client.retry.presets import PRESETS
from sim.client.retry.stop import Stop
from tests.differential.play import Clock, Failing, our_waits

Sleepy = Callable[[Clock, Failing], None]

DRAWS = st.lists(st.integers(0, 1000).map(lambda k: k / 1000), min_size=14, max_size=14)
TOOK = st.lists(st.floats(0.001, 40), min_size=14, max_size=14)
PLAY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def their_waits(
    monkeypatch: pytest.MonkeyPatch, run: Sleepy, draws: list[float], took: list[float]
) -> list[float]:
    """Run a library on a clock of its own and with given draws; the waits until it gave up, or
    until the play was over."""
    clock, left = Clock(), iter(draws)

    def pick(low: float, high: float) -> float:
        return low + (high - low) * next(left)

    with monkeypatch.context() as patch:
        patch.setattr(random, "uniform", pick)
        patch.setattr(random, "randint", lambda a, b: a + round((b - a) * next(left)))
        patch.setattr(time, "sleep", clock.sleep)
        patch.setattr(time, "monotonic", clock.time)
        failing = Failing(clock, took, LostConnectionError("lost"))
        try:
            run(clock, failing)
        except (LostConnectionError, tenacity.RetryError, exceptions.RetryError, Failing.Over):
            return clock.slept
    raise AssertionError("the call succeeded")


def run_tenacity(clock: Clock, failing: Failing) -> None:
    tenacity.Retrying(
        wait=tenacity.wait_exponential_jitter(),
        stop=tenacity.stop_before_delay(600),
        sleep=clock.sleep,
    )(failing)


def run_stamina(_clock: Clock, failing: Failing) -> None:
    stamina.RetryingCaller()(LostConnectionError, failing)


def run_google_api_core(_clock: Clock, failing: Failing) -> None:
    retry.Retry()(failing)()


def run_resumable_media(_clock: Clock, failing: Failing) -> None:
    _request_helpers.wait_and_retry(failing, lambda r: r.status_code, common.RetryStrategy())


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("tenacity", run_tenacity),
        ("stamina", run_stamina),
        ("google-api-core", run_google_api_core),
        ("gcs-resumable", run_resumable_media),
    ],
)
@PLAY
@given(draws=DRAWS, took=TOOK)
def test_the_same_waits_and_the_same_end(
    name: str,
    run: Sleepy,
    draws: list[float],
    took: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs = their_waits(monkeypatch, run, draws, took)
    assert our_waits(PRESETS[name], draws, took) == pytest.approx(theirs, abs=1e-9)


@PLAY
@given(draws=DRAWS)
def test_backoff(draws: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its max_time cuts the last wait short, which no other does: compared by tries."""

    def run(_clock: Clock, failing: Failing) -> None:
        backoff.on_exception(backoff.expo, LostConnectionError, max_tries=8, logger=None)(failing)()

    took = [1.0] * 14
    policy = Policy("b", backoff=PRESETS["backoff"].backoff, jitter=PRESETS["backoff"].jitter,
                    stop=Stop(attempts=8))  # fmt: skip
    theirs = their_waits(monkeypatch, run, draws, took)
    assert len(theirs) == 7
    assert our_waits(policy, draws, took) == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("name", "rules"),
    [("urllib3", Retry(3)), ("urllib3-backoff", Retry(10, backoff_factor=1))],
)
def test_urllib3_after_lost_connections(name: str, rules: Retry) -> None:
    theirs: list[float] = []
    while True:
        try:
            rules = rules.increment("PUT", "/", error=ProtocolError("lost"))
        except MaxRetryError:
            break
        theirs.append(rules.get_backoff_time())
    assert our_waits(PRESETS[name], [0.5] * 20, [1.0] * 20) == theirs


@given(
    status=st.integers(400, 599),
    asked=st.none() | st.integers(0, 100_000),
    name=st.sampled_from(["urllib3", "urllib3-backoff"]),
)
def test_urllib3_after_a_status(status: int, asked: int | None, name: str) -> None:
    rules = Retry(3) if name == "urllib3" else Retry(10, backoff_factor=1)
    headers = {} if asked is None else {"Retry-After": str(asked)}
    answer = HTTPResponse(status=status, headers=headers)
    wanted = rules.is_retry("PUT", status, has_retry_after=asked is not None)
    ours = Retrier(PRESETS[name], lambda _p, _n: 0.5).next_wait(
        History(0.0, 1, Response(1.0, status, 0, asked), 1)
    )
    if not wanted:
        assert ours is None
        return
    after = rules.increment("PUT", "/", response=answer)
    theirs = after.get_retry_after(answer)
    assert theirs is not None
    assert ours == theirs


@pytest.mark.parametrize("status", range(400, 600))
def test_the_statuses_that_google_retries(status: int) -> None:
    def ours(name: str) -> bool:
        history = History(0.0, 1, Response(1.0, status, 0), 1)
        return Retrier(PRESETS[name], lambda _p, _n: 0.5).next_wait(history) is not None

    theirs = retry.if_transient_error(exceptions.from_http_status(status, ""))
    assert ours("google-api-core") == theirs
    assert ours("gcs-resumable") == (status in common.RETRYABLE)


def test_a_lost_connection_is_retried_by_all_that_retry() -> None:
    for policy in PRESETS.values():
        history = History(0.0, 1, Dropped(1.0), 1)
        wait = Retrier(policy, lambda _p, _n: 0.5).next_wait(history)
        if (
            policy.stop.attempts == 1
            or policy.name == "retry-breaker"
            or policy.name == "sre-budget"
        ):
            assert wait is None  # one failure of one call is already above 10%
        else:
            assert wait is not None, policy.name
