"""``tangguh compare``: policies, batchings and shapings on the same nights, a few or a grid."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tangguh.run import CORES, Jobs, Out, Replications, Resume, ScenarioFile, Seed, WithDashboard


def compare(
    scenario: ScenarioFile,
    policy: Annotated[
        str | None, typer.Option(help="Policies, separated by commas. [default: the scenario's]")
    ] = None,
    batching: Annotated[
        str | None,
        typer.Option(help="Batchings, separated by commas. [default: the scenario's]"),
    ] = None,
    shaping: Annotated[
        str | None, typer.Option(help="Shapings, separated by commas. [default: the scenario's]")
    ] = None,
    replications: Replications = 20,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    resume: Resume = False,
    ensemble: Annotated[
        Path | None,
        typer.Option(
            help="A calibrated ensemble, or a folder of worlds: compare in each of its nights."
        ),
    ] = None,
    cache: Annotated[
        Path, typer.Option(help="Where a grid or an ensemble keeps its nights, by content.")
    ] = Path("out/cache"),
    dashboard: WithDashboard = True,
) -> None:
    """Compare policies, batchings and shapings on the same nights (common random numbers).

    SCENARIO may be a grid: policies, batchings, shapings and worlds in one file. It stops by itself
    when the best is known, and simulates only what is new.

    With --ensemble every policy meets the same weighted nights of every world, and the result says
    which is best in which world, what a wrong choice costs, and where the choice turns.
    """
    from reports.result_page import write_result_page
    from sim.scenario.inputs import check_inputs
    from sim.scenario.source import load
    from study.experiment import Plan
    from study.grid import is_grid
    from tangguh import ensembles
    from tangguh.effects import open_ensemble, policy_effects
    from tangguh.effects_tables import print_effects
    from tangguh.sweeps import sweep_grid
    from tangguh.tables import print_comparison, print_grid

    tree, files = load(scenario)
    if is_grid(tree):
        if ensemble is not None:
            raise ensembles.UsageError("--ensemble takes a scenario; a grid has worlds of its own")
        if policy or batching or shaping:
            raise ensembles.UsageError(
                "a grid names its policies, batchings and shapings itself; without the options"
            )
        where, summary = sweep_grid(
            tree, files, seed=seed, jobs=jobs, out=out, cache=cache, dashboard=dashboard
        )
        print_grid(summary, write_result_page("grid", where, summary))
        return
    inputs = check_inputs(tree, files)
    variants = ensembles.variants(inputs, policy, batching, shaping)
    if len(variants) < 2:
        raise ensembles.UsageError(
            "one variant only; name more, as in --policy none,full-jitter --batching bundle,chunks"
        )
    if ensemble is not None:
        found = open_ensemble(ensemble, replications, seed)
        where, summary = policy_effects(inputs, found, variants, jobs=jobs, out=out, cache=cache)
        print_effects(summary, write_result_page("effects", where, summary))
        return
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
    page = write_result_page("run", outcome.folder, outcome.summary)
    print_comparison(outcome.summary, page)
