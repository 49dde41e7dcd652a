"""When the app stops retrying by itself (its crew may press *send* again: see the workflow).

Rule of this file: pure predicates over the history.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from sim.client.retry.history import History


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop after so many attempts, or so long after the first, whichever comes first.

    Parameters
    ----------
    attempts : most attempts of one piece, the first included; ``inf`` for no limit.
    seconds : no retry begins later than this after the first attempt began.
    """

    attempts: float = inf
    seconds: float = inf

    def exhausted(self, history: History) -> bool:
        """Have all attempts been made?"""
        return history.attempts >= self.attempts

    def too_late(self, history: History, wait: float) -> bool:
        """Would the next attempt, ``wait`` seconds from now, begin too late?"""
        return history.last.at + wait - history.began > self.seconds
