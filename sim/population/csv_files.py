"""Reading a region from CSV files. Every reject is reported with its row; nothing is dropped.

Two forms. ``kecamatan``: columns ``code,name,tps`` and optionally ``failed,blank_spots``; with a
``kelurahan`` CSV (``code,kecamatan,name,weight``) its stations are divided by the weights.
``tps``, one station a row: ``code,kecamatan`` and optionally ``kelurahan,cell,coverage`` (yes or
no); with a ``kecamatan`` CSV beside it the kecamatan's name and counts come from there.

Rule of this file: with :mod:`sim.network.traces` and the scenario loader, the only one in ``sim``
that opens files.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from sim.files import check_regular
from sim.population.region import Kecamatan, Region, Station, spread

T = TypeVar("T")

STATION_NEEDS: Final = ("code", "kecamatan")
STATION_MAY_HAVE: Final = ("kelurahan", "cell", "coverage")
"""Columns of a list of stations; what else stands in it is read by nobody."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be used, and why."""

    file: Path
    row: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}:1: {self.reason}"


class RejectedRowsError(Exception):
    """A file has rows that cannot be used; all of them are listed."""

    def __init__(self, rejects: Sequence[Reject]) -> None:
        super().__init__("\n".join(map(str, rejects)))
        self.rejects = list(rejects)


def read_region(
    name: str, *, tps: Path | None, kecamatan: Path | None, kelurahan: Path | None
) -> Region:
    """The region of a scenario.

    Raises
    ------
    RejectedRowsError : listing every row that cannot be used, of all files.
    """
    districts = read_rows(kecamatan, ("code", "name", "tps"), _kecamatan) if kecamatan else []
    if tps is not None:
        return _by_station(name, tps, districts)
    parts: list[tuple[str, str, float]] = []
    if kelurahan is not None:
        known = {d.code for d in districts}
        parts = read_rows(
            kelurahan, ("code", "kecamatan", "weight"), lambda row: _kelurahan(row, known)
        )
    stations = spread(districts, parts)
    if kecamatan is not None and not stations:
        raise RejectedRowsError([Reject(kecamatan, 1, "there are no stations: every tps is 0")])
    return Region(name, tuple(districts), tuple(stations))


def read_rows(path: Path, needed: Sequence[str], parse: Callable[[dict[str, str]], T]) -> list[T]:
    """Every row of a CSV file, parsed; ``parse`` raises ValueError with the reason for a reject.

    The first of the needed columns is the row's code; the same code twice is a reject, too.

    Raises
    ------
    RejectedRowsError : if the file cannot be read, lacks a column, or has rows that are refused.
    """
    parsed: list[T] = []
    rejects: list[Reject] = []
    seen: dict[str, int] = {}
    for number, row, beyond in read_table(path, needed):
        try:
            if beyond:
                raise ValueError(f"has more cells than the header has columns: '{beyond}'")
            record = parse(row)
            code = row[needed[0]]
            if code in seen:
                raise ValueError(f"{needed[0]} '{code}' appears again (first in row {seen[code]})")
            seen[code] = number
            parsed.append(record)
        except ValueError as reason:
            rejects.append(Reject(path, number, str(reason)))
    if not parsed and not rejects:
        rejects.append(Reject(path, 1, "the file has no rows below its header"))
    if rejects:
        raise RejectedRowsError(rejects)
    return parsed


