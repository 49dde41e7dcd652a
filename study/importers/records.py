"""Files of records, one at a time: CSV, JSON lines or Parquet, plain or gzip; rejects by row.

A file may be larger than memory: rows are read one by one, of rejects the first thousand are kept
and all are counted.

Rule of this file: from files to rows of text; what a row means is its importer's business.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, cast

import duckdb

from sim.files import check_regular
from sim.population.csv_files import Reject, RejectedRowsError, delimiter_of
from study.files import parse_json

_KEPT: Final = 1000
_BATCH: Final = 5000  # rows of a Parquet file in memory at a time

Row = dict[str, str]


@dataclass(slots=True)
class Rejects:
    """Rows that cannot be used: all counted, the first of them kept."""

    file: Path
    count: int = 0
    kept: list[Reject] = field(default_factory=list)

    def add(self, row: int, reason: str) -> None:
        """One more."""
        self.count += 1
        if len(self.kept) < _KEPT:
            self.kept.append(Reject(self.file, row, reason))


@dataclass(frozen=True, slots=True)
class Imported:
    """What an importer makes.

    Attributes
    ----------
    summary : plain data: what was counted, with intervals.
    fragment : keys of a scenario; a scenario that ``extends`` it takes them over.
    notes : remarks that stand at the head of the fragment.
    tables : CSV files by name: header and rows.
    """

    summary: dict[str, Any]
    fragment: dict[str, Any]
    notes: Sequence[str] = ()
    tables: dict[str, tuple[Sequence[str], Sequence[Sequence[Any]]]] = field(default_factory=dict)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text, numbered from 1; what is no UTF-8 is kept as a mark.

    Raises
    ------
    RejectedRowsError : if the file cannot be read.
    """
    try:
        check_regular(path)
        with _open(path) as file:
            for number, line in enumerate(file, 1):
                yield number, line.rstrip("\r\n")
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RejectedRowsError([Reject(path, 1, f"cannot be read: {reason}")]) from error


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return cast("IO[str]", gzip.open(path, "rt", encoding="utf-8-sig", errors="replace"))
    return path.open(encoding="utf-8-sig", errors="replace", newline=None)


def rows(
    path: Path, needed: Sequence[str], rejects: Rejects, *, header: Sequence[str] = ()
) -> Iterator[tuple[int, Row]]:
    """Rows as text by column, with the number of their line; of Parquet, of the row.

    Parameters
    ----------
    needed : columns without which a file is refused.
    header : the columns of a CSV file that has no header; used where its first line lacks what
        is needed.

    Raises
    ------
    RejectedRowsError : if the file cannot be read or lacks a column.
    """
    if path.suffix == ".parquet":
        yield from _parquet(path, needed)
        return
    source = lines(path)
    first = next(source, None)
    if first is None:
        raise RejectedRowsError([Reject(path, 1, "the file is empty")])
    if first[1].lstrip().startswith("{"):
        yield from _json_lines(first, source, rejects)
        return
    delimiter = delimiter_of(first[1])
    try:
        head = next(csv.reader([first[1]], delimiter=delimiter), [])
    except csv.Error as error:
        raise RejectedRowsError([Reject(path, 1, f"is not CSV: {error}")]) from error
    names = [c.strip().lower() for c in head]
    missing = [c for c in needed if c not in names]
    if missing and len(names) == len(header):
        names = list(header)
        yield from _csv_row(first, names, delimiter, rejects)
    elif missing:
        found = ", ".join(names) or "none"
        reason = f"column {', '.join(missing)} is missing; columns found: {found}"
        raise RejectedRowsError([Reject(path, 1, reason)])
    for line in source:
        yield from _csv_row(line, names, delimiter, rejects)


def _csv_row(
    line: tuple[int, str], names: Sequence[str], delimiter: str, rejects: Rejects
) -> Iterator[tuple[int, Row]]:
    """One line is one row: logs have no line breaks inside a cell."""
    number, text = line
    if not text.strip():
        return
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        rejects.add(number, f"is not CSV: {error}")
        return
    if len(cells) > len(names):
        rejects.add(number, f"has {len(cells)} cells, the header has {len(names)} columns")
        return
    yield number, {n: c.strip() for n, c in zip(names, cells, strict=False)}


def _json_lines(
    first: tuple[int, str], source: Iterator[tuple[int, str]], rejects: Rejects
) -> Iterator[tuple[int, Row]]:
    def all_lines() -> Iterator[tuple[int, str]]:
        yield first
        yield from source

    for number, text in all_lines():
        if not text.strip():
            continue
        try:
            found = parse_json(text)
        except ValueError as error:
            rejects.add(number, f"is not JSON: {error}")
            continue
        if not isinstance(found, dict):
            rejects.add(number, "is no object of JSON")
            continue
        yield number, {str(k).lower(): _text(v) for k, v in found.items()}


def _parquet(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, Row]]:
    try:
        with duckdb.connect() as connection:
            found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [str(c[0]).lower() for c in found.description or []]
            missing = [c for c in needed if c not in names]
            if missing:
                reason = f"column {', '.join(missing)} is missing; columns: {', '.join(names)}"
                raise RejectedRowsError([Reject(path, 1, reason)])
            number = 0
            while batch := found.fetchmany(_BATCH):
                for values in batch:
                    number += 1
                    yield number, {n: _text(v) for n, v in zip(names, values, strict=True)}
    except duckdb.Error as error:
        reason = f"cannot be read: {str(error).splitlines()[0]}"
        raise RejectedRowsError([Reject(path, 1, reason)]) from error


def _text(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, dict | list | bool) else str(value)


def number(row: Row, column: str) -> float | None:
    """A finite number that is not negative, or None where the cell is empty.

    Raises
    ------
    ValueError : with the reason.
    """
    text = row.get(column, "")
    if text in ("", "-"):
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{column} '{text}' is not a number") from None
    if not 0 <= value < float("inf"):
        raise ValueError(f"{column} {text} is not a number of 0 or more")
    return value
