"""A replay's folder: what was predicted, what was measured, and what came of the comparison.

``attempts.jsonl``, ``outcomes.npy`` and ``replay.json`` are the locustfile's (they are there even
if it was run without us); ``predicted.jsonl``, ``predicted.npy``, ``summary.json`` and
``attempts.parquet`` (both sides, with names instead of indices) are written here.

Rule of this file: files; what is in them is made elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.attempts import Attempt, from_row
from sim.ledger import OUTCOMES
from sim.population.region import Region
from sim.scenario.errors import UserFaultError
from study.files import replacing, write_json
from study.replay.setting import Side
from study.store import write_parquet

REPORT: Final = "replay.json"
_LOGS: Final = {"measured": ("attempts.jsonl", "outcomes.npy"),
                "predicted": ("predicted.jsonl", "predicted.npy")}  # fmt: skip


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
        found = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or not isinstance(found["settings"], dict):
            raise TypeError("it is no report of a replay")
    except FileNotFoundError:
        raise ReplayFolderError(
            f"{folder}: holds no finished replay (no {REPORT}); `tangguh replay` makes one"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ReplayFolderError(f"{file}: is damaged: {error}; replay it again") from None
    return found


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
                attempts.append(from_row(json.loads(line)))
        outcomes = np.load(folder / table, allow_pickle=False)
        if outcomes.dtype != OUTCOMES:
            raise ValueError("it holds another table")
    except FileNotFoundError as error:
        raise ReplayFolderError(f"{error.filename}: is not there; replay it again") from None
    except (ValueError, TypeError) as error:
        raise ReplayFolderError(
            f"{folder / log}:{number}: is damaged: {error}; replay it again"
        ) from None
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
