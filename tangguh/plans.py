"""What ``tangguh plan`` does: search, confirm, size, and what no server can mend.

Rule of this file: from the command line's values to a summary; nothing is printed but progress.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from sim.scenario.source import load
from study.effects.members import Ensemble, prior_ensemble
from study.files import replacing
from study.plan.declared import Planned, open_plan
from study.plan.search import CONFIRMED, Bench, Judged, confirm, front, search, too_few
from study.plan.sizing import no_server_mends, size
from study.store import locked
from tangguh.effects import check_fits, open_ensemble
from tangguh.ensembles import InterruptedRunError, UsageError
from tangguh.progress import Bar
from tangguh.studies import write_study


def make_plan(
    file: Path, ensemble: Path | None, *, seed: int, jobs: int, stock: Path
) -> dict[str, Any]:
    """Look for the plan; the contents of ``plan.json``.

    Raises
    ------
    ScenarioError, UsageError : what is wrong with the file or the ensemble.
    InterruptedRunError : Ctrl-C; finished nights are kept.
    """
    planned = open_plan(*load(file))
    worlds = _worlds(planned, ensemble, seed)
    effort = planned.file.effort
    few = sum(min(effort.few, len(w.nights)) for w in worlds.worlds)
    every = sum(min(effort.nights, len(w.nights)) for w in worlds.worlds)
    with Bar("nights, at most", (effort.trials + 1) * few + CONFIRMED * every, 0) as bar:
        bench = Bench(planned, worlds, jobs, stock, bar.advance)
        if wrong := too_few(bench):
            raise UsageError(f"{file}: {wrong}")
        try:
            tried = search(bench)
            chosen, confirmed = confirm(bench, tried)
            best = chosen or max(confirmed, key=lambda j: j.chance)
            floor = no_server_mends(bench, best, effort.few)
            rows = [
                night
                for world in bench.worlds(effort.nights)
                for night in bench.nights(planned.applied(world.inputs, best.names), world)
            ]
        except KeyboardInterrupt:
            raise InterruptedRunError(
                f"interrupted; {bench.simulated} nights were simulated and are kept in {stock}; "
                "the same command goes on"
            ) from None
    sheet = size(rows, planned.applied(planned.inputs, best.names), planned.file.headroom)
    return _summary(file, planned, worlds, bench, tried, confirmed, chosen, best, floor, sheet)


def _worlds(planned: Planned, ensemble: Path | None, seed: int) -> Ensemble:
    nights = planned.file.effort.nights
    if ensemble is None:
        return prior_ensemble({planned.inputs.scenario.name: planned.inputs}, nights, seed)
    found = open_ensemble(ensemble, nights, seed)
    check_fits(planned.inputs, found, [])
    return found


def _summary(
    file: Path, planned: Planned, worlds: Ensemble, bench: Bench, tried: list[Judged],
    confirmed: list[Judged], chosen: Judged | None, best: Judged, floor: dict[str, Any],
    sheet: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    its = planned.file
    cheapest = {
        w.name: min((j for j in tried if j.worlds[w.name] >= bench.asked), default=None,
                    key=lambda j: j.cost)
        for w in worlds.worlds
    }  # fmt: skip
    return {
        "plan": its.plan,
        "title": its.title.model_dump(),
        "file": str(file),
        "scenario": planned.inputs.scenario.name,
        "stations": len(planned.inputs.region.stations),
        "seed": worlds.seed,
        "calibrated": worlds.calibrated,
        "error": its.error,
        "headroom": its.headroom,
        "asked": bench.asked,
        "simulated": bench.simulated,
        "candidates": len(tried),
        "objectives": [o.model_dump(mode="json") | {"share": s}
                       for o, s in zip(its.objectives, best.shares, strict=True)],
        "levers": [
            {
                "lever": name, "choice": picked, "standing": lever.standing, "source": lever.source,
                "cost": next(c.cost for c in lever.choices if c.name == picked),
                "least": min(c.cost for c in lever.choices),
            }
            for (name, lever), picked in zip(its.levers.items(), best.names, strict=True)
        ],
        "found": chosen is not None,
        "best": _plain(best),
        "front": [_plain(j) for j in front(tried)],
        "tried": [_plain(j) for j in tried],
        "confirmed": [_plain(j) for j in confirmed],
        "worlds": [
            {
                "world": w.name, "weight": w.weight, "nights": len(w.nights),
                "chance": best.worlds[w.name],
                "cheapest": None if (j := cheapest[w.name]) is None else _plain(j),
            }
            for w in worlds.worlds
        ],
        "no_server": floor,
        "sizing": sheet,
    }  # fmt: skip


def _plain(judged: Judged) -> dict[str, Any]:
    return {
        "names": list(judged.names), "cost": judged.cost, "chance": judged.chance,
        "low": judged.low, "high": judged.high, "worlds": judged.worlds, "nights": judged.nights,
    }  # fmt: skip


def write_result(folder: Path, summary: dict[str, Any]) -> None:
    """``plan.json``, ``plan.csv`` (every candidate) and ``provenance.json``."""
    with locked(folder):
        write_study(folder, "plan", "plan.json", summary)
        levers = [row["lever"] for row in summary["levers"]]
        path = folder / "plan.csv"
        with replacing(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as text:
            table = csv.writer(text, lineterminator="\n")
            table.writerow([*levers, "cost_rupiah", "chance", "low", "high", "nights"])
            for row in summary["tried"]:
                judged = [row[k] for k in ("cost", "chance", "low", "high", "nights")]
                table.writerow([*row["names"], *judged])
