"""From what the crews left to what had failed: the operators' account, and its likelihood.

Of the share e that the crews of a kecamatan leave, its operators take away what they can::

    failed = max(0, e - pace)               reading unsent: whatever had not arrived
    failed = max(0, e - max(pace, no app))  reading attempted: who has no app never tried

``pace`` is the share of the stations that the operators can take in their hours (0 where Sirekap
cannot be used); stations without the app are handed over first, so they are taken first. In nights
of every world the account is right to one or two points (``check``), and its error is reported.

The probability of a count then depends on the emulator's t and on what is taken away, and is kept
in a table: over both, over the points of icc, and over each kecamatan's y and n::

    G_d[icc](t, taken) = E over t' ~ N(t, sigma(t)) of BetaBinomial(y_d | n_d, failed(t', taken),
    icc)

Rule of this file: arrays; the scenario's words are left behind in
:mod:`study.calibration.features`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from study.calibration.betabinomial import ICC_GRID, log_pmf, smoothed
from study.calibration.emulator import Emulator, share

Array = NDArray[np.float64]
Reading = Literal["unsent", "attempted"]
_T: Final = np.linspace(0.0, np.pi / 2, 61)
_TAKEN: Final = np.linspace(0.0, 1.0, 51)
_NODES, _MASS = np.polynomial.hermite_e.hermegauss(15)
_MASS = _MASS / _MASS.sum()


def failed(left: Array, taken: Array) -> Array:
    """Share that had failed."""
    return np.maximum(left - taken, 0.0)


def taken(reading: Reading, pace: Array, able: NDArray[np.bool_], untried: Array) -> Array:
    """Share of the stations that is not counted as failed although the crews left it.

    Parameters
    ----------
    able : can the office use Sirekap?
    untried : share of the stations without the app.
    """
    worked = np.where(able, np.minimum(pace, 1.0), 0.0)
    return np.maximum(worked, untried) if reading == "attempted" else worked


def places(t: Array, away: Array) -> NDArray[np.intp]:
    """Flat indices into the last two axes of a :class:`Tables`' arrays."""
    i = np.rint(np.clip(t, 0.0, np.pi / 2) * ((len(_T) - 1) / (np.pi / 2))).astype(np.intp)
    j = np.rint(np.clip(away, 0.0, 1.0) * (len(_TAKEN) - 1)).astype(np.intp)
    return np.asarray(i * len(_TAKEN) + j)


@dataclass(frozen=True, slots=True)
class Tables:
    """Over a grid of t and of what is taken away, flattened.

    Attributes
    ----------
    likelihood : of each kecamatan's count, shape (icc, kecamatan, grid).
    mean, square : of the share that had failed, and of its square, shape (grid,).
    """

    likelihood: Array
    mean: Array
    square: Array


def tables(emulator: Emulator, y: Array, n: Array) -> Tables:
    """Tables for counts y of n."""
    shares = _outcomes(emulator)
    points = np.linspace(0.0, 1.0, 201)
    index = np.rint(shares * 200).astype(np.intp)
    likelihood = np.empty((len(ICC_GRID), len(y), shares.shape[1]))
    for d, (its, of) in enumerate(zip(y, n, strict=True)):
        p = smoothed(points * of, of)
        values = np.exp(log_pmf(its, of, p[None, :], ICC_GRID[:, None]))
        likelihood[:, d] = np.einsum("k,ikg->ig", _MASS, values[:, index])
    return Tables(likelihood, _MASS @ shares, _MASS @ shares**2)


def _outcomes(emulator: Emulator) -> Array:
    """The share that had failed at each node of t' and each point of the grid."""
    t = _T[None, :, None] + _NODES[:, None, None] * emulator.sigma(_T)[None, :, None]
    found = failed(share(t), _TAKEN[None, None, :])
    return np.asarray(found.reshape(len(_NODES), -1))


def outcome(emulator: Emulator, t: Array, away: Array, normal: Array) -> Array:
    """A draw of the share that had failed; ``normal`` are standard normal variates."""
    return failed(share(t + emulator.sigma(t) * normal), away)
