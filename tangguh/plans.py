"""What ``tangguh plan`` does: search, confirm, size, and what no server can mend.

Rule of this file: from the command line's values to a summary; nothing is printed but progress.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.scenario.source import load
from study.effects.members import Ensemble, World, prior_ensemble
from study.files import replacing
from study.objectives import reaches
from study.plan.bench import Bench
from study.plan.declared import PlanFile, Planned, open_plan
from study.plan.judged import Judged, front
from study.plan.search import Answer, find
from study.plan.sizing import nation_of, no_server_mends, size, weighted_nights
from study.store import locked
from tangguh.effects import check_fits, open_ensemble
from tangguh.ensembles import InterruptedRunError
from tangguh.progress import Bar
from tangguh.studies import write_study


def open_planned(file: Path, nights: int | None, trials: int | None) -> Planned:
    """A plan's file, with another effort where the command line says so.

    Raises
    ------
    ScenarioError : what is wrong with the file.
    """
    planned = open_plan(*load(file))
    given = {"nights": nights, "trials": trials}
    effort = planned.file.effort.model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    return replace(planned, file=planned.file.model_copy(update={"effort": effort}))


def make_plan(
    file: Path, planned: Planned, ensemble: Path | None, *, seed: int, jobs: int, stock: Path
) -> dict[str, Any]:
    """Look for the plan; the contents of ``plan.json``.

    Raises
    ------
    UsageError, PlanError : an ensemble that does not fit, nights that cannot be enough.
    InterruptedRunError : Ctrl-C; finished nights are kept.
    """
    worlds = _worlds(planned, ensemble, seed)
    with Bar("nights, at most", _most(planned.file, worlds)) as bar:
        bench = Bench(planned, worlds, jobs, stock, bar.advance, bar.skip)
        try:
            answer = find(bench)
            floor = no_server_mends(bench, answer.best, planned.file.effort.few)
            nights = weighted_nights(bench, answer.best)
        except KeyboardInterrupt:
            raise InterruptedRunError(
                f"interrupted; {bench.simulated} nights were simulated and are kept in {stock}; "
                "the same command goes on"
            ) from None
    nation = nation_of(planned.applied(planned.inputs, answer.best.names))
    sheet = size(nights, planned.file.headroom, nation)
    return _summary(planned, worlds, answer) | {
        "file": str(file),
        "simulated": bench.simulated,
        "no_server": floor,
        "nation": nation,
        "sizing": sheet,
    }


def _most(file: PlanFile, worlds: Ensemble) -> int:
    """Nights that are looked at, at most: tried, confirmed, with a perfect server, and sized."""
    few = sum(min(file.effort.few, len(w.nights)) for w in worlds.worlds)
    every = sum(len(w.nights) for w in worlds.worlds)
    confirmations = min(file.effort.confirmations, file.candidates)
    return (file.candidates + 1) * few + (confirmations + 1) * every


def _worlds(planned: Planned, ensemble: Path | None, seed: int) -> Ensemble:
    nights = planned.file.effort.nights
    if ensemble is None:
        return prior_ensemble({planned.inputs.scenario.name: planned.inputs}, nights, seed)
    found = open_ensemble(ensemble, nights, seed)
    check_fits(planned.inputs, found, [])
    return found


def _summary(planned: Planned, worlds: Ensemble, answer: Answer) -> dict[str, Any]:
    its, best = planned.file, answer.best
    return {
        "plan": its.plan,
        "title": its.title.model_dump(),
        "scenario": planned.inputs.scenario.name,
        "stations": len(planned.inputs.region.stations),
        "seed": worlds.seed,
        "calibrated": worlds.calibrated,
        "error": its.error,
        "effort": its.effort.model_dump(),
        "combinations": its.combinations,
        "candidates": len(answer.tried),
        "outcome": answer.outcome,
        "objectives": [
            asked.model_dump(mode="json")
            | {"share": share, "chance": chance, "low": low, "high": high}
            for asked, share, chance, low, high in zip(
                its.objectives, best.shares, best.chances, best.lows, best.highs, strict=True
            )
        ],
        "levers": [
            {
                "lever": name, "choice": picked, "standing": lever.standing, "source": lever.source,
                "cost": next(c.cost for c in lever.choices if c.name == picked),
                "first": lever.choices[0].name,
            }
            for (name, lever), picked in zip(its.levers.items(), best.names, strict=True)
        ],
        "best": _plain(best),
        "front": [_plain(j) for j in front(answer.tried)],
        "tried": [_plain(j) for j in answer.tried],
        "confirmed": [_plain(j) for j in answer.confirmed],
        "undecided": [_plain(j) for j in answer.undecided],
        "untried": answer.untried,
        "worlds": [_in_world(its, w, answer) for w in worlds.worlds],
    }  # fmt: skip


def _in_world(file: PlanFile, world: World, answer: Answer) -> dict[str, Any]:
    """A world by itself: what the plan does there, and what would do."""
    enough = [
        j for j in answer.tried
        if reaches(j.worlds[world.name], [o.in_nights for o in file.objectives]).all()
    ]  # fmt: skip
    cheapest = min(enough, default=None, key=lambda j: j.cost)
    return {
        "world": world.name, "weight": world.weight, "nights": len(world.nights),
        "chances": answer.best.worlds[world.name],
        "cheapest": None if cheapest is None else _plain(cheapest),
    }  # fmt: skip


def _plain(judged: Judged) -> dict[str, Any]:
    return {
        "names": list(judged.names), "cost": judged.cost, "chance": judged.chance,
        "chances": list(judged.chances), "lows": list(judged.lows), "highs": list(judged.highs),
        "margin": judged.margin, "nights": judged.nights, "verdict": judged.verdict,
    }  # fmt: skip


def write_result(folder: Path, summary: dict[str, Any]) -> None:
    """``plan.json``, ``plan.csv`` (every candidate, as it was judged last) and
    ``provenance.json``."""
    latest = {tuple(row["names"]): row for row in summary["tried"] + summary["confirmed"]}
    objectives = range(1, len(summary["objectives"]) + 1)
    with locked(folder):
        write_study(folder, "plan", "plan.json", summary)
        levers = [row["lever"] for row in summary["levers"]]
        path = folder / "plan.csv"
        with replacing(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as text:
            table = csv.writer(text, lineterminator="\n")
            bounds = [f"{k}_{i}" for i in objectives for k in ("chance", "low", "high")]
            table.writerow([*levers, "cost_rupiah", "verdict", "nights", "chance_all", *bounds])
            for row in latest.values():
                judged = [row[k] for k in ("cost", "verdict", "nights", "chance")]
                of_each = zip(row["chances"], row["lows"], row["highs"], strict=True)
                table.writerow([*row["names"], *judged, *(v for its in of_each for v in its)])
