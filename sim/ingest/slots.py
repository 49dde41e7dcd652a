"""Connection slots: what a slow client holds for as long as it takes to send its body.

A server with 16 workers that read the body themselves and clients that need a minute take 0.27
uploads a second, however fast the workers are. Slots stand for whatever a connection occupies
while its body arrives: a worker of such a server, or a buffer of a proxy in front.

Rule of this file: pure; owners are opaque. Without a backlog it is Erlang's loss system.
"""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum


class Entry(Enum):
    """What a new connection meets."""

    IN = "in"
    WAITING = "waiting"
    REFUSED = "refused"


class Slots:
    """``capacity`` connections at once, ``backlog`` more that wait to be accepted.

    Parameters
    ----------
    capacity : slots; ``None`` for no limit.
    backlog : most waiting connections (the listen queue); 0 refuses at once.
    """

    __slots__ = ("_inside", "_waiting", "backlog", "capacity", "peak")

    def __init__(self, capacity: int | None = None, backlog: int = 0) -> None:
        self.capacity = capacity
        self.backlog = backlog
        self._inside = 0
        self._waiting: OrderedDict[object, None] = OrderedDict()
        self.peak = 0

    @property
    def inside(self) -> int:
        """Slots held now."""
        return self._inside

    def enter(self, owner: object) -> Entry:
        """A connection arrives. Whoever waits is let in later by someone's :meth:`leave`."""
        if self.capacity is None or self._inside < self.capacity:
            self._take()
            return Entry.IN
        if len(self._waiting) < self.backlog:
            self._waiting[owner] = None
            return Entry.WAITING
        return Entry.REFUSED

    def leave(self) -> object | None:
        """A connection gives its slot back; returns the owner that now has it, if one waited."""
        self._inside -= 1
        if not self._waiting:
            return None
        owner, _ = self._waiting.popitem(last=False)
        self._take()
        return owner

    def withdraw(self, owner: object) -> bool:
        """A waiting connection leaves; False if it was not waiting (it is inside by now)."""
        if owner not in self._waiting:
            return False
        del self._waiting[owner]
        return True

    def _take(self) -> None:
        self._inside += 1
        if self._inside > self.peak:
            self.peak = self._inside
