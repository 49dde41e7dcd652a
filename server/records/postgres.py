"""Rows in PostgreSQL: one connection, one statement for a commit of photographs.

``synchronous_commit`` is on for the session, so a commit is on the disk when it returns
(https://www.postgresql.org/docs/current/wal-async-commit.html). A connection that breaks is made
anew at the next commit or ping; whether the commit that broke was kept is not known, and need not
be, because rows are only ever added by name.

Rule of this file: SQL; who waits for which row is :mod:`server.committer`'s business.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # ships none

from server.answers import RecordsDownError
from server.logs import log
from server.records.rows import Batch, Contents, Opened, Stored

_CONNECT: Final = 5.0  # seconds to connect; an assumption of ours
_ANSWER: Final = 15.0  # seconds for a statement, then it counts as broken; an assumption of ours

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tangguh_store (identity text NOT NULL);
CREATE TABLE IF NOT EXISTS tangguh_objects (
    tps text NOT NULL, key text NOT NULL, size bigint NOT NULL, sha256 bytea NOT NULL,
    at double precision NOT NULL, PRIMARY KEY (tps, key));
CREATE TABLE IF NOT EXISTS tangguh_uploads (
    id text PRIMARY KEY, tps text NOT NULL, key text NOT NULL, length bigint, sha256 bytea,
    at double precision NOT NULL);
"""
_STORE: Final = """
INSERT INTO tangguh_objects
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::double precision[])
ON CONFLICT DO NOTHING
"""
_OPEN: Final = """
INSERT INTO tangguh_uploads
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bytea[],
                     $6::double precision[])
ON CONFLICT DO NOTHING
"""
_CLOSE: Final = "DELETE FROM tangguh_uploads WHERE id = ANY($1::text[])"
_FIND: Final = """
SELECT tps, key, sha256 FROM tangguh_objects
JOIN unnest($1::text[], $2::text[]) AS wanted (tps, key) USING (tps, key)
"""
_BROKEN: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class PostgresRecords:
    """Rows in a database.

    Parameters
    ----------
    url : ``postgresql://USER:PASSWORD@HOST:PORT/NAME``.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._db: asyncpg.Connection[Any] | None = None

    async def open(self, identity: str, fresh: bool) -> Contents:
        """See :class:`server.records.rows.Records`."""
        async with self._connection() as db:
            await db.execute(_SCHEMA)
            for setting in ("fsync", "full_page_writes"):
                if await db.fetchval(f"SHOW {setting}") == "off":
                    log("warning", why=f"PostgreSQL runs with {setting}=off: not durable")
            found = await db.fetchval("SELECT identity FROM tangguh_store")
            if found is None and fresh:
                await db.execute("INSERT INTO tangguh_store VALUES ($1)", identity)
                found = identity
            stored = [Stored(*row) for row in await db.fetch("SELECT * FROM tangguh_objects")]
            opened = [Opened(*row) for row in await db.fetch("SELECT * FROM tangguh_uploads")]
            return Contents(found or "", stored, opened)

    async def commit(self, batch: Batch) -> Mapping[tuple[str, str], bytes]:
        """See :class:`server.records.rows.Records`."""
        async with self._connection() as db:
            if not batch.opened and not batch.closed:
                return await _store(db, batch.stored)  # one statement is a transaction by itself
            async with db.transaction():
                known = await _store(db, batch.stored)
                if batch.opened:
                    await db.execute(_OPEN, *_columns(batch.opened))
                if batch.closed:
                    await db.execute(_CLOSE, batch.closed)
            return known

    async def ping(self) -> None:
        """See :class:`server.records.rows.Records`."""
        async with self._connection() as db:
            await db.fetchval("SELECT 1")

    async def close(self) -> None:
        """See :class:`server.records.rows.Records`."""
        db, self._db = self._db, None
        if db is not None and not db.is_closed():
            try:
                await db.close(timeout=_CONNECT)
            except _BROKEN:
                db.terminate()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection[Any]]:
        """The connection, made anew if need be; broken afterwards if anything went wrong."""
        try:
            if self._db is None or self._db.is_closed():
                self._db = await asyncpg.connect(
                    self._url,
                    timeout=_CONNECT,
                    command_timeout=_ANSWER,
                    server_settings={"synchronous_commit": "on", "application_name": "tangguh"},
                )
            yield self._db
        except _BROKEN as error:
            db, self._db = self._db, None
            if db is not None:
                db.terminate()
            raise RecordsDownError(f"PostgreSQL: {error or type(error).__name__}") from error
        except asyncio.CancelledError:
            db, self._db = self._db, None
            if db is not None:
                db.terminate()
            raise


async def _store(
    db: asyncpg.Connection[Any], rows: list[Stored]
) -> Mapping[tuple[str, str], bytes]:
    """Add rows; the digests that count where not all of them were new."""
    if not rows:
        return {}
    tps, keys, *more = _columns(rows)
    said = await db.execute(_STORE, tps, keys, *more)
    if int(said.rpartition(" ")[2]) == len(rows):
        return {}
    return {(row["tps"], row["key"]): row["sha256"] for row in await db.fetch(_FIND, tps, keys)}


def _columns(rows: list[Any]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
