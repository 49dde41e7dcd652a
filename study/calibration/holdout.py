"""Kecamatan that are left out, predicted from the others, against two baselines that know no model.

* rate: one failure rate for all, p ~ Beta(1, 1) updated by the others, binomial;
* beta-binomial: a rate and an intra-class correlation, p ~ U(0, 1), icc by its prior, updated by
the
  others.

The mechanism must score better than both to have earned its keep. It learns from the other
kecamatan only what they have in common (theta, icc); of a kecamatan that is left out it knows the
number of stations, the blank spots, and the priors.

Rule of this file: arrays of one world or none; everything random is seeded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from study.calibration import account, betabinomial
from study.calibration.account import Reading
from study.calibration.betabinomial import ICC_GRID, log_pmf, smoothed
from study.calibration.posterior import Posterior, Prior, posterior
from study.calibration.predictive import LEVELS, crps, inside

Array = NDArray[np.float64]
_DRAWS: Final = 2000
_RATES: Final = (np.arange(200) + 0.5) / 200


def folds(size: int, count: int, seed: int) -> list[NDArray[np.intp]]:
    """Kecamatan in folds of (nearly) the same number, at random."""
    order = np.random.default_rng(seed).permutation(size)
    return [np.sort(part) for part in np.array_split(order, count) if len(part)]


def by_mechanism(
    sample: Prior,
    reading: Reading,
    logs: Array,
    parts: Sequence[NDArray[np.intp]],
    n: Array,
    seed: int,
) -> tuple[Array, Array]:
    """Draws of what is left out, shape (draws, kecamatan), and the log evidence of what is kept for
    each fold.

    Parameters
    ----------
    logs : log-likelihoods, shape (R, icc, kecamatan).
    """
    size = logs.shape[2]
    drawn = np.empty((_DRAWS, size))
    evidence = np.empty(len(parts))
    able = sample.able()
    rng = np.random.default_rng(seed)
    for f, part in enumerate(parts):
        kept = np.setdiff1d(np.arange(size), part)
        found = posterior(logs[:, :, kept])
        evidence[f] = found.log_evidence
        theta, icc = pick(found, _DRAWS, rng)
        for d in part:
            m = rng.integers(0, len(sample.locals), _DRAWS)
            away = account.taken(
                reading, sample.local.pace[m, d], able[d, theta, m], sample.local.untried[m, d]
            )
            t = sample.t[d, theta, m].astype(np.float64)
            share = account.outcome(sample.emulator, t, away, rng.standard_normal(_DRAWS))
            p = smoothed(share * n[d], n[d])
            drawn[:, d] = betabinomial.draw(rng, np.full(_DRAWS, n[d]), p, ICC_GRID[icc])
    return drawn, evidence


def pick(
    found: Posterior, count: int, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Thetas and points of icc drawn from a posterior."""
    flat = rng.choice(found.weights.size, count, p=found.weights.ravel())
    theta, icc = np.unravel_index(flat, found.weights.shape)
    return theta, icc


def by_rate(y: Array, n: Array, parts: Sequence[NDArray[np.intp]], seed: int) -> Array:
    """Draws of the baseline with one rate."""
    drawn = np.empty((_DRAWS, len(y)))
    rng = np.random.default_rng(seed)
    for part in parts:
        kept = np.setdiff1d(np.arange(len(y)), part)
        failed = y[kept].sum()
        p = rng.beta(1.0 + failed, 1.0 + n[kept].sum() - failed, _DRAWS)
        for d in part:
            drawn[:, d] = rng.binomial(int(n[d]), p)
    return drawn


def by_beta_binomial(y: Array, n: Array, parts: Sequence[NDArray[np.intp]], seed: int) -> Array:
    """Draws of the baseline with a rate and an intra-class correlation."""
    drawn = np.empty((_DRAWS, len(y)))
    rng = np.random.default_rng(seed)
    logs = log_pmf(y, n, _RATES[:, None, None], ICC_GRID[None, :, None])
    for part in parts:
        kept = np.setdiff1d(np.arange(len(y)), part)
        joint = logs[:, :, kept].sum(axis=2)
        weights = np.exp(joint - logsumexp(joint)).ravel()
        flat = rng.choice(len(weights), _DRAWS, p=weights / weights.sum())
        rate, icc = np.unravel_index(flat, joint.shape)
        for d in part:
            drawn[:, d] = betabinomial.draw(rng, np.full(_DRAWS, n[d]), _RATES[rate], ICC_GRID[icc])
    return drawn


def score(drawn: Array, y: Array) -> dict[str, Any]:
    """Mean CRPS in stations, and how many of the kecamatan lie inside the intervals."""
    each = [crps(drawn[:, d], float(y[d])) for d in range(len(y))]
    within = [inside(drawn[:, d], float(y[d])) for d in range(len(y))]
    return {
        "crps": float(np.mean(each)),
        "each": each,
        "of": len(y),
        **{f"{100 * lv:.0f}": sum(w[f"{100 * lv:.0f}"] for w in within) for lv in LEVELS},
        "median": [float(x) for x in np.median(drawn, axis=0)],
    }
