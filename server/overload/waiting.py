"""How long a refused client is told to stay away, so that all come back one after the other.

Little's law, L = X W, is used twice (Little 1961, Operations Research 9(3)). For those inside,
their number over time and the number that left give the time of one, W; those inside now over W is
the rate X at which places come free. For those outside, a line of L that is served at X waits
L / X. The line itself is not kept, only the time at which its last client's turn comes: each
refusal moves it by 1 / X, and time itself shortens it::

    last = max(last, now) + 1/X          wait = last - now          told = wait + U(0, wait)

The spread is what keeps those that were refused together apart. In a long line the waits are
uniform, and of those who were told wait + U(0, wait) no more than X ln 2 = 0.69 X come back a
second: what is left serves those who come for the first time. RFC 9110, section 10.2.3, defines
Retry-After, in whole seconds.

Rule of this file: told the time, and handed its random source. Units: seconds.
"""

from __future__ import annotations

from math import exp
from random import Random
from typing import Final

MEMORY: Final = 10.0
"""Seconds after which what was seen counts 1/e. Assumption: long against one upload's server work,
short against an evening's rise and fall."""
FIRST: Final = 5.0
"""Seconds to wait while nobody has left yet and X is not known. Assumption: about an upload's time,
and with its spread enough to break a crowd up; the next answer is a measured one."""
LONGEST: Final = 120.0
"""No wait beyond this, before the spread. Assumption: a client that asks again every few minutes
costs little, and one that was told an hour would sleep through the recovery."""
SHORTEST: Final = 1.0
"""Retry-After counts whole seconds, so that a shorter wait or spread could not be told."""


class Waiting:
    """Who is inside, how fast places come free, and how long those outside stay away.

    Parameters
    ----------
    random : source of the spread.

    Attributes
    ----------
    inside : admitted, and not yet gone.
    """

    __slots__ = ("_last", "_left", "_now", "_random", "_spent", "inside")

    def __init__(self, random: Random) -> None:
        self.inside = 0
        self._random = random
        self._left = 0.0  # how many left, and the seconds that all spent; forgotten alike
        self._spent = 0.0
        self._now = 0.0
        self._last = 0.0

    def entered(self, now: float) -> None:
        """A client was admitted."""
        self._pass(now)
        self.inside += 1

    def left(self, now: float) -> None:
        """An admitted client is gone, and its place is free."""
        self._pass(now)
        self.inside -= 1
        self._left += 1.0

    def rate(self, now: float) -> float | None:
        """Places that come free a second; None while nobody has left."""
        self._pass(now)
        if self._left <= 0.0 or self._spent <= 0.0:
            return None
        return max(self.inside, 1) * self._left / self._spent

    def wait(self, now: float) -> float:
        """Seconds that the client who is refused now is told to stay away."""
        rate = self.rate(now)
        wait = FIRST
        if rate is not None:
            self._last = min(max(self._last, now) + 1.0 / rate, now + LONGEST)
            wait = max(self._last - now, SHORTEST)
        return wait + self._random.uniform(0.0, wait)

    def _pass(self, now: float) -> None:
        passed = max(now - self._now, 0.0)
        self._now = max(now, self._now)
        kept = exp(-passed / MEMORY)
        self._left *= kept
        self._spent = self._spent * kept + self.inside * MEMORY * (1.0 - kept)
