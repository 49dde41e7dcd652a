"""Which nights and which kecamatan's draws agree with the counts.

Given a night's theta the kecamatan are independent, so the likelihood of theta is a product over
kecamatan of a mean over their local draws (M of them, the same for every theta)::

    L(theta, icc) = prod_d 1/M sum_m G_d[icc](t(theta, local_dm), taken_dm)

History matching comes first (Craig et al. 1997; Vernon, Goldstein and Bower, Bayesian Analysis 5,
2010): a theta is implausible where a figure is further from its expectation than ``cut`` standard
deviations of all that is allowed for. The total is one figure, the kecamatan are the others, of
which the worst but one is taken, as one of twenty is far out more often than one alone::

    I = |z - E f| / sqrt(V_chance + V_emulator + V_observation + V_discrepancy)

What is implausible has no weight; the evidence of the world is the mean of L over the prior::

    Z = 1/(R K) sum over R thetas and K points of icc of L

Rule of this file: arrays of one world; the same prior sample serves every target, so a hold-out, a
known truth and another reading cost no night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from sim.population.region import Region
from sim.scenario.model import Scenario
from study.calibration import account, features
from study.calibration.account import Reading, Tables
from study.calibration.betabinomial import ICC_GRID
from study.calibration.declared import Discrepancy
from study.calibration.emulator import Emulator

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prior:
    """A prior sample of one world with what the emulator says of it.

    Attributes
    ----------
    nights, locals : replications of the thetas (R) and of the local draws (M).
    theta : scores, shape (R, T).
    local : what the kecamatan drew, M rows.
    t : the emulator's prediction, shape (kecamatan, R, M).
    """

    emulator: Emulator
    nights: Sequence[int]
    locals: Sequence[int]
    theta: Array
    cannot_use: Array | None
    local: features.Local
    t: NDArray[np.float32]

    def able(self) -> NDArray[np.bool_]:
        """Can the office use Sirekap, shape (kecamatan, R, M)?"""
        offices = self.local.office.T[:, None, :]
        if self.cannot_use is None:
            can = self.local.able(None).T[:, None, :]
            return np.broadcast_to(can, self.t.shape)
        return np.asarray(offices >= self.cannot_use[None, :, None])

    def places(self, reading: Reading) -> NDArray[np.uint16]:
        """Places in the tables, shape (kecamatan, R, M)."""
        able = self.able()
        found = np.empty(self.t.shape, dtype=np.uint16)
        for d in range(len(found)):
            pace, untried = self.local.pace[None, :, d], self.local.untried[None, :, d]
            away = account.taken(reading, pace, able[d], untried)
            found[d] = account.places(self.t[d].astype(np.float64), away)
        return found


def prior(
    scenario: Scenario,
    region: Region,
    emulator: Emulator,
    seed: int,
    nights: Sequence[int],
    locals_: Sequence[int],
) -> Prior:
    """A prior sample of a world."""
    theta = features.theta(scenario, seed, nights)
    local = features.local(scenario, region, seed, locals_)
    rows = local.evening.reshape(len(locals_) * len(region.kecamatan), -1)
    predicted = emulator.predict(theta, rows).reshape(len(theta), len(locals_), -1)
    t = predicted.transpose(2, 0, 1).astype(np.float32, order="C")
    their = features.cannot_use(scenario, seed, nights)
    return Prior(emulator, nights, locals_, theta, their, local, t)


@dataclass(frozen=True, slots=True)
class Implausibility:
    """Of every theta: of the total, and of the worst kecamatan but one."""

    total: Array
    kecamatan: Array

    def plausible(self, cut: float) -> NDArray[np.bool_]:
        """Which thetas are not ruled out."""
        return np.asarray((self.total <= cut) & (self.kecamatan <= cut))


def implausibility(
    sample: Prior,
    places: NDArray[np.uint16],
    tables: Tables,
    counts: tuple[Array, Array],
    allowed: Discrepancy,
) -> Implausibility:
    """How far the counts (y of n) are from what each theta expects."""
    y, n = counts
    expected = np.stack([tables.mean[p].mean(axis=1) for p in places], axis=1)
    square = np.stack([tables.square[p].mean(axis=1) for p in places], axis=1)
    chance = np.maximum(square - expected**2, 0.0)  # the emulator's error and the draws together
    total = n.sum()
    between = (sample.emulator.validation.night_rmse * total) ** 2
    spread = chance @ n**2 + between + (allowed.total * total) ** 2
    of_total = np.abs(y.sum() - expected @ n) / np.sqrt(spread)
    observed = (allowed.stations * y / n) ** 2
    each = np.abs(y / n - expected) / np.sqrt(chance + observed + allowed.kecamatan**2)
    worst = np.sort(each, axis=1)[:, -2] if each.shape[1] > 1 else each[:, 0]
    return Implausibility(of_total, worst)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Weights of thetas and points of icc, shape (R, icc), adding up to 1.

    Attributes
    ----------
    log_evidence : logarithm of Z; minus infinity if nothing agrees.
    effective : effective number of thetas (Kong 1992).
    """

    weights: Array
    log_evidence: float
    effective: float


def log_likelihoods(places: NDArray[np.uint16], tables: Tables) -> Array:
    """log L of each theta, point of icc and kecamatan, shape (R, icc, kecamatan)."""
    size, nights, _ = places.shape
    found = np.empty((nights, len(ICC_GRID), size))
    for d in range(size):
        for i in range(len(ICC_GRID)):
            found[:, i, d] = tables.likelihood[i, d].take(places[d]).mean(axis=1)
    return np.log(np.maximum(found, 1e-300))


def posterior(logs: Array, plausible: NDArray[np.bool_] | None = None) -> Posterior:
    """Weigh thetas.

    Parameters
    ----------
    logs : of the kecamatan that count, shape (R, icc, kecamatan).
    plausible : thetas that are not ruled out; None: all.
    """
    joint = logs.sum(axis=2)
    if plausible is not None:
        joint = np.where(plausible[:, None], joint, -np.inf)
    top = joint.max()
    if not np.isfinite(top):
        return Posterior(np.zeros_like(joint), -np.inf, 0.0)
    weights = np.exp(joint - top)
    weights /= weights.sum()
    of_theta = weights.sum(axis=1)
    evidence = float(logsumexp(joint) - np.log(joint.size))
    return Posterior(weights, evidence, float(1.0 / np.sum(of_theta**2)))


def local_weights(places: NDArray[np.uint16], tables: Tables, theta: int, icc: int) -> Array:
    """Of a theta and a point of icc, the weights of the local draws, shape (kecamatan, M)."""
    grid = np.arange(len(places))
    values = tables.likelihood[icc][grid[:, None], places[:, theta]]
    return np.asarray(values / values.sum(axis=1, keepdims=True))
