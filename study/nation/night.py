"""One night of a nation: the loop through the server is closed by a sample, then every regency.

    sample of the stations, server as much smaller  ->  course: what the server does and when
    every regency by itself under that course       ->  outcomes, and what all of them bring
    is that what the course was made of?            ->  if not, again with twice the sample

Where the whole (or the sample that was asked for) is no larger than the first sample it is
simulated as it is, and nothing is split. A finished night is two files; what they were made of is
then removed.

Rule of this file: the order of the steps; simulating and sharing out are elsewhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from sim.ingest.sharing import Arrivals, defect
from sim.network.build import build_radio
from sim.network.profile import Profile
from sim.population.nation import Nation, Part
from sim.population.region import Region
from sim.scenario.conduct import Catalogue
from sim.scenario.model import Scenario
from study.ensemble import run, unfinished
from study.files import write_json
from study.nation.tables import Place, places_of, reduced, write_stations
from study.nation.tasks import Kept, Regional, Sample, recall
from study.nights import Setting, Task, Variant

SAMPLE: Final = 20_000
"""Stations of the first sample: about 290 kecamatan, half a minute of one core."""
TOLERANCE: Final = 0.05
"""Largest defect (:func:`sim.ingest.sharing.defect`) that is let pass: 1 request in 20 came in
another half hour than the course was made of."""
MOST: Final = 4  # samples, each twice the one before


class Told(NamedTuple):
    """How far it is: what is at work, for one night or (None) for all, and how much is done."""

    replication: int | None
    what: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated, and where it is kept.

    Attributes
    ----------
    stations : how many are simulated; the rest are like them. All of the nation's by default.
    sample : stations that close the loop.
    """

    scenario: Scenario
    nation: Nation
    seed: int
    trace: Profile | None
    parts: Path
    catalogue: Catalogue
    variant: Variant
    stations: int
    sample: int = SAMPLE
    tolerance: float = TOLERANCE

    def places(self) -> tuple[Part, ...]:
        """What is simulated, in the order of the nation's list."""
        return tuple(self.nation.sample(self.stations))

    def split(self) -> bool:
        """Is it too much for one simulation?"""
        return sum(p.tps() for p in self.places()) > self.sample

    def result(self, replication: int) -> Path:
        """Where the summary of a finished night is kept."""
        return self.parts / f"{replication:06d}.json"

    def outcomes(self, replication: int) -> Path:
        """Where its stations are kept, one row each."""
        return self.parts.parent / "outcomes" / f"{replication:06d}.parquet"


class Found(NamedTuple):
    """What was simulated of a night: kept results, and the regencies that each of them holds."""

    kept: Sequence[Kept]
    places: Sequence[Sequence[Place]]
    sample: int
    defects: Sequence[float]


def prepare(
    plan: Plan, replications: Sequence[int], jobs: int, tell: Callable[[Told], None]
) -> None:
    """Simulate the first sample of several nights, side by side: within a night nothing else can
    be done while its sample is simulated.

    Raises
    ------
    EnsembleError, UserCodeError : as :func:`carry_out`.
    """
    sample = tuple(plan.nation.sample(plan.sample)) if plan.split() else plan.places()
    setting = _setting(plan, sample)
    tasks = unfinished(setting, [Task(plan.variant, r) for r in replications])
    _perform(setting, tasks, jobs, tell, Told(None, _said(sample), 0, len(tasks)))


def carry_out(plan: Plan, replication: int, jobs: int, tell: Callable[[Told], None]) -> None:
    """Simulate a night that is not finished, keep its results, and clear away.

    Raises
    ------
    EnsembleError : if workers die again and again.
    UserCodeError : if a module of the user raised.
    """
    found = (
        _split(plan, replication, jobs, tell) if plan.split() else _whole(plan, replication, tell)
    )
    rows = [k.outcomes for k in found.kept]
    plan.outcomes(replication).parent.mkdir(parents=True, exist_ok=True)
    write_stations(plan.outcomes(replication), found.places, rows)
    simulated = sum(len(r) for r in rows)
    result: dict[str, Any] = {
        "replication": replication,
        "simulated": simulated,
        "weight": plan.nation.stations / simulated,
        "split": plan.split(),
        "sample": found.sample,
        "defects": list(found.defects),
        "converged": not found.defects or found.defects[-1] <= plan.tolerance,
        **reduced(plan.scenario, found.places, found.kept),
    }
    write_json(plan.result(replication), result)
    clear(plan, replication)


