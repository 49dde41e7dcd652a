"""``tangguh validate-progress``: an ensemble against progress points of other places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tangguh.evidence import STOCK, Ensemble, Stock
from tangguh.run import CORES, Jobs, Out, Seed

NIGHTS = (
    "scenarios/elsewhere-2020.yaml",
    "scenarios/sirekap-2024-arrivals.yaml",
    "scenarios/elsewhere-2024.yaml",
)


def validate_progress(
    points: Annotated[
        Path,
        typer.Argument(
            metavar="POINTS.csv",
            help="region, election, tps_total, tps_received, "
            "percent, datetime_local, tz, source_url; see docs/how-to/evidence.md.",
        ),
    ],
    scenario: Annotated[
        list[Path] | None,
        typer.Option(
            help="A night that points may lie in; may be repeated. "
            "[default: the three of Sirekap in scenarios/]"
        ),
    ] = None,
    ensemble: Ensemble = None,
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=2, max=100_000, help="Nights of each zone.")
    ] = 60,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    stock: Stock = STOCK,
) -> None:
    """Score predictions of the share received against published points: intervals, CRPS, bias.

    Rows that are not Sirekap's, or lie in no scenario's night, are left out with the reason.
    """  # fmt: skip
    from reports.result_page import write_result_page
    from tangguh.progress_studies import score_points
    from tangguh.progress_tables import print_validation

    folder, summary = score_points(
        points,
        scenario or [Path(name) for name in NIGHTS],
        ensemble=ensemble,
        replications=replications,
        seed=seed,
        jobs=jobs,
        out=out,
        stock=stock,
    )
    print_validation(summary, write_result_page("validation", folder, summary))
