"""The predicted part of a gate: nights until every threshold is decided, or there are enough.

Rule of this file: which nights, and what is read from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.population.region import Region
from sim.scenario.inputs import Inputs
from study.ensemble import run, unfinished
from study.gate import baseline as kept
from study.gate.bounds import spent
from study.gate.declared import Predicted, Regression
from study.gate.judge import Line, overall, regression, threshold
from study.nights import Variant, recall
from study.objectives import Objective
from study.stock import Stage, own_stage

Array = NDArray[np.float64]
Plant = Callable[[Array, bool], Array]
"""Makes values worse (the second argument: is smaller better?); for the gate's self-test."""


def region_digest(region: Region) -> str:
    """What the stations are, in 16 characters."""
    codes = "\n".join(f"{s.code} {s.kelurahan}" for s in region.stations)
    return hashlib.sha256(codes.encode()).hexdigest()[:16]


class Candidate:
    """The nights of what is gated, simulated as they are needed, kept by content."""

    def __init__(
        self, inputs: Inputs, variant: Variant, seed: int, jobs: int, stock: Path,
        finished: Callable[[], None],
    ) -> None:  # fmt: skip
        self.inputs, self.seed, self._jobs, self._finished = inputs, seed, jobs, finished
        self.stage: Stage = replace(own_stage(inputs), variant=variant)
        self._setting = self.stage.setting(seed, stock)
        self._nights: list[Night] = []

    def missing(self, count: int) -> int:
        """How many of the first ``count`` nights are still to be simulated."""
        return len(unfinished(self._setting, self.stage.tasks(count)))

    def nights(self, count: int) -> list[Night]:
        """The first ``count`` nights."""
        tasks = self.stage.tasks(count)
        new = tasks[len(self._nights) :]
        if new:
            run(self._setting, new, self._jobs, lambda _task: self._finished())
            self._nights += [recall(self._setting.path(task)) for task in new]
        return self._nights[:count]

    def values(self, asked: Objective, count: int) -> Array:
        """An objective's share in each of the first ``count`` nights."""
        scenario = self.inputs.scenario
        return np.array([asked.value(night, scenario) for night in self.nights(count)])


@dataclass(frozen=True, slots=True)
class _Known:
    """A baseline that fits what is judged; ``paired``: its nights are the candidate's own."""

    values: Array
    paired: bool
    file: Path

    @classmethod
    def of(
        cls, asked: Regression, candidate: Candidate, found: Mapping[str, Any], file: Path
    ) -> _Known:
        """Check it.

        Raises
        ------
        BaselineError : if it is of another measure, or has no values.
        """
        values = kept.values(found, "predicted", file)
        its = found["predicted"]
        if its.get("measure") != asked.measure:
            raise kept.BaselineError(
                f"{file}: is a baseline of '{its.get('measure')}', the gate judges "
                f"'{asked.measure}'; write it anew with --update-baseline"
            )
        region = region_digest(candidate.inputs.region)
        paired = its.get("seed") == candidate.seed and its.get("region") == region
        return cls(values, paired, file)

    def first(self, count: int) -> Array:
        """What ``count`` nights of the candidate are compared with.

        Raises
        ------
        BaselineError : if the nights are paired and it has fewer.
        """
        if not self.paired:
            return self.values
        if len(self.values) < count:
            raise kept.BaselineError(
                f"{self.file}: has {len(self.values)} nights, {count} are needed; write it anew "
                "with --update-baseline, or lower nights.most"
            )
        return self.values[:count]


def judge_predicted(
    part: Predicted, candidate: Candidate, error: float, baseline: Mapping[str, Any] | None,
    baseline_file: Path | None, plant: Plant | None = None,
) -> tuple[list[Line], int]:  # fmt: skip
    """Look, add nights, look again; returns the lines and the number of nights.

    Raises
    ------
    BaselineError : if there is a regression to judge and its baseline cannot be used.
    """
    effort, look, count = part.nights, 0, 0
    known = None
    if part.regression is not None and baseline is not None and baseline_file is not None:
        known = _Known.of(part.regression, candidate, baseline, baseline_file)
    while True:
        look += 1
        count = min(effort.first + (look - 1) * effort.batch, effort.most)
        share = spent(error, look, effort.most, effort.first, effort.batch)
        lines = []
        for asked in part.thresholds:
            values = candidate.values(asked, count)
            if plant is not None:
                values = plant(values, asked.at_least is None)
            lines.append(threshold(asked, values, share))
        if part.regression is not None and known is not None:
            values = candidate.values(reference(part.regression.measure), count)
            if plant is not None:
                values = plant(values, part.regression.measure == "failed")
            before = known.first(count)
            lines.append(regression(part.regression, values, before, known.paired, share))
        # the self-test asks of every line whether it can fail, so the first failure is not the end
        decided = all(line.verdict != "undecided" for line in lines)
        failed = plant is None and overall(lines) == "fail"
        if decided or failed or count >= effort.most:
            return lines, count


def reference(measure: str) -> Objective:
    """The plain objective behind a regression; its limit is not looked at."""
    if measure == "failed":
        return Objective(measure="failed", at_most=1.0)
    return Objective(measure="arrived", at_least=0.0)


def predicted_baseline(part: Predicted, candidate: Candidate) -> dict[str, Any]:
    """What a baseline keeps: as many nights as a gate may ask for."""
    assert part.regression is not None
    asked = reference(part.regression.measure)
    return {
        "scenario": candidate.inputs.scenario.name,
        "variant": list(candidate.stage.variant),
        "seed": candidate.seed,
        "region": region_digest(candidate.inputs.region),
        "measure": part.regression.measure,
        "values": [round(float(v), 9) for v in candidate.values(asked, part.nights.most)],
    }
