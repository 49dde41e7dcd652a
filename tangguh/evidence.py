"""``tangguh evidence``: what each statement about the night says of the structural worlds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tangguh.run import CORES, Jobs, Out, Seed

Stock = Annotated[Path, typer.Option(help="Where nights are kept, by content.")]
Ensemble = Annotated[
    Path | None, typer.Option(help="A calibrated ensemble: the folder of `tangguh calibrate`.")
]
STOCK = Path("out/cache/nights")


def evidence(
    file: Annotated[Path, typer.Argument(metavar="EVIDENCE", help="Observations in YAML.")],
    worlds: Annotated[
        list[Path] | None,
        typer.Argument(metavar="WORLD...", help="Scenarios, or folders of them: one world each."),
    ] = None,
    ensemble: Ensemble = None,
    only: Annotated[
        str | None, typer.Option(help="Only these observations, separated by commas.")
    ] = None,
    without: Annotated[
        str | None, typer.Option(help="Without these observations, separated by commas.")
    ] = None,
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=2, max=100_000, help="Nights of each world.")
    ] = 60,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    stock: Stock = STOCK,
) -> None:
    """Weigh worlds by declared observations, each of which can be switched on and off.

    Nights are simulated once and kept; the same command with other observations only weighs anew.
    """
    from reports.result_page import write_result_page
    from tangguh.evidence_tables import print_evidence
    from tangguh.studies import weigh_worlds

    folder, summary = weigh_worlds(
        file,
        worlds or [],
        ensemble=ensemble,
        only=only,
        without=without,
        replications=replications,
        seed=seed,
        jobs=jobs,
        out=out,
        stock=stock,
    )
    print_evidence(summary, write_result_page("evidence", folder, summary))
