"""Policies of cloud providers' SDKs, with the constants of the versions that are named."""

from __future__ import annotations

from typing import Final

from sim.client.retry.backoff import Exponential
from sim.client.retry.breakers import CubicRate
from sim.client.retry.budgets import RetryQuota
from sim.client.retry.jitter import AdditiveJitter, FullJitter
from sim.client.retry.policy import Policy
from sim.client.retry.signals import RetryAfter, Rule
from sim.client.retry.stop import Stop

_FAMILY: Final = "cloud"
_DEAF: Final = RetryAfter(Rule.IGNORE)
_AWS_STATUSES: Final = frozenset({429, 500, 502, 503, 504})
_QUOTA: Final = RetryQuota(500, cost=14, timeout_cost=14, throttling_cost=5)
_NEAR: Final = RetryAfter(Rule.NEAR, most=5.0)

POLICIES: Final = (
    Policy(
        "aws-standard-2025",
        "botocore 1.34.100 retries/standard.py: 3 attempts, U(0, 1) * 2**i s, cap 20 s; quota 500, "
        "5 a retry, 10 after a timeout; 429 taken for a throttling error: ours",
        _FAMILY,
        Exponential(1.0, 2.0, 20.0),
        FullJitter(),
        Stop(attempts=3),
        retry_on=_AWS_STATUSES,
        retry_after=_DEAF,
        guards=(RetryQuota(500, cost=5, timeout_cost=10, throttling_cost=5),),
    ),
    Policy(
        "aws-standard",
        "botocore 1.44.5 retries/standard.py, the default of 2026: 3 attempts, U(0, 1) * "
        "min(b * 2**i, 20 s), b 50 ms, 1 s when throttled; quota 500, 14 a retry, 5 when "
        "throttled; x-amz-retry-after at most 5 s above the own wait",
        _FAMILY,
        Exponential(0.05, 2.0, 20.0),
        FullJitter(),
        Stop(attempts=3),
        when_throttled=Exponential(1.0, 2.0, 20.0),
        retry_on=_AWS_STATUSES,
        retry_after=_NEAR,
        guards=(_QUOTA,),
    ),
    Policy(
        "aws-standard-dynamodb",
        "botocore 1.44.5 retries/standard.py: as aws-standard with 4 attempts and b 25 ms",
        _FAMILY,
        Exponential(0.025, 2.0, 20.0),
        FullJitter(),
        Stop(attempts=4),
        when_throttled=Exponential(1.0, 2.0, 20.0),
        retry_on=_AWS_STATUSES,
        retry_after=_NEAR,
        guards=(_QUOTA,),
    ),
    Policy(
        "aws-legacy",
        "botocore 1.34.100 retryhandler.py: U(0, 1) * 2**(n-1) s; 5 attempts, boto3's default "
        "(from memory, not read again); no quota",
        _FAMILY,
        Exponential(1.0, 2.0),
        FullJitter(),
        Stop(attempts=5),
        retry_on=_AWS_STATUSES,
        retry_after=_DEAF,
    ),
    Policy(
        "aws-adaptive",
        "botocore 1.44.5 retries/adaptive.py, throttling.py, bucket.py: aws-standard behind a send "
        "rate of CUBIC: beta 0.7, C 0.4, at least 0.5/s, smoothing 0.8, buckets of 0.5 s, at most "
        "twice what is measured",
        _FAMILY,
        Exponential(0.05, 2.0, 20.0),
        FullJitter(),
        Stop(attempts=3),
        when_throttled=Exponential(1.0, 2.0, 20.0),
        retry_on=_AWS_STATUSES,
        retry_after=_NEAR,
        guards=(_QUOTA, CubicRate()),
    ),
    Policy(
        "google-api-core",
        "google-api-core 2.x retry_base.py: U(0, d), d 1 s doubling to 60 s, deadline 120 s; "
        "retries 429, 500, 503 and lost connections",
        _FAMILY,
        Exponential(1.0, 2.0, 60.0),
        FullJitter(),
        Stop(seconds=120.0),
        retry_on=frozenset({429, 500, 503}),
        retry_after=_DEAF,
    ),
    Policy(
        "gcs-resumable",
        "google-resumable-media 2.x common.py: 2**n + U(0, 1) s, the power at most 64 s, all waits "
        "together at most 600 s; RETRYABLE statuses; its sessions live a week",
        _FAMILY,
        Exponential(1.0, 2.0, 64.0),
        AdditiveJitter(1.0),
        Stop(slept=600.0),
        retry_on=frozenset({408, 429, 500, 502, 503, 504}),
        retry_after=_DEAF,
    ),
    Policy(
        "firebase",
        "firebase-js-sdk storage/src/implementation/backoff.ts: 2, 4, ... 64 s + U(0, 1) s, in all "
        "10 min (maxUploadRetryTime); 5xx, 408 and 429 are retried",
        _FAMILY,
        Exponential(2.0, 2.0, 64.0),
        AdditiveJitter(1.0),
        Stop(seconds=600.0),
        retry_on=frozenset({408, 429, 500, 501, 502, 503, 504}),
        retry_after=_DEAF,
    ),
    Policy(
        "s3-multipart",
        "s3transfer: every part by the client's own retries, in boto3's legacy mode 5 attempts of "
        "U(0, 1) * 2**(n-1) s; to be used with the batching s3-multipart",
        _FAMILY,
        Exponential(1.0, 2.0),
        FullJitter(),
        Stop(attempts=5),
        retry_on=_AWS_STATUSES,
        retry_after=_DEAF,
    ),
)
