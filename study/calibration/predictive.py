"""Does the model, as it was calibrated, produce counts like those that were counted?

Four figures of the counts are set beside what members give: the total, the greatest and the
smallest share of a kecamatan, and the chi-square of the differences between kecamatan. The
posterior predictive p is the chance that a replicate is as great or greater (Gelman, Meng and
Stern, Statistica Sinica 6, 1996; ties count half). Near 0 or 1: the model cannot do that. As the
same counts were used to calibrate, agreement is necessary and not more; what is held out judges
harder.

Rule of this file: arrays and the statistics of counts.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from study.calibration import betabinomial
from study.calibration.betabinomial import smoothed

Array = NDArray[np.float64]
_REPLICATES: Final = 4000
FIGURES: Final = ("total", "max", "min", "chi_square")
LEVELS: Final = (0.50, 0.80, 0.95)


def figures(y: Array, n: Array) -> dict[str, Array]:
    """The four figures of counts y of shape (..., kecamatan)."""
    shares = y / n
    p = y.sum(axis=-1, keepdims=True) / n.sum()
    variance = n * p * (1.0 - p)
    with np.errstate(invalid="ignore", divide="ignore"):
        terms = np.where(variance > 0, (y - n * p) ** 2 / variance, 0.0)
    return {
        "total": y.sum(axis=-1),
        "max": shares.max(axis=-1),
        "min": shares.min(axis=-1),
        "chi_square": terms.sum(axis=-1),
    }


def replicate(
    failed: Array, icc: Array, weights: Array, n: Array, rng: np.random.Generator
) -> Array:
    """Counts as they might have come out, shape (replicates, kecamatan).

    Parameters
    ----------
    failed : of whole nights, shape (nights, kecamatan); ``icc`` and ``weights`` of each night.
    """
    picks = rng.choice(len(failed), _REPLICATES, p=weights / weights.sum())
    return betabinomial.draw(rng, n[None, :], smoothed(failed[picks], n), icc[picks, None])


def check(y: Array, n: Array, drawn: Array) -> dict[str, Any]:
    """The figures as counted, their posterior predictive p, and medians with 95% intervals."""
    observed, simulated = figures(y, n), figures(drawn, n)
    return {
        name: {
            "observed": float(observed[name]),
            "p": float(
                np.mean(simulated[name] > observed[name])
                + 0.5 * np.mean(simulated[name] == observed[name])
            ),
            **dict(
                zip(
                    ("low", "median", "high"),
                    map(float, np.percentile(simulated[name], (2.5, 50, 97.5))),
                    strict=True,
                )
            ),
        }
        for name in FIGURES
    }


def crps(drawn: Array, y: float) -> float:
    """Continuous ranked probability score of a sample, in the sample's unit: E|X - y| less half of
    E|X - X'| (Gneiting and Raftery, Journal of the American Statistical Association 102, 2007)."""
    x = np.sort(drawn)
    n = len(x)
    spread = 2.0 * float(np.sum((2 * np.arange(1, n + 1) - n - 1) * x)) / (n * (n - 1))
    return float(np.mean(np.abs(x - y))) - 0.5 * spread


def inside(drawn: Array, y: float) -> dict[str, bool]:
    """Does y lie in the central intervals?"""
    found = {}
    for level in LEVELS:
        low, high = np.percentile(drawn, (50 - 50 * level, 50 + 50 * level), method="inverted_cdf")
        found[f"{100 * level:.0f}"] = bool(low <= y <= high)
    return found
