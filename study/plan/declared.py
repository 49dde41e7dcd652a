"""A plan in YAML: what is asked, and what may be changed at what price.

::

    plan: bandarlampung-2020
    scenario: ../bandarlampung-2020.yaml
    objectives:
      - {measure: arrived, by: 2020-12-12 20:00 WIB, at_least: 90%, in_nights: 80%}
    levers:
      workers:
        standing: assumed
        source: "one server of 16 workers for a week: 5 million rupiah (assumed)"
        choices:
          - {name: "200", cost: 0, set: {server: {workers: 200}}}
          - {name: "1000", cost: 250e6, set: {server: {workers: 1000}}}

A choice is a change of the scenario, laid over it like a file that extends it, so whatever a
scenario can say can be a lever: workers, slots, bandwidth, an app's policy, operators.

Rule of this file: the type of the file, and the scenarios that its choices make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.conduct import check_scenario
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.inputs import Inputs, check_inputs, load_inputs
from sim.scenario.loader import Loaded, Section, check
from sim.scenario.model import Scenario, Title
from sim.scenario.quantities import Share
from sim.scenario.source import Item, merge
from study.effects.members import read_as
from study.objectives import Objective

FIRST_KEY: Final = "plan"
_HARDLY_MORE: Final = 2
"""Assumed: up to so many times ``trials``, having tried all is worth the nights that it takes."""
Names = tuple[str, ...]
"""The name of the choice of each lever, in the order of the file."""


def _as_text(given: Any) -> Any:
    """``name: 200`` is what people write who choose among numbers."""
    number = isinstance(given, int | float) and not isinstance(given, bool)
    return str(given) if number else given


class Choice(Section):
    """One setting of a lever: its name, its cost in rupiah, and what it changes."""

    name: Annotated[str, BeforeValidator(_as_text)]
    cost: Annotated[float, Field(ge=0, le=1e15)]
    set: dict[str, Any]


class Lever(Section):
    """What may be chosen, and who says what it costs."""

    standing: Literal["counted", "stated", "assumed"]
    source: Annotated[str, Field(min_length=1)]
    choices: tuple[Choice, ...]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if not self.choices:
            raise ValueError("has no choices")
        names = [c.name for c in self.choices]
        if len(set(names)) < len(names):
            raise ValueError("two choices have the same name")
        return self


class Effort(Section):
    """``nights``: of each world's prior (a calibrated ensemble has its members); ``few``: that a
    candidate is first judged by; ``trials``: candidates that are tried by those; ``confirmations``:
    candidates that may be judged by all nights."""

    nights: Annotated[int, Field(ge=4, le=10_000)] = 40
    few: Annotated[int, Field(ge=2, le=10_000)] = 10
    trials: Annotated[int, Field(ge=1, le=10_000)] = 30
    confirmations: Annotated[int, Field(ge=1, le=1_000)] = 8


Factor = Annotated[float, Field(ge=1, le=100)]
_HALF_AGAIN: Final = 1.5
"""Assumed, where a plan says nothing: none was published for a server that is used one night."""


class Headroom(Section):
    """What a peak is multiplied by to give a size, each quantity by its own."""

    requests: Factor = _HALF_AGAIN
    connections: Factor = _HALF_AGAIN
    bandwidth: Factor = _HALF_AGAIN
    disk: Factor = _HALF_AGAIN

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, given: Any) -> Any:
        """``headroom: 2`` is the same for each."""
        if isinstance(given, int | float) and not isinstance(given, bool):
            return dict.fromkeys(cls.model_fields, given)
        return given


class PlanFile(Section):
    """One plan. ``error``: the chance that is accepted of a plan that does not meet an objective,
    and of saying that there is none though there is one."""

    plan: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Title
    scenario: str
    objectives: tuple[Objective, ...]
    levers: dict[str, Lever]
    error: Annotated[Share, Field(gt=0, lt=0.5)] = 0.05
    headroom: Headroom = Headroom()
    effort: Effort = Effort()

    @model_validator(mode="after")
    def _asks_and_offers(self) -> Self:
        """Counted here: as lengths of the fields they would be told beside every other fault."""
        if not self.objectives:
            raise ValueError("has no objectives")
        if not self.levers:
            raise ValueError("has no levers")
        return self

    @property
    def combinations(self) -> int:
        """Of one choice each."""
        return prod(len(lever.choices) for lever in self.levers.values())

    @property
    def tries_all(self) -> bool:
        """Are there hardly more combinations than may be tried?"""
        return self.combinations <= _HARDLY_MORE * self.effort.trials

    @property
    def candidates(self) -> int:
        """How many combinations are tried."""
        return self.combinations if self.tries_all else self.effort.trials

    def cost(self, names: Names) -> float:
        """Rupiah of a candidate."""
        return sum(
            next(c.cost for c in lever.choices if c.name == name)
            for lever, name in zip(self.levers.values(), names, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that is ready to be looked for."""

    file: PlanFile
    inputs: Inputs
    changes: Mapping[tuple[str, str], Item]

    def applied(self, world: Inputs, names: Names) -> Inputs:
        """A world with a candidate's choices.

        Raises
        ------
        ScenarioError : if a choice does not fit it.
        """
        tree = world.loaded.tree
        for lever, name in zip(self.file.levers, names, strict=True):
            tree = merge(tree, self.changes[lever, name])
        return read_as(_changed(world, tree), world.scenario.observed.reading)


