"""Two explanations of the kecamatan's differences, and what data can tell of them.

A station that had not arrived at the snapshot was left behind by its crew, and not yet worked off
by the operators of its kecamatan. Per kecamatan, as shares of its stations::

    failed  y = e - o      e: not sent by the crews (the evening: cells, server, app, patience)
                           o: sent by the operators by the snapshot (their start, pace, Sirekap Web)

**Simulated nights** know e and o, so the variance between kecamatan splits exactly::

    var(y) = cov(y, e) + cov(y, -o)

The counts know y alone. What they and the city's share before the pleno allow is a range: e can be
nowhere below y, on average it is known, and operators have a pace. The least uneven evening that is
possible fills up the low kecamatan first, e = max(y, c). How much of var(y) is the evening's, at
least and at most, is a linear programme in o.

Rule of this file: pure functions of arrays and nights. Shares of 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, linprog

from sim.assembly import Night
from sim.ledger import State
from sim.population.region import Region
from sim.scenario.model import Scenario
from study.evidence.kinds import unsent_shares

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """The two parts of the kecamatan's differences over the nights of one world, weighted.

    Attributes
    ----------
    evening, operators : shares of the variance between kecamatan; they add up to 1. None where
        kecamatan do not differ.
    failed, left, worked_off : means of y, e and o over stations.
    like_counted : correlation of a night's y with the counted pattern, mean and 95% range.
    evening_like_counted, operators_like_counted : the same of e and -o.
    told_by_counts : how much of the differences in e a regression on y explains (R squared): what
        the counts at the snapshot tell of the evening.
    """

    evening: float | None
    operators: float | None
    failed: float
    left: float
    worked_off: float
    like_counted: tuple[float, float, float] | None
    evening_like_counted: tuple[float, float, float] | None
    operators_like_counted: tuple[float, float, float] | None
    told_by_counts: float

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def parts(night: Night, scenario: Scenario, region: Region) -> tuple[Array, Array, Array]:
    """y, e and o of each kecamatan; e and o by who sent, y by the scenario's reading."""
    rows = night.outcomes
    size = len(region.kecamatan)
    stations = np.maximum(np.bincount(rows["kecamatan"], minlength=size), 1)
    by_ppk = np.bincount(rows["kecamatan"][rows["state"] == State.SENT_PPK], minlength=size)
    worked_off = by_ppk / stations
    failed = unsent_shares(night, scenario, region)
    return failed, failed + worked_off, worked_off


def split(nights: Sequence[Night], weights: Array, scenario: Scenario, region: Region) -> Split:
    """The variance split over weighted nights; differences are within a night, so that a bad night
    is not taken for a bad kecamatan."""
    y, e, o = (np.array(x) for x in zip(*(parts(n, scenario, region) for n in nights), strict=True))
    size = np.array([k.tps for k in region.kecamatan], dtype=np.float64)
    share = size / size.sum()
    w = weights / weights.sum()

    def mean(values: Array) -> float:
        return float(w @ (values @ share))

    def between(a: Array, b: Array) -> float:
        a_centred = a - a.mean(axis=1, keepdims=True)
        b_centred = b - b.mean(axis=1, keepdims=True)
        return float(w @ (a_centred * b_centred).mean(axis=1))

    variance = between(y, y)
    evening = between(y, e) / variance if variance > 0 else None
    spread_e = between(e, e)
    told = between(y, e) ** 2 / (variance * spread_e) if variance > 0 and spread_e > 0 else 0.0
    counted = counted_shares(region)

    def like(values: Array) -> tuple[float, float, float] | None:
        return None if counted is None else _likeness(values, counted, w)

    return Split(
        evening=evening,
        operators=None if evening is None else 1.0 - evening,
        failed=mean(y),
        left=mean(e),
        worked_off=mean(o),
        like_counted=like(y),
        evening_like_counted=like(e),
        operators_like_counted=like(-o),
        told_by_counts=told,
    )


