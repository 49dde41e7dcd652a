"""Policies of client libraries and proxies, with their published defaults."""

from __future__ import annotations

from typing import Final

from sim.client.retry.backoff import Exponential, Fixed, Sequence
from sim.client.retry.breakers import Breaker
from sim.client.retry.budgets import ConcurrentRetries, LeakyBudget, RetryThrottling
from sim.client.retry.jitter import (
    AdditiveJitter,
    EqualJitter,
    FullJitter,
    ProportionalJitter,
    SmoothJitter,
)
from sim.client.retry.policy import Hedge, Policy
from sim.client.retry.signals import RetryAfter, Rule
from sim.client.retry.stop import Stop

_FAMILY: Final = "library"
_DEAF: Final = RetryAfter(Rule.IGNORE)
_TEN_MINUTES: Final = Stop(seconds=600.0)
_OURS: Final = "its own default never stops; 10 min: Firebase Storage"
_SERVER_ERRORS: Final = frozenset(range(500, 600))
_URLLIB3_RETRY_AFTER: Final = RetryAfter(
    Rule.INSTEAD, most=21_600.0, statuses=frozenset({413, 429, 503}), invites=True
)
_UNFIT: Final = (
    "a second copy takes its airtime from the first in the same cell and doubles what the server "
    "stores; hedging helps where replicas are idle and requests small"
)

