"""The page of one result, which its command writes: its chapter, with two languages.

Rule of this file: from a summary to one HTML file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports.chapters.registry import Result, kind_of
from reports.page import write
from reports.report import make_chapters, render_report
from study.seal import seal


def write_result_page(kind: str, folder: Path, summary: dict[str, Any]) -> Path:
    """Write ``report.html`` beside a result that was just written, and seal the result; returns
    the page's path."""
    result = Result(folder, kind_of(kind), summary)
    seal(result.file)
    return write(folder / "report.html", render_report([result], make_chapters([result])))
