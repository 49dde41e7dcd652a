"""How large the server must be under a plan, and what no server can mend.

A size is the quantity's 95th percentile over nights (by their weights), times its headroom. What
is measured is what the region's stations bring under the plan's own server: where its pipe or its
slots bind, they bind the peak, too.

For the nation the size is multiplied by its stations over the region's. That takes every region's
peak to be at the same minute (the country has three time zones), so requests, connections and
bandwidth are on the safe side; disk adds up exactly.

Rule of this file: from nights to plain data. Units: requests/s, connections, bit/s, bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from sim.assembly import Night
from sim.ledger import Cause, State
from sim.scenario.inputs import Inputs
from sim.scenario.model import Scenario
from study.effects.statistics import weighted_percentile
from study.plan.bench import Bench
from study.plan.declared import Headroom
from study.plan.judged import Judged

_SURE: Final = 95.0  # per cent of nights whose peak is kept
_PERFECT: Final = {
    "pipe": "1000 Gbit/s", "slots": 1_000_000_000, "workers": 1_000_000,
    "queue": 1_000_000_000, "fault": "0%", "outages": [], "nation": None,
}  # fmt: skip


def weighted_nights(bench: Bench, judged: Judged) -> list[tuple[Night, float]]:
    """All nights of a candidate, each with its weight over the worlds."""
    return [
        (night, float(world.weight * weight))
        for world in bench.ensemble.worlds
        for night, weight in zip(
            bench.nights(bench.planned.applied(world.inputs, judged.names), world),
            world.weights, strict=True,
        )
    ]  # fmt: skip


def nation_of(inputs: Inputs) -> dict[str, Any] | None:
    """How many times the region the nation is, by the scenario's own figures; None: there is none.

    Returns
    -------
    ``scenario``; ``stations`` (all of them: the region's and the median of the others), ``factor``.
    """
    nation = inputs.scenario.server.nation
    if nation is None or not nation.enabled:
        return None
    own = len(inputs.region.stations)
    others = float(nation.stations.law.ppf(np.float64(0.5)))
    return {
        "scenario": inputs.scenario.name, "stations": round(own + others), "region": own,
        "factor": (own + others) / own, "standing": nation.stations.standing,
    }  # fmt: skip


def size(
    nights: Sequence[tuple[Night, float]], headroom: Headroom, nation: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """The sizing sheet.

    Returns
    -------
    Rows with ``name``, ``unit``, ``peak`` (the region's), ``headroom`` (a factor), ``sized`` (their
    product), ``nation`` (the same for all stations, or None), ``low`` and ``high`` (the least and
    the largest night's).
    """
    weights = np.array([w for _, w in nights])
    rows = []
    for name, unit in (
        ("requests", "1/s"),
        ("connections", ""),
        ("bandwidth", "bit/s"),
        ("disk", "B"),
    ):
        values = np.array([_quantity(name, night) for night, _ in nights])
        peak = weighted_percentile(values, weights, _SURE)
        factor = float(getattr(headroom, name))
        rows.append(
            {
                "name": name, "unit": unit, "peak": peak, "headroom": factor,
                "sized": factor * peak,
                "nation": None if nation is None else factor * peak * nation["factor"],
                "low": float(values.min()), "high": float(values.max()),
            }
        )  # fmt: skip
    return rows


def _quantity(name: str, night: Night) -> float:
    """Of one night: requests/s of its busiest minute, most connections at once, bit/s of its
    busiest ten minutes (what was sent again or in vain included), bytes stored."""
    if name == "requests":
        return night.counts["peak_requests_per_minute"] / 60.0
    if name == "connections":
        return float(night.counts["peak_slots"])
    if name == "bandwidth":
        return 8.0 * night.counts["peak_bytes_per_10_minutes"] / 600.0
    return float(night.outcomes["bytes_acked"].sum())


def best_server(world: Inputs) -> Inputs:
    """The world with a server that never fails and is never busy; an answer takes what it takes."""
    tree = world.scenario.model_dump(mode="json")
    tree["server"] |= _PERFECT
    return replace(world, loaded=replace(world.loaded, value=Scenario.model_validate(tree)))


def no_server_mends(bench: Bench, judged: Judged, count: int) -> dict[str, Any]:
    """Under a candidate with the best server there can be: what is still not there, and why.

    Returns
    -------
    ``missing`` : for each objective the mean share of stations that still lack it;
    ``chances``: in what share of nights it is met.
    ``left`` : share not sent at the snapshot; ``causes``: their shares by cause, the largest first.
    """
    objectives = bench.planned.file.objectives
    missing, chances = np.zeros(len(objectives)), np.zeros(len(objectives))
    causes = Counter[str]()
    for world in bench.worlds(count):
        changed = best_server(bench.planned.applied(world.inputs, judged.names))
        nights = bench.nights(changed, world)
        for weight, night in zip(world.weight * world.weights, nights, strict=True):
            for i, asked in enumerate(objectives):
                value = asked.value(night, world.inputs.scenario)
                missing[i] += weight * (value if asked.measure == "failed" else 1.0 - value)
                chances[i] += weight * float(asked.met(np.array([value]))[0])
            left = night.outcomes[night.outcomes["state"] > State.SENT_PPK]
            for cause, n in zip(*np.unique(left["cause"], return_counts=True), strict=True):
                causes[Cause(int(cause)).name.lower()] += weight * float(n) / len(night.outcomes)
    total = sum(causes.values())
    return {
        "missing": missing.tolist(),
        "chances": chances.tolist(),
        "left": float(total),
        "causes": {name: float(v / total) for name, v in causes.most_common()} if total else {},
    }
