"""Which database: one URL says it.

Rule of this file: the choice; asyncpg is imported only where it is wanted.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from server.identity import ServeError
from server.records.rows import Records
from server.records.sqlite import SqliteRecords

_SCHEMES = ("postgresql", "postgres")


def choose(url: str | None, folder: Path) -> tuple[Records, str]:
    """The database of a URL, and what it is called in messages (without its password).

    Raises
    ------
    ServeError : it is no such URL, or asyncpg is not installed.
    """
    if url is None:
        path = folder / "records.sqlite"
        return SqliteRecords(path), str(path)
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise ServeError(
            f"--database {parts.scheme or url}: expected postgresql://USER@HOST/NAME, or nothing "
            "for SQLite in the data folder"
        )
    try:
        from server.records.postgres import PostgresRecords
    except ModuleNotFoundError:
        raise ServeError(
            "--database postgresql:// needs asyncpg; install tangguh[postgres]"
        ) from None
    return PostgresRecords(url), f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
