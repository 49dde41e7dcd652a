"""A fault does nothing until it says otherwise: each overrides the question that it answers.

Rule of this file: the questions, and the answers of a healthy server. Units: seconds.
"""

from __future__ import annotations

from math import inf
from typing import Final

RESET: Final = 0
"""In place of a status: close the connection without an answer."""
SILENT: Final = inf
"""As a delay: no answer at all, for as long as the client cares to wait."""


class Fault:
    """A healthy server's answers. ``now`` is seconds since the server started."""

    __slots__ = ()

    def delay(self, now: float) -> float:
        """Seconds that this request waits before anything else happens to it."""
        return 0.0

    def error(self, now: float) -> int | None:
        """A status to answer this request with, :data:`RESET`, or None."""
        return None

    def disk(self, now: float) -> float:
        """Seconds that are added to this fsync."""
        return 0.0
