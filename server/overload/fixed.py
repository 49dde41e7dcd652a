"""``fixed:N``: at most N uploads in progress, the others are told when to come back.

A bulkhead, as in resilience4j or Polly. N in progress and X done a second give each an upload of
N / X seconds (Little's law), so N bounds the time of those who are in. An upload is in progress
from its first byte, so that over slow links N places are mostly filled with clients that send: N
must then be about the arrivals a second times the seconds of an upload.

Rule of this file: told the time. Units: seconds.
"""

from __future__ import annotations

from server.overload.controller import Controller
from server.overload.waiting import Waiting


class Fixed(Controller):
    """A constant limit.

    Parameters
    ----------
    limit : uploads in progress, at most.
    """

    __slots__ = ("limit",)

    def __init__(self, limit: int, waiting: Waiting) -> None:
        super().__init__(waiting)
        self.limit = limit

    def full(self, now: float) -> bool:
        return self.in_progress >= self.limit
