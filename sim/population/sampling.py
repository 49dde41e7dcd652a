"""One night's values of the scenario's uncertain quantities, by keyed draws.

A quantity drawn per kecamatan has one value for all stations of a kecamatan, and so on: the key of
the draw is the key of the place that the scenario names.

Rule of this file: the only place where laws meet draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import code, uniform, uniforms
from sim.scenario.laws import Uncertain

Keys = Mapping[str, NDArray[np.uint64]]
"""For each scope (night, kecamatan, ...) the key that each of n entities has there, shape (n,)."""


def one(quantity: Uncertain[Any], name: str, keys: Mapping[str, int]) -> float:
    """One value; ``name`` is the quantity's path in the scenario, which keys the draw."""
    if quantity.fixed:
        return quantity.ppf(0.5)
    return quantity.ppf(uniform(keys[quantity.per], code(name)))


def many(quantity: Uncertain[Any], name: str, keys: Keys, n: int = 0) -> NDArray[np.float64]:
    """A value for each entity, shape (n,); ``n`` numbers photographs, where they differ."""
    at = keys[quantity.per]
    if quantity.fixed:
        return np.full(len(at), quantity.ppf(0.5))
    return quantity.ppfs(uniforms(at, code(name), n if quantity.per == "photo" else 0))
