"""Policies of mobile operating systems and their HTTP clients."""

from __future__ import annotations

from math import inf
from typing import Final

from sim.client.retry.backoff import Exponential, Fixed, Linear
from sim.client.retry.jitter import FullJitter
from sim.client.retry.policy import Policy
from sim.client.retry.signals import RetryAfter, Rule
from sim.client.retry.stop import Stop

_FAMILY: Final = "mobile"
_DEAF: Final = RetryAfter(Rule.IGNORE)
_FIVE_HOURS: Final = 18_000.0
_WEEK: Final = 604_800.0

POLICIES: Final = (
    Policy(
        "workmanager",
        "androidx.work WorkRequest: BackoffPolicy.EXPONENTIAL from 30 s (at least 10 s) to 5 h, "
        "for ever; its wait for a connected network is not modelled: a phone in a crowded cell "
        "counts as connected",
        _FAMILY,
        Exponential(30.0, 2.0, _FIVE_HOURS),
        retry_after=_DEAF,
    ),
    Policy(
        "workmanager-linear",
        "androidx.work WorkRequest: BackoffPolicy.LINEAR, steps of 30 s to 5 h",
        _FAMILY,
        Linear(30.0, _FIVE_HOURS),
        retry_after=_DEAF,
    ),
    Policy(
        "okhttp",
        "OkHttpClient.kt: connect, read and write timeouts 10 s, no call timeout; "
        "retryOnConnectionFailure: once, at once; 408 and 503 only with Retry-After 0 (from "
        "memory, not read again)",
        _FAMILY,
        Fixed(0.0),
        stop=Stop(attempts=2),
        retry_on=frozenset({408}),
        retry_after=_DEAF,
        timeout=inf,
        idle=10.0,
    ),
    Policy(
        "ios-background",
        "URLSession background transfer: timeoutIntervalForResource 7 days, "
        "timeoutIntervalForRequest 60 s (from memory); the system decides when it tries again: "
        "full jitter from 60 s to 1 h is our assumption",
        _FAMILY,
        Exponential(60.0, 2.0, 3600.0),
        FullJitter(),
        Stop(seconds=_WEEK),
        retry_after=_DEAF,
        timeout=inf,
        idle=60.0,
    ),
)
