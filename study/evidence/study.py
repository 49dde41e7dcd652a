"""Worlds under evidence: from scenarios to nights, what they predict, and the worlds' weights.

Every world meets the same seed. Each of its nights is simulated twice: as it was, and as another
channel would have found it (:mod:`study.evidence.channel`). What the nights predict is kept with
the result, so that observations can be switched on and off afterwards.

Rule of this file: the course of the study; the arithmetic is in its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.population.world import draw_world
from sim.scenario.inputs import Inputs
from study.evidence.channel import VARIANT, other_channel
from study.evidence.declared import Evidence
from study.evidence.districts import bounds, operators_pace, split
from study.evidence.kinds import Member, Progress
from study.evidence.weights import Table, Weight, movements, night_weights, tabulate, weigh
from study.patchwork import Patchwork
from study.progress.score import quantiles
from study.statistics import LEVELS
from study.stock import Stage, missing, nights, own_stage

Array = NDArray[np.float64]
_OTHER: Final = "/other-channel"


@dataclass(frozen=True, slots=True)
class Worlds:
    """Structural worlds as scenarios, by name, with their weights before this evidence.

    Attributes
    ----------
    members : of a calibrated ensemble, with their weights within each world; None: nights drawn
        from the scenarios' own laws, all alike.
    """

    inputs: Mapping[str, Inputs]
    prior: Mapping[str, float]
    members: Mapping[str, Sequence[tuple[Patchwork, float]]] | None = None

    def nights(self, name: str, count: int) -> tuple[list[Patchwork], Array]:
        """The nights of a world and their weights, adding up to 1."""
        if self.members is None:
            return [Patchwork(r) for r in range(count)], np.full(count, 1.0 / count)
        weights = np.array([w for _, w in self.members[name]])
        return [night for night, _ in self.members[name]], weights / weights.sum()

    def own(self) -> list[tuple[str, Stage, Array]]:
        """The worlds that have members, with the weights of these."""
        return [
            (
                name,
                replace(own_stage(its), members=tuple(self.nights(name, 0)[0])),
                self.nights(name, 0)[1],
            )
            for name, its in self.inputs.items()
        ]

    def stages(self) -> dict[str, Stage]:
        """What is to be simulated: each world, and its other channel."""
        found = {}
        for name, its in self.inputs.items():
            members = None if self.members is None else tuple(n for n, _ in self.members[name])
            own = replace(own_stage(its), members=members)
            found[name] = own
            found[name + _OTHER] = Stage(
                other_channel(its.scenario),
                its.region,
                VARIANT,
                its.trace,
                files=own.files,
                members=members,
            )
        return found


def to_simulate(worlds: Worlds, count: int, seed: int, stock: Path) -> int:
    """Nights that are not kept yet."""
    return missing(list(worlds.stages().values()), count, seed, stock)


def study(
    worlds: Worlds,
    evidence: Evidence,
    on: Sequence[str],
    count: int,
    *,
    seed: int,
    jobs: int,
    stock: Path,
    finished: Callable[[], None],
) -> dict[str, Any]:
    """Weigh the worlds.

    Parameters
    ----------
    on : observations that are switched on.
    count : nights of each world that has no members, 2 at least.

    Returns
    -------
    Plain data: the contents of ``evidence.json``.
    """
    found = nights(worlds.stages(), count, seed=seed, jobs=jobs, stock=stock, finished=finished)
    tables: dict[str, Table] = {}
    for name, inputs in worlds.inputs.items():
        which, night_weight = worlds.nights(name, count)
        predicted = _predict(inputs, evidence, which, found[name], found[name + _OTHER], seed)
        tables[name] = tabulate(evidence.observations, predicted, night_weight, worlds.prior[name])
    names = [o.name for o in evidence.observations]
    weights = weigh(tables, on, seed)
    before = weigh(tables, (), seed)
    return {
        "evidence": evidence.evidence,
        "title": evidence.title.model_dump(),
        "seed": seed,
        "nights": {name: len(found[name]) for name in worlds.inputs},
        "ensemble": "prior" if worlds.members is None else "calibrated",
        "on": list(on),
        "observations": [o.model_dump(mode="json") for o in evidence.observations],
        "worlds": {
            name: {
                "scenario": worlds.inputs[name].scenario.name,
                "title": worlds.inputs[name].scenario.title.model_dump(),
                "prior": before[name].weight,
                "weight": weights[name].weight,
                "error": weights[name].error,
                "log_evidence": weights[name].log_evidence,
                "effective": weights[name].effective,
                "supported": weights[name].supported,
                "predicted": {o: _spread(table.predicted[o], table.nights) for o in names},
                "nights": {o: [float(x) for x in table.predicted[o]] for o in names},
                "night_weights": [float(x) for x in table.nights],
            }
            for name, table in tables.items()
        },
        "movements": movements(tables, on, names, seed),
        "districts": _districts(worlds, evidence, found, tables, on, weights),
    }


def _spread(values: Array, weights: Array) -> dict[str, float]:
    """Mean and percentiles over weighted nights."""
    found = quantiles(values, weights, [level / 100 for level in LEVELS])
    return {"mean": float(weights @ values)} | {
        f"p{level:g}": value for level, value in zip(LEVELS, found, strict=True)
    }


def _predict(
    inputs: Inputs,
    evidence: Evidence,
    which: Sequence[Patchwork],
    own: Sequence[Night],
    other: Sequence[Night],
    seed: int,
) -> dict[str, Array]:
    rows: dict[str, list[float]] = {o.name: [] for o in evidence.observations}
    for it, night, channel in zip(which, own, other, strict=True):
        world = draw_world(inputs.scenario, inputs.region, it.draws(seed))
        member = Member(inputs.scenario, inputs.region, world, night, channel)
        for o in evidence.observations:
            rows[o.name].append(o.predict(member))
    return {name: np.array(values) for name, values in rows.items()}


def _districts(
    worlds: Worlds,
    evidence: Evidence,
    found: Mapping[str, Sequence[Night]],
    tables: Mapping[str, Table],
    on: Sequence[str],
    weights: Mapping[str, Weight],
) -> dict[str, Any]:
    """The two explanations of the kecamatan's differences, by the model and without it. A world's
    nights are weighted by the evidence where enough of them carry it."""
    by_world = {}
    for name, inputs in worlds.inputs.items():
        table, supported = tables[name], weights[name].supported
        w = night_weights(table, on) if supported else table.nights
        by_world[name] = {
            **split(found[name], w, inputs.scenario, inputs.region).plain(),
            "weighted": supported,
        }
    any_world = next(iter(worlds.inputs.values()))
    begins = min((h.begins for h in any_world.scenario.people.ppk.hours), default=None)
    before = [
        o for o in evidence.observations
        if isinstance(o, Progress) and (begins is None or o.at <= begins)
    ]  # fmt: skip
    allowed = None
    if before:
        latest = max(before, key=lambda o: o.at)
        allowed = bounds(any_world.region, latest.share, operators_pace(any_world.scenario))
    return {"worlds": by_world, "bounds": None if allowed is None else allowed.plain()}