def read_table(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str], str]]:
    """The rows of a CSV file with a header: the number of a row's last line, its cells by column,
    and what stands beyond the last column.

    Raises
    ------
    RejectedRowsError : if the file cannot be read, is no CSV, or lacks a column.
    """
    try:
        check_regular(path)
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RejectedRowsError([Reject(path, 1, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise RejectedRowsError([Reject(path, 1, "is not UTF-8 text")]) from error
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter_of(text), strict=True)
    try:
        reader.fieldnames = [f.strip().lower() for f in reader.fieldnames or []]
        missing = [column for column in needed if column not in reader.fieldnames]
        if missing:
            found = ", ".join(reader.fieldnames) or "none"
            reason = f"column {', '.join(missing)} is missing; columns found: {found}"
            raise RejectedRowsError([Reject(path, 1, reason)])
        for row in reader:
            if any(row.values()):
                beyond = [cell.strip() for cell in row.pop(None, [])]  # what has no column
                cells = {k: (v or "").strip() for k, v in row.items() if k}
                yield reader.line_num, cells, " ".join(filter(None, beyond))
    except csv.Error as error:
        reject = Reject(path, max(reader.line_num, 1), f"is not CSV: {error}")
        raise RejectedRowsError([reject]) from error


def delimiter_of(text: str) -> str:
    """Comma, or the semicolon of spreadsheets where the comma is the decimal mark."""
    header = text.split("\n", 1)[0]
    return ";" if header.count(";") > header.count(",") else ","


def _kecamatan(row: dict[str, str]) -> Kecamatan:
    tps = whole(row, "tps")
    failed = whole(row, "failed") if row.get("failed") else None
    blank = whole(row, "blank_spots") if row.get("blank_spots") else 0
    for what, count in (("failed", failed), ("blank_spots", blank)):
        if count is not None and count > tps:
            raise ValueError(f"{what} is {count}, more than the {tps} stations")
    return Kecamatan(text(row, "code"), text(row, "name"), tps, failed, blank)


def _kelurahan(row: dict[str, str], known: set[str]) -> tuple[str, str, float]:
    parent = text(row, "kecamatan")
    if parent not in known:
        raise ValueError(f"kecamatan '{parent}' is not among the codes of the kecamatan file")
    try:
        weight = float(row["weight"])
    except ValueError:
        raise ValueError(f"weight '{row['weight']}' is not a number") from None
    if not 0 < weight < float("inf"):
        raise ValueError(f"weight {row['weight']} is not a positive number")
    return text(row, "code"), parent, weight


def _by_station(name: str, path: Path, known: Sequence[Kecamatan]) -> Region:
    rows = read_rows(path, STATION_NEEDS, _station)
    given = {d.code: d for d in known} | {d.name.casefold(): d for d in known}
    order: dict[str, int] = {}
    for _, district, *_ in rows:
        order.setdefault(district, len(order))
    if known:
        strangers = [d for d in order if d not in given and d.casefold() not in given]
        if strangers:
            reasons = [f"kecamatan '{d}' is not in the kecamatan file" for d in strangers]
            raise RejectedRowsError([Reject(path, 1, reason) for reason in reasons])
    stations = sorted(
        (Station(code, order[d], kelurahan, cell, cov) for code, d, kelurahan, cell, cov in rows),
        key=lambda s: (s.kecamatan, s.kelurahan, s.code),
    )
    districts = []
    for district, index in order.items():
        found = given.get(district) or given.get(district.casefold())
        count = sum(s.kecamatan == index for s in stations)
        code, label = (found.code, found.name) if found else (district, district)
        failed, blank = (found.failed, found.blank_spots) if found else (None, 0)
        districts.append(Kecamatan(code, label, count, failed, blank))
    return Region(name, tuple(districts), tuple(stations))


def _station(row: dict[str, str]) -> tuple[str, str, str, str | None, bool | None]:
    coverage = {"": None, "yes": True, "ya": True, "no": False, "tidak": False}
    said = row.get("coverage", "").lower()
    if said not in coverage:
        raise ValueError(f"coverage '{said}' is neither yes (ya) nor no (tidak)")
    district = text(row, "kecamatan")
    kelurahan = row.get("kelurahan") or district
    return text(row, "code"), district, kelurahan, row.get("cell") or None, coverage[said]


def text(row: dict[str, str], column: str) -> str:
    """A column that must not be empty."""
    if not row.get(column):
        raise ValueError(f"{column} is empty")
    return row[column]


def whole(row: dict[str, str], column: str) -> int:
    """A column that must hold a whole number that is not negative."""
    value = row.get(column, "")
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f"{column} '{value}' is not a whole number")
    return int(value)
