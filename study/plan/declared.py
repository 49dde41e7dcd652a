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
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.errors import ScenarioError
from sim.scenario.inputs import Inputs, check_inputs, load_inputs
from sim.scenario.loader import Loaded, Section, check
from sim.scenario.model import Title
from sim.scenario.quantities import Share
from sim.scenario.source import Item, merge
from study.effects.members import read_as
from study.objectives import Objective

FIRST_KEY: Final = "plan"
Names = tuple[str, ...]
"""The name of the choice of each lever, in the order of the file."""


class Choice(Section):
    """One setting of a lever: its name, its cost in rupiah, and what it changes."""

    name: str
    cost: Annotated[float, Field(ge=0, le=1e15)]
    set: dict[str, Any]


class Lever(Section):
    """What may be chosen, and who says what it costs."""

    standing: Literal["counted", "stated", "assumed"]
    source: Annotated[str, Field(min_length=1)]
    choices: Annotated[tuple[Choice, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [c.name for c in self.choices]
        if len(set(names)) < len(names):
            raise ValueError("two choices have the same name")
        return self


class Effort(Section):
    """``nights``: of each world's prior (a calibrated ensemble has its members); ``few``: that a
    candidate is first judged by; ``trials``: candidates that are tried."""

    nights: Annotated[int, Field(ge=4, le=10_000)] = 40
    few: Annotated[int, Field(ge=2, le=10_000)] = 10
    trials: Annotated[int, Field(ge=1, le=10_000)] = 30


class PlanFile(Section):
    """One plan. ``error``: one-sided, of the confirmation. ``headroom``: what the sizing sheet adds
    to a peak (assumed: half as much again)."""

    plan: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Title
    scenario: str
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    levers: Annotated[dict[str, Lever], Field(min_length=1)]
    error: Annotated[Share, Field(gt=0, lt=0.5)] = 0.05
    headroom: Annotated[float, Field(ge=1, le=100)] = 1.5
    effort: Effort = Effort()

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
        changed = check_inputs(tree, list(world.loaded.files))
        return read_as(changed, world.scenario.observed.reading)


def is_plan(tree: Item) -> bool:
    """Is this file a plan?"""
    return isinstance(tree.value, dict) and FIRST_KEY in tree.value


def open_plan(tree: Item, files: list[Path]) -> Planned:
    """Check a plan, its scenario, and every choice on it.

    Raises
    ------
    ScenarioError : with every problem found.
    """
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
            check_inputs(merge(inputs.loaded.tree, change), list(inputs.loaded.files))
        except ScenarioError as error:
            where = f"choice '{name}' of the lever {lever}: "
            raise ScenarioError([replace(p, what=where + p.what) for p in error.problems]) from None
    return planned
