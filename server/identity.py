"""Whose folder, whose database: a store's identity and its lock.

Photographs and rows belong together. A folder and a database carry the same random name, so that a
wrong ``--database`` is noticed before the sweep takes every photograph for an orphan; and one
process at a time may own a folder.

Rule of this file: it reads and writes two small files, once, at the start.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from server.records.rows import Contents


class ServeError(Exception):
    """The server cannot start; one line says why and what to do."""


@dataclass(slots=True)
class Claim:
    """A folder that is ours.

    Attributes
    ----------
    fresh : it holds no photograph, so a new database may be paired with it.
    """

    folder: Path
    identity: str
    fresh: bool
    _lock: IO[Any]

    def release(self) -> None:
        """Let another process have it."""
        self._lock.close()


def claim(folder: Path) -> Claim:
    """Own a store's folder, which is made if it is not there.

    Raises
    ------
    ServeError : another process owns it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise ServeError(
                f"{folder} is in use by another server; stop it, or take another --data"
            ) from None
        name = folder / "identity"
        if name.exists():
            identity = name.read_text(encoding="ascii").strip()
        else:
            identity = secrets.token_hex(16)
            _write_durably(name, identity + "\n")
        objects = folder / "objects"
        fresh = not objects.is_dir() or not any(objects.iterdir())
    except OSError as error:
        raise ServeError(f"--data {folder}: {error.strerror}") from None
    return Claim(folder, identity, fresh, lock)


def check_pair(claimed: Claim, contents: Contents, database: str) -> None:
    """Do the folder and the database belong together?

    Raises
    ------
    ServeError : they do not.
    """
    if contents.identity == claimed.identity:
        return
    if not contents.identity:
        raise ServeError(
            f"{claimed.folder} holds photographs, but {database} knows none of them; name the "
            "database that goes with this folder, or take another --data"
        )
    raise ServeError(
        f"{database} belongs to another folder than {claimed.folder}; a folder and its database "
        "go together"
    )


def _write_durably(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
