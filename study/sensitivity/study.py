"""The course of a sensitivity study: screening, then indices of what matters, then the worth of
measurements.

Rule of this file: from an ensemble to plain data; the arithmetic is in its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from study.nights import Variant
from study.patchwork import Patchwork
from study.sensitivity import indices, value
from study.sensitivity.design import CHANCE, Pair, choose_pairs, factors
from study.sensitivity.nights import Shelf, Wanted
from study.sensitivity.told import told

Array = NDArray[np.float64]
OUTPUTS: Final = ("failed", "t90")
"""Stations not sent at the snapshot, and seconds until 90% had arrived (the whole horizon where
they had not)."""

Fill = Callable[[str, Sequence[Wanted]], None]
"""Simulates nights that are not kept yet; the text says for what."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is simulated.

    Attributes
    ----------
    trajectories : nights that screening starts from; each factor is changed in each of them.
    pairs : pairs of nights for the indices, a power of two; policies are chosen in all of them.
    top : how many factors get indices, the most influential first; chance always does.
    """

    trajectories: int = 20
    pairs: int = 64
    top: int = 6


def study(shelf: Shelf, variants: Sequence[Variant], effort: Effort, fill: Fill) -> dict[str, Any]:
    """What stations not sent and t90 depend on, and what measurements are worth.

    Parameters
    ----------
    variants : policies: the first one's outputs are explained, all are chosen among.

    Returns
    -------
    Plain data: the contents of ``sensitivity.json``.
    """
    ensemble = shelf.ensemble
    pairs = choose_pairs(ensemble, max(effort.pairs, effort.trajectories))
    screened = _screen(shelf, pairs[: effort.trajectories], variants[0], fill)
    by_size = sorted(screened, key=lambda n: -screened[n]["failed"]["mu_star"])
    top = [n for n in by_size if n != CHANCE][: effort.top]
    pairs = pairs[: effort.pairs]
    outputs = _explain(shelf, pairs, variants[0], top, fill)
    return {
        "variants": [str(v) for v in variants],
        "calibrated": ensemble.calibrated,
        "seed": ensemble.seed,
        "worlds": [
            {
                "world": w.name,
                "weight": w.weight,
                "members": len(w.nights),
                "pairs": sum(p.world.name == w.name for p in pairs),
            }
            for w in ensemble.worlds
        ],
        "trajectories": effort.trajectories,
        "pairs": len(pairs),
        "screening": screened,
        "top": top,
        "outputs": outputs,
        "value": _worth(shelf, pairs, variants, fill),
    }


def _step(pair: Pair, name: str) -> Patchwork:
    """Night a with a factor of b; a itself in a world that does not draw the factor."""
    known = factors(pair.world.inputs.scenario)
    return known[name].changed(pair.a, pair.b) if name in known else pair.a


def _screen(
    shelf: Shelf, pairs: Sequence[Pair], variant: Variant, fill: Fill
) -> dict[str, dict[str, dict[str, float]]]:
    names = list(dict.fromkeys(n for p in pairs for n in factors(p.world.inputs.scenario)))
    base = [Wanted(p.world, p.a, variant) for p in pairs]
    steps = {n: [Wanted(p.world, _step(p, n), variant) for p in pairs] for n in names}
    fill("screening", [*base, *(w for its in steps.values() for w in its)])
    found: dict[str, dict[str, dict[str, float]]] = {n: {} for n in names}
    for output in OUTPUTS:
        a = shelf.column(base, output)
        rows = indices.screening(a, {n: shelf.column(its, output) for n, its in steps.items()})
        for name, row in rows.items():
            found[name][output] = row
    return found


def _explain(
    shelf: Shelf, pairs: Sequence[Pair], variant: Variant, top: Sequence[str], fill: Fill
) -> dict[str, Any]:
    first = [Wanted(p.world, p.a, variant) for p in pairs]
    second = [Wanted(p.world, p.b, variant) for p in pairs]
    steps = {n: [Wanted(p.world, _step(p, n), variant) for p in pairs] for n in [*top, CHANCE]}
    news = [[Wanted(p.world, p.news[i], variant) for p in pairs] for i in range(3)]
    changes = [w for its in steps.values() for w in its]
    fill("indices", [*first, *second, *changes, *(w for its in news for w in its)])
    worlds = [p.world.name for p in pairs]
    seed = shelf.ensemble.seed
    found = {}
    for output in OUTPUTS:
        a, b = shelf.column(first, output), shelf.column(second, output)
        changed = {n: shelf.column(its, output) for n, its in steps.items()}
        one, two, again = (shelf.column(its, output) for its in news)
        found[output] = {
            "mean": float(np.mean([one, two])),
            "sobol": indices.sobol(a, b, changed, worlds, seed),
            "split": indices.split(one, two, again, worlds, seed),
        }
    found["t90"]["reached"] = shelf.reached([*news[0], *news[1]], "t90")
    return found


def _worth(
    shelf: Shelf, pairs: Sequence[Pair], variants: Sequence[Variant], fill: Fill
) -> dict[str, Any]:
    """Policies in both members of every pair; one that is in several pairs counts as often."""
    counts: dict[tuple[str, Patchwork], int] = {}
    worlds = {p.world.name: p.world for p in pairs}
    for pair in pairs:
        for night in pair.members:
            key = (pair.world.name, night)
            counts[key] = counts.get(key, 0) + 1
    nights = [(worlds[w], n) for w in worlds for its, n in counts if its == w]
    fill("policies", [Wanted(w, n, v) for w, n in nights for v in variants])
    failed = np.column_stack(
        [shelf.column([Wanted(w, n, v) for w, n in nights], "failed") for v in variants]
    )
    weights = np.array([counts[w.name, n] for w, n in nights], dtype=np.float64)
    its = told(nights, failed, weights / weights.sum(), shelf.ensemble.seed)
    means = its.weights @ failed
    return {
        "members": len(nights),
        "means": [float(m) for m in means],
        "choice": int(np.argmin(means)),
        "perfect": value.perfect(its),
        "rows": value.values(its, shelf.ensemble.seed),
    }
