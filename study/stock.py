"""Whole nights of scenarios, kept by content: what has been simulated once is read back.

A scenario's folder is named by everything that its nights depend on (:mod:`study.cache`), so a
changed world, another zone's clock or another server is another folder, and a study that is asked
again, or was interrupted, simulates only what is missing.

Rule of this file: from a scenario to its nights; what they are for is their reader's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.assembly import Night
from sim.network.profile import Profile
from sim.population.region import Region
from sim.scenario.conduct import BUILT_IN, Catalogue
from sim.scenario.inputs import Inputs
from sim.scenario.model import Scenario
from study.cache import cell_digest
from study.ensemble import run, unfinished
from study.nights import Setting, Task, Variant, recall
from study.patchwork import Patchwork


@dataclass(frozen=True, slots=True)
class Stage:
    """A scenario and what its app does.

    Attributes
    ----------
    files : what the scenario names beside itself: its region, its trace.
    members : the nights of a calibrated ensemble; None: as many of its own as are asked for.
    """

    scenario: Scenario
    region: Region
    variant: Variant
    trace: Profile | None = None
    catalogue: Catalogue = BUILT_IN
    files: tuple[Path, ...] = ()
    members: tuple[Patchwork, ...] | None = None

    def tasks(self, count: int) -> list[Task]:
        """Its nights; ``count`` of them where it has no members."""
        return [
            Task(self.variant, r)
            for r in range(count if self.members is None else len(self.members))
        ]

    def setting(self, seed: int, stock: Path) -> Setting:
        """The setting of its nights, in a folder of their own below ``stock``."""
        conduct = self.catalogue.conduct(*self.variant)
        digest = cell_digest(self.scenario, self.files, seed, conduct, self.catalogue.modules)
        return Setting(
            self.scenario,
            self.region,
            seed,
            self.trace,
            stock / digest,
            self.catalogue,
            nights=self.members,
        )


def own_stage(inputs: Inputs) -> Stage:
    """The scenario as it was read, with its own app."""
    client = inputs.scenario.client
    return Stage(
        inputs.scenario,
        inputs.region,
        Variant(client.policy, client.batching, client.shaping),
        inputs.trace,
        inputs.catalogue,
        tuple(f for f in inputs.files if f not in inputs.loaded.files),
    )


def missing(stages: Sequence[Stage], count: int, seed: int, stock: Path) -> int:
    """How many nights are still to be simulated."""
    return sum(len(unfinished(s.setting(seed, stock), s.tasks(count))) for s in stages)


def nights(
    stages: Mapping[str, Stage],
    count: int,
    *,
    seed: int,
    jobs: int,
    stock: Path,
    finished: Callable[[], None],
) -> dict[str, list[Night]]:
    """The nights of every stage, simulated where they are not kept.

    Parameters
    ----------
    jobs : processes.
    finished : called after each night that was simulated.
    """
    found = {}
    for name, stage in stages.items():
        setting = stage.setting(seed, stock)
        tasks = stage.tasks(count)
        run(setting, tasks, jobs, lambda _task: finished())
        found[name] = [recall(setting.path(task)) for task in tasks]
    return found
