"""A retry policy: composed data that answers one question, *after this failure, how long to wait?*

    backoff law x jitter x stop rule x budgets and breakers x what the server says

Rule of this file: a policy is immutable data over pure parts, so that it can be listed, plotted,
compared, hashed and compiled. What it remembers of a piece is in the history that it is given; what
an app process remembers for its guards is in its :class:`Retrier`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final

from sim.client.outcomes import Response, Withheld
from sim.client.retry.backoff import Backoff, Fixed
from sim.client.retry.guards import Guard, Memory
from sim.client.retry.history import Draw, History
from sim.client.retry.jitter import Jitter, NoJitter
from sim.client.retry.signals import TRANSIENT, RetryAfter, Rule, throttled
from sim.client.retry.stop import Stop
from sim.client.retry.units import Count, Seconds, Statuses
from sim.draws import code

_JITTER: Final = code("retry.jitter")
_SPREAD: Final = code("retry.retry-after")
_WITHHELD: Final = code("retry.withheld")
_LATE: Final = 10_000  # a retry so late that every law has reached its cap


@dataclass(frozen=True, slots=True)
class Hedge:
    """Send further copies of a piece, each ``delay`` after the one before, without waiting for a
    failure. A copy in flight is not called back when another one has arrived."""

    copies: Count
    delay: Seconds


@dataclass(frozen=True, slots=True)
class Policy:
    """When, if ever, to try again.

    Parameters
    ----------
    name : the preset's name, as in ``--policy``.
    source : where the constants are published; what is assumed is called so.
    family : of whom it is: ``theory``, ``cloud``, ``library``, ``mobile``, ``service``, ``own``.
    backoff, jitter, stop : the parts.
    when_throttled : the backoff after an answer 429 or 503, if it is another.
    retry_on : statuses that are retried; a lost connection, a timeout and no service always are.
    retry_after : how the server's Retry-After is followed.
    guards : budgets, breakers and limiters over all pieces of an app process.
    timeout : seconds of one attempt; None: the scenario's.
    idle : an attempt also ends when nothing has moved for so long, seconds; here: when its answer
        does not come so long after its last byte.
    progress_restarts : bytes newly kept by the server make the next failure the first again.
    hedge : further copies without waiting for a failure.
    unfit : why it should not be used for uploads; empty if nothing speaks against it.
    """

    name: str
    source: str = ""
    family: str = "own"
    backoff: Backoff = field(default_factory=lambda: Fixed(0.0))
    jitter: Jitter = field(default_factory=NoJitter)
    stop: Stop = field(default_factory=Stop)
    when_throttled: Backoff | None = None
    retry_on: Statuses = TRANSIENT
    retry_after: RetryAfter = field(default_factory=RetryAfter)
    guards: tuple[Guard, ...] = ()
    timeout: Seconds | None = None
    idle: Seconds = math.inf
    progress_restarts: bool = False
    hedge: Hedge | None = None
    unfit: str = ""

    def __post_init__(self) -> None:
        _check(self, "")
        history = History(0.0, _LATE + 1, Withheld(0.0), 1, _LATE)
        longest = self.jitter.spread(self.backoff.delay(_LATE), history, 1.0)
        if math.isinf(self.stop.attempts) and longest <= 0.0:
            raise ValueError("it would try again at once for ever; give a backoff or stop.attempts")


def _check(part: Any, place: str) -> None:
    """Raise ValueError for a constant that cannot be: negative, or not a number."""
    for f in fields(part):
        value = getattr(part, f.name)
        where = f"{place}{f.name}"
        if is_dataclass(value):
            _check(value, f"{where}.")
        elif f.name == "guards":
            for guard in value:
                _check(guard, f"{type(guard).__name__}.")
        elif isinstance(value, float | int) and not value >= 0:
            raise ValueError(f"{where} is {value}; it must be a number of 0 or more")


class PolicyError(ValueError):
    """A policy's own part gave a wait that cannot be."""


