"""``tangguh sensitivity``: what the answer depends on, and which measurement would change it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tangguh.run import CORES, Jobs, Out, Seed


def sensitivity(
    scenario: Annotated[
        Path | None, typer.Argument(metavar="SCENARIO", help="A scenario in YAML.")
    ] = None,
    ensemble: Annotated[
        Path | None,
        typer.Option(help="A calibrated ensemble, or a folder of worlds, instead of the priors."),
    ] = None,
    policy: Annotated[
        str | None, typer.Option(help="Policies to choose among. [default: the scenario's compare]")
    ] = None,
    batching: Annotated[str | None, typer.Option(help="Batchings to choose among.")] = None,
    shaping: Annotated[str | None, typer.Option(help="Shapings to choose among.")] = None,
    trajectories: Annotated[
        int, typer.Option(min=2, max=10_000, help="Nights that screening starts from (Morris).")
    ] = 20,
    pairs: Annotated[
        int, typer.Option(min=8, max=65_536, help="Pairs of nights for Sobol' indices; 2^k.")
    ] = 64,
    top: Annotated[
        int, typer.Option(min=1, max=100, help="Quantities that get indices, the most influential.")
    ] = 6,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    cache: Annotated[Path, typer.Option(help="Where nights are kept, by content.")] = Path(
        "out/cache"
    ),
) -> None:
    """Screen every uncertain quantity (Morris), split the variance (Sobol), value measurements.

    Quantities are drawn by their own laws; with --ensemble from the nights that fit. An interrupted
    study goes on with the same command.
    """
    from reports.result_page import write_result_page
    from study.sensitivity.study import Effort
    from tangguh.sensitivities import carry_out, opened
    from tangguh.sensitivity_tables import print_sensitivity

    effort = Effort(trajectories, pairs, top)
    inputs, found, variants = opened(
        scenario, ensemble, policy=policy, batching=batching, shaping=shaping, effort=effort,
        seed=seed,
    )  # fmt: skip
    folder, summary = carry_out(inputs, found, variants, effort, jobs=jobs, out=out, cache=cache)
    print_sensitivity(summary, write_result_page("sensitivity", folder, summary))
