"""From counts to laws of a scenario, with what is not known in them.

A law says what is known after counting: of a share k of n the Jeffreys posterior Beta(k + 1/2,
n - k + 1/2); of a rate, k events in T seconds, Gamma(k + 1/2, T), written as the lognormal with its
median and 95% point; of sizes their own median and 95% point. Where several kecamatan were counted,
a share's law is the beta law between kecamatan that makes the counts most likely (beta-binomial).

Rule of this file: pure; numbers to the YAML of laws, base units with their unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from scipy import optimize, stats
from scipy.special import betaln

from study.importers.histogram import LogHistogram

_PLACES: Final = 3
"""Kecamatan from which on a law between them is fitted; two parameters need at least three."""


def share_interval(events: float, trials: float) -> dict[str, float]:
    """A share with its 95% Jeffreys interval (Brown, Cai and DasGupta 2001)."""
    low, high = stats.beta.ppf(
        np.array([0.025, 0.975]), events + 0.5, max(trials - events, 0.0) + 0.5
    )
    return {
        "events": events,
        "of": trials,
        "share": events / trials if trials else float("nan"),
        "low": float(low),
        "high": float(high),
    }


def rate_interval(events: float, seconds: float) -> dict[str, float]:
    """A rate per second with its 95% interval, from Gamma(events + 1/2, seconds)."""
    low, middle, high = stats.gamma.ppf(
        np.array([0.025, 0.5, 0.975]), events + 0.5, scale=1 / seconds
    )
    return {
        "events": events,
        "seconds": seconds,
        "rate": events / seconds,
        "low": float(low),
        "median": float(middle),
        "high": float(high),
    }


def law(source: str, per: str, standing: str = "counted", **which: Any) -> dict[str, Any]:
    """A law as it stands in YAML."""
    return {**which, "per": per, "standing": standing, "source": source}


def share_law(
    events: float, trials: float, places: Mapping[str, tuple[float, float]], source: str
) -> dict[str, Any]:
    """A share's law: between kecamatan where enough of them were counted, else what is not known.

    Parameters
    ----------
    places : events and trials of each kecamatan.
    """
    counted = [(k, n) for k, n in places.values() if n > 0]
    if len(counted) >= _PLACES:
        a, b = _beta_between(counted)
        per = "kecamatan"
    else:
        a, b = events + 0.5, max(trials - events, 0.0) + 0.5
        per = "night"
    return law(source, per, beta={"a": _short(a), "b": _short(b)})


def _beta_between(counts: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Beta law between places by maximum likelihood of the beta-binomial. It is never narrower than
    what is not known of a share that is the same everywhere, Beta(k + 1/2, n - k + 1/2) of all."""
    k, n = np.array([c[0] for c in counts]), np.array([c[1] for c in counts])
    mean, most = (k.sum() + 0.5) / (n.sum() + 1.0), float(np.log(n.sum() + 1.0))

    def parameters(x: Any) -> tuple[float, float]:
        p, size = 1 / (1 + np.exp(-x[0])), np.exp(np.clip(x[1], -3.0, most))
        return float(p * size), float((1 - p) * size)

    def loss(x: Any) -> float:
        a, b = parameters(x)
        return -float(np.sum(betaln(k + a, n - k + b) - betaln(a, b)))

    start = np.array([np.log(mean / (1 - mean)), min(np.log(10.0), most)])
    found = optimize.minimize(loss, start, method="Nelder-Mead", options={"maxiter": 2000})
    return parameters(found.x)


def rate_law(events: float, seconds: float, source: str) -> dict[str, Any]:
    """An unknown rate's law, per night."""
    middle, high = stats.gamma.ppf(np.array([0.5, 0.95]), events + 0.5, scale=1 / seconds)
    named = {"median": f"{_short(middle)} per s", "p95": f"{_short(high)} per s"}
    return law(source, "night", lognormal=named)


def lognormal(values: LogHistogram, unit: str, per: str, source: str) -> dict[str, Any]:
    """The lognormal with the values' own median and 95% point."""
    middle, high = values.quantile(0.5), values.quantile(0.95)
    return lognormal_of(middle, high, unit, per, source)


def lognormal_of(
    middle: float, high: float, unit: str, per: str, source: str, standing: str = "counted"
) -> dict[str, Any]:
    """A lognormal law; a constant where the two are the same."""
    if high <= middle:
        return law(source, per, standing, value=_unit(middle, unit))
    named = {"median": _unit(middle, unit), "p95": _unit(high, unit)}
    return law(source, per, standing, lognormal=named)


def _unit(value: float, unit: str) -> Any:
    return f"{_short(value)} {unit}" if unit else _short(value)


def _short(value: float) -> float:
    """Four digits: no more is known."""
    return float(f"{float(value):.4g}")
