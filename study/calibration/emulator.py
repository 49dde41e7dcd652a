"""An emulator of the evening: what a kecamatan's crews leave unsent, from what was drawn.

A night costs half a second; the questions of a calibration ask for millions of kecamatan. What the
operators do to what is left is an account (see :mod:`study.calibration.account`), so only the share
that the crews leave is emulated, on the scale t = arcsin sqrt(share), on which a binomial share has
the same variance everywhere (Anscombe 1948). The emulator is a Gaussian process with a linear mean
and a squared-exponential kernel with a length for every input (Sacks, Welch, Mitchell and Wynn,
Statistical Science 4, 1989); lengths maximise the marginal likelihood of a part of the data, with a
weak prior that keeps them from being short without need.

The kernel is a product over inputs, so theta and local separate::

    t(theta, local) = linear + sum_i alpha_i k(theta, theta_i) k(local, local_i)

and all combinations of R thetas and M locals cost one matrix product.

It is validated on nights that it has not seen: leaving a whole night out has a closed form (for a
block b of rows, residual_b = (K^-1)_bb^-1 alpha_b; Dubrule 1983).

Rule of this file: arrays in, arrays out; no elections, no randomness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky
from scipy.optimize import minimize

Array = NDArray[np.float64]
_ROWS: Final = 480  # rows from which the lengths are learned; the cost grows with the cube
_PRIOR_LOG_LENGTH: Final = 1.5  # inputs have unit variance: e**1.5 = 4.5 sd, nearly no effect
_PRIOR_SD: Final = 1.0
_STEPS: Final = 60
_BINS: Final = 8


@dataclass(frozen=True, slots=True)
class Validation:
    """How well nights are predicted that were left out.

    Attributes
    ----------
    r2 : share of the variance that is explained, on the scale t, over kecamatan.
    rmse : root mean square error of a kecamatan's share; ``night_rmse`` of a night's mean share.
    inside90 : share of kecamatan inside the 90% interval.
    """

    r2: float
    rmse: float
    night_rmse: float
    inside90: float


@dataclass(frozen=True, slots=True)
class Emulator:
    """A fitted emulator.

    Attributes
    ----------
    knots, errors : standard deviation of t around its prediction, as a function of the prediction.
    """

    theta: Array
    local: Array
    shift: Array
    scale: Array
    beta: Array
    lengths: Array
    variance: float
    alpha: Array
    knots: Array
    errors: Array
    validation: Validation

    def predict(self, theta: Array, local: Array) -> Array:
        """t of every theta (R, T) at every local (M, L), shape (R, M)."""
        width = self.theta.shape[1]
        a = (theta - self.shift[:width]) / self.scale[:width]
        b = (local - self.shift[width:]) / self.scale[width:]
        linear = self.beta[0] + (a @ self.beta[1 : 1 + width])[:, None] + b @ self.beta[1 + width :]
        of_theta = _kernel(a, self.theta, self.lengths[:width])
        of_local = _kernel(b, self.local, self.lengths[width:]) * self.alpha
        return np.asarray(linear + self.variance * of_theta @ of_local.T)

    def sigma(self, t: Array) -> Array:
        """Standard deviation of t around a prediction: the emulator's error and the stations' own
        chance together."""
        return np.interp(t, self.knots, self.errors)


def share(t: Array) -> Array:
    """From the scale t to a share."""
    return np.asarray(np.sin(np.clip(t, 0.0, np.pi / 2)) ** 2)


def scale(count: Array, of: Array) -> Array:
    """From counts to the scale t; half a station keeps 0 and all from the ends."""
    return np.asarray(np.arcsin(np.sqrt((count + 0.5) / (of + 1.0))))


def fit(theta: Array, local: Array, left: Array, stations: Array) -> Emulator:
    """Fit and validate.

    Parameters
    ----------
    theta : shape (nights, T); local : shape (nights, kecamatan, L).
    left : stations that the crews left unsent, shape (nights, kecamatan).
    stations : of each kecamatan.
    """
    nights, size = left.shape
    y = scale(left, np.broadcast_to(stations, left.shape)).ravel()
    x = np.concatenate([np.repeat(theta, size, axis=0), local.reshape(nights * size, -1)], axis=1)
    shift, spread = x.mean(axis=0), x.std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    x = (x - shift) / spread
    design = np.column_stack([np.ones(len(x)), x])
    ridge = np.eye(design.shape[1])  # one row's worth of prior; a constant input has no slope
    ridge[0, 0] = 0.0
    beta = np.linalg.solve(design.T @ design + ridge, design.T @ y)
    rest = y - design @ beta
    some = np.linspace(0, len(x) - 1, min(_ROWS, len(x))).astype(int)
    lengths, variance, noise = _learn(x[some], rest[some])
    k = variance * _kernel(x, x, lengths)
    k[np.diag_indices_from(k)] += noise
    inverse = cho_solve((cholesky(k, lower=True), True), np.eye(len(x)))
    alpha = inverse @ rest
    missed = _leave_night_out(inverse, alpha, nights, size)
    predicted = y - missed
    knots, errors = _spread_by(predicted, missed)
    width = theta.shape[1]
    found = (x[:, :width], x[:, width:], shift, spread, beta, lengths, variance, alpha)
    checked = _validate(y, predicted, (knots, errors), nights, left / stations)
    return Emulator(*found, knots, errors, checked)


def _kernel(a: Array, b: Array, lengths: Array) -> Array:
    a, b = a / lengths, b / lengths
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2.0 * a @ b.T
    return np.asarray(np.exp(-0.5 * np.maximum(squares, 0.0)))


def _learn(x: Array, y: Array) -> tuple[Array, float, float]:
    """Lengths, variance and noise of greatest posterior density."""
    width = x.shape[1]
    total = max(float(y.var()), 1e-6)

    def cost(p: Array) -> tuple[float, Array]:
        lengths, variance, noise = np.exp(p[:width]), np.exp(p[width]), np.exp(p[width + 1])
        kernel = variance * _kernel(x, x, lengths)
        k = kernel + noise * np.eye(len(x))
        root = cholesky(k, lower=True)
        inverse = cho_solve((root, True), np.eye(len(x)))
        alpha = inverse @ y
        away = (p[:width] - _PRIOR_LOG_LENGTH) / _PRIOR_SD
        value = 0.5 * y @ alpha + np.log(np.diag(root)).sum() + 0.5 * float(away @ away)
        inner = inverse - np.outer(alpha, alpha)
        weighted = inner * kernel
        # sum_ij w_ij (x_i - x_j)^2 for each input, without a cube of differences
        rows = weighted.sum(axis=1)
        moments = 2.0 * (rows @ x**2) - 2.0 * np.einsum("ij,ij->j", x, weighted @ x)
        by_length = 0.5 * moments / lengths**2 + away / _PRIOR_SD
        ends = [0.5 * weighted.sum(), 0.5 * noise * np.trace(inner)]
        return float(value), np.concatenate([by_length, ends])

    start = np.concatenate(
        [np.full(width, _PRIOR_LOG_LENGTH), [np.log(total / 2), np.log(total / 4)]]
    )
    low, high = np.log(total * 1e-4), np.log(total * 1e2)
    bounds: list[Any] = [(-1.0, 5.0)] * width + [(low, high), (low, high)]
    found = minimize(
        cost, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _STEPS}
    )
    p = found.x
    return np.exp(p[:width]), float(np.exp(p[width])), float(np.exp(p[width + 1]))


def _leave_night_out(inverse: Array, alpha: Array, nights: int, size: int) -> Array:
    """What each night's rows are missed by when the whole night is left out."""
    missed = np.empty(nights * size)
    for night in range(nights):
        rows = slice(night * size, (night + 1) * size)
        missed[rows] = np.linalg.solve(inverse[rows, rows], alpha[rows])
    return missed


def _spread_by(predicted: Array, missed: Array) -> tuple[Array, Array]:
    """Root mean square of what is missed, in bins of the prediction with as many rows each."""
    order = np.argsort(predicted)
    parts = np.array_split(order, _BINS)
    knots = np.array([predicted[part].mean() for part in parts])
    errors = np.array([np.sqrt(np.mean(missed[part] ** 2)) for part in parts])
    return knots, np.maximum(errors, 1e-3)


def _validate(
    y: Array, predicted: Array, spread: tuple[Array, Array], nights: int, truth: Array
) -> Validation:
    sigma = np.interp(predicted, *spread)
    by = (share(predicted) - truth.ravel()).reshape(nights, -1)
    variance = float(y.var())
    return Validation(
        r2=1.0 - float(np.mean((y - predicted) ** 2)) / variance if variance > 0 else 0.0,
        rmse=float(np.sqrt(np.mean(by**2))),
        night_rmse=float(np.sqrt(np.mean(by.mean(axis=1) ** 2))),
        inside90=float(np.mean(np.abs(y - predicted) <= 1.6449 * sigma)),
    )
