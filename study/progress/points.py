"""Progress points: how much of a region had come in at a moment, as somebody published it.

One CSV row a point: ``region, election, tps_total, tps_received, percent, datetime_local, tz,
source_url`` and optionally ``system``. Needed are a moment and either a percentage or two counts.
Only Sirekap's points can be scored by a night of Sirekap: a row of another system is left out, with
the reason; so is a range. A row that cannot be read is a reject.

Rule of this file: from a file to points, with a reason for every row that is not one. Shares of 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sim.population.csv_files import Reject, read_table
from study.progress.moments import read_moment

_OTHERS: Final = re.compile(
    r"not sirekap|\b(situng|siwaslu|bawaslu|gerbang demokrasi|witness|saksi|local app|kawal\w*|"
    r"irev|kiems|vcm|rts|quick count)\b",
    re.I,
)
_THEIRS: Final = re.compile(r"\b(pilkada|pemilu|pilpres|pileg|pilgub|pilwako|pilbup)\b", re.I)
_LEGISLATIVE: Final = re.compile(r"\b(pileg|dprd?|dpd|legislatif)\b", re.I)
_DISAGREE: Final = 0.01
"""Counts and percentage that differ by more than a point are said to; a point covers rounding."""


@dataclass(frozen=True, slots=True)
class Point:
    """A published share.

    Attributes
    ----------
    row : line of the file.
    total : stations of the region, if known.
    share : of them that had come in.
    remarks : what had to be assumed.
    """

    row: int
    region: str
    election: str
    at: datetime
    total: int | None
    share: float
    source: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is whole and not for us."""

    row: int
    region: str
    reason: str


@dataclass(frozen=True, slots=True)
class Points:
    """What a file of points holds."""

    points: Sequence[Point]
    skipped: Sequence[Skipped]
    rejects: Sequence[Reject]


def read_points(path: Path) -> Points:
    """Read a file of points.

    Raises
    ------
    RejectedRowsError : if the file is no such table at all.
    """
    points: list[Point] = []
    skipped: list[Skipped] = []
    rejects: list[Reject] = []
    for number, row, beyond in read_table(path, ("region", "election", "datetime_local")):
        region = row["region"]
        try:
            if beyond:
                raise ValueError(f"has more cells than the header has columns: '{beyond}'")
            if not region:
                raise ValueError("region is empty")
            reason = _not_ours(row)
            if reason:
                skipped.append(Skipped(number, region, reason))
            else:
                points.append(_point(number, row))
        except ValueError as error:
            rejects.append(Reject(path, number, str(error)))
    return Points(points, skipped, rejects)


def _not_ours(row: dict[str, str]) -> str:
    """Why a row is not of Sirekap, or nothing."""
    said = row.get("system") or row["election"]
    words = f"{row.get('system', '')} {row['election']} {row['region']}"
    if _OTHERS.search(words):
        return f"not Sirekap: {said}"
    if _LEGISLATIVE.search(words):
        return "forms of the legislative election: a simulated night has one race"
    if "sirekap" in words.lower() or _THEIRS.search(row["election"]):
        return _range(row.get("percent", ""))
    return f"not known to be Sirekap: '{said}'" if said else "the election is not said"


def _range(percent: str) -> str:
    text = percent.replace(" ", "")
    between = re.fullmatch(r"[\d.,]+%?[-\u2013][\d.,]+%?", text)
    return f"a range and not a point: {percent}" if between else ""


def _point(number: int, row: dict[str, str]) -> Point:
    remarks: list[str] = []
    total = _count(row, "tps_total")
    received = _count(row, "tps_received")
    said = _percent(row.get("percent", ""))
    if total == 0:
        raise ValueError("tps_total is 0")
    if total is not None and received is not None:
        if received > total:
            raise ValueError(f"tps_received {received} is more than tps_total {total}")
        share = received / total
        if said is not None and abs(said - share) > _DISAGREE:
            remarks.append(
                f"percent says {100 * said:g}, the counts {100 * share:.2f}: counts taken"
            )
    elif said is not None:
        share = said
    else:
        raise ValueError("has neither percent nor both tps_total and tps_received")
    if total is None:
        remarks.append("size of the region not given")
    if "sirekap" not in f"{row.get('system', '')} {row['election']} {row['region']}".lower():
        remarks.append("taken for Sirekap by the election's name")
    moment = read_moment(row["datetime_local"], row.get("tz", ""))
    return Point(
        row=number,
        region=row["region"],
        election=row["election"],
        at=moment.at,
        total=total,
        share=share,
        source=row.get("source_url", ""),
        remarks=(*remarks, *moment.assumed),
    )


def _count(row: dict[str, str], column: str) -> int | None:
    text = row.get(column, "").replace(" ", "")
    if not text:
        return None
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", text):  # thousands, in either language
        text = re.sub(r"[.,]", "", text)
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{column} '{row[column]}' is not a whole number")
    return int(text)


def _percent(text: str) -> float | None:
    """``52.65``, ``52,65`` or ``52.65%``, always per cent."""
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    if not plain:
        return None
    try:
        value = float(plain)
    except ValueError:
        raise ValueError(f"percent '{text}' is not a number") from None
    if not 0 <= value <= 100:
        raise ValueError(f"percent {text} is not between 0 and 100")
    return value / 100