def _changed(world: Inputs, tree: Item) -> Inputs:
    """A world with another tree. Region and trace are read again only if it names others."""
    loaded, catalogue = check_scenario(tree, list(world.loaded.files))
    if _named(loaded.value) != _named(world.scenario):
        return check_inputs(tree, list(world.loaded.files))
    files = [f for f in world.files if f not in world.catalogue.modules]
    return replace(world, loaded=loaded, catalogue=catalogue, files=[*files, *catalogue.modules])


def _named(scenario: Scenario) -> tuple[str | None, ...]:
    """The files that a scenario names, and what its region is called."""
    its = scenario.region
    return its.name, its.tps, its.kecamatan, its.kelurahan, scenario.network.trace


def is_plan(tree: Item) -> bool:
    """Is this file a plan?"""
    return isinstance(tree.value, dict) and FIRST_KEY in tree.value


def open_plan(tree: Item, files: list[Path]) -> Planned:
    """Check a plan, its scenario, and every choice on it.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    if not is_plan(tree):
        what = f"is not a plan: it has no key '{FIRST_KEY}' (`tangguh run` takes a scenario)"
        raise ScenarioError([Problem(files[0], 1, 1, "", what)])
    loaded: Loaded[PlanFile] = check(tree, files, PlanFile)
    file = loaded.beside(("scenario",), loaded.value.scenario)
    if not file.is_file():
        raise ScenarioError([loaded.problem(("scenario",), f"there is no file {file}")])
    inputs = load_inputs(file)
    problems = [
        loaded.problem(("objectives", i), wrong)
        for i, asked in enumerate(loaded.value.objectives)
        if (wrong := asked.problem(inputs.scenario))
    ]
    if problems:
        raise ScenarioError(problems)
    changes = {
        (lever, choice.name): tree.find(("levers", lever, "choices", i, "set"), key=False)[3]
        for lever, its in loaded.value.levers.items()
        for i, choice in enumerate(its.choices)
    }
    planned = Planned(loaded.value, inputs, changes)
    for (lever, name), change in changes.items():
        try:
            _changed(inputs, merge(inputs.loaded.tree, change))
        except ScenarioError as error:
            where = f"choice '{name}' of the lever {lever}: "
            raise ScenarioError([replace(p, what=where + p.what) for p in error.problems]) from None
    return planned
