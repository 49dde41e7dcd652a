"""How large the server must be under a plan, and what no server can mend.

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
from study.plan.search import Bench, Judged

_WINDOW: Final = (
    600.0  # seconds over which bandwidth is averaged: a queue of minutes smooths the rest
)
_SURE: Final = 95  # per cent of nights whose peak is kept
_PERFECT: Final = {
    "pipe": "1000 Gbit/s", "slots": 1_000_000_000, "workers": 1_000_000,
    "queue": 1_000_000_000, "fault": "0%", "outages": [], "nation": None,
}  # fmt: skip


def size(nights: Sequence[Night], inputs: Inputs, headroom: float) -> list[dict[str, Any]]:
    """The sizing sheet: each quantity's 95th percentile over nights, with headroom, for the region
    and, by the number of stations, for the nation.

    Returns
    -------
    Rows with ``name``, ``unit``, ``peak`` (the region's), ``sized`` (with headroom), ``nation``.
    """
    rows = []
    stations = len(inputs.region.stations)
    nation = inputs.scenario.server.nation
    others = nation.stations.law.ppf(np.float64(0.5)) if nation is not None else None
    scale = None if others is None else float((others + stations) / stations)
    found = {
        ("requests", "1/s"): [n.counts["peak_requests_per_minute"] / 60.0 for n in nights],
        ("connections", ""): [float(n.counts["peak_slots"]) for n in nights],
        ("bandwidth", "bit/s"): [_busiest(n) for n in nights],
        ("disk", "B"): [float(n.outcomes["bytes_acked"].sum()) for n in nights],
    }
    for (name, unit), values in found.items():
        peak = float(np.percentile(values, _SURE))
        sized = headroom * peak
        rows.append(
            {
                "name": name, "unit": unit, "peak": peak, "sized": sized,
                "nation": None if scale is None else sized * scale,
            }
        )  # fmt: skip
    return rows


def _busiest(night: Night) -> float:
    """Bits per second in the busiest ten minutes; a station's bytes count when it was sent."""
    rows = night.outcomes
    sent = rows[rows["state"] <= State.SENT_PPK]
    if not len(sent):
        return 0.0
    window = (sent["sent_s"] // _WINDOW).astype(int)
    return float(8.0 * np.bincount(window, weights=sent["bytes_acked"]).max() / _WINDOW)


def best_server(world: Inputs) -> Inputs:
    """The world with a server that never fails and is never busy; an answer takes what it takes."""
    tree = world.scenario.model_dump(mode="json")
    tree["server"] |= _PERFECT
    return replace(world, loaded=replace(world.loaded, value=Scenario.model_validate(tree)))


def no_server_mends(bench: Bench, judged: Judged, count: int) -> dict[str, Any]:
    """Under a candidate with the best server there can be: what is still not there, and why.

    Returns
    -------
    ``missing`` : share of stations that the first objective still lacks, over the worlds.
    ``left`` : share not sent at the snapshot; ``causes``: their shares by cause, the largest first.
    """
    asked = bench.planned.file.objectives[0]
    missing, causes = 0.0, Counter[str]()
    for world in bench.worlds(count):
        changed = best_server(bench.planned.applied(world.inputs, judged.names))
        nights = bench.nights(changed, world)
        for weight, night in zip(world.weight * world.weights, nights, strict=True):
            value = asked.value(night, world.inputs.scenario)
            missing += weight * (value if asked.measure == "failed" else 1.0 - value)
            left = night.outcomes[night.outcomes["state"] > State.SENT_PPK]
            for cause, n in zip(*np.unique(left["cause"], return_counts=True), strict=True):
                causes[Cause(int(cause)).name.lower()] += weight * float(n) / len(night.outcomes)
    total = sum(causes.values())
    return {
        "missing": float(missing),
        "left": float(total),
        "causes": {name: float(v / total) for name, v in causes.most_common()} if total else {},
    }
