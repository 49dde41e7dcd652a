"""The page of a gate: its chapter by itself.

Rule of this file: from a summary to one HTML file in two languages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports.chapters.registry import Result, kind_of
from reports.page import write
from reports.report import make_chapters, render_report


def write_gate_page(path: Path, summary: dict[str, Any]) -> Path:
    """Write the page; returns its path."""
    result = Result(path.parent, kind_of("gate"), summary)
    return write(path, render_report([result], make_chapters([result])))