class Retrier:
    """A policy at work in one app process.

    Parameters
    ----------
    policy : the rules.
    draw : the station's keyed draws.
    """

    __slots__ = (
        "_budgets", "_delay", "_failed", "_memories", "_opens", "_sending", "_spread", "_succeeded",
        "_withholds", "draw", "guarded", "policy",
    )  # fmt: skip

    def __init__(self, policy: Policy, draw: Draw) -> None:
        self.policy = policy
        self.draw = draw
        self._delay = policy.backoff.delay
        self._spread = policy.jitter.spread
        memories = [guard.begin() for guard in policy.guards]
        self.guarded = bool(memories)
        # only what a guard overrides is called: most of them care for one thing or two
        self._memories = len(memories)
        self._budgets = [(i, m.may_retry) for i, m in enumerate(memories) if _own(m, "may_retry")]
        self._opens = [m.opens_at for m in memories if _own(m, "opens_at")]
        self._withholds = [m.withholds for m in memories if _own(m, "withholds")]
        self._sending = [m.sending for m in memories if _own(m, "sending")]
        self._failed = [m.failed for m in memories if _own(m, "failed")]
        self._succeeded = [(i, m.succeeded) for i, m in enumerate(memories) if _own(m, "succeeded")]

    def opens_at(self, now: float) -> float:
        """When the next attempt may begin, at the earliest."""
        for opens in self._opens:
            now = opens(now)
        return now

    def lets_out(self, now: float, n: int, retry: bool) -> bool:
        """Attempt ``n`` of this process begins now; is it let out of the device?"""
        for withholds in self._withholds:
            chance = withholds(now)
            if chance > 0.0 and self.draw(_WITHHELD, n) < chance:
                return False
        for sending in self._sending:
            sending(now, retry)
        return True

    def succeeded(self, now: float, history: History | None) -> None:
        """The piece has arrived."""
        if self._succeeded:
            paid = history.paid if history is not None else ()
            for i, succeeded in self._succeeded:
                succeeded(now, paid[i] if i < len(paid) else 0.0)

    def next_wait(self, history: History) -> float | None:
        """Seconds until the next attempt, or None: the app stops.

        Parameters
        ----------
        history : the piece's course until now; ``history.last`` is the failure to judge.
        """
        policy, last = self.policy, history.last
        if self._failed and not isinstance(last, Withheld):
            for failed in self._failed:
                failed(last.at, last)
        asked = None
        if isinstance(last, Response):
            asked = policy.retry_after.asked(last)
            never = last.status not in policy.retry_on
            if never and (asked is None or not policy.retry_after.invites):
                return None
        stop = policy.stop
        if stop.exhausted(history):
            return None
        wait = self._wait(history, asked)
        if wait is None or stop.too_late(history, wait):
            return None
        if not wait >= 0.0:
            raise PolicyError(f"policy '{policy.name}' waits {wait} s; a wait is 0 s or more")
        if self._budgets and not self._may_retry(history):
            return None
        history.slept += wait
        return wait

    def _may_retry(self, history: History) -> bool:
        """Do all budgets allow it? What they take is written down."""
        last = history.last
        paid = [0.0] * self._memories
        for i, may_retry in self._budgets:
            price = may_retry(last.at, last)
            if price is None:
                return False
            paid[i] = price
        history.paid = tuple(paid)
        return True

    def _wait(self, history: History, asked: float | None) -> float | None:
        policy = self.policy
        if policy.when_throttled is not None and throttled(history.last):
            delay = policy.when_throttled.delay(history.step)
        else:
            delay = self._delay(history.step)
        wait = self._spread(delay, history, self.draw(_JITTER, history.n))
        history.step += 1
        if asked is None:
            return wait
        rules = policy.retry_after
        if rules.rule is Rule.PUSHBACK:
            if asked < 0:
                return None
            history.step = 0
        return rules.wait(asked, wait, self.draw(_SPREAD, history.n) if rules.jitter else 0.0)


def _own(memory: Memory, name: str) -> bool:
    return getattr(type(memory), name) is not getattr(Memory, name)
