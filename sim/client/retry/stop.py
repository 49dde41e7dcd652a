"""When the app stops retrying by itself (its crew may press *send* again: see the workflow).

Rule of this file: pure predicates over the history.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from sim.client.retry.history import History
from sim.client.retry.units import Count, Seconds


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop at the first limit that is met.

    Parameters
    ----------
    attempts : most attempts of one piece, the first included.
    seconds : no retry begins later than this after the first attempt began (google-api-core's
        deadline, tenacity's ``stop_before_delay``).
    after : no retry once this long has passed since the first attempt began; the last wait may
        end later (tenacity's and stamina's ``stop_after_delay``).
    slept : all waits of one piece together are at most this long (google-resumable-media's
        ``max_cumulative_retry``).
    """

    attempts: Count = inf
    seconds: Seconds = inf
    after: Seconds = inf
    slept: Seconds = inf

    def exhausted(self, history: History) -> bool:
        """Is there no retry whatever the wait?"""
        return history.attempts >= self.attempts or history.last.at - history.began >= self.after

    def too_late(self, history: History, wait: float) -> bool:
        """Is a retry ``wait`` seconds from now too late?"""
        return (
            wait == inf
            or history.last.at + wait - history.began > self.seconds
            or history.slept + wait > self.slept
        )
