"""Budgets: how many retries an app process may make in all.

For a phone that sends two photographs once an election most of these never bind: Brooker, "Fixing
retries with token buckets and circuit breakers" (2022), says so of many small clients. They are
here so that the comparison can show it.

Rule of this file: a frozen dataclass of published constants, and its memory.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf

from sim.client.outcomes import Reply
from sim.client.retry.guards import Memory
from sim.client.retry.signals import throttled, timed_out
from sim.client.retry.units import Count, Rate, Seconds, Share


@dataclass(frozen=True, slots=True)
class RetryQuota:
    """The AWS SDKs' retry quota (botocore ``retries/quota.py`` and ``standard.py``): a bucket of
    ``capacity``; a retry takes ``cost`` (other after a timeout or a throttling answer); a success
    gives back what its call's last retry took, or ``refund`` if it had none."""

    capacity: Count
    cost: Count
    timeout_cost: Count
    throttling_cost: Count
    refund: Count = 1

    def begin(self) -> Memory:
        return _Quota(self)


class _Quota(Memory):
    def __init__(self, rule: RetryQuota) -> None:
        self.rule = rule
        self.left: float = rule.capacity

    def may_retry(self, now: float, reply: Reply) -> float | None:
        rule = self.rule
        cost = rule.cost
        if timed_out(reply):
            cost = rule.timeout_cost
        elif throttled(reply):
            cost = rule.throttling_cost
        if cost > self.left:
            return None
        self.left -= cost
        return cost

    def succeeded(self, now: float, paid: float) -> None:
        self.left = min(self.rule.capacity, self.left + (paid or self.rule.refund))


@dataclass(frozen=True, slots=True)
class CallBucket:
    """Brooker's adaptive retries (simulator_example, ``AdaptiveRetryStrategy``): every call puts
    ``per_call`` into a bucket of ``capacity``; a retry takes 1 and needs more than 1."""

    capacity: Count
    per_call: Count

    def begin(self) -> Memory:
        return _CallBucket(self)


class _CallBucket(Memory):
    def __init__(self, rule: CallBucket) -> None:
        self.rule = rule
        self.left: float = rule.capacity

    def sending(self, now: float, retry: bool) -> None:
        if not retry:
            self.left = min(self.left + self.rule.per_call, self.rule.capacity)

    def may_retry(self, now: float, reply: Reply) -> float | None:
        if self.left <= 1.0:
            return None
        self.left -= 1.0
        return 1.0


@dataclass(frozen=True, slots=True)
class RetryThrottling:
    """gRPC's retry throttling (proposal A6): tokens start at ``most``; a failure takes 1, a success
    gives ``ratio``; retries are made while the tokens are above ``most`` / 2."""

    most: Count
    ratio: Share

    def begin(self) -> Memory:
        return _Throttling(self)


class _Throttling(Memory):
    def __init__(self, rule: RetryThrottling) -> None:
        self.rule = rule
        self.tokens: float = rule.most

    def failed(self, now: float, reply: Reply) -> None:
        self.tokens = max(0.0, self.tokens - 1.0)

    def succeeded(self, now: float, paid: float) -> None:
        self.tokens = min(self.rule.most, self.tokens + self.rule.ratio)

    def may_retry(self, now: float, reply: Reply) -> float | None:
        return 0.0 if self.tokens > self.rule.most / 2 else None


@dataclass(frozen=True, slots=True)
class LeakyBudget:
    """Finagle's ``RetryBudget``: a call deposits 1, a retry withdraws 1 / ``share``, both forgotten
    after ``ttl``; beside them a reserve of ``per_second`` retries a second over the ttl."""

    share: Share
    per_second: Rate
    ttl: Seconds

    def begin(self) -> Memory:
        return _Leaky(self)


class _Leaky(Memory):
    def __init__(self, rule: LeakyBudget) -> None:
        self.rule = rule
        self.price = 1.0 / rule.share
        self.reserve = rule.per_second * rule.ttl * self.price
        self.moves: deque[tuple[float, float]] = deque()
        self.balance = 0.0

    def _forget(self, now: float) -> None:
        while self.moves and self.moves[0][0] <= now - self.rule.ttl:
            self.balance -= self.moves.popleft()[1]

    def _book(self, now: float, amount: float) -> None:
        self.moves.append((now, amount))
        self.balance += amount

    def sending(self, now: float, retry: bool) -> None:
        if not retry:
            self._book(now, 1.0)

    def may_retry(self, now: float, reply: Reply) -> float | None:
        self._forget(now)
        if self.balance + self.reserve < self.price:
            return None
        self._book(now, -self.price)
        return self.price


@dataclass(frozen=True, slots=True)
class ConcurrentRetries:
    """Envoy's retry budget (``circuit_breaker.proto``): at most ``share`` of the active and pending
    requests, but at least ``least``, may be retries. An app process that sends one piece at a time
    has one active request, so that the floor decides."""

    share: Share
    least: Count

    def begin(self) -> Memory:
        return _Concurrent(self)


class _Concurrent(Memory):
    ACTIVE = 1  # one piece at a time: the workflow's own rule

    def __init__(self, rule: ConcurrentRetries) -> None:
        self.allowed = max(rule.least, rule.share * self.ACTIVE)

    def may_retry(self, now: float, reply: Reply) -> float | None:
        return 0.0 if self.allowed >= self.ACTIVE else None


@dataclass(frozen=True, slots=True)
class RetryRatio:
    """Retries stay below ``share`` of all requests, and below ``per_minute`` a minute (Google's
    *Site Reliability Engineering*, chapters 21 and 22: 10% a client, 60 a minute a process)."""

    share: Share = 1.0
    per_minute: Count = inf

    def begin(self) -> Memory:
        return _Ratio(self)


class _Ratio(Memory):
    def __init__(self, rule: RetryRatio) -> None:
        self.rule = rule
        self.requests = 0
        self.retries = 0
        self.recent: deque[float] = deque()

    def sending(self, now: float, retry: bool) -> None:
        self.requests += 1
        if retry:
            self.retries += 1
            self.recent.append(now)

    def may_retry(self, now: float, reply: Reply) -> float | None:
        while self.recent and self.recent[0] <= now - 60.0:
            self.recent.popleft()
        within = self.retries + 1 <= self.rule.share * (self.requests + 1)
        return 0.0 if within and len(self.recent) < self.rule.per_minute else None


@dataclass(frozen=True, slots=True)
class FailureRatio:
    """Brooker's breaker on retries (simulator_example, ``CircuitBreakerRetryStrategy``): no retry
    once failures are more than ``most`` of the calls."""

    most: Share

    def begin(self) -> Memory:
        return _FailureRatio(self)


class _FailureRatio(Memory):
    def __init__(self, rule: FailureRatio) -> None:
        self.rule = rule
        self.calls = 0
        self.failures = 0

    def sending(self, now: float, retry: bool) -> None:
        if not retry:
            self.calls += 1

    def failed(self, now: float, reply: Reply) -> None:
        self.failures += 1

    def may_retry(self, now: float, reply: Reply) -> float | None:
        return None if self.failures / max(self.calls, 1) > self.rule.most else 0.0
