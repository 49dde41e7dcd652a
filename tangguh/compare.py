"""``tangguh compare``: policies and batching schemes side by side on the same nights."""

from __future__ import annotations

from typing import Annotated

import typer

from tangguh.run import CORES, Jobs, Out, Replications, Resume, ScenarioFile, Seed


def compare(
    scenario: ScenarioFile,
    policy: Annotated[
        str | None, typer.Option(help="Policies, separated by commas. [default: the scenario's]")
    ] = None,
    batching: Annotated[
        str | None,
        typer.Option(help="Batching schemes, separated by commas. [default: the scenario's]"),
    ] = None,
    shaping: Annotated[
        str | None, typer.Option(help="Shapings, separated by commas. [default: the scenario's]")
    ] = None,
    replications: Replications = 20,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    resume: Resume = False,
) -> None:
    """Compare every policy with every batching, on the same nights (common random numbers)."""
    from reports.page import write_page
    from study.experiment import Plan
    from tangguh import ensembles
    from tangguh.inputs import load_inputs
    from tangguh.tables import print_comparison

    inputs = load_inputs(scenario)
    variants = ensembles.variants(inputs, policy, batching, shaping)
    if len(variants) < 2:
        raise ensembles.UsageError(
            "one variant only; name more, as in --policy none,full-jitter --batching bundle,chunks"
        )
    folder = ensembles.choose_folder(inputs, out, resume)
    outcome = ensembles.perform(
        inputs,
        Plan(dict.fromkeys(variants, replications)),
        variants[0],
        command="compare",
        seed=seed,
        jobs=jobs,
        folder=folder,
        resume=resume,
    )
    page = write_page(outcome.folder / "report.html", outcome.summary)
    print_comparison(outcome.summary, page)
