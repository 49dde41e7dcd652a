"""What a world's nights say: simulated once, emulated, and asked of any counts.

``learn`` needs nights; ``fit`` needs none, so one world that has been learned answers for every
reading, hold-out, known truth or simulated count.

Rule of this file: one world; what follows for members and pages is made elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from study.calibration import account, emulator, features, target
from study.calibration.account import Reading, Tables
from study.calibration.declared import Calibration, World
from study.calibration.posterior import (
    Implausibility,
    Posterior,
    Prior,
    implausibility,
    log_likelihoods,
    posterior,
    prior,
)
from study.ensemble import run
from study.nights import Setting, Task, Variant, recall
from study.patchwork import Patchwork
from study.stock import own_stage

Array = NDArray[np.float64]
THETAS_FROM: Final = 1_000_000  # replications of the prior sample; the prior nights are 0, 1, ...
LOCALS_FROM: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Simulator:
    """Nights of one world: simulated once, kept, counted."""

    setting: Setting
    variant: Variant
    jobs: int
    finished: Callable[[], None]

    def nights(self, wanted: Sequence[Patchwork]) -> list[Night]:
        """These nights, in order."""
        setting = replace(self.setting, nights=tuple(wanted))
        tasks = [Task(self.variant, i) for i in range(len(wanted))]
        fresh = 0

        def one(_task: Task) -> None:
            nonlocal fresh
            fresh += 1
            self.finished()

        run(setting, tasks, self.jobs, one)
        for _ in range(len(tasks) - fresh):
            self.finished()
        return [recall(setting.path(task)) for task in tasks]


def simulator_of(
    world: World, seed: int, stock: Path, jobs: int, finished: Callable[[], None]
) -> Simulator:
    """The nights of a world, kept by content below ``stock``."""
    stage = own_stage(world.inputs)
    return Simulator(stage.setting(seed, stock), stage.variant, jobs, finished)


@dataclass(frozen=True, slots=True)
class Known:
    """A world with its emulator and prior sample: all that other counts can be asked of."""

    sample: Prior
    nights: target.Counts
    n: Array
    account_rmse: Mapping[Reading, float]


def learn(world: World, calibration: Calibration, seed: int, simulator: Simulator) -> Known:
    """Prior nights, emulator and prior sample of a world."""
    scenario, region, effort = world.inputs.scenario, world.inputs.region, calibration.effort
    replications = range(effort.nights)
    counts = target.count(simulator.nights([Patchwork(r) for r in replications]), region)
    n = target.stations(region)
    theta = features.theta(scenario, seed, replications)
    local = features.local(scenario, region, seed, replications)
    fitted = emulator.fit(theta, local.evening, counts.left, n)
    sample = prior(
        scenario,
        region,
        fitted,
        seed,
        range(THETAS_FROM, THETAS_FROM + effort.thetas),
        range(LOCALS_FROM, LOCALS_FROM + effort.locals),
    )
    their = features.cannot_use(scenario, seed, replications)
    readings: tuple[Reading, ...] = ("unsent", "attempted")
    errors = {r: _account_rmse(r, counts, n, local, their) for r in readings}
    return Known(sample, counts, n, errors)


def _account_rmse(
    reading: Reading, counts: target.Counts, n: Array, local: features.Local, their: Array | None
) -> float:
    """How far the operators' account is from simulated nights, as a share of the stations."""
    able = local.able(None if their is None else their[:, None])
    away = account.taken(reading, local.pace, able, local.untried)
    missed = account.failed(counts.left / n, away) - counts.of(reading) / n
    return float(np.sqrt(np.mean(missed**2)))


@dataclass(frozen=True, slots=True)
class Fitted:
    """One reading's fit: tables, places and log-likelihoods, and what follows from them."""

    tables: Tables
    places: NDArray[np.uint16]
    logs: Array
    doubt: Implausibility
    plausible: NDArray[np.bool_]
    found: Posterior
    unfiltered: Posterior


def fit(known: Known, calibration: Calibration, reading: Reading, y: Array) -> Fitted:
    """History matching and posterior for counts y."""
    tables = account.tables(known.sample.emulator, y, known.n)
    places = known.sample.places(reading)
    doubt = implausibility(known.sample, places, tables, (y, known.n), calibration.discrepancy)
    plausible = doubt.plausible(calibration.discrepancy.cut)
    logs = log_likelihoods(places, tables)
    return Fitted(
        tables, places, logs, doubt, plausible, posterior(logs, plausible), posterior(logs)
    )
