"""One task of an ensemble: a night of a variant, kept as a file of its own.

A simulated night is the bytes of its file. A worker on this machine writes them itself; one on
another machine sends them to whoever asked (:mod:`study.cluster`). Either way the file is written
under a temporary name that is then renamed: whoever is killed, at whatever moment, loses the night
it was in and nothing else.

Rule of this file: what a worker process needs, and nothing more.
"""

from __future__ import annotations

import gc
import io
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.client.shaping.shaping import AT_ONCE
from sim.engine import Engine
from sim.ledger import OUTCOMES
from sim.network.profile import Profile
from sim.night import simulate
from sim.population.region import Region
from sim.scenario.conduct import BUILT_IN, Catalogue
from sim.scenario.model import Scenario
from sim.scenario.modules import UserCodeError, blame, load_module, source_of
from study.engine import chosen
from study.files import ARRAY_DAMAGE, parse_json, replacing
from study.measures import measure
from study.measures import read as read_measures
from study.patchwork import Patchwork

VALUE: Final = np.dtype([("path", "U80"), ("value", "f8")])
COUNT: Final = np.dtype([("name", "U40"), ("value", "i8")])


class DamagedNightError(Exception):
    """A kept night's file is not whole."""


class Variant(NamedTuple):
    """What is tried in a night, by name: an app's retry policy, its batching and its shaping."""

    policy: str
    batching: str
    shaping: str = AT_ONCE.name

    def __str__(self) -> str:
        return " · ".join(self[:2] if self.shaping == AT_ONCE.name else self)


class Task(NamedTuple):
    """One night of one variant."""

    variant: Variant
    replication: int

    def path(self, parts: Path) -> Path:
        """Where its result is kept below ``parts``."""
        return parts / "+".join(self.variant) / f"{self.replication:06d}.npz"


@dataclass(frozen=True, slots=True)
class Setting:
    """What all tasks of an ensemble share.

    Parameters
    ----------
    parts : the folder of the results.
    folders : per variant a folder below ``parts`` in which only the measures of its nights are
        kept; None: whole nights, in a folder named by the variant.
    nights : what replication 0, 1, ... is, where it is put together from other nights; None: the
        night of that number.
    engine : who computes them; if it is not given, whom the command has chosen.
    """

    scenario: Scenario
    region: Region
    seed: int
    trace: Profile | None
    parts: Path
    catalogue: Catalogue = BUILT_IN
    folders: Mapping[Variant, str] | None = None
    nights: Sequence[Patchwork] | None = None
    engine: Engine = field(default_factory=chosen)

    def night(self, task: Task) -> Patchwork:
        """Which night a task is."""
        if self.nights is None:
            return Patchwork(task.replication)
        return self.nights[task.replication]

    def path(self, task: Task) -> Path:
        """Where a task's result is kept."""
        name = self.night(task).name()
        if self.folders is None:
            return task.path(self.parts).with_name(f"{name}.npz")
        return self.parts / self.folders[task.variant] / f"{name}.json"

    def check(self, task: Task) -> None:
        """Is the result there, and whole?

        Raises
        ------
        FileNotFoundError : if it is not there.
        DamagedNightError : if it is not whole.
        """
        if self.folders is None:
            recall(self.path(task))
        else:
            recall_measures(self.path(task))

    def simulated(self, task: Task) -> bytes:
        """Simulate one night; what its file holds."""
        its = self.night(task)
        night = simulate(
            self.scenario,
            self.region,
            self.seed,
            its.replication,
            places=its.places,
            quantities=its.others(self.seed),
            conduct=self.catalogue.conduct(*task.variant),
            trace=self.trace,
            engine=self.engine,
        )
        if self.folders is None:
            return night_bytes(night)
        return json.dumps(measure(night, self.scenario.observed.reading)).encode()


