"""Group commit: all rows that wait go into one transaction, and are answered together.

While one commit is on its way to the disk the next rows gather; so the number of commits a second
adapts itself to the disk, and a row never waits for more than two of them. (DeWitt et al.,
Implementation techniques for main memory database systems, SIGMOD 1984, section 5.2.)

The database lives in a thread with an event loop of its own: a commit does not wait for the loop
that receives bodies, and a row may come straight from the thread that has synced its file.

Rule of this file: who waits for which row; the rows' meaning is the store's, the SQL the records'.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final

from server.answers import RecordsDownError
from server.logs import log
from server.records.rows import Batch, Contents, Opened, Records, Stored

_PROBE: Final = 0.5  # seconds between two looks at a database that is down: an assumption of ours

Kept = asyncio.Future[bytes]
"""Resolved when a row is durable, with the digest stored under its name: its own, or that of
an earlier one."""
_Waiting = tuple[Stored | Opened | tuple[str, ...], Kept]


class Committer:
    """The only writer of a database.

    Parameters
    ----------
    stall : seconds that a slow disk is to add to every commit; called before each.
    committed : called after each commit with its number of rows and its seconds.

    Attributes
    ----------
    down : why the database does not take rows; empty while it does.
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
        self._waiting: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._awake = False
        self._closing = False
        self._main = asyncio.get_running_loop()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="committer", daemon=True)
        self.down = ""

    async def open(self, identity: str, fresh: bool) -> Contents:
        """Begin to take rows; returns those that are there.

        Raises
        ------
        RecordsDownError : the database cannot be opened.
        """
        self._thread.start()
        opening = self._records.open(identity, fresh)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(opening, self._loop))

    def store(self, row: Stored) -> Kept:
        """Make an object durable."""
        return self._wait(row)

    def begin(self, row: Opened) -> Kept:
        """Make an upload durable."""
        return self._wait(row)

    def close(self, *names: str) -> Kept:
        """Forget uploads."""
        return self._wait(names)

    def put(self, row: Stored | Opened | tuple[str, ...], kept: Kept) -> None:
        """Take a row, from any thread; ``kept`` belongs to the loop that made the committer."""
        self._waiting.append((row, kept))
        if not self._awake:  # set back before rows are taken, so none is overlooked
            self._awake = True
            self._loop.call_soon_threadsafe(self._wake.set)

    async def stop(self) -> None:
        """Commit what waits, let go of the database, end the thread."""
        self._closing = True
        if self._thread.ident is not None:
            self._loop.call_soon_threadsafe(self._wake.set)
            await asyncio.to_thread(self._thread.join)
        self._loop.close()

    def _wait(self, row: Stored | Opened | tuple[str, ...]) -> Kept:
        kept = self._main.create_future()
        self.put(row, kept)
        return kept

    def _work(self) -> None:
        self._loop.run_until_complete(self._run())
        self._loop.run_until_complete(self._records.close())

    async def _run(self) -> None:
        while not (self._closing and not self._waiting):
            if self.down and not await self._woken_within(_PROBE):
                await self._probe()
                continue
            await self._wake.wait()
            self._wake.clear()
            self._awake = False
            taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if taken:
                await self._commit(taken)

    async def _woken_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _probe(self) -> None:
        try:
            await self._records.ping()
            self._is_down("")
        except RecordsDownError as error:
            self._is_down(str(error))

    def _is_down(self, why: str) -> None:
        if bool(why) != bool(self.down):
            log("database", down=why)
        self.down = why

    async def _commit(self, taken: list[_Waiting]) -> None:
        began = monotonic()
        if stall := self._stall():
            await asyncio.sleep(stall)
        batch = Batch()
        first: dict[tuple[str, str], bytes] = {}
        for row, _ in taken:
            if isinstance(row, Stored):
                if row[:2] not in first:
                    first[row.tps, row.key] = row.sha256
                    batch.stored.append(row)
            elif isinstance(row, Opened):
                batch.opened.append(row)
            else:
                batch.closed.extend(row)
        try:
            first.update(await self._records.commit(batch))
        except RecordsDownError as error:
            self._is_down(str(error))
            self._main.call_soon_threadsafe(_fail, taken, error)
            return
        self._is_down("")
        self._committed(len(taken), monotonic() - began)
        self._main.call_soon_threadsafe(_answer, taken, first)


def _answer(taken: list[_Waiting], first: dict[tuple[str, str], bytes]) -> None:
    for row, kept in taken:
        if not kept.done():
            kept.set_result(first[row.tps, row.key] if isinstance(row, Stored) else b"")


def _fail(taken: list[_Waiting], error: RecordsDownError) -> None:
    for _, kept in taken:
        if not kept.done():
            kept.set_exception(error)
