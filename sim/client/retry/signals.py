"""What the server's answer tells a policy: try again or never, and when.

Rule of this file: pure. Statuses as in RFC 9110 and RFC 6585.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Final

from sim.client.outcomes import Reply, Response, TimedOut
from sim.client.retry.units import Seconds, Share, Statuses

TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""The statuses that say "later", not "never" (RFC 9110, RFC 6585, RFC 8470)."""

THROTTLING: Final = frozenset({429, 503})
"""Answers by which a server asks its clients to slow down (RFC 6585; S3's SlowDown is a 503)."""

ANY: Final[frozenset[int]] = frozenset()


class Rule(StrEnum):
    """What a policy makes of the wait that a server asks for."""

    IGNORE = "ignore"  # the policy's own wait
    AT_LEAST = "at-least"  # the longer of both
    INSTEAD = "instead"  # the server's wait in place of the policy's
    NEAR = "near"  # the server's, but at most ``most`` longer than the policy's own (AWS 2026)
    PUSHBACK = "pushback"  # instead; the backoff starts again; negative: stop (gRPC A6)


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """How Retry-After (RFC 9110 section 10.2.3) is followed.

    Parameters
    ----------
    rule : what is made of it.
    jitter : U(0, jitter * asked) is added, so that stations that were refused together do not
        return together.
    most : a longer wait is cut to this; with ``near``: how much longer than the own wait it may be.
    statuses : it is read on these statuses only; none named: on all.
    invites : an answer that carries it is retried even if its status is not in ``retry_on``.
    """

    rule: Rule = Rule.AT_LEAST
    jitter: Share = 0.0
    most: Seconds = inf
    statuses: Statuses = ANY
    invites: bool = False

    def asked(self, reply: Reply) -> float | None:
        """Seconds that the server asks for, None if it does not or is not listened to."""
        if not isinstance(reply, Response) or reply.retry_after is None:
            return None
        if self.rule is Rule.IGNORE or (self.statuses and reply.status not in self.statuses):
            return None
        return reply.retry_after

    def wait(self, asked: float, own: float, u: float) -> float:
        """The wait, given the server's and the policy's own."""
        if self.rule is Rule.NEAR:
            return max(own, min(asked, own + self.most))
        asked = min(asked, self.most) * (1 + self.jitter * u)
        return max(own, asked) if self.rule is Rule.AT_LEAST else asked


def throttled(reply: Reply) -> bool:
    """Does the server ask its clients to slow down?"""
    return isinstance(reply, Response) and reply.status in THROTTLING


def timed_out(reply: Reply) -> bool:
    """Was there no answer in time?"""
    return isinstance(reply, TimedOut)
