"""What ``tangguh report`` does: from folders of results to a folder with a report.

Rule of this file: from the command line's values to files; nothing is printed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from reports.boundaries import read_boundaries
from reports.chapters.registry import Result, open_results
from reports.files import write_report
from study.files import read_json, write_json
from study.seal import blaming
from study.store import parquet_as_csv, provenance
from tangguh.ensembles import InterruptedRunError, UsageError
from tangguh.studies import check_free, dated_folder

_FORMATS: Final = ("html", "pdf", "csv")
_FILE: Final = "report.json"


def make_report(
    folders: Sequence[Path],
    language: str,
    formats: str,
    out: Path | None,
    boundaries: Path | None = None,
) -> list[Path]:
    """Write it; returns the paths of the page and the PDFs.

    Raises
    ------
    BoundaryError : for a file of boundaries that cannot be drawn, or not of these results.
    UsageError : for a format that there is not, or a folder that holds something else.
    ReportError : for a folder without a result, or if typst is missing (the page is then written).
    InterruptedRunError : at Ctrl-C.
    """
    wanted = [f.strip() for f in formats.split(",") if f.strip()]
    wrong = [f for f in wanted if f not in _FORMATS]
    if wrong or not wanted:
        raise UsageError(f"--format {formats}: takes html, pdf and csv, separated by commas")
    results = [result for folder in folders for result in open_results(folder)]
    outlines = None if boundaries is None else read_boundaries(boundaries)
    if out is not None:
        check_free(out, _FILE)
    folder = dated_folder(out, "report")
    _describe(folder, results, language, wanted)
    try:
        with blaming([result.file for result in results], "run its command again"):
            written = write_report(folder, results, wanted, language, outlines)
        if "csv" in wanted:
            written += _write_tables(folder / "data", results)
        return written
    except KeyboardInterrupt:
        raise InterruptedRunError(
            f"interrupted; what is finished is in {folder}; the same command makes the rest"
        ) from None


def _write_tables(folder: Path, results: Sequence[Result]) -> list[Path]:
    """The tables behind the results as CSV."""
    written = []
    for number, result in enumerate(results, 1):
        for table in result.tables:
            folder.mkdir(exist_ok=True)
            name = "-".join(table.relative_to(result.folder).with_suffix("").parts)
            written.append(folder / f"{number}-{name}.csv")
            parquet_as_csv(table, written[-1])
    return written


def _describe(
    folder: Path, results: Sequence[Result], language: str, formats: Sequence[str]
) -> None:
    sources: list[dict[str, Any]] = [
        {
            "folder": r.folder.as_posix(),
            "kind": r.kind.name,
            "tables": [table.as_posix() for table in r.tables],
            "provenance": _origin(r.folder),
        }
        for r in results
    ]
    identity = {
        "report": [{"folder": s["folder"], "kind": s["kind"]} for s in sources],
        "language": language,
        "formats": list(formats),
    }
    write_json(folder / _FILE, {"results": sources})
    write_json(folder / "provenance.json", provenance(identity, sys.argv))


def _origin(folder: Path) -> Any:
    """Where a result is from, as it says itself; nothing if it does not."""
    file = folder / "provenance.json"
    if not file.is_file():
        return None
    try:
        return read_json(file)
    except (OSError, ValueError):
        return None