POLICIES: Final = (
    Policy(
        "urllib3",
        "urllib3 2.x Retry.DEFAULT = Retry(3): no backoff; Retry-After of 413, 429 and 503 is "
        "followed, up to 6 h; no status is retried without it",
        _FAMILY,
        stop=Stop(attempts=4),
        retry_on=frozenset(),
        retry_after=_URLLIB3_RETRY_AFTER,
    ),
    Policy(
        "urllib3-backoff",
        "urllib3 2.x Retry(total=10, backoff_factor=1): no wait, then 2, 4, ... s, cap 120 s; "
        "total 10: its default; the factor 1: ours",
        _FAMILY,
        Exponential(1.0, 2.0, 120.0, at_once=1),
        stop=Stop(attempts=11),
        retry_on=frozenset(),
        retry_after=_URLLIB3_RETRY_AFTER,
    ),
    Policy(
        "tenacity",
        f"tenacity 9.x wait_exponential_jitter(): 2**(n-1) + U(0, 1) s; {_OURS}",
        _FAMILY,
        Exponential(1.0, 2.0),
        AdditiveJitter(1.0),
        _TEN_MINUTES,
    ),
    Policy(
        "stamina",
        "stamina 26.1 retry(): 10 attempts, 45 s, min(5 s, 0.1 * 2**(n-1) + U(0, 1) s)",
        _FAMILY,
        Exponential(0.1, 2.0, 5.0),
        AdditiveJitter(1.0, 5.0),
        Stop(attempts=10, after=45.0),
    ),
    Policy(
        "backoff",
        f"backoff 2.2 on_exception(expo): U(0, 2**n) s; {_OURS}",
        _FAMILY,
        Exponential(1.0, 2.0),
        FullJitter(),
        _TEN_MINUTES,
    ),
    Policy(
        "resilience4j",
        "resilience4j RetryConfig: 3 attempts, 500 ms apart",
        _FAMILY,
        Fixed(0.5),
        stop=Stop(attempts=3),
    ),
    Policy(
        "resilience4j-randomised",
        "resilience4j IntervalFunction.ofExponentialRandomBackoff: 500 ms * 1.5**n, +-50%; 3 "
        "attempts",
        _FAMILY,
        Exponential(0.5, 1.5),
        ProportionalJitter(0.5),
        Stop(attempts=3),
    ),
    Policy(
        "resilience4j-breaker",
        "resilience4j CircuitBreakerConfig: 50% of the last 100 calls, at least 100, open 60 s, "
        "10 trials; retries as resilience4j",
        _FAMILY,
        Fixed(0.5),
        stop=Stop(attempts=3),
        guards=(Breaker(0.5, 100, 60.0, calls=100, trials=10),),
    ),
    Policy(
        "polly",
        "Polly 8 RetryStrategyOptions: 3 retries, 2 s apart",
        _FAMILY,
        Fixed(2.0),
        stop=Stop(attempts=4),
    ),
    Policy(
        "polly-jitter",
        "Polly.Contrib.WaitAndRetry DecorrelatedJitterBackoffV2, Polly 8 exponential with jitter: "
        "base 2 s, 3 retries",
        _FAMILY,
        Exponential(2.0, 2.0),
        SmoothJitter(2.0),
        Stop(attempts=4),
    ),
    Policy(
        "polly-breaker",
        "Polly 8 CircuitBreakerStrategyOptions: 10% of the last 30 s, at least 100, open 5 s; "
        "retries as polly",
        _FAMILY,
        Fixed(2.0),
        stop=Stop(attempts=4),
        guards=(Breaker(0.1, 100, 5.0, window=30.0),),
    ),
    Policy(
        "grpc",
        "gRPC proposal A6, its example: 4 attempts, 0.1 s doubling to 1 s, +-20%; throttling 10 "
        "tokens, ratio 0.1; pushback in place of the wait, negative: stop; UNAVAILABLE is 503 "
        "and 429 is RESOURCE_EXHAUSTED here",
        _FAMILY,
        Exponential(0.1, 2.0, 1.0),
        ProportionalJitter(0.2),
        Stop(attempts=4),
        retry_on=frozenset({429, 503}),
        retry_after=RetryAfter(Rule.PUSHBACK),
        guards=(RetryThrottling(10, 0.1),),
    ),
    Policy(
        "finagle-budget",
        "Finagle RetryBudget: 20% of the calls and 10 a second, ttl 10 s; no wait; at most 100 "
        "attempts a piece: ours",
        _FAMILY,
        stop=Stop(attempts=100),
        guards=(LeakyBudget(0.2, 10.0, 10.0),),
    ),
    Policy(
        "finagle-accrual",
        "Finagle failure accrual: equal jitter from 5 s to 300 s; within 10 min: ours",
        _FAMILY,
        Exponential(5.0, 2.0, 300.0),
        EqualJitter(),
        _TEN_MINUTES,
    ),
    Policy(
        "envoy-budget",
        "Envoy circuit_breaker.proto: retries at most 20% of the active requests, at least 3; its "
        "router: full jitter from 25 ms to 250 ms (from memory, not read again); 3 retries",
        _FAMILY,
        Exponential(0.025, 2.0, 0.25),
        FullJitter(),
        Stop(attempts=4),
        guards=(ConcurrentRetries(0.2, 3),),
    ),
    Policy(
        "tus-js",
        "tus-js-client and Uppy: retryDelays 0, 1, 3, 5 s, again from the first after progress; "
        "no 4xx but 409 and 423",
        _FAMILY,
        Sequence((0.0, 1.0, 3.0, 5.0)),
        retry_on=_SERVER_ERRORS | {409, 423},
        retry_after=_DEAF,
        progress_restarts=True,
    ),
    Policy(
        "tuspy",
        "tuspy Uploader: retries 0, retry_delay 30 s",
        _FAMILY,
        Fixed(30.0),
        stop=Stop(attempts=1),
    ),
    Policy(
        "hedging-polly",
        "Polly 8 HedgingStrategyOptions: 1 more copy after 2 s",
        _FAMILY,
        stop=Stop(attempts=1),
        hedge=Hedge(2, 2.0),
        unfit=_UNFIT,
    ),
    Policy(
        "hedging-grpc",
        "gRPC proposal A6, its example: 4 copies, 0.5 s apart",
        _FAMILY,
        stop=Stop(attempts=1),
        hedge=Hedge(4, 0.5),
        unfit=_UNFIT,
    ),
)
