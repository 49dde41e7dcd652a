"""The search: Optuna proposes candidates, simulated nights judge them, all members confirm.

Every candidate meets the same nights of every world (common random numbers). It is judged by a few
nights of each world first; what is short of an objective there gets no more. Optuna's TPE sampler
(Bergstra et al. 2011) looks for the least cost under the constraint that the chance of meeting
every objective is as large as asked. Then the cheapest candidates are confirmed on all members, by
the lower Clopper-Pearson bound of that chance, with Kish's effective number of nights where weights
are uneven.

Rule of this file: from an ensemble and a plan to judged candidates; costs in rupiah.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, prod
from pathlib import Path
from typing import Final

import numpy as np
import optuna
from numpy.typing import NDArray

from sim.assembly import Night
from sim.scenario.inputs import Inputs
from study.effects.members import Ensemble, World, thinned
from study.ensemble import run, unfinished
from study.gate.bounds import of_chance
from study.nights import recall
from study.plan.declared import Names, Planned
from study.stock import own_stage

Array = NDArray[np.float64]
CONFIRMED: Final = 5
"""Candidates that may be judged on all members; the error is divided among them (Bonferroni)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate after its nights.

    Attributes
    ----------
    chance : that all objectives are met, over the worlds by their weights.
    low, high : its bounds, each at the one-sided error.
    worlds : the chance in each world.
    shares : the mean of each objective's share.
    nights : how many it was judged by.
    """

    names: Names
    cost: float
    chance: float
    low: float
    high: float
    worlds: dict[str, float]
    shares: tuple[float, ...]
    nights: int

    def meets(self, asked: float) -> bool:
        """Surely?"""
        return self.low >= asked


@dataclass(slots=True)
class Bench:
    """Where candidates are judged; nights are kept by content."""

    planned: Planned
    ensemble: Ensemble
    jobs: int
    stock: Path
    finished: Callable[[], None]
    simulated: int = 0
    _judged: dict[tuple[Names, int], Judged] = field(default_factory=dict)

    @property
    def asked(self) -> float:
        """The share of nights in which all objectives are to be met."""
        return max(o.in_nights for o in self.planned.file.objectives)

    def worlds(self, count: int) -> list[World]:
        """The worlds with at most ``count`` members each, which stand for all."""
        seed = self.ensemble.seed
        return [
            w if len(w.nights) <= count else thinned(w, count, seed) for w in self.ensemble.worlds
        ]

    def nights(self, changed: Inputs, world: World) -> list[Night]:
        """The nights of a world in which something was changed."""
        stage = replace(own_stage(changed), members=world.nights)
        setting = stage.setting(self.ensemble.seed, self.stock)
        tasks = stage.tasks(len(world.nights))
        self.simulated += len(unfinished(setting, tasks))
        run(setting, tasks, self.jobs, lambda _task: self.finished())
        return [recall(setting.path(task)) for task in tasks]

    def judge(self, names: Names, count: int) -> Judged:
        """Judge a candidate by at most ``count`` nights of each world."""
        key = (names, count)
        if key not in self._judged:
            self._judged[key] = self._judge(names, count)
        return self._judged[key]

    def _judge(self, names: Names, count: int) -> Judged:
        file = self.planned.file
        worlds, shares = {}, np.zeros(len(file.objectives))
        chance, total = 0.0, 0
        members = self.worlds(count)
        for world in members:
            found = self.nights(self.planned.applied(world.inputs, names), world)
            weights = world.weights
            values = np.array(
                [[o.value(n, world.inputs.scenario) for n in found] for o in file.objectives]
            )
            met = np.all([o.met(v) for o, v in zip(file.objectives, values, strict=True)], axis=0)
            worlds[world.name] = float(weights @ met)
            chance += world.weight * worlds[world.name]
            shares += world.weight * (values @ weights)
            total += len(found)
        effective = max(int(effective_nights(members) + 1e-9), 1)
        error = file.error / CONFIRMED  # as many candidates may be looked at
        met_often = chance * effective
        low = of_chance(int(met_often + 1e-9), effective, error)[0]
        high = of_chance(min(ceil(met_often - 1e-9), effective), effective, error)[1]
        return Judged(
            names, file.cost(names), chance, low, high, worlds, tuple(map(float, shares)), total
        )


def effective_nights(worlds: Sequence[World]) -> float:
    """How many nights of equal weight the worlds' members are worth (Kish 1965)."""
    return 1.0 / sum(float(np.sum((w.weight * w.weights) ** 2)) for w in worlds)


def too_few(bench: Bench) -> str:
    """Why no plan can be confirmed, however good: nothing, if one can."""
    count = int(effective_nights(bench.ensemble.worlds))
    error = bench.planned.file.error / CONFIRMED
    if of_chance(count, count, error)[0] >= bench.asked:
        return ""
    needed = ceil(np.log(error) / np.log(bench.asked))
    return (
        f"{count} effective nights cannot show that the objectives are met in {bench.asked:.0%} of "
        f"nights, even if they are met in all; at least {needed} are needed: raise effort.nights, "
        "or lower in_nights"
    )


def search(bench: Bench) -> list[Judged]:
    """Try candidates by a few nights; returns them all, cheapest first."""
    file = bench.planned.file
    levers = {lever: [c.name for c in its.choices] for lever, its in file.levers.items()}
    few = file.effort.few
    seen: dict[Names, Judged] = {}

    def tried(trial: optuna.trial.Trial) -> float:
        names = tuple(trial.suggest_categorical(k, v) for k, v in levers.items())
        seen[names] = bench.judge(names, few)
        trial.set_constraint("chance", bench.asked - seen[names].chance)
        return seen[names].cost

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(seed=bench.ensemble.seed, n_startup_trials=8)
    study = optuna.create_study(sampler=sampler)
    everything = prod(map(len, levers.values()))
    # the two ends first: they say whether there is anything to look for
    for end in (0, -1):
        study.enqueue_trial({k: v[end] for k, v in levers.items()}, skip_if_exists=True)
    for _ in range(file.effort.trials):
        if len(seen) == everything:
            break
        study.optimize(tried, n_trials=1)
    return sorted(seen.values(), key=lambda j: (j.cost, -j.chance))


def confirm(bench: Bench, tried: list[Judged]) -> tuple[Judged | None, list[Judged]]:
    """Judge on all members, the cheapest first, until one surely meets the objectives.

    Returns
    -------
    That one, or None; and all that were judged on all members.
    """
    confirmed = []
    hopeful = [j for j in tried if j.chance >= bench.asked]
    hopeful = hopeful or sorted(tried, key=lambda j: (-j.chance, j.cost))[:1]
    for candidate in hopeful[:CONFIRMED]:
        found = bench.judge(candidate.names, bench.planned.file.effort.nights)
        confirmed.append(found)
        if found.meets(bench.asked):
            return found, confirmed
    return None, confirmed


def front(tried: list[Judged]) -> list[Judged]:
    """Those that no other beats in cost and in chance."""
    kept: list[Judged] = []
    for candidate in sorted(tried, key=lambda j: (j.cost, -j.chance)):
        if not kept or candidate.chance > kept[-1].chance:
            kept.append(candidate)
    return kept
