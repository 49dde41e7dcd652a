"""The nights of a sensitivity study: which are wanted, and what was measured in them.

Rule of this file: simulating what is not kept, and looking up; a night is known by its world, its
draws and its policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from study.effects.members import Ensemble, World
from study.ensemble import run, unfinished
from study.nights import Setting, Task, Variant, recall_measures
from study.patchwork import Patchwork
from study.sensitivity.design import distinct

Array = NDArray[np.float64]


class Wanted(NamedTuple):
    """A night of a world under a policy."""

    world: World
    night: Patchwork
    variant: Variant


_Key = tuple[str, Patchwork, Variant]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where an ensemble's nights are kept by content, and what was measured in those looked at."""

    ensemble: Ensemble
    cache: Path
    rows: dict[_Key, Mapping[str, float]] = field(default_factory=dict)

    def missing(self, wanted: Sequence[Wanted]) -> int:
        """How many have not been simulated."""
        return sum(len(unfinished(s, tasks)) for _, s, tasks in self._settings(wanted))

    def fill(self, wanted: Sequence[Wanted], jobs: int, finished: Callable[[], None]) -> None:
        """Simulate what is missing, and read all."""
        for world, setting, tasks in self._settings(wanted):
            run(setting, tasks, jobs, lambda _task: finished())
            for task in tasks:
                key = (world.name, setting.night(task), task.variant)
                self.rows[key] = recall_measures(setting.path(task))

    def column(self, wanted: Sequence[Wanted], output: str) -> Array:
        """A measure of nights, shape (nights,); a time that is not reached is the horizon."""
        return np.array([self._value(w, output) for w in wanted])

    def reached(self, wanted: Sequence[Wanted], output: str) -> float:
        """Share of nights in which a time was reached."""
        return float(np.mean([isfinite(self.rows[_key(w)][output]) for w in wanted]))

    def _value(self, wanted: Wanted, output: str) -> float:
        limit = wanted.world.inputs.scenario.horizon if output.startswith("t") else inf
        return min(self.rows[_key(wanted)][output], limit)

    def _settings(self, wanted: Sequence[Wanted]) -> Iterator[tuple[World, Setting, list[Task]]]:
        groups: dict[tuple[str, Variant], tuple[World, list[Patchwork]]] = {}
        for world, night, variant in wanted:
            groups.setdefault((world.name, variant), (world, []))[1].append(night)
        for (_, variant), (world, its) in groups.items():
            nights = distinct(its)
            setting = world.setting([variant], self.ensemble.seed, self.cache)
            tasks = [Task(variant, i) for i in range(len(nights))]
            yield world, replace(setting, nights=nights), tasks


def _key(wanted: Wanted) -> _Key:
    return wanted.world.name, wanted.night, wanted.variant
