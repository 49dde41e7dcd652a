"""``tangguh validate-progress``: from a file of points to scores in a folder.

Rule of this file: nothing is printed but progress; what is printed is in
:mod:`tangguh.progress_tables`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.population.csv_files import Reject, RejectedRowsError
from study.files import replacing
from study.progress.points import read_points
from study.progress.validation import calibrated, gather, place, prior, to_simulate, validate
from tangguh.ensembles import UsageError
from tangguh.studies import calibrated_worlds, nights_bar, open_worlds, results, write_result


def score_points(
    file: Path,
    scenarios: Sequence[Path],
    *,
    ensemble: Path | None,
    replications: int,
    seed: int,
    jobs: int,
    out: Path | None,
    stock: Path,
) -> tuple[Path, dict[str, Any]]:
    """Predict and score the points of a file; returns the folder and the summary.

    Raises
    ------
    RejectedRowsError : if no row of the file is left.
    ScenarioError : everything that is wrong with the scenarios.
    """
    read = read_points(file)
    inputs = open_worlds(scenarios)
    cases, elsewhere = place(read.points, inputs)
    skipped = sorted([*read.skipped, *elsewhere], key=lambda s: s.row)
    if not cases:
        left_out = [Reject(file, s.row, f"left out: {s.reason}") for s in skipped]
        rows = sorted([*read.rejects, *left_out], key=lambda r: r.row)
        raise RejectedRowsError(rows or [Reject(file, 1, "the file has no rows below its header")])
    if ensemble is None:
        needed = prior(cases, inputs, replications)
    else:
        worlds, seed = calibrated_worlds(ensemble)
        begins = {its.scenario.start for its in worlds.inputs.values()}
        for name, its in inputs.items():
            if {its.scenario.start} != begins:
                raise UsageError(f"{ensemble}: is of another night than the scenario {name}")
        needed = calibrated(cases, inputs, worlds)
    with nights_bar(to_simulate(needed, replications, seed, stock), stock) as bar:
        ensembles = gather(
            needed, replications, seed=seed, jobs=jobs, stock=stock, finished=bar.advance
        )
    summary: dict[str, Any] = {
        "points_file": str(file),
        "scenarios": {name: its.scenario.title.model_dump() for name, its in inputs.items()},
        "ensemble": "prior" if ensemble is None else "calibrated",
        "seed": seed,
        "nights": {key: len(its) for key, (its, _) in ensembles.items()},
        **validate(cases, needed, ensembles, seed),
        "skipped": [{"row": s.row, "region": s.region, "reason": s.reason} for s in skipped],
        "rejected": [{"row": r.row, "reason": r.reason} for r in read.rejects],
    }
    with results(out, "validate-progress", "validation.json") as folder:
        write_result(folder, "validate-progress", "validation.json", str(file), seed, summary)
        _write_csv(folder / "validation.csv", summary["points"])
    return folder, summary


def _write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with replacing(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as target:
        table = csv.DictWriter(target, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
