"""Simulation-based calibration: are parameters that were drawn from the prior recovered?

A night is simulated from the prior, counts are drawn around it as the model says (beta-binomial,
icc from its prior), and the procedure is asked what it thinks of the parameters. The rank of the
truth in the posterior is uniform if, and only if, the procedure is right on average (Cook, Gelman
and Rubin 2006; Talts et al., arXiv 1804.06788, 2018): too many ranks in the middle say that it is
too unsure, too many at the ends that it is too sure.

Here the posterior is a weighted sample, so the rank is the weight below the truth.

Rule of this file: one world; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.population.region import Region
from sim.scenario.model import Scenario
from study.calibration import account, betabinomial, features
from study.calibration.account import Reading
from study.calibration.betabinomial import ICC_GRID, smoothed
from study.calibration.holdout import pick
from study.calibration.knowledge import Known
from study.calibration.posterior import local_weights, log_likelihoods, posterior

Array = NDArray[np.float64]
ICC: Final = "icc"
_DRAWS: Final = 60


def ranks(
    scenario: Scenario,
    region: Region,
    known: Known,
    truths: Sequence[int],
    failed: Array,
    reading: Reading,
    seed: int,
) -> dict[str, Array]:
    """Ranks of the truth, in (0, 1): of the night's quantities, of icc, and of what kecamatan drew
    (all kecamatan of all truths together).

    Parameters
    ----------
    truths : replications of nights that the emulator has not seen.
    failed : what had failed in them, shape (truths, kecamatan).
    """
    rng = np.random.default_rng([seed, 4])
    its = features.names(scenario)
    theta = features.theta(scenario, seed, truths)
    local = features.local(scenario, region, seed, truths)
    sample = known.sample
    places = sample.places(reading)
    found: dict[str, list[float]] = {n: [] for n in (*its.night, ICC, *its.kecamatan)}
    for i, its_failed in enumerate(failed):
        icc = int(rng.integers(len(ICC_GRID)))
        y = betabinomial.draw(rng, known.n, smoothed(its_failed, known.n), ICC_GRID[[icc]])
        tables = account.tables(sample.emulator, y, known.n)
        post = posterior(log_likelihoods(places, tables))
        of_theta = post.weights.sum(axis=1)
        for j, path in enumerate(its.night):
            found[path].append(float(of_theta[sample.theta[:, j] < theta[i, j]].sum()))
        of_icc = post.weights.sum(axis=0)  # a discrete truth: its own weight counts in part
        found[ICC].append(float(of_icc[:icc].sum() + rng.uniform() * of_icc[icc]))
        is_below = sample.local.scores < local.scores[i]  # locals, kecamatan, quantities
        below = np.zeros(is_below.shape[1:])
        for t, k in zip(*pick(post, _DRAWS, rng), strict=True):
            weights = local_weights(places, tables, int(t), int(k))
            below += np.einsum("dm,mdq->dq", weights, is_below) / _DRAWS
        for j, path in enumerate(its.kecamatan):
            found[path] += below[:, j].tolist()
    return {name: np.array(values) for name, values in found.items()}
