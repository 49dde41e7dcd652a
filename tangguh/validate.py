"""``tangguh validate``: are these scenarios, and the files that they name, fit to run?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenarios in YAML.")],
) -> None:
    """Check scenarios, grids, truths and targets, and all that they name; list all problems."""
    from sim.scenario.errors import printable
    from sim.scenario.inputs import Faults

    wrong = False
    for file in files:
        try:
            said = _judge(file)
        except Faults as faults:
            wrong = True
            typer.echo(printable(str(faults)), err=True)
            continue
        typer.echo(f"{file}: good; {said}")
    if wrong:
        raise typer.Exit(2)


def _judge(file: Path) -> str:
    """What a good file holds."""
    from locustfiles.targets.target import check_target, is_target
    from sim.scenario.ingest_model import IngestModel, is_ingest_model
    from sim.scenario.inputs import NationInputs, check_either
    from sim.scenario.loader import check
    from sim.scenario.source import load
    from study.calibration.declared import is_calibration, open_calibration
    from study.evidence.declared import Evidence
    from study.gate.declared import is_gate, open_gate
    from study.grid import is_grid
    from study.plan.declared import is_plan, open_plan
    from study.truths import Truth, is_truth
    from tangguh.sweeps import open_grid

    tree, files = load(file)
    if is_grid(tree):
        grid, stages = open_grid(tree, files)
        return f"a grid of {len(grid.variants())} combinations in {len(stages)} worlds"
    if is_gate(tree):
        gate = open_gate(tree, files)[0].value
        parts = [p for p in (gate.predicted, gate.measured) if p is not None]
        count = sum(len(p.thresholds) + (p.regression is not None) for p in parts)
        return f"a gate with {count} threshold{'' if count == 1 else 's'}"
    if is_plan(tree):
        wanted = open_plan(tree, files).file
        return f"a plan with {len(wanted.objectives)} objectives and {len(wanted.levers)} levers"
    if is_truth(tree):
        truth = check(tree, files, Truth).value
        return f"a truth with {len(truth.ways)} ways and {len(truth.expect)} expectations"
    if is_calibration(tree):
        calibration, worlds = open_calibration(tree, files)
        kecamatan = len(worlds[0].inputs.region.kecamatan)
        return f"a calibration of {len(calibration.worlds)} worlds to {kecamatan} kecamatan"
    if "evidence" in tree.value:
        return f"{len(check(tree, files, Evidence).value.observations)} observations"
    if is_target(tree):
        return check_target(tree, files, os.environ).describe()
    if is_ingest_model(tree):
        model = check(tree, files, IngestModel).value
        return f"a server with {model.workers} workers and {model.service_law} work"
    found = check_either(tree, files)
    if isinstance(found, NationInputs):
        nation = found.nation
        return f"{nation.stations} stations in {len(nation.regencies)} regencies and cities"
    region = found.region
    return f"{len(region.stations)} stations in {len(region.kecamatan)} kecamatan"
