"""``tangguh plan``: the cheapest app, server and people that meet the objectives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tangguh.run import CORES, Jobs, Out, Seed


def plan(
    file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan in YAML.")],
    ensemble: Annotated[
        Path | None,
        typer.Option(help="A calibrated ensemble, or a folder of worlds, instead of the priors."),
    ] = None,
    nights: Annotated[
        int | None,
        typer.Option(
            "--nights", "-n", min=4, max=10_000, help="Of each world, instead of effort.nights."
        ),
    ] = None,
    trials: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="Candidates to try, instead of effort.trials."),
    ] = None,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    cache: Annotated[Path, typer.Option(help="Where nights are kept, by content.")] = Path(
        "out/cache/nights"
    ),
) -> None:
    """Find the cheapest plan that meets the objectives, with confidence, and size its server.

    Exit codes: 0 a plan was found, 1 none was found (the answer says whether there is none; the
    nearest is shown), 2 wrong input. An interrupted search goes on with the same command.
    """
    from reports.result_page import write_result_page
    from tangguh.plan_tables import print_plan
    from tangguh.plans import make_plan, open_planned, write_result
    from tangguh.studies import check_free, study_folder

    if out is not None:
        check_free(out, "plan.json")
    planned = open_planned(file, nights, trials)
    summary = make_plan(file, planned, ensemble, seed=seed, jobs=jobs, stock=cache)
    folder = study_folder(out, summary["plan"], "plan")
    write_result(folder, summary)
    print_plan(summary)
    typer.echo(f"Page: {write_result_page('plan', folder, summary)}")
    if summary["outcome"] != "found":
        raise typer.Exit(1)
