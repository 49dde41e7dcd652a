"""Nights that differ from a night in one thing: the design behind screening and indices.

Draws are keyed, so one thing can be changed and all else kept to the last draw. A *factor* is an
uncertain quantity with all its draws of the night (every kecamatan's, every cell's): changing it
takes all of them from another night b, by the quantity's own law. The night's chance (breaks,
refusals, who has which radio) is a factor, too. From two nights a and b:

    a, b            two members of the ensemble
    a with i of b   the radial step of Campolongo, Saltelli and Cariboni (Computer Physics
                    Communications 182, 2011), and row A_B(i) of Saltelli et al. (2010)

So nothing is drawn that the scenario does not allow, and correlations within a kecamatan stay.

Indices need factors that are independent of each other, and the members of a calibrated ensemble
are not: the counts tie them together, and a night in which one is drawn again is further from the
counts than any member. There a and b are *loosened*: each factor is that of a member of its own,
and chance is new. Factors then have the members' laws one by one; the page says that their ties are
undone. Where ties matter (the split, the worth of measurements) the members themselves are used, in
the split with a chance that is new: the night to come has what was learned, not that night's luck.

Rule of this file: which nights; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
NEW_CHANCE: Final = 7_000_000
"""Replications from here on are no member's: the chance of nights that are still to come."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that can be taken from another night; of chance ``paths`` are all that stay."""

    name: str
    paths: tuple[str, ...]

    def changed(self, a: Patchwork, b: Patchwork) -> Patchwork:
        """Night a with this of night b."""
        if self.name == CHANCE:
            its = {path: a.quantities.get(path, a) for path in self.paths}
            return Patchwork(b.replication, b.places, its)
        its = {path: b.quantities.get(path, b) for path in self.paths}
        return Patchwork(a.replication, a.places, {**a.quantities, **its})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nights of one world, whose factors are independent.

    Attributes
    ----------
    members : two members of the ensemble; of a prior they are a and b themselves.
    news : two with the members' quantities and a chance of their own, and one with the first
        one's quantities and a third chance.
    """

    world: World
    a: Patchwork
    b: Patchwork
    members: tuple[Patchwork, Patchwork]
    news: tuple[Patchwork, Patchwork, Patchwork]


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
    left = {w.name: _members(w, int(np.sum(which == i)), order) for i, w in enumerate(worlds)}
    pairs = []
    for number, i in enumerate(which):
        members = left[worlds[i].name].pop()
        if ensemble.calibrated:
            pairs.append(_loosened(worlds[i], members, NEW_CHANCE + 3 * number, order))
        else:
            pairs.append(_as_they_are(worlds[i], members))
    return pairs


def _as_they_are(world: World, members: tuple[Patchwork, Patchwork]) -> Pair:
    a, b = members
    chance = factors(world.inputs.scenario)[CHANCE]
    return Pair(world, a, b, members, (a, b, chance.changed(a, b)))


def _loosened(
    world: World, members: tuple[Patchwork, Patchwork], first: int, rng: np.random.Generator
) -> Pair:
    known = factors(world.inputs.scenario)
    a, b = (_loose(world, known, first + i, rng) for i in range(2))
    one, two = members
    chance = known[CHANCE]
    new = [Patchwork(first + i) for i in range(3)]
    news = (
        chance.changed(one, new[0]), chance.changed(two, new[1]), chance.changed(one, new[2]),
    )  # fmt: skip
    return Pair(world, a, b, members, news)


def _loose(
    world: World, known: Mapping[str, Factor], replication: int, rng: np.random.Generator
) -> Patchwork:
    """A night with a chance of its own, and each factor that of a member by weight."""
    its: dict[str, Patchwork] = {}
    for factor in known.values():
        if factor.name != CHANCE:
            member = world.nights[int(rng.choice(len(world.nights), p=world.weights))]
            its |= dict.fromkeys(factor.paths, member)
    return Patchwork(replication, {}, its)


def _members(
    world: World, count: int, rng: np.random.Generator
) -> list[tuple[Patchwork, Patchwork]]:
    if count == 0:
        return []
    if len(world.nights) >= 2 * count and np.ptp(world.weights) == 0.0:
        picks = np.arange(2 * count)  # of a prior: every night once
        first, second = picks[:count], picks[count:]
    else:
        first = rng.permutation(systematic(world.weights, count, int(rng.integers(2**31))))
        second = np.array([_another(world.weights, int(i), rng) for i in first])
    return [(world.nights[i], world.nights[j]) for i, j in zip(first, second, strict=True)]


def _another(weights: np.ndarray, than: int, rng: np.random.Generator) -> int:
    p = weights.copy()
    p[than] = 0.0
    return int(rng.choice(len(p), p=p / p.sum()))


def distinct(nights: Sequence[Patchwork]) -> tuple[Patchwork, ...]:
    """Each night once, in order."""
    return tuple(dict.fromkeys(nights))
