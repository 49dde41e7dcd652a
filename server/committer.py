"""Group commit: all rows that wait go into one transaction, and are answered together.

While one commit is on its way to the disk the next rows gather; so the number of commits a second
adapts itself to the disk, and a row never waits for more than two of them. (DeWitt et al.,
Implementation techniques for main memory database systems, SIGMOD 1984, section 5.2.)

Rule of this file: who waits for which row; the rows' meaning is the store's, the SQL the records'.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

from server.answers import RecordsDownError
from server.records.rows import Batch, Opened, Records, Stored

_PROBE: Final = 0.5  # seconds between two looks at a database that is down: an assumption of ours


class Committer:
    """The only writer of a database.

    Parameters
    ----------
    stall : seconds that a slow disk is to add to every commit; called before each.
    committed : called after each commit with its number of rows and its seconds.
    """

    def __init__(
        self,
        records: Records,
        stall: Callable[[], float] = lambda: 0.0,
        committed: Callable[[int, float], None] = lambda rows, seconds: None,
    ) -> None:
        self._records = records
        self._stall = stall
        self._committed = committed
        self._batch = Batch()
        self._waiting: list[tuple[Stored | None, asyncio.Future[bytes]]] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.down = ""

    def start(self) -> None:
        """Begin to take rows; needs a running loop."""
        self._task = asyncio.create_task(self._run(), name="committer")

    def store(self, row: Stored) -> asyncio.Future[bytes]:
        """Make an object durable.

        Returns
        -------
        The digest that is stored under its name: its own, or that of an earlier one.
        """
        self._batch.stored.append(row)
        return self._wait(row)

    def open(self, row: Opened) -> asyncio.Future[bytes]:
        """Make an upload durable."""
        self._batch.opened.append(row)
        return self._wait(None)

    def close(self, *names: str) -> asyncio.Future[bytes]:
        """Forget uploads."""
        self._batch.closed.extend(names)
        return self._wait(None)

    async def stop(self) -> None:
        """Commit what waits, then end."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task

    def _wait(self, row: Stored | None) -> asyncio.Future[bytes]:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((row, future))
        self._wake.set()
        return future

    async def _run(self) -> None:
        while not (self._closing and not self._waiting):
            if self.down and not await self._woken_within(_PROBE):
                await self._probe()
                continue
            await self._wake.wait()
            self._wake.clear()
            if self._waiting:
                batch, self._batch = self._batch, Batch()
                waiting, self._waiting = self._waiting, []
                await self._commit(batch, waiting)

    async def _woken_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _probe(self) -> None:
        try:
            await self._records.ping()
            self.down = ""
        except RecordsDownError as error:
            self.down = str(error)

    async def _commit(
        self, batch: Batch, waiting: list[tuple[Stored | None, asyncio.Future[bytes]]]
    ) -> None:
        began = monotonic()
        if stall := self._stall():
            await asyncio.sleep(stall)
        first: dict[tuple[str, str], bytes] = {}
        unique = [r for r in batch.stored if first.setdefault(r[:2], r.sha256) is r.sha256]
        batch.stored = unique
        try:
            first.update(await self._records.commit(batch))
        except RecordsDownError as error:
            self.down = str(error)
            for _, future in waiting:
                if not future.done():
                    future.set_exception(error)
            return
        self.down = ""
        self._committed(len(waiting), monotonic() - began)
        for row, future in waiting:
            if not future.done():
                future.set_result(first[row.tps, row.key] if row is not None else b"")
