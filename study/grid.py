"""A grid in YAML: which policies, batchings and shapings, in which worlds, until when.

::

    grid: what-to-ship
    scenario: bandarlampung-2020.yaml
    policies: [none, full-jitter, gcs-resumable]
    batchings: [per-photo, chunks]
    worlds:
      as-it-was: {}
      no-outages: {server: {outages: []}}
    stop: {indifference: 1%, confidence: 95%}

A world is a change of the scenario, laid over it like a file that extends it.

Rule of this file: the type of the file, and what it combines.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from sim.scenario.conduct import Catalogue
from sim.scenario.errors import Problem, ScenarioError, unknown
from sim.scenario.loader import Loaded, Section
from sim.scenario.model import Title, VariantNames
from sim.scenario.quantities import Share
from sim.scenario.source import Item, load, merge
from study.nights import Variant
from study.sweep import Rules

Nights = Annotated[int, Field(ge=2, le=1_000_000)]
_KINDS: Final = (
    ("policies", "policy"),
    ("batchings", "batching"),
    ("shapings", "shaping"),
)


class StopRules(Section):
    """When enough nights have been simulated (Kim and Nelson 2001)."""

    indifference: Share = 0.01
    confidence: Annotated[Share, Field(gt=0.5, lt=1)] = 0.95
    first: Nights = 20
    batch: Nights = 20
    most: Nights = 400

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.indifference <= 0:
            raise ValueError("indifference must be more than 0%")
        if self.most < self.first:
            raise ValueError("'most' is smaller than 'first'")
        return self

    def rules(self) -> Rules:
        """For the sweep."""
        return Rules(self.indifference, self.confidence, self.first, self.batch, self.most)


class Grid(Section):
    """A grid of what an app may do."""

    grid: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Title | None = None
    scenario: str
    policies: tuple[str, ...] = ()
    batchings: tuple[str, ...] = ()
    shapings: tuple[str, ...] = ("at-once",)
    also: tuple[VariantNames, ...] = ()
    worlds: Annotated[dict[str, dict[str, Any]], Field(min_length=1)] = Field(
        default={"as-it-is": {}}
    )
    stop: StopRules = StopRules()

    @model_validator(mode="after")
    def _has_something_to_compare(self) -> Self:
        if len(self.variants()) < 2:
            raise ValueError("fewer than two combinations; name policies and batchings, or 'also'")
        return self

    def variants(self) -> list[Variant]:
        """Every combination, once, and those of ``also``."""
        crossed = [Variant(*v) for v in product(self.policies, self.batchings, self.shapings)]
        named = [Variant(v.policy, v.batching, v.shaping) for v in self.also]
        return list(dict.fromkeys([*crossed, *named]))


def is_grid(tree: Item) -> bool:
    """Is this file a grid rather than a scenario?"""
    return isinstance(tree.value, dict) and "grid" in tree.value


def world_trees(loaded: Loaded[Grid]) -> dict[str, tuple[Item, list[Path]]]:
    """The scenario's tree in each world, with the files it was read from.

    Raises
    ------
    ScenarioError : if the scenario's file cannot be read.
    """
    path = loaded.beside(("scenario",), loaded.value.scenario)
    if not path.is_file():
        raise ScenarioError([loaded.problem(("scenario",), f"there is no file {path}")])
    base, files = load(path)
    worlds: Item | None = loaded.tree.value.get("worlds")
    if worlds is None:
        return dict.fromkeys(loaded.value.worlds, (base, files))
    return {
        str(name): (merge(base, change), [*files, *loaded.files])
        for name, change in worlds.value.items()
    }


def check_names(loaded: Loaded[Grid], catalogue: Catalogue) -> None:
    """All that the grid names must exist.

    Raises
    ------
    ScenarioError : with the place of each name that does not.
    """
    problems: list[Problem] = []

    def known(where: tuple[str | int, ...], kind: str, word: str, name: str) -> None:
        names = getattr(catalogue, kind)
        if name not in names:
            problems.append(loaded.problem(where, unknown(word, name, list(names))))

    for kind, word in _KINDS:
        for i, name in enumerate(getattr(loaded.value, kind)):
            known((kind, i), kind, word, name)
        for i, variant in enumerate(loaded.value.also):
            known(("also", i, word), kind, word, getattr(variant, word))
    if problems:
        raise ScenarioError(problems)
