"""Progress points of other places against an ensemble: predicted, scored, written as plain data.

Each point belongs to the scenario whose night it lies in; one ensemble is simulated for each zone
that the points need, and read at every region's size and every point's time.

Rule of this file: the course of the validation; the arithmetic is in its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.scenario.inputs import Inputs
from sim.scenario.model import Scenario
from study.evidence.study import Worlds
from study.progress.clocks import local_seconds, on_the_clock_of, with_calendar_of, zone_of
from study.progress.points import Point, Skipped
from study.progress.predict import Curves
from study.progress.score import LEVELS, NEAR, Score, score, total
from study.stock import Stage, missing, nights, own_stage

Array = NDArray[np.float64]
Weighted = tuple[Sequence[Night], Array]
"""Nights and their weights, adding up to 1."""


@dataclass(frozen=True, slots=True)
class Case:
    """A point with the night that it lies in.

    Attributes
    ----------
    scenario : the name of its scenario.
    offset : the region's own clock, ahead of UTC.
    seconds : scenario time on that clock.
    """

    point: Point
    scenario: str
    offset: timedelta
    seconds: float


def place(
    points: Sequence[Point], scenarios: Mapping[str, Inputs]
) -> tuple[list[Case], list[Skipped]]:
    """Find each point's scenario: the one whose night, from the day of its start to its snapshot,
    the point lies in."""
    cases: list[Case] = []
    skipped: list[Skipped] = []
    for point in points:
        offset = zone_of(point.region, point.at)
        late = ""
        for name, inputs in scenarios.items():
            scenario = inputs.scenario
            seconds = local_seconds(scenario, point.at, offset)
            if -scenario.clock_offset() <= seconds <= scenario.horizon:
                cases.append(Case(point, name, offset, seconds))
                break
            if 0 < seconds < 60 * 86400:  # the longest night that a scenario may have
                late = f"after the snapshot of {name} ({scenario.snapshot:%d %B %Y %H:%M})"
        else:
            reason = late or f"no scenario has the night of {point.at:%d %B %Y}"
            skipped.append(Skipped(point.row, point.region, reason))
    return cases, skipped


Needed = dict[str, list[tuple[Stage, Array]]]
"""By scenario and zone: what is to be simulated, world by world, with the weights of its nights."""


def prior(cases: Sequence[Case], scenarios: Mapping[str, Inputs], count: int) -> Needed:
    """Nights drawn from each scenario's own laws: nothing was fitted."""
    needed: Needed = {}
    for case in cases:
        stage = own_stage(scenarios[case.scenario])
        moved = replace(stage, scenario=on_the_clock_of(stage.scenario, case.offset))
        needed.setdefault(_key(case), [(moved, np.full(count, 1.0 / count))])
    return needed


def calibrated(cases: Sequence[Case], scenarios: Mapping[str, Inputs], worlds: Worlds) -> Needed:
    """The members of a calibrated ensemble on the scenarios' calendars: each world keeps its laws
    and each member its draws, so that other places have kecamatan like those that were counted."""
    needed: Needed = {}
    for case in cases:
        if _key(case) in needed:
            continue
        calendar = scenarios[case.scenario].scenario
        needed[_key(case)] = [
            (_on_calendar(stage, calendar, case.offset), worlds.prior[name] * weights)
            for name, stage, weights in worlds.own()
        ]
    return needed


def _on_calendar(stage: Stage, calendar: Scenario, offset: timedelta) -> Stage:
    world = with_calendar_of(stage.scenario, calendar)
    return replace(stage, scenario=on_the_clock_of(world, offset))


def to_simulate(needed: Needed, count: int, seed: int, stock: Path) -> int:
    """Nights that are not kept yet."""
    return missing([s for parts in needed.values() for s, _ in parts], count, seed, stock)


def gather(
    needed: Needed,
    count: int,
    *,
    seed: int,
    jobs: int,
    stock: Path,
    finished: Callable[[], None],
) -> dict[str, Weighted]:
    """The nights of every scenario and zone, with their weights."""
    found: dict[str, Weighted] = {}
    for key, parts in needed.items():
        stages = {str(i): stage for i, (stage, _) in enumerate(parts)}
        its = nights(stages, count, seed=seed, jobs=jobs, stock=stock, finished=finished)
        weights = np.concatenate([w for _, w in parts])
        found[key] = ([n for i in stages for n in its[i]], weights / weights.sum())
    return found


def validate(
    cases: Sequence[Case],
    needed: Needed,
    ensembles: Mapping[str, Weighted],
    seed: int,
) -> dict[str, Any]:
    """Score every case; plain data with ``points`` (one a row), ``all`` and ``elections``."""
    curves = {
        key: Curves(needed[key][0][0].region, its, weights)
        for key, (its, weights) in ensembles.items()
    }
    scores: list[Score] = []
    for case in cases:
        its = curves[_key(case)]
        forecast = its.of_region(case.point.region, case.point.total, case.seconds, seed)
        scores.append(score(forecast, its.weights, case.point.share, _near(case, cases)))
    regions = [case.point.region for case in cases]
    return {
        "levels": list(LEVELS),
        "all": asdict(total(scores, regions)),
        "elections": {
            name: asdict(
                total(
                    [s for s, c in zip(scores, cases, strict=True) if c.scenario == name],
                    [c.point.region for c in cases if c.scenario == name],
                )
            )
            for name in dict.fromkeys(c.scenario for c in cases)
        },
        "points": [_row(c, s) for c, s in zip(cases, scores, strict=True)],
    }


def _key(case: Case) -> str:
    return f"{case.scenario} UTC{case.offset / timedelta(hours=1):+g}"


def _near(case: Case, cases: Sequence[Case]) -> Array:
    """Shares of other regions of the same night at about the same time of it."""
    return np.array(
        [
            c.point.share
            for c in cases
            if c.scenario == case.scenario
            and c.point.region != case.point.region
            and abs(c.seconds - case.seconds) <= NEAR
        ]
    )


def _row(case: Case, s: Score) -> dict[str, Any]:
    point = case.point
    low95, low80, low50, middle, high50, high80, high95 = s.quantiles
    return {
        "row": point.row,
        "region": point.region,
        "election": point.election,
        "scenario": case.scenario,
        "at": point.at.isoformat(),
        "hours": case.seconds / 3600.0,
        "tps_total": point.total,
        "share": point.share,
        "median": middle,
        "low50": low50, "high50": high50,
        "low80": low80, "high80": high80,
        "low95": low95, "high95": high95,
        "inside50": s.inside[0], "inside80": s.inside[1], "inside95": s.inside[2],
        "bias": s.bias,
        "crps": s.crps,
        "crps_anything": s.anything,
        "crps_others": s.others,
        "remarks": "; ".join(point.remarks),
        "source": point.source,
    }  # fmt: skip
