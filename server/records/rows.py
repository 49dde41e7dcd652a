"""The rows that make an upload count, and what a database must do with them.

Rule of this file: data and a protocol. Times are Unix seconds, sizes bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Stored(NamedTuple):
    """An object that was acknowledged, or is about to be."""

    tps: str
    key: str
    size: int
    sha256: bytes
    at: float


class Opened(NamedTuple):
    """A resumable upload that was begun.

    Attributes
    ----------
    length, sha256 : of the whole object, where they were announced.
    """

    id: str
    tps: str
    key: str
    length: int | None
    sha256: bytes | None
    at: float


@dataclass(slots=True)
class Batch:
    """What one commit makes durable, all or nothing."""

    stored: list[Stored] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Contents:
    """What a database held when it was opened.

    Attributes
    ----------
    identity : the identity of the store that these rows belong to; empty if there is none.
    """

    identity: str
    stored: list[Stored]
    opened: list[Opened]


class Records(Protocol):
    """A database. Every method raises :class:`server.answers.RecordsDownError` if it cannot.

    All calls come from one thread, whose event loop serves nothing else: a call may block.
    """

    async def open(self, identity: str, fresh: bool) -> Contents:
        """Make the tables if need be, and read everything.

        Parameters
        ----------
        identity : written if the database has none yet and the store is ``fresh``.
        """

    async def commit(self, batch: Batch) -> Mapping[tuple[str, str], bytes]:
        """Make a batch durable; returns when it is.

        An object that has a row already keeps it: its digest is returned, by station and key.
        """

    async def ping(self) -> None:
        """Is it there? Connects anew if need be."""

    async def close(self) -> None:
        """Let go."""
