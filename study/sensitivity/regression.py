"""A response surface of a few quantities: quadratic, with ridge, judged on what it has not seen.

Columns are the standardised quantities, their squares and their products. The ridge is the one that
generalised cross-validation prefers (Golub, Heath and Wahba, Technometrics 21, 1979).

Rule of this file: pure functions of arrays; folds are seeded.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_RIDGES: Final = np.logspace(-3, 3, 25)  # per unit of weight: from hardly any to nearly constant
FOLDS: Final = 8


def columns(x: Array) -> Array:
    """Quantities of shape (n, q) to columns of the surface; constant quantities give none."""
    spread = x.std(axis=0)
    kept = x[:, spread > 1e-12 * np.maximum(np.abs(x).max(axis=0), 1e-300)]
    if kept.shape[1] == 0:
        return np.zeros((len(x), 0))
    z = (kept - kept.mean(axis=0)) / kept.std(axis=0)
    products = [z[:, i] * z[:, j] for i, j in combinations(range(z.shape[1]), 2)]
    squares = [z[:, i] ** 2 for i in range(z.shape[1]) if len(np.unique(z[:, i])) > 2]
    return np.column_stack([*z.T, *squares, *products])


def fit_predict(train: Array, y: Array, weights: Array, test: Array) -> Array:
    """Predictions for ``test``.

    Parameters
    ----------
    train, test : columns, shape (n, c) and (m, c).
    y : outputs, shape (n, k).
    """
    w = weights / weights.sum()
    mean_x, mean_y = w @ train, w @ y
    if train.shape[1] == 0:
        return np.repeat(mean_y[None, :], len(test), axis=0)
    scale = np.sqrt(w @ (train - mean_x) ** 2)
    scale[scale < 1e-12] = np.inf  # constant among these: it says nothing
    x = (train - mean_x) / scale * np.sqrt(w)[:, None]
    target = (y - mean_y) * np.sqrt(w)[:, None]
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    projected = u.T @ target
    n = float(1.0 / np.sum(w**2))  # effective number of members
    out = np.empty((len(test), y.shape[1]))
    moved = (test - mean_x) / scale
    shrinks = [s**2 / (s**2 + r) for r in _RIDGES]
    for k in range(y.shape[1]):
        full = float(target[:, k] @ target[:, k])
        scores = []
        for shrink in shrinks:
            residual = full - float(np.sum((2 * shrink - shrink**2) * projected[:, k] ** 2))
            left = max(1.0 - (1.0 + float(shrink.sum())) / n, 1e-3)
            scores.append(residual / left**2)
        shrink = shrinks[int(np.argmin(scores))]
        with np.errstate(divide="ignore", invalid="ignore"):
            inverse = np.where(s > 1e-10, shrink / s, 0.0)
        out[:, k] = mean_y[k] + moved @ (vt.T @ (inverse * projected[:, k]))
    return out


def held_out(x: Array, y: Array, weights: Array, seed: int, repeats: int) -> Array:
    """Predictions of every member by surfaces that have not seen it, shape (repeats, n, k)."""
    table = columns(x)
    rng = np.random.default_rng(seed)
    found = np.empty((repeats, *y.shape))
    n = len(y)
    for r in range(repeats):
        fold = rng.permutation(np.arange(n) % min(FOLDS, n))
        for f in range(min(FOLDS, n)):
            test = fold == f
            found[r, test] = fit_predict(table[~test], y[~test], weights[~test], table[test])
    return found


def r_squared(y: Array, predicted: Array, weights: Array) -> float:
    """Share of the variance of y that predictions explain; below 0: worse than the mean."""
    w = weights / weights.sum()
    total = float(w @ (y - w @ y) ** 2)
    return 1.0 - float(w @ (y - predicted) ** 2) / total if total > 0 else 0.0
