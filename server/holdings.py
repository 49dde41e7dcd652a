"""What each station holds: things by number and by bytes; one stolen token must not fill the disk.

A thing is an object, an upload that is remembered, or a request whose body is on its way. Its bytes
are those that it has or has announced, so what is promised is counted before it is written: many
requests at once hold no more than one after the other.

Rule of this file: sums; what is refused because of them stands in :mod:`server.core`.
"""

from __future__ import annotations

from collections import Counter


class Holdings:
    """Sums by station."""

    def __init__(self) -> None:
        self._things: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def take(self, tps: str, size: int) -> None:
        """One thing more, of so many bytes."""
        self._things[tps] += 1
        self._bytes[tps] += size

    def leave(self, tps: str, size: int) -> None:
        """One thing less."""
        self._things[tps] -= 1
        self._bytes[tps] -= size
        if not self._things[tps]:
            del self._things[tps], self._bytes[tps]

    def grow(self, tps: str, size: int) -> None:
        """A thing that is held already has so many bytes more, or fewer."""
        self._bytes[tps] += size

    def things(self, tps: str) -> int:
        """How many a station holds."""
        return self._things[tps]

    def size(self, tps: str) -> int:
        """Their bytes."""
        return self._bytes[tps]