def perform(setting: Setting, task: Task) -> Task:
    """Simulate one night and keep it.

    Raises
    ------
    UserCodeError : if a module of the user raised in it.
    """
    keep(simulated(setting, task), setting.path(task))
    return task


def simulated(setting: Setting, task: Task) -> bytes:
    """Simulate one night; what its file holds. The same task gives the same bytes anywhere.

    Raises
    ------
    UserCodeError : if a module of the user raised in it.
    """
    try:
        with without_collector():
            return setting.simulated(task)
    except Exception as error:
        blamed = blame(error, list(setting.catalogue.modules))
        if blamed is None:
            raise
        raise UserCodeError(blamed) from error


@contextmanager
def without_collector() -> Iterator[None]:
    """Pause Python's cycle collector: a night makes hundreds of thousands of small objects that
    live as long as it does, and looking through them again and again costs a fifth to a half of
    its time. What is left over is all in the youngest generation, and collected when the night is
    over."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
            gc.collect(0)


def night_bytes(night: Night) -> bytes:
    """A whole night as the bytes of a file; :func:`recall` reads it."""
    return packed(night, {"offices": night.offices})


def packed(night: Night, more: Mapping[str, NDArray[Any]]) -> bytes:
    """What is kept of every night, and more arrays; :func:`kept_arrays` reads them."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        outcomes=night.outcomes,
        values=np.array(sorted(night.values.items()), VALUE),
        counts=np.array(sorted(night.counts.items()), COUNT),
        **more,  # type: ignore[arg-type]  # none of them is called allow_pickle
    )
    return file.getvalue()


def keep(content: bytes, path: Path) -> None:
    """Write a night's file so that it is whole or absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as scratch:
        scratch.write_bytes(content)


def recall(path: Path) -> Night:
    """Read a kept night.

    Raises
    ------
    FileNotFoundError : if it is not kept.
    DamagedNightError : if the file is not whole.
    """
    with kept_arrays(path) as file:
        return Night(
            outcomes=file["outcomes"],
            offices=file["offices"],
            values=values_of(file),
            counts=counts_of(file),
        )


@contextmanager
def kept_arrays(path: Path) -> Iterator[Mapping[str, NDArray[Any]]]:
    """The arrays of a kept night. What fails on them in the block is a fault of the file.

    Raises
    ------
    FileNotFoundError : if it is not kept.
    DamagedNightError : if the file is not whole.
    """
    with path.open("rb") as kept:
        try:
            file = np.load(kept, allow_pickle=False)
            if file["outcomes"].dtype != OUTCOMES or file["outcomes"].ndim != 1:
                raise ValueError("its outcomes are another table")
            yield file
        except ARRAY_DAMAGE as error:
            raise DamagedNightError(path) from error


def values_of(file: Mapping[str, NDArray[Any]]) -> dict[str, float]:
    """What was drawn for a kept night."""
    return {str(p): float(v) for p, v in file["values"]}


def counts_of(file: Mapping[str, NDArray[Any]]) -> dict[str, int]:
    """What was counted in it."""
    return {str(n): int(v) for n, v in file["counts"]}


def recall_measures(path: Path) -> dict[str, float]:
    """Read the measures of a night.

    Raises
    ------
    FileNotFoundError : if they are not kept.
    DamagedNightError : if the file is not whole.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return read_measures(text, parse_json(text))
    except FileNotFoundError:
        raise
    except (ValueError, TypeError, OSError) as error:
        raise DamagedNightError(path) from error


def pack(setting: Setting) -> bytes:
    """A setting for another process, with the user's modules to be imported before it is read."""
    modules = [(path, source_of(path)) for path in setting.catalogue.modules]
    return pickle.dumps((modules, pickle.dumps(setting)))


def unpack(data: bytes) -> Setting:
    """A setting from :func:`pack`."""
    modules, inner = pickle.loads(data)
    for path, source in modules:
        load_module(path, source)
    setting: Setting = pickle.loads(inner)
    return setting
