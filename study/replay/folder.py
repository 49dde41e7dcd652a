"""A replay's folder: what was predicted, what was measured, and what came of the comparison.

``attempts.jsonl``, ``outcomes.npy`` and ``replay.json`` are the locustfile's (they are there even
if it was run without us); ``predicted.jsonl``, ``predicted.npy``, ``summary.json`` and
``attempts.parquet`` (both sides, with names instead of indices) are written here.

Rule of this file: files; what is in them is made elsewhere.
"""

from __future__ import annotations

import json
from math import inf, isnan
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.attempts import ATTEMPTS, Attempt, from_row
from sim.ledger import OUTCOMES, Cause, State
from sim.population.region import Region
from sim.scenario.errors import UserFaultError
from study.files import ARRAY_DAMAGE, parse_json, read_json, replacing, write_json
from study.replay.setting import Side
from study.store import write_parquet

REPORT: Final = "replay.json"
_LOGS: Final = {"measured": (ATTEMPTS, "outcomes.npy"),
                "predicted": ("predicted.jsonl", "predicted.npy")}  # fmt: skip

_NUMBER: Final = (int, float)
_KEYS: Final[dict[str, Any]] = {
    "settings": dict, "wall": _NUMBER, "workers": int, "memory": list, "validity": dict,
    "wrong": list,
}  # fmt: skip
_SETTINGS: Final[dict[str, tuple[type, ...]]] = {
    **dict.fromkeys(("scenario", "policy", "batching", "shaping", "scheme", "host", "address",
                     "run", "ca", "target", "devices", "digest"), (str,)),
    **dict.fromkeys(("seed", "replication", "port"), (int,)),
    **dict.fromkeys(("begins", "ends", "speed", "share", "max_rate", "max_bandwidth"), _NUMBER),
    **dict.fromkeys(("nation", "insecure"), (bool,)),
}  # fmt: skip
_REQUESTS: Final = ("send", "create", "offset", "turn")


class ReplayFolderError(UserFaultError):
    """A folder that holds no replay, or a damaged one; one line with the remedy."""


def read_report(folder: Path) -> dict[str, Any]:
    """Settings, measures and verdict of a replay.

    Raises
    ------
    ReplayFolderError : if there are none.
    """
    file = folder / REPORT
    try:
        found = read_json(file)
        _check_report(found)
    except FileNotFoundError:
        raise ReplayFolderError(
            f"{folder}: holds no finished replay (no {REPORT}); `tangguh replay` makes one"
        ) from None
    except (ValueError, LookupError, TypeError) as error:
        raise ReplayFolderError(f"{file}: is damaged: {error}; replay it again") from None
    return dict(found)


def _check_report(found: Any) -> None:
    """Is it what the locustfile writes?"""
    if not isinstance(found, dict):
        raise TypeError("it is no report of a replay")
    for key, kind in _KEYS.items():
        if not isinstance(found.get(key), kind):
            raise TypeError(f"{key!r} is missing, or is {_short(found.get(key))}")
    for name, measure in found["validity"].items():
        if not isinstance(measure, dict) or not isinstance(measure.get("ok"), bool):
            raise TypeError(f"'validity.{name}' is no measure of the generator")
        if not all(isinstance(measure.get(key), _NUMBER) for key in ("value", "limit")):
            raise TypeError(f"'validity.{name}' has no value beside its limit")
    settings = found["settings"]
    for key, kind in _SETTINGS.items():
        value = settings.get(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and bool not in kind):
            raise TypeError(f"'settings.{key}' is missing, or is {_short(value)}")
    if more := sorted(settings.keys() - _SETTINGS.keys()):
        raise TypeError(f"there is no setting {_short(more[0])}")
    if not (settings["speed"] > 0 and 0 < settings["share"] <= 1):
        raise ValueError("'settings.speed' or 'settings.share' is not one of a replay")
    if not settings["begins"] < settings["ends"]:
        raise ValueError("'settings.begins' is not before 'settings.ends'")


def _short(value: object) -> str:
    return repr(value)[:60]


