"""Where candidates are judged: the same nights of every world for each (common random numbers).

Nights are kept by content, so what was simulated once is read back, and a search that is asked
again goes on where it was. The files that worlds name are read once, when they are opened; if one
changes while candidates are judged, the search stops, because its nights would be of two regions.

Rule of this file: from a candidate to its nights; what they mean is :mod:`study.plan.judged`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from sim.assembly import Night
from sim.engine import Engine
from sim.kernel.domain import covers
from sim.scenario.errors import UserFaultError
from sim.scenario.inputs import Inputs
from study.effects.members import Ensemble, World, thinned
from study.engine import chosen
from study.ensemble import run, unfinished
from study.nights import recall
from study.plan.declared import Names, Planned
from study.plan.judged import Judged, Seen, effective_nights, judge, nights_needed
from study.stock import own_stage

_START: Final = 60
"""Nights that the kernel does while worker processes start (measured on two cores: 3 s, and 44 ms a
night). A candidate has fewer as a rule, and thirty candidates would wait for workers only."""


class PlanError(UserFaultError):
    """A plan that cannot be looked for; the message says why and what to do."""


@dataclass(slots=True)
class Bench:
    """Judges candidates of a plan over an ensemble.

    Parameters
    ----------
    finished, kept : called after each night that was simulated, and for each that was kept.

    Raises
    ------
    PlanError : if no number of met objectives could be enough.
    """

    planned: Planned
    ensemble: Ensemble
    jobs: int
    stock: Path
    finished: Callable[[], None] = lambda: None
    kept: Callable[[], None] = lambda: None
    simulated: int = 0
    _judged: dict[tuple[Names, int], Judged] = field(default_factory=dict)
    _files: dict[Path, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for world in self.ensemble.worlds:
            for named in world.inputs.files:
                self._files[named] = _digest(named)
        count, needed = effective_nights(self.ensemble.worlds), nights_needed(self.planned.file)
        if count < needed:
            asked = 100.0 * max(self.asked)
            more = "raise effort.nights (--nights)"
            if self.ensemble.calibrated:
                more += " and calibrate with more members (its effort.members)"
            raise PlanError(
                f"{count} effective nights cannot show that an objective is met in {asked:g}% of "
                f"nights, even if it is met in all; at least {needed} are needed: {more}, or lower "
                "in_nights"
            )

    @property
    def asked(self) -> tuple[float, ...]:
        """The share of nights in which each objective is to be met."""
        return tuple(o.in_nights for o in self.planned.file.objectives)

    def worlds(self, count: int) -> list[World]:
        """The worlds with at most ``count`` members each, which stand for all."""
        seed = self.ensemble.seed
        return [
            w if len(w.nights) <= count else thinned(w, count, seed) for w in self.ensemble.worlds
        ]

    def count(self, count: int) -> int:
        """How many nights a candidate is judged by that is judged by ``count`` of each world."""
        return sum(min(count, len(w.nights)) for w in self.ensemble.worlds)

    def nights(self, changed: Inputs, world: World) -> list[Night]:
        """The nights of a world in which something was changed.

        Raises
        ------
        PlanError : if a file that the worlds name has changed since they were opened.
        """
        for file, digest in self._files.items():
            if _digest(file) != digest:
                raise PlanError(f"{file}: has changed while the plan was looked for; start again")
        stage = replace(own_stage(changed), members=world.nights)
        setting = stage.setting(self.ensemble.seed, self.stock)
        tasks = stage.tasks(len(world.nights))
        missing = len(unfinished(setting, tasks))
        for _ in range(len(tasks) - missing):
            self.kept()
        conduct = changed.catalogue.conduct(*stage.variant)
        compiled = chosen() is not Engine.SIMPY and not covers(
            changed.scenario, conduct, changed.trace
        )
        jobs = 1 if compiled and missing < _START else self.jobs
        run(setting, tasks, jobs, lambda _task: self._counted())
        return [recall(setting.path(task)) for task in tasks]

    def _counted(self) -> None:
        self.simulated += 1
        self.finished()

    def judge(self, names: Names, count: int) -> Judged:
        """Judge a candidate by at most ``count`` nights of each world."""
        key = (names, count)
        if key not in self._judged:
            self._judged[key] = self._judge(names, count)
        return self._judged[key]

    def _judge(self, names: Names, count: int) -> Judged:
        file, seen = self.planned.file, []
        for world in self.worlds(count):
            nights = self.nights(self.planned.applied(world.inputs, names), world)
            scenario = world.inputs.scenario
            values = np.array([[o.value(n, scenario) for n in nights] for o in file.objectives])
            met = [o.met(v) for o, v in zip(file.objectives, values, strict=True)]
            seen.append(Seen(world, values, np.array(met)))
        final = all(len(w.nights) <= count for w in self.ensemble.worlds)
        return judge(file, names, seen, self.ensemble.worlds, final)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
