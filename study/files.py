"""Files that are whole or not there: written under another name, then renamed; and JSON read back.

Rule of this file: nothing of what is in them.
"""

from __future__ import annotations

import csv
import json
import os
import re
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError
from typing import Any, Final, NoReturn
from zipfile import BadZipFile

from sim.files import check_regular
from sim.scenario.errors import UserFaultError

DAMAGE: Final = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, StopIteration)
"""What a reader meets in a file that is not what its command writes."""

ARRAY_DAMAGE: Final = (
    *DAMAGE, OSError, EOFError, BadZipFile, zlib.error, struct.error, RuntimeError, SyntaxError,
    TokenError, MemoryError,
)  # fmt: skip
"""The same of a file of arrays: numpy reads its header as Python, its parts as a zip archive."""


class DamagedFileError(UserFaultError):
    """A result that was read back and is not what its command writes."""


_SCRATCH: Final = re.compile(r"\..+\.(\d+)")
_ABANDONED_AFTER: Final = 600.0  # seconds; a file is written in a few


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; it takes the place of ``path`` when the block has ended well.

    Raises
    ------
    OSError : with the name of ``path``; nothing is left of what was written.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with naming(path):
            yield scratch
            scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)  # it would take room on a full disk


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """A block whose errors of the system name a file; writing to an open one tells no name."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


def clear_scratch(folder: Path, *, alone: bool = False) -> None:
    """Remove what processes that were killed had half written.

    Parameters
    ----------
    alone : nobody else writes in the folder. Else the process must have been one of this machine,
        and the file be some minutes old: where machines share a folder, a number may be another's.
    """
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        found = _SCRATCH.fullmatch(entry.name)
        if found is None:
            continue
        if alone:
            Path(entry.path).unlink(missing_ok=True)
            continue
        if time.time() - entry.stat().st_mtime < _ABANDONED_AFTER:
            continue
        try:
            os.kill(int(found[1]), 0)
        except ProcessLookupError:
            Path(entry.path).unlink(missing_ok=True)
        except (PermissionError, OverflowError):
            continue  # somebody else's process has that number, or nobody's ever had


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON for people and machines; a number that JSON cannot hold is an error."""
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text, whole or not at all."""
    with replacing(path) as scratch:
        scratch.write_text(text, encoding="utf-8")


def write_csv(path: Path, rows: Iterable[Iterable[Any]]) -> None:
    """Write a table, its header first, whole or not at all."""
    with replacing(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def read_json(path: Path) -> Any:
    """What :func:`write_json` has written, and nothing that it would not have written.

    Raises
    ------
    OSError : if it cannot be read.
    ValueError : if it is no JSON; ``NaN`` and ``Infinity`` are not JSON either (RFC 8259).
    """
    check_regular(path)
    return parse_json(path.read_text(encoding="utf-8"), _refuse)


def parse_json(text: str, constant: Callable[[str], Any] = float) -> Any:
    """JSON as Python has it.

    Parameters
    ----------
    constant : what becomes of ``NaN``, ``Infinity`` and ``-Infinity``.

    Raises
    ------
    ValueError : if it is no JSON, or nested deeper than Python goes.
    """
    try:
        return json.loads(text, parse_constant=constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


@contextmanager
def reading(files: str, remedy: str) -> Iterator[None]:
    """A block that uses what was read from ``files``, which may be damaged or of another version.

    Raises
    ------
    DamagedFileError : instead of what a block meets in a result that lacks something.
    """
    try:
        yield
    except DAMAGE as error:
        raise DamagedFileError(
            f"{files}: is damaged, or was written by another version ({error!r}); {remedy}"
        ) from error
