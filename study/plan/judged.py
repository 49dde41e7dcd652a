"""What is known of a candidate: each objective's chance, its bounds, and what follows from them.

An objective is met in a night or not; how often it is met over the worlds' nights, by their
weights, is its chance. Each objective is judged by its own ``in_nights``; a candidate *meets* the
plan if every objective's lower bound reaches its share, is *short* if the upper bound of one does
not, and *undecided* in between. Bounds are Clopper and Pearson's (1934), with Kish's effective
number of nights (1965) where weights are uneven.

How the plan's error is spent. A wrong plan is sold if a candidate that does not meet an objective
is confirmed. The nights that proposed it count in its confirmation, so that every candidate that is
tried may be the lucky one: each may spend an equal part (Bonferroni), and all of that part on each
objective, because every one of them must pass (Berger 1982, intersection-union). A good plan is
missed if it is called short: it is looked at twice (by few nights, by all), each time by every
objective, so those share the error.

Rule of this file: pure functions of which nights met what; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from study.effects.members import World
from study.gate.bounds import of_chance
from study.objectives import reaches
from study.plan.declared import Names, PlanFile

Array = NDArray[np.float64]
Verdict = Literal["meets", "short", "undecided"]
_LOOKS: Final = 2  # at a candidate: by few nights and by all
_ROUNDING: Final = 1e-6  # of a number of nights


@dataclass(frozen=True, slots=True)
class Seen:
    """One world's nights under a candidate.

    Attributes
    ----------
    values : each objective's share in each night, shape (objectives, nights).
    met : whether it was met, the same shape.
    """

    world: World
    values: Array
    met: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate after its nights. Tuples have one value an objective.

    Attributes
    ----------
    cost : rupiah.
    chances : that each objective is met, over the worlds by their weights.
    lows, highs : their bounds, each at its part of the error.
    chance : that all are met in the same night.
    margin : of the objective that is furthest behind, its chance less the share that is asked.
    worlds : the chances in each world.
    shares : the mean of each objective's share of stations.
    nights : how many it was judged by.
    reachable : could all nights still confirm it, if those not seen yet all went well?
    """

    names: Names
    cost: float
    chances: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    chance: float
    margin: float
    worlds: dict[str, tuple[float, ...]]
    shares: tuple[float, ...]
    nights: int
    verdict: Verdict
    reachable: bool


def effective_nights(worlds: Sequence[World]) -> int:
    """How many nights of equal weight the worlds' members are worth (Kish 1965)."""
    sums = sum(float(np.sum((w.weight * w.weights) ** 2)) for w in worlds)
    return max(int(1.0 / sums + _ROUNDING), 1)


def lower(chance: float, nights: int, file: PlanFile) -> float:
    """The lower bound of a chance, at the part of the error of one candidate."""
    met = min(int(chance * nights + _ROUNDING), nights)
    return of_chance(met, nights, file.error / file.candidates)[0]


def upper(chance: float, nights: int, file: PlanFile) -> float:
    """The upper bound of a chance, at the part of the error of one look by one objective."""
    met = min(ceil(chance * nights - _ROUNDING), nights)
    return of_chance(max(met, 0), nights, file.error / (_LOOKS * len(file.objectives)))[1]


def nights_needed(file: PlanFile) -> int:
    """The least number of effective nights that can confirm a candidate that meets all in all."""
    asked = max(o.in_nights for o in file.objectives)
    return ceil(log(file.error / file.candidates) / log(asked) - _ROUNDING)


def judge(
    file: PlanFile, names: Names, seen: Sequence[Seen], ensemble: Sequence[World], final: bool
) -> Judged:
    """Judge a candidate.

    Parameters
    ----------
    seen : its nights, of every world.
    ensemble : the worlds with all their members, of which ``seen`` may have a part.
    final : are these all the nights that there are? Only those confirm.
    """
    asked = tuple(o.in_nights for o in file.objectives)
    worlds = {s.world.name: tuple(map(float, s.met @ s.world.weights)) for s in seen}
    chances = _mean(seen, [s.met @ s.world.weights for s in seen])
    joint = sum(s.world.weight * float(s.met.all(axis=0) @ s.world.weights) for s in seen)
    effective = effective_nights([s.world for s in seen])
    lows = tuple(lower(c, effective, file) for c in chances)
    highs = tuple(upper(c, effective, file) for c in chances)
    verdict: Verdict = "undecided"
    if not reaches(highs, asked).all():
        verdict = "short"
    elif final and reaches(lows, asked).all():
        verdict = "meets"
    best = [lower(c, effective_nights(ensemble), file) for c in _at_best(seen, ensemble)]
    return Judged(
        names, file.cost(names), chances, lows, highs, float(joint),
        min(c - a for c, a in zip(chances, asked, strict=True)), worlds,
        _mean(seen, [s.values @ s.world.weights for s in seen]),
        sum(len(s.world.nights) for s in seen), verdict,
        verdict != "short" and bool(reaches(best, asked).all()),
    )  # fmt: skip


def _mean(seen: Sequence[Seen], of_worlds: Sequence[Array]) -> tuple[float, ...]:
    """Over the worlds, by their weights."""
    weights = np.array([s.world.weight for s in seen])
    return tuple(map(float, weights @ np.array(of_worlds)))


def _at_best(seen: Sequence[Seen], ensemble: Sequence[World]) -> list[float]:
    """Each objective's chance over all members, if it were met in all that are not seen yet."""
    missed = np.zeros(len(seen[0].met))
    for its, world in zip(seen, ensemble, strict=True):
        weights = dict(zip(world.nights, world.weights, strict=True))
        of_seen = np.array([weights[night] for night in its.world.nights])
        missed += world.weight * ((~its.met) @ of_seen)
    return [float(1.0 - m) for m in missed]


def front(tried: Sequence[Judged]) -> list[Judged]:
    """Those that no other beats in cost and in the chance of meeting all in one night."""
    kept: list[Judged] = []
    for candidate in sorted(tried, key=lambda j: (j.cost, -j.chance)):
        if not kept or candidate.chance > kept[-1].chance:
            kept.append(candidate)
    return kept
