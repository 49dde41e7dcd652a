"""The page of a result that has no page but its chapter: a gate, a plan.

Rule of this file: from a summary to one HTML file in two languages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports.chapters.registry import Result, kind_of
from reports.page import write
from reports.report import make_chapters, render_report


def write_result_page(kind: str, folder: Path, summary: dict[str, Any]) -> Path:
    """Write ``report.html`` into a result's folder; returns its path."""
    result = Result(folder, kind_of(kind), summary)
    return write(folder / "report.html", render_report([result], make_chapters([result])))
