"""``tangguh run``: predict a night, beside what happened."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

Replications = Annotated[
    int, typer.Option("--replications", "-n", min=1, max=100_000, help="Nights to simulate.")
]
Seed = Annotated[int, typer.Option(help="Seed of all draws; the same seed gives the same result.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Folder of the results. [default: out/SCENARIO/TIME]"),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")]
WithDashboard = Annotated[
    bool,
    typer.Option(
        "--dashboard/--no-dashboard",
        help="Draw the state while it runs; without, or without a terminal, a line every 10 s.",
    ),
]
ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario in YAML.")]

CORES = os.cpu_count() or 1


def run(
    scenario: ScenarioFile,
    replications: Replications = 60,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    resume: Resume = False,
    policy: Annotated[str | None, typer.Option(help="Instead of the scenario's policy.")] = None,
    batching: Annotated[
        str | None, typer.Option(help="Instead of the scenario's batching.")
    ] = None,
    shaping: Annotated[str | None, typer.Option(help="Instead of the scenario's shaping.")] = None,
    compare: Annotated[
        bool, typer.Option(help="Also run the policies of the scenario's 'compare'.")
    ] = True,
) -> None:
    """Predict a night: who sends, who fails and why, with intervals, beside what was counted."""
    from reports.result_page import write_result_page
    from sim.scenario.inputs import load_inputs
    from study.experiment import Plan
    from study.nights import Variant
    from tangguh import ensembles
    from tangguh.tables import print_run

    inputs = load_inputs(scenario)
    main = ensembles.variant(inputs, policy, batching, shaping)
    nights = {main: replications}
    if compare:
        comparison = inputs.scenario.compare
        for other in comparison.variants:
            variant = Variant(other.policy, other.batching, other.shaping)
            nights.setdefault(variant, min(replications, comparison.replications))
    folder = ensembles.choose_folder(inputs, out, resume)
    outcome = ensembles.perform(
        inputs,
        Plan(nights),
        main,
        command="run",
        seed=seed,
        jobs=jobs,
        folder=folder,
        resume=resume,
    )
    page = write_result_page("run", outcome.folder, outcome.summary)
    print_run(outcome.summary, page)
