"""From a posterior to whole nights: candidates, a choice per kecamatan, and the nights again.

A member is a night put together from draws that agree with the counts: the theta of one replication
and, in every kecamatan, the local draws of another. The emulator proposes; simulated nights decide:

1. Thetas (with a point of icc each) are drawn from the posterior, systematically.
2. For each of them J candidate nights are simulated; every kecamatan's local draws come from the
   posterior that the emulator gives.
3. In every kecamatan one of the J is drawn by importance, w = BetaBinomial(y | simulated) / G,
which
   takes the emulator's error out. The product over kecamatan of the mean w corrects the theta's own
   weight, and the mean of these corrects the evidence of the world (random-weight importance
   sampling: Fearnhead et al., Journal of the Royal Statistical Society B 72, 2010).
4. The chosen draws are run again as whole nights. As kecamatan share only the server, whose load
the
   nation makes, each should come out as in the candidate: the difference is reported.

Rule of this file: which nights to simulate, and what weights they get; no simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from study.calibration.account import Tables
from study.calibration.betabinomial import ICC_GRID, log_pmf, smoothed
from study.calibration.posterior import Posterior, Prior, local_weights

Array = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Candidates of the members.

    Attributes
    ----------
    theta, icc : row of the theta and point of icc of each member, shape (members,).
    locals : rows of the local draws, shape (members, candidates, kecamatan).
    log_g : log G of each, of the same shape.
    """

    theta: Whole
    icc: Whole
    locals: Whole
    log_g: Array

    def nights(self, sample: Prior) -> list[tuple[int, tuple[int, ...]]]:
        """The nights to simulate: replication and places, member by member."""
        return [
            (sample.nights[t], tuple(sample.locals[m] for m in row))
            for t, block in zip(self.theta, self.locals, strict=True)
            for row in block
        ]


def propose(
    sample: Prior,
    places: NDArray[np.uint16],
    tables: Tables,
    found: Posterior,
    members: int,
    candidates: int,
    rng: np.random.Generator,
) -> Proposal:
    """Candidates for the members of a world."""
    flat = found.weights.ravel()
    chosen = systematic(flat, members, rng)
    theta, icc = np.unravel_index(chosen, found.weights.shape)
    size = len(places)
    locals_ = np.empty((members, candidates, size), dtype=np.intp)
    log_g = np.empty((members, candidates, size))
    for i, (t, k) in enumerate(zip(theta, icc, strict=True)):
        weights = local_weights(places, tables, int(t), int(k))
        for d in range(size):
            picks = rng.permutation(systematic(weights[d], candidates, rng))
            locals_[i, :, d] = picks
            log_g[i, :, d] = np.log(tables.likelihood[k, d][places[d, t, picks]])
    return Proposal(theta, icc, locals_, log_g)


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a world.

    Attributes
    ----------
    theta, icc : as in the proposal, once for every run of a member, shape (runs,).
    locals : rows of the local draws chosen, shape (runs, kecamatan).
    failed : what had failed in the candidate that they are from, shape (runs, kecamatan).
    weights : adding up to 1, shape (runs,).
    log_correction : of the world's evidence; ``error`` is its standard error (bootstrap).
    effective : effective number of members.
    """

    theta: Whole
    icc: Whole
    locals: Whole
    failed: Array
    weights: Array
    log_correction: float
    error: float
    effective: float

    def nights(self, sample: Prior) -> list[tuple[int, tuple[int, ...]]]:
        """The whole nights: replication and places."""
        return [
            (sample.nights[t], tuple(sample.locals[m] for m in row))
            for t, row in zip(self.theta, self.locals, strict=True)
        ]


def choose(
    proposal: Proposal,
    simulated: Array,
    counts: tuple[Array, Array],
    runs: int,
    rng: np.random.Generator,
) -> Members:
    """Choose a candidate in every kecamatan.

    Parameters
    ----------
    simulated : what had failed in the candidates, shape (members, candidates, kecamatan).
    counts : y of n.
    runs : how often a choice is drawn for each member.
    """
    y, n = counts
    icc = ICC_GRID[proposal.icc][:, None, None]
    log_w = log_pmf(y, n, smoothed(simulated, n), icc) - proposal.log_g
    top = log_w.max(axis=1, keepdims=True)
    share = np.exp(log_w - top)
    log_c = (np.log(share.mean(axis=1)) + top[:, 0]).sum(axis=1)  # per member
    members, _, size = proposal.locals.shape
    locals_ = np.empty((members * runs, size), dtype=np.intp)
    failed = np.empty((members * runs, size))
    for i in range(members):
        for run in range(runs):
            for d in range(size):
                p = share[i, :, d] / share[i, :, d].sum()
                j = int(rng.choice(len(p), p=p))
                locals_[i * runs + run, d] = proposal.locals[i, j, d]
                failed[i * runs + run, d] = simulated[i, j, d]
    weights = np.exp(log_c - logsumexp(log_c))
    picks = rng.integers(0, members, (400, members))
    spread = logsumexp(log_c[picks], axis=1) - np.log(members)
    return Members(
        np.repeat(proposal.theta, runs),
        np.repeat(proposal.icc, runs),
        locals_,
        failed,
        np.repeat(weights, runs) / runs,
        float(logsumexp(log_c) - np.log(members)),
        float(spread.std()),
        float(1.0 / np.sum(weights**2)),
    )


def systematic(weights: Array, count: int, rng: np.random.Generator) -> Whole:
    """Systematic resampling (Kitagawa 1996): indices, each as often as its weight says."""
    steps = (np.arange(count) + rng.uniform()) / count
    cumulated = np.cumsum(weights)
    found = np.searchsorted(cumulated / cumulated[-1], steps)
    return np.minimum(found, len(weights) - 1)


def coupling(first: Array, again: Array) -> dict[str, float]:
    """How far kecamatan came out differently when they were run together with others.

    Parameters
    ----------
    first, again : failures in the candidates and in the whole nights, shape (runs, kecamatan).
    """
    apart = np.abs(first - again)
    return {
        "same": float(np.mean(apart < 0.5)),
        "mean": float(apart.mean()),
        "largest": float(apart.max()),
    }


def mixed(weights: Sequence[float], errors: Sequence[float]) -> list[float]:
    """Standard errors of normalised weights from the errors of their logarithms (delta method)."""
    w, e = np.array(weights), np.array(errors)
    return [float(x) for x in w * np.sqrt((1 - w) ** 2 * e**2 + (w**2 * e**2).sum() - w**2 * e**2)]
