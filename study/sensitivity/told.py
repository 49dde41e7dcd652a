"""What could be known of an ensemble's nights: their quantities, over all worlds.

A world fixes what another draws: there a quantity has its fixed value, so that knowing it also
tells worlds apart (a log of a server that never faulted speaks against the worlds in which it did).
Where a world has no such quantity it tells nothing: its nights get the mean of the others. An
outage that a world does not have had the severity 0.

Rule of this file: from draws to columns; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.population.world import quantities
from sim.scenario.model import Scenario
from sim.scenario.quantities import INSTANT_KIND
from study.effects.features import Feature, describe, features
from study.effects.members import World
from study.patchwork import Patchwork
from study.sensitivity.value import Told

Array = NDArray[np.float64]


def told(
    nights: Sequence[tuple[World, Patchwork]], failed: Array, weights: Array, seed: int
) -> Told:
    """The members as :mod:`study.sensitivity.value` takes them.

    Parameters
    ----------
    nights : grouped by world.
    failed : shape (nights, policies).
    """
    worlds = {w.name: w for w, _ in nights}
    known: dict[str, Feature] = {}
    for world in worlds.values():
        known |= features(world.inputs.scenario)
    parts: dict[str, list[Array]] = {path: [] for path in known}
    for name, world in worlds.items():
        scenario = world.inputs.scenario
        its = [night.draws(seed) for w, night in nights if w.name == name]
        drawn = describe(scenario, world.inputs.region, its)
        for path, feature in known.items():
            values = drawn.get(path, np.full(len(its), _without_a_draw(scenario, path)))
            parts[path].append(feature.scale(values))
    columns = {path: _filled(np.concatenate(its)) for path, its in parts.items()}
    names = np.array([w.name for w, _ in nights])
    others = [names == name for name in list(worlds)[1:]]
    indicators = np.array(others, dtype=np.float64).reshape(len(others), len(nights)).T
    varying = {path: c for path, c in columns.items() if np.ptp(c) > 0}
    return Told(failed, weights, varying, indicators)


def _without_a_draw(scenario: Scenario, path: str) -> float:
    """The value of a quantity that a scenario does not draw; NaN if it has none."""
    found = quantities(scenario).get(path)
    if found is not None:
        start = scenario.start.timestamp() if found.kind is INSTANT_KIND else 0.0
        return found.ppf(0.5) - start
    return 0.0 if path.startswith("server.outages.") else float("nan")


def _filled(column: Array) -> Array:
    known = np.isfinite(column)
    return np.where(known, column, column[known].mean() if known.any() else 0.0)
