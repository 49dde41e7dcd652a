"""What limits a client over all its pieces: budgets, breakers, rate limiters.

A guard is immutable data in a policy; ``begin`` makes its memory for one app process. The memory is
told what happens and may forbid a retry, hold an attempt back, or withhold it.

Rule of this file: the seam, and nothing in particular. Times are seconds of scenario time.
"""

from __future__ import annotations

from typing import Protocol

from sim.client.outcomes import Reply


class Memory:
    """What one app process remembers for a guard. This one limits nothing; others override.

    One *call* is one piece with all its retries; each of its requests is an *attempt*.
    """

    def opens_at(self, now: float) -> float:
        """The earliest moment at which the next attempt may begin; ``now`` if it may at once."""
        return now

    def withholds(self, now: float) -> float:
        """The probability that the attempt which was to begin now is not let out of the device at
        all; it then counts as failed."""
        return 0.0

    def sending(self, now: float, retry: bool) -> None:
        """An attempt begins."""

    def succeeded(self, now: float, paid: float) -> None:
        """A call has succeeded; ``paid`` is what its latest retry took from this guard."""

    def failed(self, now: float, reply: Reply) -> None:
        """An attempt has failed."""

    def may_retry(self, now: float, reply: Reply) -> float | None:
        """None: no retry. Else what the retry takes from this guard (perhaps nothing)."""
        return 0.0


class Guard(Protocol):
    """A limit over all pieces of an app process."""

    def begin(self) -> Memory:
        """The memory of a new app process."""
        ...
