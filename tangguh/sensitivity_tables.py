"""What ``sensitivity`` prints: what matters, how the variance splits, what knowing is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from reports.language import Language
from reports.quantity_names import quantity_name
from reports.sensitivity_text import answers, say

_ENGLISH = Language("en")
_SHOWN = 12  # factors in the terminal; the page and the files have all


def print_sensitivity(summary: dict[str, Any], page: Path) -> None:
    """The tables and sentences."""
    console = Console(highlight=False)
    console.print(_factors(summary))
    console.print(_values(summary))
    for said in answers(summary, _ENGLISH):
        console.print(said)
    if not summary["calibrated"]:
        console.print("The nights are from the priors: nothing was fitted to what was counted.")
    console.print(f"Page: {page}", soft_wrap=True)


def _factors(summary: dict[str, Any]) -> Table:
    table = Table(title="Stations not sent: what moves them")
    table.add_column("quantity")  # may wrap: figures are never cut
    for name in ("mu*", "+-", "first", "total", "95% of total"):
        table.add_column(name, justify="right", no_wrap=True)
    indices = summary["outputs"]["failed"]["sobol"]
    rows = sorted(summary["screening"].items(), key=lambda r: -r[1]["failed"]["mu_star"])
    for name, row in rows[:_SHOWN]:
        its = indices.get(name)
        shares = ["", "", ""]
        if its is not None:
            total = its["total"]
            shares = [f"{its['first']['mean']:.2f}", f"{total['mean']:.2f}"]
            shares.append(f"{total['low']:.2f} to {total['high']:.2f}")
        table.add_row(
            quantity_name(name, "en"),
            f"{row['failed']['mu_star']:.1f}",
            f"{row['failed']['error']:.1f}",
            *shares,
        )
    return table


def _values(summary: dict[str, Any]) -> Table:
    worth = summary["value"]
    table = Table(title="What knowing is worth, in stations sent by a better choice")
    table.add_column("measurement")
    for name in ("worth", "+-", "choice changes", "R2 unseen"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in worth["rows"]:
        table.add_row(
            say(f"measure_{row['name']}", "en"),
            f"{row['value']:.1f}",
            f"{row['error']:.1f}",
            f"{100 * row['changes']:.0f}%",
            f"{row['r_squared']:.2f}",
        )
    return table
