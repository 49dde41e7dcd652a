"""What became of a nation's stations: counts by regency, and a table of all of them.

Rule of this file: from outcomes to numbers and rows; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ingest.sharing import Arrivals
from sim.ledger import Cause, State
from sim.population.nation import Part
from sim.population.region import Region
from sim.scenario.model import Scenario
from study.nation.tasks import Kept
from study.store import write_parquet

_CURVE_STEP: Final = 1800.0  # seconds between points of the progress curve
_SUMS: Final = ("attempts", "bytes_acked", "bytes_wasted")
_COLUMNS: Final = ("ready_s", "sent_s", "tally_s", "handed_over_s", *_SUMS, "excel")

Rows = NDArray[np.void]


class Place(NamedTuple):
    """A regency, or a sample of it, with its region."""

    part: Part
    region: Region


def curve_times(scenario: Scenario) -> list[float]:
    """Times of the progress curve, seconds."""
    return [*np.arange(0.0, scenario.horizon, _CURVE_STEP).tolist(), scenario.horizon]


def places_of(parts: Sequence[Part]) -> list[Place]:
    """Parts with their regions."""
    return [Place(part, part.region()) for part in parts]


def rows_by_place(places: Sequence[Place], rows: Rows) -> list[Rows]:
    """The outcomes of several places in one table, place by place."""
    edges = np.cumsum([len(p.region.stations) for p in places])[:-1]
    return list(np.split(rows, edges))


def reduced(
    scenario: Scenario, places: Sequence[Sequence[Place]], kept: Sequence[Kept]
) -> dict[str, Any]:
    """A night in numbers: counts of what was simulated, not weighted.

    Parameters
    ----------
    places : of each of ``kept``, the places that it holds.
    """
    by_place = [
        (place.part.regency.code, rows)
        for group, night in zip(places, kept, strict=True)
        for place, rows in zip(group, rows_by_place(group, night.outcomes), strict=True)
    ]
    states = {c: np.bincount(r["state"], minlength=len(State)).tolist() for c, r in by_place}
    every = np.concatenate([rows for _, rows in by_place])
    missing = every["state"] > State.SENT_PPK
    causes = np.bincount(every["cause"][missing], minlength=len(Cause))
    sent = np.sort(every["sent_s"][np.isfinite(every["sent_s"])])
    brought = Arrivals.total(k.brought for k in kept)
    server = {p: v for p, v in kept[0].values.items() if p.startswith("server.")}
    return {
        "states": states,
        "causes": {c.name.lower(): int(causes[c]) for c in Cause if c is not Cause.NONE},
        "curve": np.searchsorted(sent, curve_times(scenario), side="right").tolist(),
        "peak_flows": float(brought.flows.max()),
        "peak_requests": float(brought.requests.max()),
        "server": server,
        **{name: int(every[name].sum()) for name in _SUMS},
    }


def write_stations(path: Path, places: Sequence[Sequence[Place]], rows: Sequence[Rows]) -> None:
    """One row a station, as Parquet."""
    states = np.array([s.name.lower() for s in State], dtype=object)
    causes = np.array([c.name.lower() for c in Cause], dtype=object)
    columns: dict[str, list[NDArray[Any]]] = {}
    for group, table in zip(places, rows, strict=True):
        for place, own in zip(group, rows_by_place(group, table), strict=True):
            regency, region = place.part.regency, place.region
            n = len(own)
            districts = np.array([d.code for d in region.kecamatan], dtype=object)
            said = {
                "province": np.full(n, regency.province, dtype=object),
                "regency": np.full(n, regency.name, dtype=object),
                "kecamatan": districts[region.kecamatan_of()],
                "tps": np.array([s.code for s in region.stations], dtype=object),
                "outcome": states[own["state"]],
                "cause": causes[own["cause"]],
            } | {name: own[name] for name in _COLUMNS}
            for name, values in said.items():
                columns.setdefault(name, []).append(values)
    write_parquet(path, {name: np.concatenate(parts) for name, parts in columns.items()})
