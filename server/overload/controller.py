"""``none``: everybody comes in. What collapses under overload, and what the others are measured by.

The others are made from it and override what they decide otherwise.

Rule of this file: told the time. Units: seconds since the server started.
"""

from __future__ import annotations

from server.overload.waiting import Waiting


class Controller:
    """Refuses nobody and drops nothing; it counts, and knows how long to stay away.

    Parameters
    ----------
    waiting : who is inside, and how long a refused client stays away.
    """

    __slots__ = ("waiting",)

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting

    @property
    def in_progress(self) -> int:
        """Admitted uploads that have not ended."""
        return self.waiting.inside

    def admit(self, now: float) -> float | None:
        """An upload begins. None: come in; else the seconds to stay away."""
        if self.full(now):
            return self.waiting.wait(now)
        self.waiting.entered(now)
        return None

    def full(self, now: float) -> bool:
        """Is there no room for one more?"""
        return False

    def queued(self, now: float, delay: float) -> bool:
        """A complete body has waited ``delay`` seconds for the disk. False: drop it."""
        return True

    def done(self, now: float, seconds: float, ok: bool) -> None:
        """An admitted upload has ended after ``seconds`` of the server's work; stored if ``ok``."""
        self.waiting.left(now)

    def retry_after(self, now: float) -> float:
        """Seconds to stay away, for a client whose body was dropped or could not be stored."""
        return self.waiting.wait(now)