def counted_shares(region: Region) -> Array | None:
    """Failures counted per kecamatan as shares of its stations, if all are known."""
    if any(k.failed is None for k in region.kecamatan):
        return None
    return np.array([(k.failed or 0) / max(k.tps, 1) for k in region.kecamatan])


def _likeness(values: Array, counted: Array, w: Array) -> tuple[float, float, float]:
    """Correlation with the counted pattern over nights: weighted mean and 95% range; a night
    without any difference has none, and counts as 0."""
    a = values - values.mean(axis=1, keepdims=True)
    b = counted - counted.mean()
    norm = np.sqrt((a**2).sum(axis=1) * (b**2).sum())
    found = np.divide(a @ b, norm, out=np.zeros(len(a)), where=norm > 0)
    order = np.argsort(found)
    cumulated = np.cumsum(w[order])
    low, high = (found[order][min(np.searchsorted(cumulated, q), len(found) - 1)]
                 for q in (0.025, 0.975))  # fmt: skip
    return float(w @ found), float(low), float(high)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What counts at the snapshot and the city's share before the pleno allow.

    Attributes
    ----------
    left : share of the stations not sent before the pleno, from a progress point.
    failed : share that had failed at the snapshot.
    spread : standard deviation of y between kecamatan; ``evening_spread`` that of the least uneven
        evening.
    level : c, to which the least uneven evening fills the kecamatan up.
    above : kecamatan whose failures alone are above that level: the evening was worse there than
        in the others, whatever the operators did.
    evening_least, evening_most : the evening's part of the variance of y, at least and at most.
    worked_off : stations that the operators sent in all.
    """

    left: float
    failed: float
    spread: float
    evening_spread: float
    level: float
    above: tuple[str, ...]
    evening_least: float
    evening_most: float
    worked_off: int

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def bounds(region: Region, sent_before: float, pace: float) -> Bounds | None:
    """The range that the counts leave, with no model of the evening at all.

    Parameters
    ----------
    sent_before : share of the stations that had arrived before the operators began.
    pace : stations that a kecamatan's operators can send by the snapshot at most.

    Returns
    -------
    None where counts are missing or do not differ, or contradict the share before and the pace.
    """
    y = counted_shares(region)
    if y is None:
        return None
    size = np.array([k.tps for k in region.kecamatan], dtype=np.float64)
    share = size / size.sum()
    failed, left = float(share @ y), 1.0 - sent_before
    room = np.minimum(1.0 - y, pace / size)
    if not np.ptp(y) or not failed < left < 1.0 or share @ room < left - failed:
        return None
    level = float(brentq(lambda c: float(share @ np.maximum(y, c)) - left, 0.0, 1.0))
    deviation = y - y.mean()
    variance = float(np.var(y))

    def extreme(sign: float) -> float:
        """The evening's part when the operators' stations lie as they help it least or most."""
        found = linprog(
            sign * deviation,
            A_eq=share[None, :],
            b_eq=[left - failed],
            bounds=list(zip(np.zeros(len(y)), room, strict=True)),
        )
        return 1.0 + float(deviation @ found.x) / len(y) / variance

    return Bounds(
        left=left,
        failed=failed,
        spread=float(np.sqrt(variance)),
        evening_spread=float(np.std(np.maximum(y, level))),
        level=level,
        above=tuple(k.name for k, x in zip(region.kecamatan, y, strict=True) if x > level),
        evening_least=extreme(1.0),
        evening_most=extreme(-1.0),
        worked_off=round((left - failed) * float(size.sum())),
    )


def operators_pace(scenario: Scenario) -> float:
    """Stations that a kecamatan's operators can send by the snapshot when nothing holds them up:
    their hours, at the median time to handle one."""
    ppk = scenario.people.ppk
    seconds = sum(
        max((min(h.ends, scenario.snapshot) - h.begins).total_seconds(), 0.0) for h in ppk.hours
    )
    return (ppk.web_operators + ppk.mobile_operators) * seconds / max(ppk.handling.ppf(0.5), 1.0)
