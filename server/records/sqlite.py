"""Rows in one SQLite file beside the photographs: the default, with nothing to install.

Write-ahead log with ``synchronous=FULL``: a commit is on the disk when it returns
(https://sqlite.org/pragma.html#pragma_synchronous). Every call blocks: the committer's thread has
nothing else to do.

Rule of this file: SQL; who waits for which row is :mod:`server.committer`'s business.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from server.answers import RecordsDownError
from server.records.rows import Batch, Contents, Opened, Stored

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tangguh_store (identity TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tangguh_objects (
    tps TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL, sha256 BLOB NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (tps, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tangguh_uploads (
    id TEXT PRIMARY KEY, tps TEXT NOT NULL, key TEXT NOT NULL, length INTEGER, sha256 BLOB,
    at REAL NOT NULL) WITHOUT ROWID;
"""
_STORE: Final = "INSERT INTO tangguh_objects VALUES {} ON CONFLICT DO NOTHING"
_MOST: Final = 64  # rows of one statement; each statement is a trip out of the interpreter's lock
_OPEN: Final = "INSERT INTO tangguh_uploads VALUES (?,?,?,?,?,?)"
_CLOSE: Final = "DELETE FROM tangguh_uploads WHERE id = ?"
_FIND: Final = "SELECT sha256 FROM tangguh_objects WHERE tps = ? AND key = ?"


class SqliteRecords:
    """Rows in a file.

    Parameters
    ----------
    path : the file; made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None

    async def open(self, identity: str, fresh: bool) -> Contents:
        """See :class:`server.records.rows.Records`."""
        with self._broken():
            return self._open(identity, fresh)

    async def commit(self, batch: Batch) -> Mapping[tuple[str, str], bytes]:
        """See :class:`server.records.rows.Records`."""
        with self._broken():
            return self._commit(batch)

    async def ping(self) -> None:
        """See :class:`server.records.rows.Records`."""
        with self._broken():
            self._connection().execute("SELECT 1").fetchone()

    async def close(self) -> None:
        """See :class:`server.records.rows.Records`."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @contextmanager
    def _broken(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise RecordsDownError(f"{self._path.name}: {error}") from error

    def _connection(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = sqlite3.connect(self._path, isolation_level=None, timeout=5.0)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
        return self._db

    def _open(self, identity: str, fresh: bool) -> Contents:
        db = self._connection()
        db.executescript(_SCHEMA)
        row = db.execute("SELECT identity FROM tangguh_store").fetchone()
        if row is None and fresh:
            db.execute("INSERT INTO tangguh_store VALUES (?)", (identity,))
            row = (identity,)
        stored = [Stored(*r) for r in db.execute("SELECT * FROM tangguh_objects")]
        opened = [Opened(*r) for r in db.execute("SELECT * FROM tangguh_uploads")]
        return Contents(row[0] if row else "", stored, opened)

    def _commit(self, batch: Batch) -> Mapping[tuple[str, str], bytes]:
        db = self._connection()
        db.execute("BEGIN IMMEDIATE")
        try:
            kept = sum(
                _store(db, batch.stored[at : at + _MOST])
                for at in range(0, len(batch.stored), _MOST)
            )
            if batch.opened:
                db.executemany(_OPEN, batch.opened)
            if batch.closed:
                db.executemany(_CLOSE, [(name,) for name in batch.closed])
            known = {}
            if kept != len(batch.stored):
                known = {
                    (row.tps, row.key): db.execute(_FIND, (row.tps, row.key)).fetchone()[0]
                    for row in batch.stored
                }
            db.execute("COMMIT")
        except sqlite3.Error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        return known


def _store(db: sqlite3.Connection, rows: list[Stored]) -> int:
    """Add rows in one statement; how many were new."""
    sql = _STORE.format(",".join(["(?,?,?,?,?)"] * len(rows)))
    return db.execute(sql, [value for row in rows for value in row]).rowcount
