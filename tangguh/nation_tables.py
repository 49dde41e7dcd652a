"""What ``tangguh run`` prints of a whole nation.

Rule of this file: tables for a terminal, plain text in a pipe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

_WORST: Final = 10  # regencies that are named


def print_nation(summary: dict[str, Any], page: Path) -> None:
    """The nation, its provinces, its worst regencies, and how well the split holds."""
    console = Console(highlight=False)
    console.print(_nation(summary))
    console.print(_places(summary, summary["provinces"], "province", "Provinces, the worst first"))
    title = f"The worst {_WORST} of {len(summary['regencies'])} regencies and cities"
    console.print(_places(summary, summary["regencies"][:_WORST], "regency or city", title))
    console.print(_server(summary))
    console.print(said_of_the_split(summary))
    console.print(f"Page: {page}", soft_wrap=True)


def said_of_the_split(summary: dict[str, Any]) -> str:
    """How much was simulated, and whether the loop through the server is closed."""
    stations, simulated = summary["stations"], summary["simulated"]
    said = f"All {stations:,} stations were simulated"
    if simulated < stations:
        said = f"{simulated:,} of {stations:,} stations were simulated (counts are scaled to all)"
    if not summary["split"]:
        return f"{said}, together: nothing is split."
    last = [night["defects"][-1] for night in summary["nights"]]
    said += ", region by region under the server's course as a sample of all found it; what they"
    said += f" brought to it differs from that by {100 * max(last):.1f}% at most"
    if summary["converged"]:
        return f"{said} (up to {100 * summary['tolerance']:.0f}% is let pass)."
    return (
        f"{said}. That is more than the {100 * summary['tolerance']:.0f}% that is let pass: "
        "the split is not accurate here; a larger sample was not tried."
    )


def _nation(summary: dict[str, Any]) -> Table:
    nights = summary["replications"]
    said = f"{nights} night{'' if nights == 1 else 's'}"
    table = Table(title=f"{summary['title']['en']}: {summary['stations']:,} stations, {said}")
    table.add_column("by the snapshot")
    for name in ("median", "share", "95% of nights"):
        table.add_column(name, justify="right", no_wrap=True)
    words = {
        "sent_kpps": "sent by their crews",
        "sent_ppk": "sent by kecamatan",
        "failed": "failed",
        "not_attempted": "not attempted",
    }
    rows = [(words[name], spread) for name, spread in summary["outcomes"].items()]
    for name, spread in [*rows, ("not sent, in all", summary["unsent"])]:
        share = spread["p50"] / summary["stations"]
        table.add_row(
            name,
            f"{spread['p50']:,.0f}",
            f"{100 * share:.1f}%",
            f"{spread['p2.5']:,.0f} to {spread['p97.5']:,.0f}" if nights > 1 else "one night",
        )
    return table


def _places(summary: dict[str, Any], rows: list[dict[str, Any]], what: str, title: str) -> Table:
    table = Table(title=title)
    table.add_column(what)
    sampled = summary["simulated"] < summary["stations"]
    for name in ("TPS", *(["simulated"] if sampled else []), "not sent", "95% of nights"):
        table.add_column(name, justify="right", no_wrap=True)
    standings, several = any("standing" in row for row in rows), summary["replications"] > 1
    if standings:
        table.add_column("TPS are")
    for row in rows:
        spread = row["unsent"]
        name = row["name"] if "province" not in row else f"{row['name']}, {row['province']}"
        table.add_row(
            name,
            f"{row['tps']:,}",
            *([f"{row['simulated']:,}"] if sampled else []),
            f"{100 * spread['p50']:.1f}%",
            f"{100 * spread['p2.5']:.1f}% to {100 * spread['p97.5']:.1f}%"
            if several
            else "one night",
            *([row["standing"]] if standings else []),
        )
    return table


def _server(summary: dict[str, Any]) -> Table:
    """The nights side by side: what the server had, and what it met."""
    table = Table(title="Night by night: the server that was drawn, and what it met")
    for name in ("night", "pipe", "slots", "workers", "most flows", "requests/min", "not sent"):
        table.add_column(name, justify="right", no_wrap=True)
    for night in summary["nights"]:
        server = night["server"]
        table.add_row(
            str(night["replication"] + 1),
            f"{server['server.pipe'] * 8 / 1e9:.1f} Gbit/s",
            f"{server['server.slots']:,.0f}",
            f"{server['server.workers']:,.0f}",
            f"{night['peak_flows']:,.0f}",
            f"{night['peak_requests_per_minute']:,.0f}",
            f"{100 * night['unsent'] / summary['stations']:.1f}%",
        )
    return table
