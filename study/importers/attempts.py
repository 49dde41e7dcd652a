"""Logs of attempts from phones: how often access fails, links break and time runs out.

One row an attempt. Needed: ``station``, ``time`` (when it began), ``duration_s`` and ``result``:
``ok``, ``refused`` (no connection), ``break`` (cut in mid-transfer), ``timeout``, ``busy`` (429 or
503) or ``error`` (another answer). May be there: ``bytes`` (of the whole request), ``photo`` (its
name), ``kecamatan``. Times are seconds since 1970, or a date and hour with zone.

The scenario's hazards are those at the peak of the background load, and scale with its course. So a
refusal counts against the sum of the loads at the attempts' times, a break against the sum of load
times duration: both are then the maximum-likelihood rates at the peak.

Rule of this file: from rows to counts to laws, one pass, in little memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from study.importers.estimates import lognormal, rate_interval, rate_law, share_interval, share_law
from study.importers.histogram import LogHistogram
from study.importers.records import Imported, Rejects, Row, number, rows
from study.progress.moments import read_moment

NEEDED: Final = ("station", "time", "duration_s", "result")
RESULTS: Final = {
    "ok": "ok", "success": "ok", "sent": "ok",
    "refused": "refused", "access": "refused", "no-connection": "refused",
    "break": "break", "reset": "break", "dropped": "break",
    "timeout": "timeout", "timed-out": "timeout",
    "busy": "busy", "error": "error", "fault": "error",
}  # fmt: skip
_DAY: Final = 86_400.0

Load = Callable[[float], float]
"""Background load relative to its peak, by seconds after local midnight."""


def at_peak(_clock: float) -> float:
    """The load where nothing is known of its course."""
    return 1.0


def import_attempts(path: Path, rejects: Rejects, load: Load = at_peak) -> Imported:
    """Read a log.

    Raises
    ------
    RejectedRowsError : if the file cannot be read or lacks a column.
    """
    counts: dict[str, int] = dict.fromkeys(sorted(set(RESULTS.values())), 0)
    by_place: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    sizes, took = LogHistogram(), LogHistogram()
    photos: set[int] = set()
    stations: set[str] = set()
    tried = exposed = 0.0
    for line, row in rows(path, NEEDED, rejects):
        try:
            result, seconds, share = _attempt(row, load)
            size = number(row, "bytes")
        except ValueError as reason:
            rejects.add(line, str(reason))
            continue
        counts[result] += 1
        stations.add(row["station"])
        tried += share
        place = by_place[row.get("kecamatan", "")]
        place[0] += result == "refused"
        place[1] += share
        if result != "refused":
            exposed += share * seconds
        if result == "ok":
            took.add(seconds)
        if size:
            photo = hash((row["station"], row.get("photo") or row["bytes"]))
            if photo not in photos:
                photos.add(photo)
                sizes.add(size)
    return _laws(path, counts, tried, exposed, by_place, sizes, took, len(stations))


def _attempt(row: Row, load: Load) -> tuple[str, float, float]:
    """Result, seconds, and the load when it began."""
    said = row.get("result", "").lower().replace("_", "-").replace(" ", "-")
    if said not in RESULTS:
        raise ValueError(f"result '{row.get('result', '')}' is none of {', '.join(RESULTS)}")
    if not row.get("station"):
        raise ValueError("station is empty")
    seconds = number(row, "duration_s")
    if seconds is None:
        raise ValueError("duration_s is empty")
    return RESULTS[said], seconds, load(_clock(row.get("time", "")))


def _clock(text: str) -> float:
    """Seconds after local midnight; of seconds since 1970, in WIB."""
    if text.replace(".", "", 1).isdigit() and "-" not in text:
        return (float(text) + 7 * 3600) % _DAY
    at = read_moment(text, "").at
    return at.hour * 3600.0 + at.minute * 60.0 + at.second


def _laws(
    path: Path,
    counts: dict[str, int],
    tried: float,
    exposed: float,
    by_place: dict[str, list[float]],
    sizes: LogHistogram,
    took: LogHistogram,
    stations: int,
) -> Imported:
    total = sum(counts.values())
    places = {name: (k, n) for name, (k, n) in by_place.items() if name}
    source = f"{path.name}: {total} attempts of {stations} stations"
    summary: dict[str, Any] = {
        "attempts": total,
        "stations": stations,
        "kecamatan": len(places),
        "results": counts,
        "seconds_of_a_success": took.spread(),
        "bytes_of_a_photograph": sizes.spread(),
    }
    fragment: dict[str, Any] = {}
    notes = []
    if total:
        for name in ("timeout", "busy", "error"):
            summary[name] = share_interval(counts[name], total)
        notes.append(
            f"time-outs: {counts['timeout']} of {total} attempts; a scenario has no law for them, "
            "they follow from capacity, background and client.timeout"
        )
    network: dict[str, Any] = {}
    if tried > 0:
        summary["access_failure_at_peak"] = share_interval(counts["refused"], tried)
        network["access_failure_at_peak"] = share_law(counts["refused"], tried, places, source)
    if exposed > 0:
        summary["break_rate_at_peak"] = rate_interval(counts["break"], exposed)
        network["break_rate_at_peak"] = rate_law(counts["break"], exposed, source)
    if network:
        fragment["network"] = network
    if sizes.count:
        what = f"{path.name}: {sizes.count} photographs"
        fragment["station"] = {"photo_size": lognormal(sizes, "B", "photo", what)}
    return Imported(summary, fragment, notes)
