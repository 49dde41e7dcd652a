"""``tangguh compare GRID``: a whole grid, until the best is known.

Rule of this file: from the grid's file to its results in a folder; what is printed is in
:mod:`tangguh.tables`.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from sim.scenario.inputs import check_inputs
from sim.scenario.loader import check
from sim.scenario.source import Item
from study.files import replacing, write_json
from study.grid import Grid, check_names, world_trees
from study.measures import MEASURES
from study.nights import Task
from study.sweep import Stage, across, sweep
from tangguh.dashboard import Dashboard
from tangguh.dashboard_sweep import SweepBoard
from tangguh.ensembles import InterruptedRunError
from tangguh.studies import results


def open_grid(tree: Item, files: list[Path]) -> tuple[Grid, list[Stage]]:
    """Check a grid and everything that it names.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    loaded = check(tree, files, Grid)
    stages = []
    for name, (world, world_files) in world_trees(loaded).items():
        inputs = check_inputs(world, world_files)
        check_names(loaded, inputs.catalogue)
        named = tuple(f for f in inputs.files if f not in inputs.loaded.files)
        stages.append(
            Stage(name, inputs.scenario, inputs.region, inputs.trace, inputs.catalogue, named)
        )
    return loaded.value, stages


def sweep_grid(
    tree: Item,
    files: list[Path],
    *,
    seed: int,
    jobs: int,
    out: Path | None,
    cache: Path,
    dashboard: bool = True,
) -> tuple[Path, dict[str, Any]]:
    """Carry a grid out; returns its folder and its summary.

    Raises
    ------
    ScenarioError : everything that is wrong with the grid, its scenario or its worlds.
    InterruptedRunError : Ctrl-C; what was simulated is kept.
    """
    grid, stages = open_grid(tree, files)
    with results(out, grid.grid, "grid.json") as folder:
        summary = _swept(grid, stages, seed, jobs, cache, dashboard)
        write_json(folder / "grid.json", summary)
        _write_csv(folder / "grid.csv", summary["worlds"])
    return folder, summary


def _swept(
    grid: Grid, stages: list[Stage], seed: int, jobs: int, cache: Path, dashboard: bool
) -> dict[str, Any]:
    """Every world of a grid; the contents of ``grid.json``."""
    variants = grid.variants()
    worlds = []
    board = SweepBoard([stage.name for stage in stages], len(variants))
    with Dashboard(board, dashboard) as shown:

        def finished(_task: Task) -> None:
            board.advance()
            shown.refresh()

        try:
            for stage in stages:
                worlds.append(
                    sweep(
                        stage,
                        variants,
                        grid.stop.rules(),
                        seed=seed,
                        jobs=jobs,
                        cache=cache,
                        finished=finished,
                        report=board.say,
                    )
                )
        except KeyboardInterrupt:
            raise InterruptedRunError(
                f"interrupted; {board.done} nights were simulated and are kept in {cache}; the "
                "same command goes on"
            ) from None
    title = grid.title.model_dump() if grid.title else {"id": grid.grid, "en": grid.grid}
    return {
        "grid": grid.grid,
        "title": title,
        "scenario": stages[0].scenario.name,
        "start": stages[0].scenario.start.isoformat(),
        "snapshot": stages[0].scenario.snapshot.isoformat(),
        "seed": seed,
        "simulated": board.done,
        "worlds": worlds,
        "across": across(worlds),
    }


def _write_csv(path: Path, worlds: list[dict[str, Any]]) -> None:
    names = [f"{m.name}_{p}" for m in MEASURES for p in ("p5", "p50", "p95")]
    with replacing(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            ["world", "policy", "batching", "shaping", "nights", "alive", "failed", "failed_low",
             "failed_high", "regret", "regret_low", "regret_high", "chance_best", "pareto", *names]
        )  # fmt: skip
        for world in worlds:
            for row in world["rows"]:
                failed, lost = row["failed"], row["regret"]
                measures = [row["measures"][m.name][p] for m in MEASURES for p in _SPREAD]
                table.writerow(
                    [world["world"], row["policy"], row["batching"], row["shaping"], row["nights"],
                     row["alive"], failed["mean"], failed["low"], failed["high"], lost["mean"],
                     lost["low"], lost["high"], row["chance_best"], row["pareto"], *measures]
                )  # fmt: skip


_SPREAD = ("p5", "p50", "p95")
