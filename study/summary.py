"""What an ensemble says, as plain data: the contents of ``summary.json`` and of the page.

Rule of this file: from kept nights to numbers; no files, no formatting. Every figure has its spread
over nights; a single number would hide what is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.assembly import Night
from sim.ledger import Cause, State
from sim.population.region import Region
from sim.scenario.assumptions import assumptions
from sim.scenario.model import Scenario
from study.measures import unsent
from study.nights import Variant
from study.statistics import chance_best, mean_interval, percentiles

_FIRST_NIGHT: Final = 12 * 3600.0  # seconds after the polls close: 01:00 for a close at 13:00
_CURVE_STEP: Final = 1800.0  # seconds between points of the progress curve


def summarise(
    scenario: Scenario,
    region: Region,
    main: Variant,
    nights: Mapping[Variant, Sequence[Night]],
    seed: int,
) -> dict[str, Any]:
    """The summary of an ensemble.

    Parameters
    ----------
    main : the scenario's own variant; the others are compared with it.
    nights : the nights of each variant, in order of replication; of the others perhaps fewer.
    """
    own = nights[main]
    reading = scenario.observed.reading
    return {
        "scenario": scenario.name,
        "title": scenario.title.model_dump(),
        "region": region.name,
        "start": scenario.start.isoformat(),
        "snapshot": scenario.snapshot.isoformat(),
        "seed": seed,
        "replications": len(own),
        "stations": len(region.stations),
        "variant": list(main),
        "reading": reading,
        "outcomes": _outcomes(own),
        "figures": scenario.observed.figures.model_dump() if scenario.observed.figures else None,
        "readings": _readings(scenario, own),
        "kecamatan": _kecamatan(region, own, reading),
        "inside": _inside(region, own, reading),
        "progress": _progress(scenario, own, len(region.stations)),
        "causes": _causes(own),
        "offices": _offices(own),
        "comparison": compare(nights, reading, seed),
        "load": {k: percentiles(np.array([n.counts[k] for n in own])) for k in own[0].counts},
        "assumptions": [a._asdict() for a in assumptions(scenario)],
    }


def _outcomes(nights: Sequence[Night]) -> dict[str, dict[str, float]]:
    counts = np.array([np.bincount(n.outcomes["state"], minlength=len(State)) for n in nights])
    return {s.name.lower(): percentiles(counts[:, s]) for s in State}


def _readings(scenario: Scenario, nights: Sequence[Night]) -> list[dict[str, Any]]:
    """The seed's three figures beside the model's, under both readings."""
    figures = scenario.observed.figures
    if figures is None:
        return []
    total = len(nights[0].outcomes)
    sent = np.array([np.sum(n.outcomes["state"] <= State.SENT_PPK) for n in nights])
    failed = np.array([np.sum(n.outcomes["state"] == State.FAILED) for n in nights])
    never = total - sent - failed
    rows = [
        ("unsent", "failed", figures.failed, failed + never),
        ("unsent", "sent", total - figures.failed, sent),
        ("attempted", "failed", figures.failed, failed),
        ("attempted", "sent", figures.sent, sent),
        ("attempted", "neither", figures.neither, never),
    ]
    return [
        {
            "reading": r,
            "figure": f,
            "observed": o,
            "predicted": percentiles(p),
            "inside": bool(np.percentile(p, 2.5) <= o <= np.percentile(p, 97.5)),
        }
        for r, f, o, p in rows
    ]


def _by_kecamatan(region: Region, nights: Sequence[Night], reading: str) -> NDArray[np.int64]:
    """Failures, shape (nights, kecamatan)."""
    size = len(region.kecamatan)
    return np.array(
        [np.bincount(n.outcomes["kecamatan"][unsent(n, reading)], minlength=size) for n in nights]
    )


def _kecamatan(region: Region, nights: Sequence[Night], reading: str) -> list[dict[str, Any]]:
    counts = _by_kecamatan(region, nights, reading)
    rows = []
    for k, district in enumerate(region.kecamatan):
        spread = percentiles(counts[:, k])
        row: dict[str, Any] = {
            "code": district.code,
            "name": district.name,
            "tps": district.tps,
            "observed": district.failed,
            "predicted": spread,
        }
        if district.failed is not None:
            row["inside"] = spread["p2.5"] <= district.failed <= spread["p97.5"]
        rows.append(row)
    return rows


def _inside(region: Region, nights: Sequence[Night], reading: str) -> dict[str, Any]:
    """How many of the counted failures lie inside the ensemble's intervals."""
    counts = _by_kecamatan(region, nights, reading)
    known = [(k, d.failed) for k, d in enumerate(region.kecamatan) if d.failed is not None]
    found: dict[str, Any] = {"of": len(known)}
    for label, (low, high) in {"50": (25, 75), "80": (10, 90), "95": (2.5, 97.5)}.items():
        found[label] = sum(
            bool(np.percentile(counts[:, k], low) <= y <= np.percentile(counts[:, k], high))
            for k, y in known
        )
    if known and len(known) == len(region.kecamatan):
        found["observed_total"] = sum(y for _, y in known)
    found["total"] = percentiles(counts.sum(axis=1))
    return found


