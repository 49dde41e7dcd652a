"""What ``tangguh plan`` prints: the plan, the front, the sizing sheet.

Rule of this file: from the summary to a terminal; the sentences are those of the page.
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from reports.chapters.plan import chapter, quantity, rupiah
from reports.language import Language

_ENGLISH = Language("en")


def print_plan(summary: dict[str, Any]) -> None:
    """The tables, then the answer."""
    console = Console(highlight=False)
    table = Table(title=f"Plan {summary['plan']}")
    for name in ("lever", "choice", "cost, rupiah"):
        table.add_column(name, justify="right" if "cost" in name else "left")
    for row in summary["levers"]:
        table.add_row(row["lever"], row["choice"], rupiah(row["cost"], _ENGLISH))
    console.print(table)
    table = Table(title="Cost and chance: what no other candidate beats")
    for name in ("candidate", "cost, rupiah", "chance"):
        table.add_column(name, justify="left" if name == "candidate" else "right")
    for row in summary["front"]:
        table.add_row(
            ", ".join(row["names"]), rupiah(row["cost"], _ENGLISH), _ENGLISH.percent(row["chance"])
        )
    console.print(table)
    table = Table(title=f"Sizing, with headroom {summary['headroom']:g}")
    for name in ("", "peak", "sized", "the nation"):
        table.add_column(name, justify="left" if not name else "right")
    for row in summary["sizing"]:
        cells = [quantity(row[k], row["unit"], _ENGLISH) for k in ("peak", "sized", "nation")]
        table.add_row(row["name"], *cells)
    console.print(table)
    said = chapter(summary, _ENGLISH)
    for text in (said.answer, said.recommendation, said.certainty, said.would_change):
        if text:
            console.print(text, soft_wrap=True)
