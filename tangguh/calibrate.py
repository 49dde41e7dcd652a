"""``tangguh calibrate``: which worlds, and which nights in them, agree with what was counted."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from tangguh.run import CORES, Jobs, Seed

STOCK = Path("out/cache/nights")


def calibrate(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A calibration in YAML, or one scenario.")
    ],
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder of the results. [default: out/NAME/...]"),
    ] = None,
    stock: Annotated[Path, typer.Option(help="Where nights are kept, by content.")] = STOCK,
) -> None:
    """Calibrate worlds to the counts per kecamatan: a weighted ensemble of nights for each.

    Interrupted, the same command goes on: finished nights are kept. `scenarios/calibration` has an
    example with seven worlds.
    """
    _one_thread()
    from reports.result_page import write_result_page
    from sim.scenario.source import load
    from study.calibration.ensemble_file import write_ensemble
    from study.files import write_json
    from study.seal import seal
    from study.store import PROVENANCE, provenance
    from tangguh.calibration_tables import print_calibration
    from tangguh.calibrations import carry_out, opened
    from tangguh.studies import results

    calibration, worlds = opened(*load(file))
    identity = {"command": "calibrate", "calibration": calibration.calibration, "seed": seed}
    with results(out, calibration.calibration, "calibration.json", "calibration-") as folder:
        summary, ensemble = carry_out(calibration, worlds, seed=seed, jobs=jobs, stock=stock)
        write_json(folder / "calibration.json", summary)
        write_json(folder / PROVENANCE, provenance(identity, sys.argv[1:]))
        seal(write_ensemble(folder, ensemble))
    print_calibration(summary, write_result_page("calibration", folder, summary))


def _one_thread() -> None:
    """Linear algebra on one thread, before it is loaded: the same sums in the same order on any
    machine, and no threads that spin beside the processes that simulate."""
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