def _check_row(row: Attempt, region: Region) -> None:
    """Is it an attempt, and one of this region's?"""
    whole = (row.station, row.n, row.offset, row.length, row.status, row.sent)
    times = (row.began, row.joined, row.left, row.at, row.begin_late, row.join_late, row.drain_late)
    if any(type(v) is not int or v < 0 for v in whole) or type(row.operator) is not bool:
        raise ValueError("a count is no whole number of 0 or more")
    if any(type(v) not in (int, float) or abs(v) == inf for v in times):
        raise ValueError("a time is no number")
    if isnan(row.began) or isnan(row.at) or row.at < row.began:
        raise ValueError("it ends before it begins")
    if type(row.key) is not str or row.kind not in _REQUESTS:
        raise ValueError(f"there is no request of the kind {_short(row.kind)}")
    # the rest of the nation stands behind all stations, and is in no kecamatan: -1
    least = 0 if row.station < len(region.stations) else -1
    if type(row.kecamatan) is not int or not least <= row.kecamatan < len(region.kecamatan):
        raise ValueError(f"there is no kecamatan {row.kecamatan} in the scenario")


def _check_outcomes(outcomes: Any, region: Region) -> None:
    """Is it the table of a night of this region?"""
    if outcomes.dtype != OUTCOMES or outcomes.ndim != 1:
        raise ValueError("it holds another table")
    for column, count in (("station", len(region.stations)), ("kecamatan", len(region.kecamatan)),
                          ("state", len(State)), ("cause", len(Cause))):  # fmt: skip
        values = outcomes[column]
        if len(values) and (values.min() < 0 or values.max() >= count):
            raise ValueError(f"a {column} is not one of this scenario's")


def read_side(folder: Path, which: str, region: Region) -> Side:
    """One side of a replay: ``measured`` or ``predicted``.

    Raises
    ------
    ReplayFolderError : if it is not there, or damaged.
    """
    log, table = _LOGS[which]
    attempts = []
    number = 0
    try:
        with (folder / log).open(encoding="utf-8") as lines:
            for line in lines:
                number += 1
                attempts.append(from_row(parse_json(line)))
                _check_row(attempts[-1], region)
    except FileNotFoundError as error:
        raise ReplayFolderError(f"{error.filename}: is not there; replay it again") from None
    except (ValueError, TypeError) as error:
        raise ReplayFolderError(
            f"{folder / log}:{number}: is damaged: {error}; replay it again"
        ) from None
    try:
        outcomes = np.load(folder / table, allow_pickle=False)
        _check_outcomes(outcomes, region)
    except FileNotFoundError as error:
        raise ReplayFolderError(f"{error.filename}: is not there; replay it again") from None
    except ARRAY_DAMAGE as error:
        raise ReplayFolderError(f"{folder / table}: is damaged: {error}; replay it again") from None
    return Side(attempts, outcomes, region)


def write_prediction(folder: Path, side: Side) -> None:
    """Keep what was predicted, before anything is measured."""
    log, table = _LOGS["predicted"]
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / log) as scratch:
        scratch.write_text("".join(json.dumps(row) + "\n" for row in side.attempts), "utf-8")
    with replacing(folder / table) as scratch, scratch.open("wb") as file:
        np.save(file, side.outcomes)


def write_comparison(
    folder: Path, predicted: Side, measured: Side, summary: dict[str, Any]
) -> None:
    """The summary, and the attempts of both sides as one table."""
    write_json(folder / "summary.json", summary)
    columns: dict[str, list[Any]] = {"side": []}
    for name, side in (("predicted", predicted), ("measured", measured)):
        for row in side.attempts:
            columns["side"].append(name)
            for key, value in _named(row, side.region).items():
                columns.setdefault(key, []).append(value)
    table = {
        key: np.array(values, dtype=object if values and isinstance(values[0], str) else None)
        for key, values in columns.items()
    }
    write_parquet(folder / "attempts.parquet", table)


def _named(row: Attempt, region: Region) -> dict[str, Any]:
    """An attempt with names instead of indices."""
    values = row._asdict()
    others = row.station - len(region.stations)  # the rest of the nation stands behind all stations
    values["station"] = region.stations[row.station].code if others < 0 else f"nation-{others:06d}"
    values["kecamatan"] = region.kecamatan[row.kecamatan].name if others < 0 else ""
    values["cause"] = row.cause.name.lower()
    return values
