"""Nights that differ from a night in one thing: the design behind screening and indices.

Draws are keyed, so one thing can be changed and all else kept to the last draw. A *factor* is an
uncertain quantity with all its draws of the night (every kecamatan's, every cell's): changing it
takes all of them from another night b, by the quantity's own law. The night's chance (breaks,
refusals, who has which radio) is a factor, too. From two nights a and b:

    a, b            two members of the ensemble
    a with i of b   the radial step of Campolongo, Saltelli and Cariboni (Computer Physics
                    Communications 182, 2011), and row A_B(i) of Saltelli et al. (2010)

So nothing is drawn that the scenario does not allow, and correlations within a kecamatan stay. In a
calibrated ensemble a and b are members of the same world: factors have the members' laws one by
one; what the counts tie together is untied in "a with i of b", which the page says.

Rule of this file: which nights; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.scenario.model import Scenario
from study.effects.features import uncertain
from study.effects.members import Ensemble, World, systematic
from study.patchwork import Patchwork

CHANCE: Final = "chance"
STATIONS: Final = "stations"
"""All quantities that are drawn per station or photograph: one factor, each law's own scatter."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that can be taken from another night; of chance ``paths`` are all that stay."""

    name: str
    paths: tuple[str, ...]

    def changed(self, a: Patchwork, b: Patchwork) -> Patchwork:
        """Night a with this of night b."""
        if self.name == CHANCE:
            return Patchwork(b.replication, b.places, dict.fromkeys(self.paths, a))
        return Patchwork(a.replication, a.places, dict.fromkeys(self.paths, b))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nights of one world."""

    world: World
    a: Patchwork
    b: Patchwork


def factors(scenario: Scenario) -> dict[str, Factor]:
    """The factors of a scenario, by name; chance is the last."""
    drawn = uncertain(scenario)
    own = [p for p, q in drawn.items() if q.per not in ("station", "photo")]
    rest = tuple(p for p, q in drawn.items() if q.per in ("station", "photo"))
    found = {path: Factor(path, (path,)) for path in own}
    if rest:
        found[STATIONS] = Factor(STATIONS, rest)
    found[CHANCE] = Factor(CHANCE, tuple(drawn))
    return found


def choose_pairs(ensemble: Ensemble, count: int) -> list[Pair]:
    """Pairs of different members of one world, worlds and members as often as they weigh; in an
    order in which any beginning has about the same mixture of worlds."""
    worlds = [w for w in ensemble.worlds if len(w.nights) > 1]
    shares = np.array([w.weight for w in worlds])
    order = np.random.default_rng(ensemble.seed)
    which = order.permutation(systematic(shares / shares.sum(), count, ensemble.seed))
    left = {w.name: _pairs_of(w, int(np.sum(which == i)), order) for i, w in enumerate(worlds)}
    return [left[worlds[i].name].pop() for i in which]


def _pairs_of(world: World, count: int, rng: np.random.Generator) -> list[Pair]:
    if count == 0:
        return []
    if len(world.nights) >= 2 * count and np.ptp(world.weights) == 0.0:
        picks = np.arange(2 * count)  # of a prior: every night once
        first, second = picks[:count], picks[count:]
    else:
        first = rng.permutation(systematic(world.weights, count, int(rng.integers(2**31))))
        second = np.array([_another(world.weights, int(i), rng) for i in first])
    return [
        Pair(world, world.nights[i], world.nights[j]) for i, j in zip(first, second, strict=True)
    ]


def _another(weights: np.ndarray, than: int, rng: np.random.Generator) -> int:
    p = weights.copy()
    p[than] = 0.0
    return int(rng.choice(len(p), p=p / p.sum()))


def distinct(nights: Sequence[Patchwork]) -> tuple[Patchwork, ...]:
    """Each night once, in order."""
    return tuple(dict.fromkeys(nights))
