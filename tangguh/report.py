"""``tangguh report``: results as one page, as PDF, and as pictures."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ReportLanguage(StrEnum):
    """Of what is read first."""

    id = "id"
    en = "en"


def report(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER...", help="Folders that commands have written.")
    ],
    language: Annotated[
        ReportLanguage, typer.Option(help="What the page shows first; the PDFs are in both.")
    ] = ReportLanguage.id,
    formats: Annotated[
        str, typer.Option("--format", help="Of html, pdf and csv, separated by commas.")
    ] = "html,pdf",
    boundaries: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="GeoJSON with a polygon for each kecamatan, by name or code."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder. [default: out/report/TIME]")
    ] = None,
) -> None:
    """Write a report of one or several results: for leaders on page one, for engineers after it.

    FOLDER is what any command has written: run, compare, calibrate, sensitivity, plan, gate,
    replay, evidence, validate-progress, arrivals, truths or model-card.
    report.html works offline and holds both languages; laporan.pdf and report.pdf are accessible
    (PDF/UA-1); figures/ has every picture as SVG and PNG, and its data as CSV. With csv the table
    behind each result is written, too: a row for each station of each night, into data/.
    """
    from tangguh.reporting import make_report

    for path in make_report(folders, language.value, formats, out, boundaries):
        typer.echo(f"Report: {path}")
