"""A resumable upload in memory, and who may write to it.

A second request for an upload ends the first: its connection is closed, and what it had written
stays. So whoever asks for the offset gets one that no longer moves (draft-ietf-httpbis-
resumable-upload, Concurrency). Of several that come at the same time the last one wins.

Rule of this file: no HTTP fields, no SQL, no files.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from server.answers import CutError
from server.records.rows import Opened
from server.wire import Wire


@dataclass(slots=True, eq=False)
class Upload:
    """An upload that was begun.

    Attributes
    ----------
    row : what the database knows of it. ``length`` below may be learnt later than the row.
    offset : bytes in its part.
    synced : bytes of it that are durable.
    hasher : SHA-256 of them; ``None`` where another process received some of them.
    sealed : its digest, once it is an object on the disk whose row is not committed yet.
    done : it is stored.
    touched : when it last grew, Unix seconds.
    promised : bytes that it has or has announced; 0 once it is stored.
    """

    row: Opened
    length: int | None
    offset: int = 0
    synced: int = 0
    hasher: Any = None
    sealed: bytes | None = None
    done: bool = False
    gone: bool = False
    touched: float = 0.0
    promised: int = 0
    writer: Wire | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _claims: int = 0

    @property
    def id(self) -> str:
        """Its name in URLs and among the parts."""
        return self.row.id

    @property
    def busy(self) -> bool:
        """Is a request at work on it?"""
        return self._lock.locked()

    @asynccontextmanager
    async def claim(self) -> AsyncIterator[None]:
        """Be the only request that works on this upload; ends the one that is receiving.

        Raises
        ------
        CutError : a later request has claimed it meanwhile.
        """
        self._claims += 1
        mine = self._claims
        if self.writer is not None:
            self.writer.abort()
        async with self._lock:
            if mine != self._claims:
                raise CutError
            yield
