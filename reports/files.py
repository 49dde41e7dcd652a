"""A report's folder: the page, the PDFs, and each figure as SVG, PNG and CSV for other uses.

Rule of this file: from results to files; nothing is printed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from reports.boundaries import Boundaries
from reports.chapters.registry import Result
from reports.document import Figure
from reports.language import LANGUAGES
from reports.page import write
from reports.pdf import render_pdf, render_png
from reports.report import basis_of, make_chapters, render_report
from study.files import replacing

PDF_NAMES: Final = {"id": "laporan.pdf", "en": "report.pdf"}


def write_report(
    folder: Path,
    results: Sequence[Result],
    formats: Collection[str],
    first: str = "id",
    boundaries: Boundaries | None = None,
) -> list[Path]:
    """Write everything into a folder, the page first; returns the paths of pages and PDFs.

    Parameters
    ----------
    formats : of ``html`` and ``pdf``.
    first : the language that the page shows at once, and that figures are written in.
    boundaries : of the areas, for maps.

    Raises
    ------
    BoundaryError : if the boundaries are not those of the results' areas.
    ReportError : if PDFs are asked for and typst is not installed; the page is then written.
    """
    chapters = make_chapters(results, boundaries)
    written = []
    figures = folder / "figures"
    figures.mkdir(exist_ok=True)
    for number, chapter in enumerate(chapters[first], 1):
        for figure in chapter.figures:
            where = figures / f"{number}-{figure.name}"
            write(where.with_suffix(".svg"), figure.svg)
            write(where.with_suffix(".csv"), _csv(figure))
    if "html" in formats:
        written.append(write(folder / "report.html", render_report(results, chapters, first)))
    if "pdf" in formats:
        for language in LANGUAGES:
            code = language.code
            made = render_pdf(chapters[code], basis_of(results, code), code)
            written.append(_write(folder / PDF_NAMES[code], made))
        for number, chapter in enumerate(chapters[first], 1):
            for figure in chapter.figures:
                _write(figures / f"{number}-{figure.name}.png", render_png(figure))
    return written


def _csv(figure: Figure) -> str:
    """As its readers write numbers; the figures at full precision are in the result's JSON."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([figure.head, *figure.rows])
    return out.getvalue()


def _write(path: Path, content: bytes) -> Path:
    with replacing(path) as scratch:
        scratch.write_bytes(content)
    return path
