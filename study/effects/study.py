"""Policies over an ensemble: every policy meets every member, and what that says.

Rule of this file: the course of the study, from members to plain data; the arithmetic is in its
neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario
from study.effects import breakeven
from study.effects.features import Feature, describe, features, show
from study.effects.members import Ensemble, World
from study.effects.statistics import Resampled, Sample, chance_better, in_world, overall, pairs
from study.ensemble import run, unfinished
from study.measures import MEASURES
from study.nights import Setting, Task, Variant, recall_measures

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """The nights of an ensemble and its policies, kept by content.

    Attributes
    ----------
    settings : one a world, in the ensemble's order.
    """

    ensemble: Ensemble
    variants: tuple[Variant, ...]
    settings: tuple[Setting, ...]

    @classmethod
    def of(cls, ensemble: Ensemble, variants: Sequence[Variant], cache: Path) -> Plan:
        """A plan; nothing is simulated yet."""
        settings = tuple(w.setting(variants, ensemble.seed, cache) for w in ensemble.worlds)
        return cls(ensemble, tuple(variants), settings)

    def _tasks(self, world: World) -> list[Task]:
        return [Task(v, i) for i in range(len(world.nights)) for v in self.variants]

    def size(self) -> int:
        """How many nights there are."""
        return sum(len(self._tasks(world)) for world in self.ensemble.worlds)

    def missing(self) -> int:
        """How many are not kept yet."""
        return sum(
            len(unfinished(setting, self._tasks(world)))
            for world, setting in zip(self.ensemble.worlds, self.settings, strict=True)
        )

    def carry_out(self, jobs: int, finished: Callable[[], None]) -> dict[str, Measured]:
        """Simulate what is missing; what was measured, by world."""
        found = {}
        for world, setting in zip(self.ensemble.worlds, self.settings, strict=True):
            run(setting, self._tasks(world), jobs, lambda _task: finished())
            rows = [
                [recall_measures(setting.path(Task(v, i))) for v in self.variants]
                for i in range(len(world.nights))
            ]
            found[world.name] = {
                m.name: np.array([[night[m.name] for night in row] for row in rows])
                for m in MEASURES
            }
        return found


Measured = dict[str, Array]
"""Each measure of a world's nights, by name, of shape (members, policies)."""


def summarise(plan: Plan, measured: Mapping[str, Measured], scenario: Scenario) -> dict[str, Any]:
    """The effects as plain data: the contents of ``effects.json``.

    Parameters
    ----------
    scenario : what the worlds are worlds of, for its name and title.
    """
    ensemble = plan.ensemble
    samples = {
        w.name: Sample(w.weight, w.weights, measured[w.name]["failed"]) for w in ensemble.worlds
    }
    resampled = Resampled.of(samples, ensemble.seed)
    told = {
        w.name: describe(
            w.inputs.scenario, w.inputs.region, [n.draws(ensemble.seed) for n in w.nights]
        )
        for w in ensemble.worlds
    }
    names = [str(v) for v in plan.variants]
    together = overall(samples, resampled)
    best = min(range(len(names)), key=lambda i: float(together[i]["expected_regret"]["mean"]))
    first = ensemble.worlds[0].inputs
    return {
        "scenario": scenario.name,
        "title": scenario.title.model_dump(),
        "region": first.region.name,
        "stations": len(first.region.stations),
        "reading": first.scenario.observed.reading,
        "start": first.scenario.start.isoformat(),
        "snapshot": first.scenario.snapshot.isoformat(),
        "seed": ensemble.seed,
        "calibrated": ensemble.calibrated,
        "variants": [list(v) for v in plan.variants],
        "names": names,
        "choice": best,
        "worlds": [
            {
                "world": w.name,
                "title": w.inputs.scenario.title.model_dump(),
                "weight": w.weight,
                "members": len(w.nights),
                "effective": w.effective,
                "rows": _named(plan, in_world(samples[w.name], resampled.by_world[w.name]),
                               measured[w.name], w.weights),
            }
            for w in ensemble.worlds
        ],
        "overall": _named(
            plan,
            together,
            {
                m.name: np.concatenate([measured[w.name][m.name] for w in ensemble.worlds])
                for m in MEASURES
            },
            np.concatenate([w.weight * w.weights for w in ensemble.worlds]),
        ),
        "pairs": [
            _pair(ensemble, samples, resampled, told, pair, names) for pair in pairs(len(names))
        ],
    }  # fmt: skip


