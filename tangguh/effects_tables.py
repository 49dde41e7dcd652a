"""What ``compare --ensemble`` prints: all worlds, each world, and where the choice turns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from reports.effects_text import answers, pair_sentences, winners
from reports.language import Language

_ENGLISH = Language("en")


def print_effects(summary: dict[str, Any], page: Path) -> None:
    """The tables and sentences."""
    console = Console(highlight=False)
    console.print(_overall(summary))
    if len(summary["worlds"]) > 1:
        console.print(_worlds(summary))
    for said in answers(summary, _ENGLISH):
        console.print(said)
    best = summary["names"][summary["choice"]]
    for pair in summary["pairs"]:
        if best in (pair["first"], pair["second"]):
            first, *others = pair_sentences(pair, best, _ENGLISH)
            console.print(f"- {first}")
            for said in others:
                console.print(f"  {said}")
    if not summary["calibrated"]:
        console.print("The nights are from the priors: nothing was fitted to what was counted.")
    console.print(f"Page: {page}", soft_wrap=True)


def _overall(summary: dict[str, Any]) -> Table:
    kind = "calibrated" if summary["calibrated"] else "prior"
    members = sum(w["members"] for w in summary["worlds"])
    worlds = len(summary["worlds"])
    table = Table(
        title=f"Stations not sent of {summary['stations']}: {members} {kind} nights, "
        f"{worlds} {'worlds' if worlds > 1 else 'world'}"
    )
    table.add_column("policy · batching")  # may wrap: figures are never cut
    for name in ("not sent", "95%", "best", "regret", "worst"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in sorted(summary["overall"], key=lambda r: float(r["expected_regret"]["mean"])):
        failed = row["failed"]
        table.add_row(
            row["name"],
            f"{failed['mean']:.0f}",
            f"{failed['low']:.0f} to {failed['high']:.0f}",
            f"{100 * row['chance_best']:.0f}%",
            f"{row['expected_regret']['mean']:.1f}",
            f"{row['worst_regret']['mean']:.1f}",
        )
    return table


def _worlds(summary: dict[str, Any]) -> Table:
    table = Table(title="By world: the best there, and its lead over the next")
    table.add_column("world", no_wrap=True)
    table.add_column("weight", justify="right", no_wrap=True)
    table.add_column("best")
    for name in ("not sent", "lead", "95%"):
        table.add_column(name, justify="right", no_wrap=True)
    for world in summary["worlds"]:
        best, *others = sorted(world["rows"], key=lambda r: float(r["failed"]["mean"]))
        lead = others[0]["regret"]
        table.add_row(
            world["world"],
            f"{100 * world['weight']:.1f}%",
            winners([best, *others]),
            f"{best['failed']['mean']:.0f}",
            f"{lead['mean']:+.0f}",
            f"{lead['low']:+.0f} to {lead['high']:+.0f}",
        )
    return table
