"""The measured part of a gate: what a replay's folder says of a server.

Requests of one run are not independent of each other (they meet in the same queue), so bounds are
of this run's law; the pages say so, and two runs are better than one.

Rule of this file: from a replay's folder to values and lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.attempts import Attempt
from sim.ledger import Cause
from sim.population.region import Region
from study.gate import baseline as kept
from study.gate.declared import Measured
from study.gate.judge import Line, measured, measured_regression
from study.replay.curves import served_in
from study.replay.folder import read_report, read_side

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
        raise NoAnswersError(f"{folder}: only {len(answers)} requests were answered; replay more")
    found = {
        "answer": answers,
        "stored": _stored(side.attempts),
        "refused": np.array(
            [float(a.status >= 500 or a.status == 429) for a in side.attempts if a.status],
        ),
    }
    wrong = [str(w) for w in report.get("wrong", [])]
    return found, wrong, int(report["settings"].get("seed", 0))


def _stored(attempts: Sequence[Attempt]) -> Array:
    """Of each object that was begun: was a sending of its last bytes acknowledged?"""
    last: dict[tuple[int, str], bool] = {}
    for a in attempts:
        if a.kind == "send":
            key = (a.station, a.key)
            last[key] = last.get(key, False) or (a.cause == Cause.NONE and 200 <= a.status < 300)
    return np.array([float(v) for v in last.values()])


def judge_measured(
    part: Measured, values: Mapping[str, Array], error: float, baseline: Mapping[str, Any] | None,
    baseline_file: Path | None, seed: int, worsen: Callable[[str, Array], Array] | None = None,
) -> list[Line]:  # fmt: skip
    """The lines of the measured part.

    Parameters
    ----------
    worsen : makes the values of a measure worse; for the gate's self-test.
    """

    def of(name: str) -> Array:
        return values[name] if worsen is None else worsen(name, values[name])

    lines = [measured(asked, of(asked.measure), error) for asked in part.thresholds]
    if part.regression is not None and baseline is not None and baseline_file is not None:
        before = kept.values(baseline, "measured", baseline_file)
        lines.append(measured_regression(part.regression, of("answer"), before, error, seed))
    return lines
