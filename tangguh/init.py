"""``tangguh init``: a new region's scenario, plan and gate from a list of its polling stations."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812  # the option is called date
from pathlib import Path
from typing import Annotated

import typer


def init(
    stations: Annotated[
        Path,
        typer.Argument(
            metavar="CSV",
            help="One polling station a row: code, kecamatan; optionally kelurahan, cell, "
            "coverage (yes or no).",
        ),
    ],
    date: Annotated[str, typer.Option(help="Polling day, as 2029-02-14.")],
    name: Annotated[str, typer.Option(help="Name of the scenario. [default: the CSV's]")] = "",
    region: Annotated[str, typer.Option(help="Name of the region, as it is to be printed.")] = "",
    zone: Annotated[str, typer.Option(help="WIB, WITA or WIT.")] = "WIB",
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to.")] = Path(),
    skip_rejects: Annotated[
        bool,
        typer.Option(
            "--skip-rejects",
            help="Go on without the rows that cannot be used; they are written to a file.",
        ),
    ] = False,
) -> None:
    """Make scenario, plan and gate of a new region; priors are Bandar Lampung's, to be replaced."""
    from sim.population.csv_files import RejectedRowsError
    from sim.scenario.errors import printable
    from tangguh.new_region import Draft, RegionFilesError, write_region

    try:
        day = Date.fromisoformat(date)
    except ValueError:
        raise typer.BadParameter(f"'{date}' is not a day such as 2029-02-14") from None
    draft = Draft(stations, name or stations.stem, region or stations.stem, day, zone)
    try:
        written = write_region(draft, out, skip_rejects)
    except RejectedRowsError as rejects:
        typer.echo(printable(str(rejects)), err=True)
        typer.echo(
            f"{len(rejects.rejects)} rows cannot be used and nothing was written; mend them, or "
            "leave them out with --skip-rejects",
            err=True,
        )
        raise typer.Exit(2) from None
    except RegionFilesError as error:
        typer.echo(f"tangguh: {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"wrote {written.scenario}: {written.stations} stations")
    if written.rejects is not None:
        typer.echo(f"{written.rejected} rows left out; they are in {written.rejects}")
    typer.echo(
        f"and {written.plan} and {written.gate}: for later, with objectives and costs to replace"
    )
    typer.echo(f"next: tangguh validate {written.scenario} && tangguh run {written.scenario}")
