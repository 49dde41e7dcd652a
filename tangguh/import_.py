"""``tangguh import``: real evidence as laws and lists that a scenario takes over.

Rule of this file: options to an importer's arguments; files and tables are in
:mod:`tangguh.imports`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tangguh.run import Out

app = typer.Typer(
    no_args_is_help=True,
    help="Turn logs, speed tests and cell maps into parts of a scenario.",
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="The evidence; may be gzip.")]


@app.command()
def attempts(
    file: File,
    scenario: Annotated[
        Path | None,
        typer.Option(help="Whose course of the background load is taken. [default: all at peak]"),
    ] = None,
    out: Out = None,
) -> None:
    """Phones' log (CSV, JSON lines): refused access, breaks, time-outs, sizes."""
    from study.importers.attempts import at_peak, import_attempts
    from tangguh.imports import carry_out, load_of

    load = at_peak if scenario is None else load_of(scenario)
    carry_out("attempts", file, lambda rejects: import_attempts(file, rejects, load), out)


@app.command(name="access-log")
def access_log(file: File, out: Out = None) -> None:
    """A web server's log (combined or JSON): arrivals, sizes, answers and their times."""
    from study.importers.access_log import import_access_log
    from tangguh.imports import carry_out

    carry_out("access-log", file, lambda rejects: import_access_log(file, rejects), out)


@app.command()
def ookla(
    file: File,
    places: Annotated[
        Path | None,
        typer.Option(help="Centres of kecamatan: code,name,latitude,longitude. [default: none]"),
    ] = None,
    within: Annotated[
        float, typer.Option(min=0.1, help="Kilometres from a tile to its kecamatan at most.")
    ] = 5.0,
    out: Out = None,
) -> None:
    """Ookla's open data (CSV, Parquet): upload speeds as a law of capacity."""
    from study.importers.ookla import import_ookla
    from tangguh.imports import carry_out, places_of

    centres = [] if places is None else places_of(places, "name")
    carry_out("ookla", file, lambda rejects: import_ookla(file, rejects, centres, within), out)


@app.command()
def opencellid(
    file: File,
    stations: Annotated[
        Path, typer.Option(help="Stations: code,kecamatan,latitude,longitude[,kelurahan].")
    ],
    radio: Annotated[str, typer.Option(help="Radios, separated by commas.")] = "LTE,NR",
    out: Out = None,
) -> None:
    """OpenCelliD's cells (CSV): each station's nearest cell."""
    from study.importers.opencellid import import_opencellid
    from tangguh.imports import carry_out, places_of
    from tangguh.studies import split_names

    where = places_of(stations, "kecamatan")
    radios = [r.upper() for r in split_names(radio)]
    carry_out(
        "opencellid", file, lambda rejects: import_opencellid(file, rejects, where, radios), out
    )
