"""A retry policy: composed data that answers one question, *after this failure, how long to wait?*

Rule of this file: a policy is immutable data over pure parts, so that it can be listed, plotted,
compared, hashed and compiled. What it remembers is in the history that it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sim.client.outcomes import Response
from sim.client.retry.backoff import Backoff, Fixed
from sim.client.retry.history import Draw, History
from sim.client.retry.jitter import Jitter, NoJitter
from sim.client.retry.stop import Stop
from sim.draws import code

_JITTER: Final = code("retry.jitter")
_SPREAD: Final = code("retry.retry-after")

# RFC 9110 and RFC 6585: the statuses that say "later", not "never"
TRANSIENT: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Policy:
    """When, if ever, to try again.

    Parameters
    ----------
    name : the preset's name, as in ``--policy``.
    backoff, jitter, stop : the parts.
    retry_on : statuses that are retried; a lost connection, a timeout and no service always are.
    honour_retry_after : wait at least as long as the server asks.
    retry_after_jitter : spread added to the server's Retry-After, as a share of it, so that
        stations that were refused together do not return together.
    source : where the constants are published.
    """

    name: str
    backoff: Backoff = field(default_factory=lambda: Fixed(0.0))
    jitter: Jitter = field(default_factory=NoJitter)
    stop: Stop = field(default_factory=Stop)
    retry_on: frozenset[int] = TRANSIENT
    honour_retry_after: bool = True
    retry_after_jitter: float = 0.0
    source: str = ""

    def next_wait(self, history: History, draw: Draw) -> float | None:
        """Seconds until the next attempt, or None: the app stops.

        Parameters
        ----------
        history : the piece's course until now; ``history.last`` is the failure to judge.
        draw : the station's keyed draws.
        """
        last = history.last
        asked = None
        if isinstance(last, Response):
            if last.status not in self.retry_on:
                return None
            asked = last.retry_after
        if self.stop.exhausted(history):
            return None
        delay = self.backoff.delay(history.attempts - 1)
        wait = self.jitter.spread(delay, history.wait, draw(_JITTER, history.n))
        if asked is not None and self.honour_retry_after:
            spread = self.retry_after_jitter * asked
            wait = max(wait, asked + (spread * draw(_SPREAD, history.n) if spread else 0.0))
        return None if self.stop.too_late(history, wait) else wait
