"""A web server's access log: arrivals, sizes, answers and their times.

Two forms. The combined log format of Apache and nginx, with the request's time (``$request_time``,
seconds) and the application's (``$upstream_response_time``) behind it where they were logged::

    192.0.2.7 - - [09/Dec/2020:18:40:12 +0700] "POST /tps/1 HTTP/1.1" 201 12 "-" "app" 41.2 0.8

or JSON lines with ``time`` (or ``time_iso8601``, ``time_local``, ``@timestamp``, ``ts``),
``status``, ``method`` or ``request``, and where known ``request_length``, ``request_time`` and
``upstream_response_time``. Uploads are POST, PUT and PATCH; other requests are counted and left.

The request's time of an upload is mostly the client's link; only the application's own is a law of
the model's ``server.service``.

Rule of this file: from lines to counts a minute and laws, one pass, in little memory.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from study.files import parse_json
from study.importers.estimates import law, lognormal, share_interval, share_law
from study.importers.histogram import LogHistogram
from study.importers.records import Imported, Rejects, Row, lines, number
from study.progress.moments import read_moment

_COMBINED: Final = re.compile(
    r'\S+ \S+ \S+ \[([^\]]+)\] "(\S+) [^"]*" (\d{3}) (\S+)(?: "[^"]*" "[^"]*")?'
    r"(?:\s+(\d+(?:\.\d+)?))?(?:\s+(\d+(?:\.\d+)?|-))?\s*"
)
_UPLOADS: Final = frozenset({"POST", "PUT", "PATCH"})
_TIMES: Final = ("time", "time_iso8601", "time_local", "@timestamp", "timestamp", "ts")
_FAULTS: Final = frozenset({"500", "502"})
"""An application that failed; 503, 504 and 429 are overload, and follow from the model's queue."""


class _Log:
    """What is kept of a log while it is read."""

    def __init__(self) -> None:
        self.minutes: Counter[int] = Counter()
        self.statuses: dict[int, Counter[str]] = defaultdict(Counter)
        self.answers: Counter[str] = Counter()
        self.sizes, self.whole, self.work = LogHistogram(), LogHistogram(), LogHistogram()
        self.others = 0

    def take(self, row: Row) -> None:
        """One request.

        Raises
        ------
        ValueError : with the reason, if it cannot be used.
        """
        status = row.get("status", "")
        if not re.fullmatch(r"[1-5]\d\d", status):
            raise ValueError(f"status '{status}' is not a status of HTTP")
        minute = int(_moment(row) // 60) * 60
        method = row.get("method") or row.get("request", "").split(" ")[0]
        if not method:
            raise ValueError("neither method nor request is there")
        if method.upper() not in _UPLOADS:
            self.others += 1
            return
        size, whole, work = (
            number(row, c) for c in ("request_length", "request_time", "upstream_response_time")
        )
        self.minutes[minute] += 1
        self.statuses[minute][status] += 1
        self.answers[status] += 1
        succeeded = status.startswith("2")
        for value, histogram in ((size, self.sizes), (whole, self.whole), (work, self.work)):
            if value is not None and succeeded:
                histogram.add(value)


def import_access_log(path: Path, rejects: Rejects) -> Imported:
    """Read a log.

    Raises
    ------
    RejectedRowsError : if the file cannot be read.
    """
    log = _Log()
    for line, text in lines(path):
        if not text.strip():
            continue
        try:
            log.take(_json(text) if text.lstrip().startswith("{") else _combined(text))
        except ValueError as reason:
            rejects.add(line, str(reason))
    return _laws(path, log)


def _combined(text: str) -> Row:
    found = _COMBINED.fullmatch(text)
    if found is None:
        raise ValueError("is not a line of the combined log format")
    when, method, status, _, whole, work = found.groups()
    named = {"request_time": whole, "upstream_response_time": work}
    return {
        "time_local": when,
        "method": method,
        "status": status,
        **{k: v for k, v in named.items() if v not in (None, "-")},
    }


def _json(text: str) -> Row:
    try:
        found = parse_json(text)
    except ValueError:
        raise ValueError("is not JSON") from None
    return {str(k).lower(): "" if v is None else str(v) for k, v in found.items()}


def _moment(row: Row) -> float:
    """Seconds since 1970."""
    text = next((row[c] for c in _TIMES if row.get(c)), "")
    if re.fullmatch(r"\d{9,11}(\.\d+)?", text):
        return float(text)
    try:
        return datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z").timestamp()
    except ValueError:
        return read_moment(text.replace("Z", " UTC"), "").at.timestamp()


def _laws(path: Path, log: _Log) -> Imported:
    total = sum(log.answers.values())
    faults = sum(log.answers[s] for s in _FAULTS)
    source = f"{path.name}: {total} uploads"
    summary: dict[str, Any] = {
        "uploads": total,
        "other_requests": log.others,
        "statuses": dict(sorted(log.answers.items())),
        "busiest_minute": max(log.minutes.values(), default=0),
        "bytes_of_a_request": log.sizes.spread(),
        "seconds_of_a_request": log.whole.spread(),
        "seconds_of_the_application": log.work.spread(),
    }
    server: dict[str, Any] = {}
    fragment: dict[str, Any] = {}
    notes = []
    if total:
        summary["fault"] = share_interval(faults, total)
        server["fault"] = share_law(faults, total, {}, f"{source}, {faults} of them 500 or 502")
    if log.work.count:
        server["service"] = law(
            f"{path.name}: mean of {log.work.count} times of the application; 95% below "
            f"{log.work.quantile(0.95):.3g} s",
            "night",
            value=f"{log.work.mean:.4g} s",
        )
    else:
        notes.append("no time of the application in the log: server.service stays as it is")
    if server:
        fragment["server"] = server
    if log.sizes.count:
        what = f"{path.name}: {log.sizes.count} requests, with their headers"
        fragment["station"] = {"photo_size": lognormal(log.sizes, "B", "photo", what)}
    names = sorted(log.answers)
    table = [
        (datetime.fromtimestamp(m, UTC).isoformat(), log.minutes[m],
         *(log.statuses[m][s] for s in names))
        for m in sorted(log.minutes)
    ]  # fmt: skip
    return Imported(
        summary, fragment, notes, {"minutes.csv": (("minute", "uploads", *names), table)}
    )