def _progress(scenario: Scenario, nights: Sequence[Night], stations: int) -> dict[str, Any]:
    """Share of stations sent over time."""
    grid = np.append(np.arange(0.0, scenario.horizon, _CURVE_STEP), scenario.horizon)
    shares = []
    for night in nights:
        sent = np.sort(night.outcomes["sent_s"][np.isfinite(night.outcomes["sent_s"])])
        shares.append(np.searchsorted(sent, grid, side="right") / stations)
    low, q1, mid, q3, high = np.percentile(np.array(shares), (2.5, 25, 50, 75, 97.5), axis=0)
    return {
        "seconds": [round(float(t), 3) for t in grid],
        "p2.5": _rounded(low),
        "p25": _rounded(q1),
        "p50": _rounded(mid),
        "p75": _rounded(q3),
        "p97.5": _rounded(high),
        "observed": [
            {"seconds": scenario.seconds(p.at), "sent": p.sent, "source": p.source}
            for p in scenario.observed.progress
        ],
    }


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(v), 5) for v in values]


def _causes(nights: Sequence[Night]) -> dict[str, dict[str, float]]:
    """Stations that had not arrived, by the cause of their last failure."""
    counts = []
    for night in nights:
        missing = night.outcomes["state"] > State.SENT_PPK
        counts.append(np.bincount(night.outcomes["cause"][missing], minlength=len(Cause)))
    table = np.array(counts)
    return {c.name.lower(): percentiles(table[:, c]) for c in Cause if c is not Cause.NONE}


def _offices(nights: Sequence[Night]) -> dict[str, dict[str, float]]:
    complete = np.array([np.isfinite(n.offices["complete_s"]).sum() for n in nights])
    excel = np.array([np.isfinite(n.offices["excel_s"]).sum() for n in nights])
    return {
        "pleno_complete": percentiles(complete),
        "excel": percentiles(excel),
        "excel_stations": percentiles(np.array([n.outcomes["excel"].sum() for n in nights])),
    }


def compare(
    nights: Mapping[Variant, Sequence[Night]], reading: str, seed: int
) -> list[dict[str, Any]]:
    """Variants side by side on the nights that all of them have (common random numbers).

    Each row has the mean failures, the paired difference to the first variant with its 95%
    interval, and the chance that the variant is the best of them.
    """
    common = min(len(n) for n in nights.values())
    failures = {
        v: np.array([unsent(n, reading).sum() for n in found[:common]], dtype=np.float64)
        for v, found in nights.items()
    }
    by_kpps = {
        v: np.array([np.sum(n.outcomes["state"] == State.SENT_KPPS) for n in found[:common]])
        for v, found in nights.items()
    }
    first = next(iter(failures.values()))
    chances = chance_best(list(failures.values()), seed)
    rows = []
    for (variant, failed), best in zip(failures.items(), chances, strict=True):
        found = nights[variant][:common]
        rows.append(
            {
                "policy": variant.policy,
                "batching": variant.batching,
                "shaping": variant.shaping,
                "name": str(variant),
                "nights": common,
                "failed": mean_interval(failed)._asdict(),
                "difference": mean_interval(failed - first)._asdict(),
                "sent_kpps": float(by_kpps[variant].mean()),
                "attempts": float(np.mean([n.outcomes["attempts"].sum() for n in found])),
                "wasted_bytes": float(np.mean([n.outcomes["bytes_wasted"].sum() for n in found])),
                "tally_first_night": _tallies(found),
                "chance_best": best,
            }
        )
    return rows


def _tallies(nights: Sequence[Night]) -> float:
    """Mean number of stations whose tally is known on the first night, within twelve hours."""
    return float(np.mean([np.sum(n.outcomes["tally_s"] <= _FIRST_NIGHT) for n in nights]))
