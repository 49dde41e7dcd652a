"""``tangguh run``: predict a night, beside what happened."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.scenario.inputs import NationInputs
    from study.nights import Variant

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
NIGHTS = 60


def run(
    scenario: ScenarioFile,
    replications: Annotated[
        int | None,
        typer.Option(
            "--replications",
            "-n",
            min=1,
            max=100_000,
            help="Nights to simulate.",
            show_default="60; 5 of a whole nation",
        ),
    ] = None,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    resume: Resume = False,
    stations: Annotated[
        int | None,
        typer.Option(
            min=1, help="Of a whole nation: simulate a sample of so many.", show_default="all"
        ),
    ] = None,
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
    from sim.scenario.inputs import NationInputs, load_either
    from study.experiment import Plan
    from study.nights import Variant
    from tangguh import ensembles
    from tangguh.tables import print_run

    inputs = load_either(scenario)
    main = ensembles.variant(inputs, policy, batching, shaping)
    if isinstance(inputs, NationInputs):
        run_nation(inputs, main, replications, stations, seed, jobs, out, resume)
        return
    if stations is not None:
        raise ensembles.UsageError(
            f"--stations is for a whole nation (region.regencies); {scenario} is a region"
        )
    replications = NIGHTS if replications is None else replications
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


def run_nation(
    inputs: NationInputs,
    variant: Variant,
    replications: int | None,
    stations: int | None,
    seed: int,
    jobs: int,
    out: Path | None,
    resume: bool,
) -> None:
    """The same for a scenario of a whole nation."""
    from reports.result_page import write_result_page
    from tangguh import ensembles, nations
    from tangguh.nation_tables import print_nation

    outcome = nations.perform_nation(
        inputs,
        variant,
        replications=nations.NIGHTS if replications is None else replications,
        stations=stations,
        seed=seed,
        jobs=jobs,
        folder=ensembles.choose_folder(inputs, out, resume),
        resume=resume,
    )
    page = write_result_page("nation", outcome.folder, outcome.summary)
    print_nation(outcome.summary, page)
