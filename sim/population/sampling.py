"""One night's values of the scenario's uncertain quantities, by keyed draws.

A quantity drawn per kecamatan has one value for all stations of a kecamatan, and so on: the key of
the draw is the key of the place that the scenario names.

Rule of this file: the only place where laws meet draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sim.draws import Draws, code, uniform, uniforms
from sim.scenario.laws import Uncertain

Scopes = Mapping[str, NDArray[np.uint64]]
"""For each scope (night, kecamatan, ...) the key that each of n entities has there, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of n entities: tonight's, and those of quantities whose draws are another night's."""

    tonight: Scopes
    others: Mapping[str, Scopes]

    @classmethod
    def of(cls, draws: Draws, scopes: Callable[[Draws], Scopes]) -> Self:
        """Keys from draws; ``scopes`` makes those of one night."""
        made = {id(other): scopes(other) for other in draws.quantities.values()}
        return cls(scopes(draws), {q: made[id(d)] for q, d in draws.quantities.items()})

    def at(self, quantity: Uncertain[Any], name: str) -> NDArray[np.uint64]:
        """The keys that a quantity is drawn with; ``name`` is its path in the scenario."""
        return self.others.get(name, self.tonight)[quantity.per]


def one(quantity: Uncertain[Any], name: str, draws: Draws) -> float:
    """The value of the night; ``name`` is the quantity's path, which keys the draw."""
    if quantity.fixed:
        return quantity.ppf(0.5)
    return quantity.ppf(uniform(draws.quantities.get(name, draws).key("night"), code(name)))


def many(quantity: Uncertain[Any], name: str, keys: Keys, n: int = 0) -> NDArray[np.float64]:
    """A value for each entity, shape (n,); ``n`` numbers photographs, where they differ."""
    at = keys.at(quantity, name)
    if quantity.fixed:
        return np.full(len(at), quantity.ppf(0.5))
    return quantity.ppfs(uniforms(at, code(name), n if quantity.per == "photo" else 0))
