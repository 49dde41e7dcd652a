"""The measured part of a gate: what a replay's folder says of a server.

Requests of one run are not independent of each other (they meet in the same queue), so bounds are
of this run's law; the pages say so, and two runs are better than one.

Rule of this file: from a replay's folder to values and lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.attempts import Attempt
from sim.ledger import Cause, State
from sim.population.region import Region
from study.gate import baseline as kept
from study.gate.declared import Measured
from study.gate.judge import Line, measured, measured_regression
from study.gate.planted import for_measured, for_measured_regression
from study.replay.curves import served_in
from study.replay.folder import read_report, read_side
from study.replay.objects import by_object, extents, stored
from study.replay.setting import Side

Array = NDArray[np.float64]
_FEW: Final = 2


class NoAnswersError(kept.BaselineError):
    """A replay in which nothing was answered."""


def samples(folder: Path, region: Region) -> tuple[dict[str, Array], list[str], int]:
    """Values by measure, why the run is not valid (nothing if it is), and its seed.

    Raises
    ------
    ReplayFolderError : if the folder holds no whole replay.
    NoAnswersError : if nothing was answered.
    """
    report = read_report(folder)
    side = read_side(folder, "measured", region)
    speed = float(report["settings"].get("speed", 1.0))
    answers = served_in(side.attempts, speed)
    answers = answers[np.isfinite(answers)]
    if len(answers) < _FEW:
        log = folder / "attempts.jsonl"
        raise NoAnswersError(f"{log}: only {len(answers)} requests were answered; replay more")
    found = {
        "answer": answers,
        "stored": fates(side),
        "refused": np.array(
            [float(a.status >= 500 or a.status == 429) for a in side.attempts if a.status],
        ),
    }
    wrong = [str(w) for w in report.get("wrong", [])]
    return found, wrong, int(report["settings"].get("seed", 0))


def fates(side: Side) -> Array:
    """Of each object whose fate lay with the server: was it stored whole (1), or not (0)?

    What is stored is said by :func:`study.replay.objects.stored`. An object that was not is left
    out if the window's end cut it off: it is the latest of a station that is not sent, and its last
    attempt was ended by the link, or was a piece that was accepted. Without a device that tries
    again there is nothing to say of the server. If the server itself ended that attempt (refused,
    failed, or was silent after the last byte), the object counts as not stored.
    """
    objects, rows = by_object(side.attempts), side.outcomes
    sent = set(rows["station"][rows["state"] <= State.SENT_PPK].tolist())
    whole = stored(objects, extents(objects), sent)
    latest: dict[int, float] = {}
    for (station, _), tries in objects.items():
        latest[station] = max(latest.get(station, tries[0].began), tries[0].began)
    return np.array(
        [
            float(key in whole)
            for key, tries in objects.items()
            if key in whole
            or key[0] in sent
            or tries[0].began < latest[key[0]]
            or _by_server(tries[-1])
        ]
    )


def _by_server(row: Attempt) -> bool:
    """Was it the server that ended this attempt?"""
    if row.cause in (Cause.REFUSED, Cause.OUTAGE, Cause.FAULT, Cause.RESET, Cause.REJECTED):
        return True
    return row.cause is Cause.TIMEOUT and row.sent >= row.length


def judge_measured(
    part: Measured, values: Mapping[str, Array], error: float, baseline: Mapping[str, Any] | None,
    baseline_file: Path | None, seed: int, *, plant: bool = False,
) -> list[Line]:  # fmt: skip
    """The lines of the measured part.

    Parameters
    ----------
    plant : make what is judged worse first (:mod:`study.gate.planted`); for the self-test.
    """
    lines = []
    for asked in part.thresholds:
        found = values[asked.measure]
        if plant:
            worse = for_measured(asked, found)
            line = measured(asked, worse.values, error)
            lines.append(replace(line, planted=worse.plain()))
        else:
            lines.append(measured(asked, found, error))
    if part.regression is not None and baseline is not None and baseline_file is not None:
        before, found = kept.values(baseline, "measured", baseline_file), values["answer"]
        its = part.regression
        if plant:
            worse = for_measured_regression(its, found, before)
            line = measured_regression(its, worse.values, before, error, seed)
            lines.append(replace(line, planted=worse.plain()))
        else:
            lines.append(measured_regression(its, found, before, error, seed))
    return lines
