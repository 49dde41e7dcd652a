"""Which database: one URL says it.

A URL may hold a password, also where it is mistyped; so no message repeats more of it than the
host and the name of the database, and those only where the URL was understood.

Rule of this file: the choice; asyncpg is imported only where it is wanted.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from server.identity import ServeError
from server.records.rows import Records
from server.records.sqlite import SqliteRecords

_SCHEMES = ("postgresql", "postgres")
_EXPECTED = (
    "--database: expected postgresql://USER@HOST:PORT/NAME, or nothing for SQLite in the data "
    "folder; in a password / ? # [ ] @ and % are written %2F %3F %23 %5B %5D %40 %25, or it stands "
    "in PGPASSWORD or ~/.pgpass"
)


def choose(url: str | None, folder: Path) -> tuple[Records, str]:
    """The database of a URL, and what it is called in messages (without its password).

    Raises
    ------
    ServeError : it is no such URL, or asyncpg is not installed.
    """
    if url is None:
        path = folder / "records.sqlite"
        return SqliteRecords(path), str(path)
    try:
        parts = _understood(url)
    except ValueError:
        raise ServeError(_EXPECTED) from None
    try:
        from server.records.postgres import PostgresRecords
    except ModuleNotFoundError:
        raise ServeError(
            "--database postgresql:// needs asyncpg; install tangguh[postgres]"
        ) from None
    return PostgresRecords(url), f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _understood(url: str) -> SplitResult:
    """The parts of a URL of PostgreSQL, of which none is a password that was cut in two.

    Raises
    ------
    ValueError : it is none; the text may hold a secret.
    """
    parts = urlsplit(url)
    cut = parts.fragment or "@" in parts.path + parts.query
    if parts.scheme not in _SCHEMES or f"{parts.scheme}://" not in url.lower() or cut:
        raise ValueError
    _ = parts.port  # raises where it is no number
    if parts.query:
        parse_qs(parts.query, strict_parsing=True)
    return parts
