"""Screening, Sobol' indices and the split of the variance, from nights that differ in one thing.

With f(a) an output of night a, f(ab_i) the same with factor i of night b:

* screening: mu* = mean |f(ab_i) - f(a)|, the mean absolute elementary effect (Morris 1991; mu* of
  Campolongo, Cariboni and Saltelli 2007) in the output's unit. A factor is redrawn by its own law,
  so the step is the law's own width and is not divided by.
* Sobol' indices: first order, the share of the variance that the factor explains by itself; total,
  the share that is left when only it is unknown (Saltelli et al. 2010, by SciPy's
  ``stats.sobol_indices``). Outputs are taken around their world's mean: the indices are of the
  variance within worlds.
* split (law of total variance): chance = mean (f(a) - f(a with another chance))^2 / 2, the expected
  variance of nights with the same quantities; worlds = variance of the worlds' means; quantities =
  the rest.

Rule of this file: pure functions of arrays; what is random (the bootstrap) is seeded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from SALib.analyze import sobol as salib

from study.effects.statistics import interval

Array = NDArray[np.float64]
_RESAMPLES: Final = 500


def screening(a: Array, steps: Mapping[str, Array]) -> dict[str, dict[str, float]]:
    """mu* with its standard error, and sigma, the effects' standard deviation.

    Parameters
    ----------
    a, steps : outputs of the nights and of their neighbours, shape (trajectories,); a neighbour is
        the night itself in a world that does not have the factor.
    """
    found = {}
    for name, step in steps.items():
        effect = step - a
        size = np.abs(effect)
        found[name] = {
            "mu_star": float(size.mean()),
            "error": float(size.std(ddof=1) / np.sqrt(len(a))) if len(a) > 1 else 0.0,
            "sigma": float(effect.std(ddof=1)) if len(a) > 1 else 0.0,
        }
    return found


def sobol(
    a: Array, b: Array, steps: Mapping[str, Array], worlds: Sequence[str], seed: int
) -> dict[str, dict[str, dict[str, float]]]:
    """First-order and total indices with 95% bootstrap intervals.

    Parameters
    ----------
    a, b, steps : outputs, shape (pairs,); a power of two of pairs.
    worlds : the world of each pair.
    """
    f_a, f_b, *f_ab = _centred([a, b, *steps.values()], worlds)
    if np.var([f_a, f_b]) == 0.0:
        nothing = {"mean": 0.0, "low": 0.0, "high": 0.0}
        return {name: {"first": nothing, "total": nothing} for name in steps}
    # SALib's order: of each pair a, a with each factor of b, b; bounds are of no use to it here
    problem = {"num_vars": len(steps), "names": list(steps), "bounds": [[0.0, 1.0]] * len(steps)}
    found = salib.analyze(
        problem,
        np.stack([f_a, *f_ab, f_b], axis=1).ravel(),
        calc_second_order=False,
        num_resamples=_RESAMPLES,
        keep_resamples=True,
        seed=seed,
    )
    return {
        name: {
            "first": interval(found["S1"][i], found["S1_conf_all"][:, i]),
            "total": interval(found["ST"][i], found["ST_conf_all"][:, i]),
        }
        for i, name in enumerate(steps)
    }


def _centred(outputs: Sequence[Array], worlds: Sequence[str]) -> list[Array]:
    """Each output less the mean of its world (of a and b, which come first)."""
    names = np.array(worlds)
    means = np.zeros(len(names))
    for world in dict.fromkeys(worlds):
        here = names == world
        means[here] = np.mean([outputs[0][here], outputs[1][here]])
    return [np.asarray(o - means) for o in outputs]


def split(
    a: Array, b: Array, chance: Array, worlds: Sequence[str], seed: int
) -> dict[str, dict[str, float]]:
    """Shares of the variance: quantities, chance, worlds; and the variance itself."""
    rng = np.random.default_rng(seed)
    parts = _parts(a, b, chance, np.array(worlds))
    picks = rng.integers(0, len(a), (_RESAMPLES, len(a)))
    boots = np.array([_parts(a[p], b[p], chance[p], np.array(worlds)[p]) for p in picks])
    names = ("quantities", "chance", "worlds")
    shares = {n: interval(parts[i], boots[:, i]) for i, n in enumerate(names)}
    return shares | {"variance": interval(parts[3], boots[:, 3])}


def _parts(a: Array, b: Array, chance: Array, worlds: Any) -> Array:
    f_a, f_b, f_c = _centred([a, b, chance], list(worlds))
    within = float(np.mean([f_a**2, f_b**2]))
    total = float(np.var([a, b]))
    by_chance = min(float(np.mean((f_a - f_c) ** 2) / 2), within)
    if total <= 0.0:
        return np.zeros(4)
    shares = np.array([within - by_chance, by_chance, max(total - within, 0.0)]) / total
    return np.append(shares, total)
