"""A calibration in YAML: worlds and their weights, what is calibrated to, and how closely.

::

    calibration: bandarlampung-2020
    worlds:
      airtime: {scenario: ../worlds/airtime.yaml, weight: 1}
    target: {readings: [unsent, attempted]}      the first is the one that members are made for
    discrepancy: {total: 5%, kecamatan: 10%, stations: 10%}

Rule of this file: the type of the file, and the worlds that it names. Its first key is
``calibration``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.inputs import Inputs, load_inputs
from sim.scenario.loader import Loaded, Section, check
from sim.scenario.model import Title
from sim.scenario.quantities import Share
from sim.scenario.source import Item

Whole = Annotated[int, Field(ge=1, le=1_000_000)]
FIRST_KEY: Final = "calibration"


class WorldSpec(Section):
    """A world's scenario and its weight before the counts."""

    scenario: str
    weight: Annotated[float, Field(gt=0, le=1e6)] = 1.0


class Target(Section):
    """What the counted failures are: ``unsent`` (whatever had not arrived) or ``attempted`` (failed
    after an attempt). The first reading is the one that the ensemble is made for."""

    readings: Annotated[tuple[Literal["unsent", "attempted"], ...], Field(min_length=1)] = (
        "unsent",
        "attempted",
    )


class Discrepancy(Section):
    """How far the counts may be from the model although it is right, as standard deviations.

    ``total`` and ``kecamatan`` are shares of the stations; one event cannot identify them (Kennedy
    and O'Hagan 2001), so they are set by elicitation: 5 to 10 points of the failure rate.
    ``stations`` is relative: the error of the number of stations of a kecamatan.
    """

    total: Share = 0.05
    kecamatan: Share = 0.10
    stations: Share = 0.10
    cut: Annotated[float, Field(gt=0, le=10)] = 3.0  # Pukelsheim's three sigma


class Effort(Section):
    """How much is simulated and drawn, per world."""

    nights: Annotated[int, Field(ge=20, le=2000)] = 100  # prior predictive; the emulator's data
    thetas: Annotated[int, Field(ge=50, le=5000)] = 1500
    locals: Annotated[int, Field(ge=20, le=1000)] = 300
    members: Annotated[int, Field(ge=2, le=1000)] = 32
    candidates: Annotated[int, Field(ge=1, le=100)] = 4
    runs: Annotated[int, Field(ge=1, le=100)] = 1  # whole nights made from each member


class HoldOut(Section):
    """How many kecamatan are left out at a time, in how many folds."""

    folds: Annotated[int, Field(ge=2, le=100)] = 5


class Calibration(Section):
    """One calibration."""

    calibration: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Title
    worlds: Annotated[dict[str, WorldSpec], Field(min_length=1)]
    target: Target = Target()
    discrepancy: Discrepancy = Discrepancy()
    effort: Effort = Effort()
    hold_out: HoldOut = HoldOut()

    @model_validator(mode="after")
    def _readings_differ(self) -> Self:
        if len(set(self.target.readings)) < len(self.target.readings):
            raise ValueError("target: a reading is named twice")
        return self


@dataclass(frozen=True, slots=True)
class World:
    """One world that is ready to run."""

    name: str
    inputs: Inputs
    file: Path
    weight: float


def is_calibration(tree: Item) -> bool:
    """Is this file a calibration rather than a scenario?"""
    return isinstance(tree.value, dict) and FIRST_KEY in tree.value


def open_calibration(tree: Item, files: list[Path]) -> tuple[Calibration, list[World]]:
    """Check a calibration and the worlds that it names.

    Raises
    ------
    ScenarioError : with every problem found.
    RejectedRowsError : if a region's file has rows that cannot be used.
    """
    loaded = check(tree, files, Calibration)
    problems: list[Problem] = []
    worlds = []
    total = sum(w.weight for w in loaded.value.worlds.values())
    for name, spec in loaded.value.worlds.items():
        where = ("worlds", name, "scenario")
        file = loaded.beside(where, spec.scenario)
        if not file.is_file():
            problems.append(loaded.problem(where, f"there is no file {file}"))
            continue
        try:
            inputs = load_inputs(file)
        except ScenarioError as error:
            problems += error.problems
            continue
        problems += _unfit(loaded, where, inputs)
        worlds.append(World(name, inputs, file, spec.weight / total))
    if not problems and len({_shape(w.inputs) for w in worlds}) > 1:
        what = "the worlds have different kecamatan; they must be of one region"
        problems.append(loaded.problem(("worlds",), what))
    if problems:
        raise ScenarioError(problems)
    return loaded.value, worlds


def single(inputs: Inputs, file: Path) -> tuple[Calibration, list[World]]:
    """A scenario by itself, as a calibration with one world.

    Raises
    ------
    ScenarioError : if its region has no counts.
    """
    name = inputs.scenario.name
    reading = inputs.scenario.observed.reading
    other: Mapping[str, str] = {"unsent": "attempted", "attempted": "unsent"}
    spec = {
        "calibration": name,
        "title": inputs.scenario.title.model_dump(),
        "worlds": {name: {"scenario": str(file)}},
        "target": {"readings": [reading, other[reading]]},
    }
    missing = [k.name for k in inputs.region.kecamatan if k.failed is None]
    if missing:
        raise ScenarioError([inputs.loaded.problem(("region", "kecamatan"), _no_counts(missing))])
    return Calibration.model_validate(spec), [World(name, inputs, file, 1.0)]


def _unfit(
    loaded: Loaded[Calibration], where: tuple[str | int, ...], inputs: Inputs
) -> list[Problem]:
    missing = [k.name for k in inputs.region.kecamatan if k.failed is None]
    return [loaded.problem(where, _no_counts(missing))] if missing else []


def _no_counts(missing: list[str]) -> str:
    some = ", ".join(missing[:3]) + (" ..." if len(missing) > 3 else "")
    return (
        f"has no counted failures for {len(missing)} kecamatan ({some}); "
        "give them in the column 'failed' of the kecamatan CSV"
    )


def _shape(inputs: Inputs) -> tuple[tuple[str, int], ...]:
    return tuple((k.code, k.tps) for k in inputs.region.kecamatan)
