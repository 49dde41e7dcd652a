"""Breakers and limiters: when the next attempt may begin, whoever wants it.

Rule of this file: a frozen dataclass of published constants, and its memory.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import floor, inf

from sim.client.outcomes import Reply, Response
from sim.client.retry.guards import Memory
from sim.client.retry.signals import throttled
from sim.client.retry.units import Count, Rate, Seconds, Share


@dataclass(frozen=True, slots=True)
class Breaker:
    """A circuit breaker: when at least ``least`` calls of the last ``window`` seconds (or the last
    ``calls`` calls) have been seen and ``ratio`` of them failed, nothing is sent for ``open``
    seconds; then ``trials`` attempts decide whether it closes.

    Polly 8 ``CircuitBreakerStrategyOptions`` counts by time, resilience4j's
    ``CircuitBreakerConfig`` by calls. Where their callers would see an exception at once, the app
    here waits until the breaker half-opens.
    """

    ratio: Share
    least: Count
    open: Seconds
    window: Seconds = inf
    calls: Count = inf
    trials: Count = 1

    def begin(self) -> Memory:
        return _Breaker(self)


class _Breaker(Memory):
    def __init__(self, rule: Breaker) -> None:
        self.rule = rule
        self.seen: deque[tuple[float, bool]] = deque()
        self.failures = 0  # of those seen
        self.open_until = -inf
        self.trials: list[bool] | None = None  # results while half open

    def opens_at(self, now: float) -> float:
        return max(now, self.open_until)

    def succeeded(self, now: float, paid: float) -> None:
        self._saw(now, True)

    def failed(self, now: float, reply: Reply) -> None:
        self._saw(now, False)

    def _saw(self, now: float, good: bool) -> None:
        rule = self.rule
        if self.trials is not None:
            self.trials.append(good)
            if len(self.trials) < rule.trials:
                return
            failures = self.trials.count(False)
            closes = failures < rule.ratio * len(self.trials)
            self.trials = None
            if not closes:
                self._trip(now)
            return
        seen = self.seen
        seen.append((now, good))
        self.failures += not good
        while len(seen) > rule.calls or seen[0][0] <= now - rule.window:
            self.failures -= not seen.popleft()[1]
        if len(seen) >= rule.least and self.failures >= rule.ratio * len(seen):
            self._trip(now)

    def _trip(self, now: float) -> None:
        self.open_until = now + self.rule.open
        self.trials = []
        self.seen.clear()
        self.failures = 0


@dataclass(frozen=True, slots=True)
class AdaptiveThrottling:
    """Client-side throttling of Google's *Site Reliability Engineering*, chapter 21: an attempt is
    withheld with probability max(0, (requests - k * accepts) / (requests + 1)), counted over the
    last ``window`` seconds; withheld attempts count as requests."""

    k: Count = 2.0
    window: Seconds = 120.0

    def begin(self) -> Memory:
        return _Adaptive(self)


class _Adaptive(Memory):
    def __init__(self, rule: AdaptiveThrottling) -> None:
        self.rule = rule
        self.requests: deque[float] = deque()
        self.accepts: deque[float] = deque()

    def withholds(self, now: float) -> float:
        requests, accepts = self.requests, self.accepts
        old = now - self.rule.window
        while requests and requests[0] <= old:
            requests.popleft()
        while accepts and accepts[0] <= old:
            accepts.popleft()
        asked = len(requests)
        requests.append(now)
        return (asked - self.rule.k * len(accepts)) / (asked + 1)

    def succeeded(self, now: float, paid: float) -> None:
        self.accepts.append(now)

    def failed(self, now: float, reply: Reply) -> None:
        if isinstance(reply, Response) and not throttled(reply):
            self.accepts.append(now)  # the backend took it, whatever came of it


@dataclass(frozen=True, slots=True)
class CubicRate:
    """The send-rate limiter of the AWS SDKs' adaptive mode (botocore ``retries/adaptive.py``,
    ``throttling.py``, ``bucket.py``): off until the first throttling answer; then attempts take
    tokens that come at a rate of CUBIC: ``beta`` times the measured rate after a throttling answer,
    scale * (t - k)**3 + that rate t seconds later, never above ``ceiling`` times what is measured.
    """

    beta: Share = 0.7
    scale: Count = 0.4
    least: Rate = 0.5
    smoothing: Share = 0.8
    bucket: Seconds = 0.5
    ceiling: Count = 2.0

    def begin(self) -> Memory:
        return _Cubic(self)


class _Cubic(Memory):
    def __init__(self, rule: CubicRate) -> None:
        self.rule = rule
        self.on = False
        self.peak = 0.0  # w_max
        self.k = 0.0  # seconds from a throttling answer until the rate is back at the peak
        self.failed_at: float | None = None
        self.measured = 0.0
        self.last_bucket: float | None = None
        self.count = 0
        self.rate = 1.0
        self.most = 1.0
        self.tokens = 0.0
        self.filled_at: float | None = None

    def opens_at(self, now: float) -> float:
        if not self.on:
            return now
        self._fill(now)
        return now + max(0.0, (1.0 - self.tokens) / self.rate)

    def sending(self, now: float, retry: bool) -> None:
        if self.last_bucket is None:  # the process begins with its first attempt
            self.last_bucket = float(floor(now))
            self.failed_at = self.filled_at = now
        if self.on:
            self._fill(now)
            self.tokens -= 1.0

    def succeeded(self, now: float, paid: float) -> None:
        measured = self._measure(now)
        self._set(self._grown(now), measured, now)

    def failed(self, now: float, reply: Reply) -> None:
        measured = self._measure(now)
        if not throttled(reply):
            self._set(self._grown(now), measured, now)
            return
        used = min(measured, self.rate) if self.on else measured
        self.peak = used
        self.k = (used * (1 - self.rule.beta) / self.rule.scale) ** (1 / 3)
        self.failed_at = now
        self.on = True
        self._set(used * self.rule.beta, measured, now)

    def _measure(self, now: float) -> float:
        width = self.rule.bucket
        bucket = floor(now / width) * width
        self.count += 1
        last = self.last_bucket if self.last_bucket is not None else float(floor(now))
        if bucket > last:
            current = self.count / (bucket - last)
            smoothing = self.rule.smoothing
            self.measured = current * smoothing + self.measured * (1 - smoothing)
            self.count = 0
            self.last_bucket = bucket
        return self.measured

    def _grown(self, now: float) -> float:
        since = now - (self.failed_at if self.failed_at is not None else now)
        grown: float = self.rule.scale * (since - self.k) ** 3 + self.peak
        return grown

    def _set(self, rate: float, measured: float, now: float) -> None:
        rate = min(rate, self.rule.ceiling * measured)
        self._fill(now)
        self.rate = max(rate, self.rule.least)
        self.most = max(rate, 1.0)
        self.tokens = min(self.tokens, self.most)

    def _fill(self, now: float) -> None:
        if self.filled_at is not None:
            self.tokens = min(self.most, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
