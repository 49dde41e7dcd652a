"""Weights of worlds under evidence that is switched on and off, without new nights.

A world's evidence is the mean of the likelihood over its nights (importance sampling from the
ensemble that it is given: the prior, or one weighted by other data)::

    Z_w(S) = sum_i v_wi prod_{o in S} L_o(predicted_wi) / sum_i v_wi        S: what is switched on
    weight_w(S) proportional to prior_w Z_w(S)

Observations are taken as independent given the night; each has its own discrepancy. How much an
observation moves the weights is shown twice: alone (only it is on, against nothing) and last (all
that is on, against all but it). The movement is the total variation distance, half the sum of
absolute differences of the weights: 0 nothing, 1 everything.

The estimate is as good as the nights that carry it: the effective sample size (Kong 1992) and the
bootstrap's standard error (Efron and Tibshirani 1993; nights are resampled within their world) are
given with every weight, and a world of which no night comes near has few.

Rule of this file: pure functions of arrays; log-likelihoods in, weights out; what is random is
seeded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from study.evidence.kinds import Observation

Array = NDArray[np.float64]
_RESAMPLES: Final = 400
SUPPORTED: Final = 10.0
"""Effective nights below which a world's weight is called unsupported: with fewer, the error of
its evidence is of its own size (1/sqrt(10) = 32%)."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the nights of one world say of each observation.

    Attributes
    ----------
    prior : weight of the world before this evidence.
    nights : weight of each night within its world, shape (nights,).
    predicted, likelihood : by observation, shape (nights,); the likelihood as its logarithm.
    """

    prior: float
    nights: Array
    predicted: Mapping[str, Array]
    likelihood: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Weight:
    """A world's weight.

    Attributes
    ----------
    error : bootstrap standard error over the nights.
    log_evidence : logarithm of Z.
    effective : effective number of nights.
    """

    weight: float
    error: float
    log_evidence: float
    effective: float

    @property
    def supported(self) -> bool:
        """Do enough nights carry it?"""
        return self.effective >= SUPPORTED


def tabulate(
    observations: Sequence[Observation],
    predicted: Mapping[str, Array],
    nights: Array,
    prior: float,
) -> Table:
    """A world's table from what its nights predict."""
    likelihood = {
        o.name: np.array([o.log_likelihood(float(x)) for x in predicted[o.name]])
        for o in observations
    }
    return Table(prior, nights, predicted, likelihood)


def weigh(worlds: Mapping[str, Table], names: Sequence[str], seed: int) -> dict[str, Weight]:
    """The worlds' weights with these observations switched on."""
    logs = {w: _joint(t, names) for w, t in worlds.items()}
    evidence = {w: _log_mean(logs[w], t.nights) for w, t in worlds.items()}
    weights = _normalised(worlds, evidence)
    errors = _bootstrap(worlds, logs, seed) if names else dict.fromkeys(worlds, 0.0)
    return {
        w: Weight(weights[w], errors[w], evidence[w], _effective(logs[w], t.nights))
        for w, t in worlds.items()
    }


def night_weights(table: Table, names: Sequence[str]) -> Array:
    """Weight of each night of a world under the evidence, adding up to 1."""
    log_weight = _joint(table, names) + np.log(table.nights)
    return np.asarray(np.exp(log_weight - logsumexp(log_weight)))


def movements(
    worlds: Mapping[str, Table], on: Sequence[str], names: Sequence[str], seed: int
) -> list[dict[str, Any]]:
    """What each observation does to the weights, alone and last.

    Parameters
    ----------
    on : the observations that are switched on.
    names : the observations to report; those that are off are added last.
    """
    nothing = _plain(weigh(worlds, (), seed))
    rows = []
    for name in names:
        alone = weigh(worlds, (name,), seed)
        with_it = weigh(worlds, [*(n for n in on if n != name), name], seed)
        without = weigh(worlds, [n for n in on if n != name], seed)
        rows.append(
            {
                "name": name,
                "on": name in on,
                "alone": {w: x.weight for w, x in alone.items()},
                "alone_error": {w: x.error for w, x in alone.items()},
                "moves_alone": _distance(nothing, _plain(alone)),
                "moves_last": _distance(_plain(without), _plain(with_it)),
                "log_evidence": {w: x.log_evidence for w, x in alone.items()},
                "rules_out": ruled_out(alone, nothing),
            }
        )
    return rows


def ruled_out(alone: Mapping[str, Weight], prior: Mapping[str, float]) -> list[str]:
    """Worlds whose weight falls to a tenth of its prior or less, beyond two standard errors: strong
    evidence against them (Kass and Raftery 1995 call a Bayes factor of 10 strong)."""
    return [
        w for w, x in alone.items() if prior[w] > 0 and x.weight + 2 * x.error <= 0.1 * prior[w]
    ]


def _plain(weights: Mapping[str, Weight]) -> dict[str, float]:
    return {w: x.weight for w, x in weights.items()}


def _distance(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    return 0.5 * sum(abs(a[w] - b[w]) for w in a)


def _joint(table: Table, names: Sequence[str]) -> Array:
    total = np.zeros(len(table.nights))
    for name in names:
        total = total + table.likelihood[name]
    return total


def _log_mean(logs: Array, nights: Array) -> float:
    return float(logsumexp(logs, b=nights / nights.sum()))


def _effective(logs: Array, nights: Array) -> float:
    weight = np.exp(logs - logs.max()) * nights
    return float(weight.sum() ** 2 / np.sum(weight**2))


def _normalised(worlds: Mapping[str, Table], evidence: Mapping[str, float]) -> dict[str, float]:
    names = list(worlds)
    with np.errstate(divide="ignore"):
        logs = np.array([np.log(worlds[w].prior) + evidence[w] for w in names])
    found = np.exp(logs - logsumexp(logs))
    return dict(zip(names, map(float, found), strict=True))


def _bootstrap(
    worlds: Mapping[str, Table], logs: Mapping[str, Array], seed: int
) -> dict[str, float]:
    """Standard errors of the weights."""
    rng = np.random.default_rng(seed)
    columns = []
    for w, table in worlds.items():
        n = len(table.nights)
        picks = rng.choice(n, (_RESAMPLES, n), p=table.nights / table.nights.sum())
        with np.errstate(divide="ignore"):
            columns.append(np.log(table.prior) + logsumexp(logs[w][picks], axis=1) - np.log(n))
    stack = np.stack(columns)
    found = np.exp(stack - logsumexp(stack, axis=0))
    return dict(zip(worlds, map(float, found.std(axis=1)), strict=True))
