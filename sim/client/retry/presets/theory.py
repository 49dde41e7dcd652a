"""Policies from papers and books, on one common scale, so that their laws can be compared.

The scale: first delay 1 s, at most 60 s (google-api-core's defaults: initial 1.0, multiplier 2.0,
maximum 60.0), within ten minutes (Firebase Storage's maximum upload retry time).
"""

from __future__ import annotations

from typing import Final

from sim.client.retry.backoff import Exponential, Fixed
from sim.client.retry.breakers import AdaptiveThrottling
from sim.client.retry.budgets import CallBucket, FailureRatio, RetryRatio
from sim.client.retry.jitter import DecorrelatedJitter, EqualJitter, FullJitter
from sim.client.retry.policy import Policy
from sim.client.retry.signals import RetryAfter
from sim.client.retry.stop import Stop

_FAMILY: Final = "theory"
_TEN_MINUTES: Final = Stop(seconds=600.0)
_LAW: Final = Exponential(1.0, 2.0, 60.0)
_SCALE: Final = (
    "law: Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015; base 1 s, factor "
    "2, cap 60 s: google-api-core retry defaults; stops after 10 min: Firebase Storage "
    "maxUploadRetryTime"
)
_BROOKER: Final = "github.com/mbrooker/simulator_example, retry_sim"

POLICIES: Final = (
    Policy("none", "requests 2.34: HTTPAdapter max_retries 0", _FAMILY, stop=Stop(attempts=1)),
    Policy(
        "fixed",
        "tuspy: retry_delay 30 s; stops after 10 min (Firebase Storage)",
        _FAMILY,
        Fixed(30.0),
        stop=_TEN_MINUTES,
    ),
    Policy("exponential", _SCALE, _FAMILY, _LAW, stop=_TEN_MINUTES),
    Policy("full-jitter", _SCALE, _FAMILY, _LAW, FullJitter(), _TEN_MINUTES),
    Policy("equal-jitter", _SCALE, _FAMILY, _LAW, EqualJitter(), _TEN_MINUTES),
    Policy(
        "decorrelated-jitter", _SCALE, _FAMILY, _LAW, DecorrelatedJitter(1.0, 60.0), _TEN_MINUTES
    ),
    Policy("three-retries", f"{_BROOKER}: NRetriesStrategy(3)", _FAMILY, stop=Stop(attempts=4)),
    Policy(
        "token-bucket",
        f"{_BROOKER}: AdaptiveRetryStrategy(0.1, 5); at most 100 attempts a piece: ours",
        _FAMILY,
        stop=Stop(attempts=100),
        guards=(CallBucket(5.0, 0.1),),
    ),
    Policy(
        "retry-breaker",
        f"{_BROOKER}: CircuitBreakerRetryStrategy(NRetriesStrategy(3), 0.1)",
        _FAMILY,
        stop=Stop(attempts=4),
        guards=(FailureRatio(0.1),),
    ),
    Policy(
        "sre-throttling",
        "Site Reliability Engineering (2016), chapter 21: K = 2, two minutes; backoff: as "
        "full-jitter",
        _FAMILY,
        _LAW,
        FullJitter(),
        _TEN_MINUTES,
        guards=(AdaptiveThrottling(2.0, 120.0),),
    ),
    Policy(
        "sre-budget",
        "Site Reliability Engineering (2016), chapters 21 and 22: 3 attempts a request, retries "
        "below 10% of a client's requests, 60 a minute a process; backoff: as full-jitter",
        _FAMILY,
        _LAW,
        FullJitter(),
        Stop(attempts=3),
        guards=(RetryRatio(0.1, 60.0),),
    ),
    Policy(
        "server-paced",
        "RFC 9110 section 10.2.3 and RFC 6585: wait what Retry-After says, and up to as much again "
        "(our spread); without it as full-jitter",
        _FAMILY,
        _LAW,
        FullJitter(),
        _TEN_MINUTES,
        retry_after=RetryAfter(jitter=1.0),
    ),
)
