"""A plan without nights: candidates whose nights are written down by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from study.effects.members import World
from study.patchwork import Patchwork
from study.plan.declared import Names, PlanFile
from study.plan.judged import Judged, Seen, judge


def plan_file(levers: dict[str, dict[str, float]], **changed: Any) -> PlanFile:
    """A plan with levers ``{lever: {choice: cost}}``."""
    content: dict[str, Any] = {
        "plan": "by-hand",
        "title": {"id": "a", "en": "a"},
        "scenario": "none.yaml",
        "objectives": [{"measure": "failed", "at_most": "10%", "in_nights": "80%"}],
        "levers": {
            lever: {
                "standing": "assumed",
                "source": "a test",
                "choices": [{"name": n, "cost": c, "set": {}} for n, c in its.items()],
            }
            for lever, its in levers.items()
        },
        "effort": {"nights": 40, "few": 10, "trials": 30, "confirmations": 8},
    }
    return PlanFile.model_validate(content | changed)


def world(weights: list[float], name: str = "only", share: float = 1.0, first: int = 0) -> World:
    """A world of nights with weights; its scenario is not looked at."""
    nights = tuple(Patchwork(first + i) for i in range(len(weights)))
    nothing: Any = None
    return World(name, nothing, share, nights, np.array(weights))


def even(count: int) -> World:
    return world([1.0 / count] * count)


def part(whole: World, count: int) -> World:
    """Its first nights, as if they were all."""
    its: Any = whole
    weights = whole.weights[:count] / whole.weights[:count].sum()
    return World(its.name, its.inputs, its.weight, its.nights[:count], weights)


@dataclass
class ByHand:
    """A bench whose nights are known: ``met[names]`` says in which nights each objective is met.

    ``looks`` is who was judged, and by how many nights.
    """

    file: PlanFile
    met: dict[Names, list[list[bool]]]
    seed: int = 1
    looks: list[tuple[Names, int]] = field(default_factory=list)

    @property
    def planned(self) -> Any:
        return SimpleNamespace(file=self.file)

    @property
    def ensemble(self) -> Any:
        return SimpleNamespace(seed=self.seed)

    def count(self, count: int) -> int:
        return min(count, len(next(iter(self.met.values()))[0]) if self.met else count)

    def judge(self, names: Names, count: int) -> Judged:
        self.looks.append((names, count))
        met = np.array(self.met[names], bool)
        whole = even(met.shape[1])
        seen = part(whole, count)
        shown = met[:, : len(seen.nights)]
        final = len(seen.nights) == len(whole.nights)
        return judge(self.file, names, [Seen(seen, shown.astype(float), shown)], [whole], final)


def nights(*met: int, of: int = 40, first: int = 0) -> list[bool]:
    """Of ``of`` nights those that are met: all but the numbers given."""
    return [i not in met for i in range(first, of)]
