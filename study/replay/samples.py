"""Two samples of durations side by side: their distance, a test, and their paired differences.

What was not sent within the window counts as *never*: it stays in the distribution, which then ends
below 1, and in the distance; only means and quantiles are of those that were sent.

Rule of this file: pure functions of arrays; the bootstrap is seeded. Units: seconds.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

QUANTILES: Final = (0.05, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
_POINTS: Final = 121  # of a drawn distribution
_RESAMPLES: Final = 2000  # as study.statistics
_FEW: Final = 20  # samples for which the exact law is computed
_AT_A_TIME: Final = 200  # resamples; bounds the memory

Array = NDArray[np.float64]


def quantiles(values: Array) -> dict[str, Any]:
    """Number, mean and :data:`QUANTILES` of the finite values; None where there are none."""
    finite = values[np.isfinite(values)]
    found: dict[str, Any] = {"n": len(finite), "of": len(values)}
    if not len(finite):
        return found | {"mean": None} | {f"p{100 * q:g}": None for q in QUANTILES}
    at = np.quantile(finite, QUANTILES)
    named = {f"p{100 * q:g}": float(v) for q, v in zip(QUANTILES, at, strict=True)}
    return found | {"mean": float(finite.mean())} | named


def distances(predicted: Array, measured: Array) -> dict[str, float | None]:
    """Kolmogorov and Smirnov's distance with its p, and Wasserstein's in seconds.

    The p is that of independent samples. Ours are paired (same stations, same draws), so it is too
    large: a small one is evidence of a difference, a large one of nothing.
    """
    if not len(predicted) or not len(measured):
        return {"ks": None, "p": None, "wasserstein": None}
    few = min(len(predicted), len(measured)) < _FEW  # the asymptotic law needs some
    test = stats.ks_2samp(predicted, measured, method="exact" if few else "asymp")
    sent = predicted[np.isfinite(predicted)], measured[np.isfinite(measured)]
    apart = float(stats.wasserstein_distance(*sent)) if all(len(s) for s in sent) else None
    return {"ks": float(test.statistic), "p": float(test.pvalue), "wasserstein": apart}


def paired(
    predicted: Array, measured: Array, groups: NDArray[np.int64], seed: int
) -> dict[str, Any]:
    """Measured less predicted, of those that were sent on both sides.

    Parameters
    ----------
    predicted, measured : the same things in the same order; ``inf`` where not sent.
    groups : what each belongs to (its station): whole groups are resampled, because the objects
        of one station share its fate (cluster bootstrap; Davison and Hinkley 1997, section 3.8).

    Returns
    -------
    Number, mean with its 95% bootstrap interval, median and quantiles of the differences.
    """
    both = np.isfinite(predicted) & np.isfinite(measured)
    difference = measured[both] - predicted[both]
    found: dict[str, Any] = {"n": len(difference)}
    if not len(difference):
        return found | dict.fromkeys(("mean", "low", "high", "median", "p5", "p95"))
    low, high = bootstrap(difference, groups[both], seed)
    at = np.quantile(difference, (0.05, 0.5, 0.95))
    return found | {
        "mean": float(difference.mean()),
        "low": low,
        "high": high,
        "median": float(at[1]),
        "p5": float(at[0]),
        "p95": float(at[2]),
    }


def bootstrap(values: Array, groups: NDArray[np.int64], seed: int) -> tuple[float, float]:
    """The mean's 95% percentile interval, whole groups resampled (Efron and Tibshirani 1993)."""
    _, which = np.unique(groups, return_inverse=True)
    sums = np.bincount(which, weights=values)
    counts = np.bincount(which).astype(float)
    rng = np.random.default_rng(seed)
    means = []
    for _ in range(_RESAMPLES // _AT_A_TIME):
        picks = rng.integers(0, len(sums), (_AT_A_TIME, len(sums)))
        means.append(sums[picks].sum(axis=1) / counts[picks].sum(axis=1))
    low, high = np.quantile(np.concatenate(means), (0.025, 0.975))
    return float(low), float(high)


def distribution(predicted: Array, measured: Array) -> dict[str, list[float]]:
    """Share sent within so many seconds, for both; the seconds are a geometric series, because
    sojourns reach from seconds to hours."""
    finite = np.concatenate([predicted[np.isfinite(predicted)], measured[np.isfinite(measured)]])
    if not len(finite):
        return {"seconds": [], "predicted": [], "measured": []}
    low, high = np.quantile(finite, (0.002, 0.998))
    low = max(float(low), 1e-3)
    seconds = np.geomspace(low, max(float(high), 1.01 * low), _POINTS)
    found = {"seconds": seconds.tolist()}
    for name, values in (("predicted", predicted), ("measured", measured)):
        within = np.searchsorted(np.sort(values), seconds, side="right")
        found[name] = (within / max(len(values), 1)).tolist()
    return found


def compare_samples(
    predicted: Array, measured: Array, groups: NDArray[np.int64], seed: int
) -> dict[str, Any]:
    """All of the above for two paired samples."""
    return {
        "predicted": quantiles(predicted),
        "measured": quantiles(measured),
        **distances(predicted, measured),
        "paired": paired(predicted, measured, groups, seed),
        "distribution": distribution(predicted, measured),
    }
