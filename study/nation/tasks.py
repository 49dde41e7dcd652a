"""The tasks of a nation's night: a sample of the whole, and its regencies one by one.

Both go through :mod:`study.ensemble`, so they run on processes or on a cluster, keep themselves,
and are the same bytes wherever they ran.

Rule of this file: what a worker process needs, and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.ingest.nation import Course
from sim.ingest.sharing import Arrivals, seen_by
from sim.night import simulate
from sim.population.nation import Part, whole_of
from study.nights import Setting, Task, counts_of, kept_arrays, packed, values_of

_COURSE = ("flows", "refused", "full", "ahead")


@dataclass(frozen=True, slots=True)
class Kept:
    """A night of some stations that share a server with others.

    Attributes
    ----------
    outcomes : one row a station, dtype :data:`sim.ledger.OUTCOMES`.
    brought : what they brought to the server.
    course : what the server did to a sample of the whole nation; None of one regency.
    """

    outcomes: NDArray[np.void]
    values: Mapping[str, float]
    counts: Mapping[str, int]
    brought: Arrivals
    course: Course | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(Setting):
    """Nights of stations that stand for the whole nation, or are it; task ``n`` is replication n.

    Parameters
    ----------
    sample : the stations.
    weight : how many stations each of them stands for.
    """

    sample: tuple[Part, ...]
    weight: float

    def path(self, task: Task) -> Path:
        stations = sum(part.tps() for part in self.sample)
        return self.parts / f"{task.replication:06d}" / f"sample-{stations}.npz"

    def check(self, task: Task) -> None:
        recall(self.path(task))

    def simulated(self, task: Task) -> bytes:
        night = simulate(
            self.scenario,
            whole_of(self.sample, self.scenario.region.name),
            self.seed,
            task.replication,
            conduct=self.catalogue.conduct(*task.variant),
            trace=self.trace,
            engine=self.engine,
            weight=self.weight,
        )
        assert night.counted is not None
        return _bytes(night, night.counted.course(self.weight))


@dataclass(frozen=True, slots=True, kw_only=True)
class Regional(Setting):
    """The regencies of one night under a course; task ``n`` is the n-th of ``places``.

    Parameters
    ----------
    replication : which night.
    places : its regencies, or samples of them.
    weight : stations that each of their stations stands for.
    stations : of the whole nation.
    course : what the server does to all of them.
    negligible : as few flows as these at the server slow nobody.
    folder : the name of the folder of this night's results.
    """

    replication: int
    places: tuple[Part, ...]
    weight: float
    stations: int
    course: Course
    negligible: float
    folder: str

    def path(self, task: Task) -> Path:
        code = self.places[task.replication].regency.code
        return self.parts / f"{self.replication:06d}" / self.folder / f"{code}.npz"

    def check(self, task: Task) -> None:
        recall(self.path(task))

    def simulated(self, task: Task) -> bytes:
        place = self.places[task.replication]
        night = simulate(
            self.scenario,
            place.region(),
            self.seed,
            self.replication,
            conduct=self.catalogue.conduct(*task.variant),
            trace=self.trace,
            engine=self.engine,
            others=seen_by(self.course, place.tps() / self.stations, self.negligible),
        )
        return _bytes(night, None)


def recall(path: Path) -> Kept:
    """Read what a task has kept.

    Raises
    ------
    FileNotFoundError : if it is not kept.
    DamagedNightError : if the file is not whole.
    """
    with kept_arrays(path) as file:
        course = None
        if "step" in file:
            flows, refused, full, ahead = (file[name].tolist() for name in _COURSE)
            course = Course(flows, refused, full, ahead, step=float(file["step"]))
        brought = Arrivals(file["brought_flows"], file["brought_requests"])
        return Kept(file["outcomes"], values_of(file), counts_of(file), brought, course)


def _bytes(night: Night, course: Course | None) -> bytes:
    assert night.counted is not None
    brought = night.counted.arrivals()
    arrays: dict[str, NDArray[Any]] = {
        "brought_flows": brought.flows,
        "brought_requests": brought.requests,
    }
    if course is not None:
        arrays |= {name: np.array(getattr(course, name)) for name in _COURSE}
        arrays["step"] = np.array(course.step)
    return packed(night, arrays)