def _named(
    plan: Plan, rows: list[dict[str, Any]], measured: Measured, weights: Array
) -> list[dict[str, Any]]:
    found = []
    for i, (variant, row) in enumerate(zip(plan.variants, rows, strict=True)):
        reached = np.isfinite(measured["t90"][:, i])
        its = {
            "policy": variant.policy,
            "batching": variant.batching,
            "shaping": variant.shaping,
            "name": str(variant),
        }
        also = {
            "wasted_bytes": float(weights @ measured["wasted"][:, i]),
            "airtime": float(weights @ measured["airtime"][:, i]),
            "t90_reached": float(weights @ reached / weights.sum()),
        }
        found.append(its | row | also)
    return found


def _pair(
    ensemble: Ensemble,
    samples: Mapping[str, Sample],
    resampled: Resampled,
    told: Mapping[str, Mapping[str, Array]],
    pair: tuple[int, int],
    names: Sequence[str],
) -> dict[str, Any]:
    differences = breakeven.differences(samples, resampled, pair)
    d = {w: s.failed[:, pair[0]] - s.failed[:, pair[1]] for w, s in samples.items()}
    better = sum(s.weight * chance_better(d[w], s.weights) for w, s in samples.items())
    found: dict[str, Any] = {
        "first": names[pair[0]],
        "second": names[pair[1]],
        "verdict": breakeven.verdict(differences),
        "chance_first": better,
        "worlds": differences,
        "by_quantity": [],
        "by_world": [],
    }
    tests = sum(len(features(w.inputs.scenario)) for w in ensemble.worlds)
    for world in ensemble.worlds:
        scenario = world.inputs.scenario
        for path, feature in features(scenario).items():
            sample, boot = samples[world.name], resampled.by_world[world.name]
            at = breakeven.by_quantity(
                feature, told[world.name][path], d[world.name], sample.weights, boot, tests
            )
            if at is not None:
                found["by_quantity"].append(_turn(world.name, feature, at, world))
    for world in ensemble.worlds:
        turn = breakeven.by_world_weight(world.name, samples, resampled, pair)
        if turn is not None:
            found["by_world"].append({"world": world.name, **turn})
    across = _across(ensemble, samples, resampled, told, d)
    found["by_quantity"] = [*across, *found["by_quantity"]]
    return found


def _across(
    ensemble: Ensemble,
    samples: Mapping[str, Sample],
    resampled: Resampled,
    told: Mapping[str, Mapping[str, Array]],
    d: Mapping[str, Array],
) -> list[dict[str, Any]]:
    """Break-evens over all worlds, along the quantities that every world has drawn."""
    if len(ensemble.worlds) < 2:
        return []
    known = [features(w.inputs.scenario) for w in ensemble.worlds]
    common = [path for path in known[0] if all(path in its for its in known)]
    weights = np.concatenate([s.weight * s.weights for s in samples.values()])
    boot = resampled.pooled(samples)
    difference = np.concatenate([d[w] for w in samples])
    found = []
    for path in common:
        values = np.concatenate([told[w][path] for w in samples])
        feature = known[0][path]
        at = breakeven.by_quantity(feature, values, difference, weights, boot, len(common))
        if at is not None:
            found.append(_turn(None, feature, at, ensemble.worlds[0]))
    return found


def _turn(
    where: str | None, feature: Feature, at: Mapping[str, float], world: World
) -> dict[str, Any]:
    """A break-even with its values also as they are read, with units."""
    scenario = world.inputs.scenario
    said = {key: show(feature, at[key], scenario) for key in ("at", "low", "high", "from", "to")}
    its = {"world": where, "path": feature.path, "kind": feature.kind.name}
    return its | dict(at) | {"said": said}
