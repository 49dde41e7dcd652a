"""What the counts taught about each quantity: posterior and prior overlaid, and the ridge.

Every quantity is looked at on the scale of its prior's probabilities, where the prior is flat: the
posterior's histogram over ten equal parts says at once what the counts changed. The overlap of the
two is 1 where nothing was learned; it is that of the standard normal law, which the prior's scores
have, with a normal law of the posterior's mean and deviation, as a histogram of few nights would
overlap less by chance alone. What is drawn per kecamatan is pooled over kecamatan, and its
median is given for each.

The ridge is the pair of quantities that go together most in the posterior: along it the counts
cannot tell one from the other, so a plan must hold for the whole of it.

Rule of this file: arrays to plain data; seeded draws.
"""

from __future__ import annotations

from datetime import datetime
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.population.region import Region
from sim.scenario.model import Scenario
from sim.scenario.quantities import INSTANT_KIND
from study.calibration import features
from study.calibration.account import Tables
from study.calibration.holdout import pick
from study.calibration.posterior import Posterior, Prior, local_weights

Array = NDArray[np.float64]
_PARTS: Final = 10
_DRAWS: Final = 1000
_SHOWN: Final = 300  # points of a ridge on the page


def parameters(
    scenario: Scenario,
    region: Region,
    sample: Prior,
    places: NDArray[np.uint16],
    tables: Tables,
    found: Posterior,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Every quantity's posterior beside its prior, most learned first, and the ridge."""
    its = features.names(scenario)
    theta, icc = pick(found, _DRAWS, rng)
    of_night = sample.theta[theta]
    size = len(places)
    locals_ = np.empty((_DRAWS, size, len(its.kecamatan)))
    for i, (t, k) in enumerate(zip(theta, icc, strict=True)):
        weights = np.cumsum(local_weights(places, tables, int(t), int(k)), axis=1)
        m = (weights < rng.uniform(size=(size, 1)) * weights[:, -1:]).sum(axis=1)
        locals_[i] = sample.local.scores[m, np.arange(size)]
    rows = [_row(scenario, path, "night", of_night[:, j], None) for j, path in enumerate(its.night)]
    for j, path in enumerate(its.kecamatan):
        medians = np.median(locals_[:, :, j], axis=0)
        by = {d.code: float(ndtr(z)) for d, z in zip(region.kecamatan, medians, strict=True)}
        rows.append(_row(scenario, path, "kecamatan", locals_[:, :, j].ravel(), by))
    rows.sort(key=lambda row: float(row["overlap"]))
    return {"quantities": rows, "ridge": _ridge(its, of_night, locals_, rng)}


def _row(
    scenario: Scenario, path: str, per: str, scores: Array, by: dict[str, float] | None
) -> dict[str, Any]:
    law = features.law_of(scenario, path)
    u = ndtr(scores)
    histogram, _ = np.histogram(u, bins=_PARTS, range=(0.0, 1.0))
    share = histogram / histogram.sum()
    quantiles = (0.05, 0.50, 0.95)

    def shown(at: float) -> str:
        value: Any = law.ppf(float(np.clip(at, 1e-6, 1 - 1e-6)))
        if law.kind is INSTANT_KIND:
            value = datetime.fromtimestamp(value, scenario.start.tzinfo)
        return law.kind.show(value)

    return {
        "path": path,
        "per": per,
        "law": law.words,
        "standing": law.standing,
        "histogram": [float(x) for x in share],
        "overlap": overlap(float(scores.mean()), float(scores.std())),
        "prior": [shown(q) for q in quantiles],
        "posterior": [shown(float(x)) for x in np.quantile(u, quantiles)],
        "median_at": float(np.median(u)),
        "by_kecamatan": by,
    }


def overlap(mean: float, deviation: float) -> float:
    """Area that a normal law has in common with the standard normal law."""
    deviation = max(deviation, 1e-3)
    z = np.linspace(-8.0, 8.0, 3201)
    own = np.exp(-0.5 * ((z - mean) / deviation) ** 2) / deviation
    common = np.minimum(np.exp(-0.5 * z**2), own)
    return float(common.sum() * (z[1] - z[0]) / np.sqrt(2.0 * np.pi))


def _ridge(
    its: features.Names, of_night: Array, locals_: Array, rng: np.random.Generator
) -> dict[str, Any] | None:
    """The pair of quantities with the strongest rank correlation in the posterior; a kecamatan's
    quantities within kecamatan, or with the night's."""
    draws, size, _ = locals_.shape
    columns = {path: np.repeat(of_night[:, j], size) for j, path in enumerate(its.night)}
    columns |= {path: locals_[:, :, j].ravel() for j, path in enumerate(its.kecamatan)}
    if len(columns) < 2:
        return None
    ranks = {path: np.argsort(np.argsort(x)) / len(x) for path, x in columns.items()}
    strongest = max(
        combinations(columns, 2),
        key=lambda pair: abs(float(np.corrcoef(ranks[pair[0]], ranks[pair[1]])[0, 1])),
    )
    a, b = strongest
    some = rng.choice(draws * size, min(_SHOWN, draws * size), replace=False)
    return {
        "x": a,
        "y": b,
        "correlation": float(np.corrcoef(ranks[a], ranks[b])[0, 1]),
        "points": [[float(ndtr(columns[a][i])), float(ndtr(columns[b][i]))] for i in some],
    }
