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
from study.gate.declared import Predicted, Regression, Threshold
from study.gate.judge import Line, overall, regression, threshold, unchanged
from study.gate.planted import for_regression, for_threshold
from study.nights import Variant, recall
from study.objectives import Objective
from study.stock import Stage, own_stage

Array = NDArray[np.float64]


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

    @property
    def content(self) -> str:
        """What its nights depend on, and nothing else (:mod:`study.cache`)."""
        return self._setting.parts.name

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
    """A baseline that fits what is judged.

    Attributes
    ----------
    paired : its nights are the candidate's own.
    same : and so is everything else that they depend on: nothing can differ.
    """

    values: Array
    paired: bool
    same: bool

    @classmethod
    def of(
        cls, part: Predicted, candidate: Candidate, found: Mapping[str, Any], file: Path
    ) -> _Known:
        """Check it.

        Raises
        ------
        BaselineError : if it is of another measure or scenario, or has too few nights.
        """
        values = kept.values(found, "predicted", file)
        its, asked = found["predicted"], part.regression
        assert asked is not None
        scenario = candidate.inputs.scenario.name
        for word, was, now in (
            ("measure", its.get("measure"), asked.measure),
            ("scenario", its.get("scenario"), scenario),
        ):
            if was != now:
                raise kept.BaselineError(
                    f"{file}: is a baseline of the {word} '{was}', the gate judges '{now}'; write "
                    "it anew with --update-baseline, or name the one that belongs to it"
                )
        same = its.get("content") == candidate.content
        if len(values) < part.nights.most and not same:
            raise kept.BaselineError(
                f"{file}: has {len(values)} nights, the gate may ask for {part.nights.most}; write "
                "it anew with --update-baseline, or lower nights.most"
            )
        if values.min() < 0.0 or values.max() > 1.0:
            raise kept.BaselineError(
                f"{file}: has shares that are not between 0 and 1; write it anew with "
                "--update-baseline"
            )
        region = region_digest(candidate.inputs.region)
        paired = its.get("seed") == candidate.seed and its.get("region") == region
        return cls(values, paired, paired and same)


def judge_predicted(
    part: Predicted, candidate: Candidate, error: float, baseline: Mapping[str, Any] | None,
    baseline_file: Path | None, *, plant: bool = False,
) -> tuple[list[Line], int]:  # fmt: skip
    """Look, add nights, look again; returns the lines and the number of nights.

    The bounds hold at any time (:mod:`study.gate.bounds`), so a gate that could not tell may be
    asked again with a larger ``nights.most``.

    Parameters
    ----------
    plant : make what is judged worse first (:mod:`study.gate.planted`); for the self-test.

    Raises
    ------
    BaselineError : if there is a regression to judge and its baseline cannot be used.
    """
    effort, known = part.nights, None
    if part.regression is not None and baseline is not None and baseline_file is not None:
        known = _Known.of(part, candidate, baseline, baseline_file)
    count = effort.first
    while True:
        lines = [_threshold(asked, candidate, count, error, plant) for asked in part.thresholds]
        if part.regression is not None and known is not None:
            lines.append(_regression(part.regression, candidate, known, count, error, plant))
        # the self-test asks of every line whether it can fail, so the first failure is not the end
        decided = all(line.verdict != "undecided" for line in lines)
        failed = not plant and overall(lines) == "fail"
        if decided or failed or count >= effort.most:
            return lines, max((line.samples for line in lines), default=0)
        count = min(count + effort.batch, effort.most)


def _threshold(
    asked: Threshold, candidate: Candidate, count: int, error: float, plant: bool
) -> Line:
    values = candidate.values(asked, count)
    if not plant:
        return threshold(asked, values, error)
    worse = for_threshold(asked, values)
    return replace(threshold(asked, worse.values, error), planted=worse.plain())


def _regression(
    asked: Regression, candidate: Candidate, known: _Known, count: int, error: float, plant: bool
) -> Line:
    if known.same:
        count = min(count, len(known.values))
        if not plant:
            return unchanged(asked)
    before = known.values[:count]
    values = before if known.same else candidate.values(reference(asked.measure), count)
    if not plant:
        return regression(asked, values, before, known.paired, error)
    worse = for_regression(asked, values, before)
    line = regression(asked, worse.values, before, known.paired, error)
    return replace(line, planted=worse.plain())


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
        "content": candidate.content,
        "measure": part.regression.measure,
        "values": [round(float(v), 9) for v in candidate.values(asked, part.nights.most)],
    }