def clear(plan: Plan, replication: int) -> None:
    """Remove what a finished night was made of (again, if its command was killed before)."""
    shutil.rmtree(plan.parts / f"{replication:06d}", ignore_errors=True)


def _whole(plan: Plan, replication: int, tell: Callable[[Told], None]) -> Found:
    """All at once: nothing is split."""
    kept = _sampled(plan, plan.places(), replication, tell)
    return Found([kept], [places_of(plan.places())], len(kept.outcomes), [])


def _split(plan: Plan, replication: int, jobs: int, tell: Callable[[Told], None]) -> Found:
    places = plan.places()
    simulated = sum(p.tps() for p in places)
    weight = plan.nation.stations / simulated
    defects: list[float] = []
    for turn in range(MOST):
        wanted = plan.sample * 2**turn
        sample = _sampled(plan, tuple(plan.nation.sample(wanted)), replication, tell)
        assert sample.course is not None
        its = len(sample.outcomes)
        setting = Regional(
            plan.scenario,
            Region(plan.nation.name, (), ()),
            plan.seed,
            plan.trace,
            plan.parts,
            plan.catalogue,
            replication=replication,
            places=places,
            weight=weight,
            stations=plan.nation.stations,
            course=sample.course,
            negligible=_negligible(plan.scenario, sample.values["server.pipe"]),
            folder=f"under-{its}",
        )
        _regencies(setting, plan.variant, jobs, tell)
        kept = [recall(setting.path(Task(plan.variant, i))) for i in range(len(places))]
        brought = Arrivals.total(k.brought for k in kept).times(weight)
        expected = sample.brought.times(plan.nation.stations / its)
        defects.append(defect(brought, expected))
        if defects[-1] <= plan.tolerance or wanted * 2 >= plan.nation.stations:
            break
    return Found(kept, [[place] for place in places_of(places)], its, defects)


def _negligible(scenario: Scenario, pipe: float) -> float:
    """Nine tenths of the flows from which on the pipe, bytes/s, binds: TCP's loss caps each."""
    return 0.9 * pipe / max(build_radio(scenario.network).caps)


def _setting(plan: Plan, sample: tuple[Part, ...]) -> Sample:
    """The task of simulating a sample."""
    return Sample(
        plan.scenario,
        Region(plan.nation.name, (), ()),
        plan.seed,
        plan.trace,
        plan.parts,
        plan.catalogue,
        sample=sample,
        weight=plan.nation.stations / sum(p.tps() for p in sample),
    )


def _sampled(
    plan: Plan, sample: tuple[Part, ...], replication: int, tell: Callable[[Told], None]
) -> Kept:
    setting, task = _setting(plan, sample), Task(plan.variant, replication)
    if unfinished(setting, [task]):
        _perform(setting, [task], 1, tell, Told(replication, _said(sample), 0, 1))
    return recall(setting.path(task))


def _regencies(
    setting: Regional, variant: Variant, jobs: int, tell: Callable[[Told], None]
) -> None:
    """Every regency, the largest first, so that none is left alone at the end."""
    sizes = [p.tps() for p in setting.places]
    order = sorted(range(len(sizes)), key=lambda i: -sizes[i])
    tasks = [Task(variant, i) for i in order]
    begun = Told(setting.replication, "regencies", 0, len(tasks))
    _perform(setting, tasks, jobs, tell, begun)


def _said(sample: Sequence[Part]) -> str:
    return f"sample of {sum(p.tps() for p in sample):,}"


def _perform(
    setting: Setting, tasks: Sequence[Task], jobs: int, tell: Callable[[Told], None], told: Told
) -> None:
    """Perform tasks, and tell at the beginning and after each how far it is."""

    def finished(_task: Task) -> None:
        nonlocal told
        told = told._replace(done=told.done + 1)
        tell(told)

    tell(told)
    run(setting, tasks, jobs, finished)
