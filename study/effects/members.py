"""An ensemble: structural worlds with weights, and in each the nights that are considered.

A prior ensemble has the first nights of each scenario, all alike. A calibrated one has the nights
that fit what was counted, put together from places of others, with their weights.

Rule of this file: which nights, and how much each counts; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.scenario.inputs import Inputs
from study.calibration.ensemble_file import Calibrated, EnsembleFileError
from study.nights import Setting, Variant
from study.patchwork import Patchwork
from study.sweep import Stage

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    """One structural world of an ensemble.

    Attributes
    ----------
    weight : of the world among the worlds; they add up to 1.
    nights : its members.
    weights : of the members within the world, shape (members,); they add up to 1.
    """

    name: str
    inputs: Inputs
    weight: float
    nights: tuple[Patchwork, ...]
    weights: Array

    @property
    def effective(self) -> float:
        """Effective number of members (Kong 1992)."""
        return float(1.0 / np.sum(self.weights**2))

    def setting(self, variants: Sequence[Variant], seed: int, cache: Path) -> Setting:
        """The setting of its nights; their measures are kept by content below ``cache``."""
        its = self.inputs
        named = tuple(f for f in its.files if f not in its.loaded.files)
        stage = Stage(self.name, its.scenario, its.region, its.trace, its.catalogue, named)
        return replace(stage.setting(variants, seed, cache), nights=self.nights)


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Worlds, and the seed that all their draws are from.

    Attributes
    ----------
    calibrated : were members chosen by what was counted?
    """

    worlds: tuple[World, ...]
    seed: int
    calibrated: bool


def prior_ensemble(inputs: Mapping[str, Inputs], count: int, seed: int) -> Ensemble:
    """The first nights of each scenario, all alike; every world has the same weight."""
    nights = tuple(Patchwork(r) for r in range(count))
    even = np.full(count, 1.0 / count)
    share = 1.0 / len(inputs)
    worlds = tuple(World(name, its, share, nights, even) for name, its in inputs.items())
    return Ensemble(worlds, seed, calibrated=False)


def calibrated_ensemble(found: Calibrated) -> Ensemble:
    """A calibrated ensemble's worlds that are not ruled out, ready to run, each member once.

    Raises
    ------
    EnsembleFileError : if a world's scenario has changed since, or no world has members.
    ScenarioError, RejectedRowsError : if a scenario cannot be read any more.
    """
    kept = [w for w in found.worlds if w.weight > 0 and w.members]
    if not kept:
        raise EnsembleFileError(
            f"{found.calibration}: every world is ruled out, nothing can be compared in them"
        )
    total = sum(w.weight for w in kept)
    worlds = []
    for world in kept:
        weights: dict[Patchwork, float] = {}
        for member in world.members:
            weights[member.night] = weights.get(member.night, 0.0) + member.weight
        inputs = read_as(world.inputs(), found.reading)
        shares = np.array(list(weights.values()))
        share = world.weight / total
        worlds.append(World(world.name, inputs, share, tuple(weights), shares / shares.sum()))
    return Ensemble(tuple(worlds), found.seed, calibrated=True)


def read_as(inputs: Inputs, reading: str) -> Inputs:
    """The same with the reading of the figures that the ensemble was made for."""
    scenario = inputs.scenario
    if scenario.observed.reading == reading:
        return inputs
    observed = scenario.observed.model_copy(update={"reading": reading})
    changed = scenario.model_copy(update={"observed": observed})
    return replace(inputs, loaded=replace(inputs.loaded, value=changed))


def thinned(world: World, count: int, seed: int) -> World:
    """At most ``count`` members that stand for all, by systematic resampling (Kitagawa 1996): a
    member is taken as often as its weight says, and counts by how often it was taken."""
    picks = systematic(world.weights, count, seed)
    kept, times = np.unique(picks, return_counts=True)
    nights = tuple(world.nights[i] for i in kept)
    return replace(world, nights=nights, weights=times / times.sum())


def systematic(weights: Array, count: int, seed: int) -> NDArray[np.int64]:
    """Indices, each as often as its share of ``count``, rounded by one random offset."""
    offset = float(np.random.default_rng(seed).random())
    points = (np.arange(count) + offset) / count
    edges = np.fromiter(accumulate(weights), dtype=np.float64)
    edges[-1] = max(edges[-1], 1.0)  # sums of rounded weights may end below the last point
    return np.searchsorted(edges, points, side="right").astype(np.int64)
