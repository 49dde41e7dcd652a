"""What the nights of a nation say, as plain data: the contents of ``nation.json`` and of the page.

Rule of this file: from kept results to numbers; totals of a sample are scaled to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger import State
from sim.population.nation import Nation, Part
from sim.scenario.assumptions import assumptions
from sim.scenario.model import Scenario
from study.nation.night import Plan
from study.nation.tables import curve_times
from study.statistics import percentiles

Kept = Mapping[str, Any]
Table = NDArray[np.float64]


def summarise(plan: Plan, nights: Sequence[Kept]) -> dict[str, Any]:
    """The summary; ``nights`` are what :func:`study.nation.night.carry_out` kept."""
    scenario, nation, first = plan.scenario, plan.nation, nights[0]
    places = plan.places()
    states = np.array([[n["states"][p.regency.code] for p in places] for n in nights])
    failed = [State.FAILED]
    if scenario.observed.reading == "unsent":
        failed = [State.FAILED, State.NOT_ATTEMPTED]
    unsent = states[:, :, failed].sum(axis=2).astype(np.float64)  # nights x regencies
    weight = first["weight"]
    return {
        "scenario": scenario.name,
        "title": scenario.title.model_dump(),
        "nation": nation.name,
        "start": scenario.start.isoformat(),
        "snapshot": scenario.snapshot.isoformat(),
        "seed": plan.seed,
        "replications": len(nights),
        "variant": list(plan.variant),
        "reading": scenario.observed.reading,
        "stations": nation.stations,
        "regency_count": len(nation.regencies),
        "simulated": first["simulated"],
        "split": first["split"],
        "tolerance": plan.tolerance,
        "converged": all(n["converged"] for n in nights),
        "outcomes": {s.name.lower(): _spread(states[:, :, s].sum(axis=1), weight) for s in State},
        "unsent": _spread(unsent.sum(axis=1), weight),
        "causes": {
            cause: _spread(np.array([n["causes"][cause] for n in nights]), weight)
            for cause in first["causes"]
        },
        "provinces": _provinces(nation, places, unsent),
        "regencies": _regencies(places, unsent),
        "progress": _progress(scenario, nights),
        "nights": [_server(night) for night in nights],
        "assumptions": [a._asdict() for a in assumptions(scenario)],
    }


def _spread(values: NDArray[Any], weight: float) -> dict[str, float]:
    return percentiles(values * weight)


def _provinces(nation: Nation, places: Sequence[Part], unsent: Table) -> list[dict[str, Any]]:
    """Shares of the simulated stations that are not sent, the worst first."""
    rows = []
    for province in dict.fromkeys(p.regency.province for p in places):
        its = [i for i, p in enumerate(places) if p.regency.province == province]
        simulated = sum(places[i].tps() for i in its)
        rows.append(
            {
                "name": province,
                "tps": sum(r.tps for r in nation.regencies if r.province == province),
                "simulated": simulated,
                "unsent": _spread(unsent[:, its].sum(axis=1), 1 / simulated),
            }
        )
    return sorted(rows, key=_worst_first)


def _regencies(places: Sequence[Part], unsent: Table) -> list[dict[str, Any]]:
    """The same of every regency, with what the number of its stations rests on."""
    rows = []
    for i, place in enumerate(places):
        its, simulated = place.regency, place.tps()
        rows.append(
            {
                "code": its.code,
                "name": its.name,
                "province": its.province,
                "tps": its.tps,
                "standing": its.standing,
                "source": its.source,
                "simulated": simulated,
                "unsent": _spread(unsent[:, i], 1 / simulated),
            }
        )
    return sorted(rows, key=_worst_first)


def _worst_first(row: dict[str, Any]) -> float:
    return -float(row["unsent"]["mean"])


def _progress(scenario: Scenario, nights: Sequence[Kept]) -> dict[str, Any]:
    """Share of stations sent over time, by the scenario's clock."""
    shares = np.array([np.array(n["curve"]) / n["simulated"] for n in nights])
    times = curve_times(scenario)
    if shares.shape != (len(nights), len(times)):
        raise ValueError(f"a night's curve has not {len(times)} points")
    found: dict[str, Any] = {"seconds": [round(t, 3) for t in times]}
    for level in (2.5, 25, 50, 75, 97.5):
        at = np.percentile(shares, level, axis=0)
        found[f"p{level:g}"] = [round(float(v), 5) for v in at]
    found["observed"] = [
        {"seconds": scenario.seconds(p.at), "sent": p.sent, "source": p.source}
        for p in scenario.observed.progress
    ]
    return found


_DRAWN = ("server.pipe", "server.slots", "server.workers")


def _server(night: Kept) -> dict[str, Any]:
    """One night at the server: what was drawn of it, and what it met; of the whole nation."""
    unsent = sum(s[State.FAILED] + s[State.NOT_ATTEMPTED] for s in night["states"].values())
    weight = night["weight"]
    return {
        "replication": night["replication"],
        "server": night["server"] | {key: float(night["server"][key]) for key in _DRAWN},
        "unsent": unsent * weight,
        "peak_flows": night["peak_flows"] * weight,
        "peak_requests_per_minute": night["peak_requests"] * weight,
        "attempts": night["attempts"] * weight,
        "bytes_acked": night["bytes_acked"] * weight,
        "bytes_wasted": night["bytes_wasted"] * weight,
        "sample": night["sample"],
        "defects": night["defects"],
        "converged": night["converged"],
    }
