"""What commands print when they are done: tables for a terminal, plain text in a pipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def print_run(summary: dict[str, Any], page: Path) -> None:
    """Counted beside predicted, per kecamatan and in all."""
    console = Console(highlight=False)
    console.print(_kecamatan(summary))
    if summary["readings"]:
        console.print(_readings(summary))
    inside = summary["inside"]
    if inside["of"]:
        console.print(
            f"Of {inside['of']} counted kecamatan, {inside['50']} lie inside the 50% interval, "
            f"{inside['80']} inside 80%, {inside['95']} inside 95%. Nothing was fitted to them."
        )
    if len(summary["comparison"]) > 1:
        console.print(_comparison(summary))
    console.print(f"Page: {page}", soft_wrap=True)


def print_comparison(summary: dict[str, Any], page: Path) -> None:
    """Variants side by side."""
    console = Console(highlight=False)
    console.print(_comparison(summary))
    console.print(f"Page: {page}", soft_wrap=True)


def print_grid(summary: dict[str, Any], page: Path) -> None:
    """Every world of a grid, then all worlds together."""
    console = Console(highlight=False)
    for world in summary["worlds"]:
        console.print(_world(world))
        best = next(r for r in world["rows"] if r["best"])
        zone = f"{world['indifference']:.0f} stations"
        if world["decided"]:
            said = f"best with {100 * world['confidence']:.0f}% confidence, unless within {zone}"
        else:
            left = sum(r["alive"] for r in world["rows"])
            said = f"lowest mean; {left} could not be told apart within the budget of nights"
        console.print(f"{best['name']}: {said}. Simulated now: {world['simulated']} nights.")
    if len(summary["worlds"]) > 1:
        console.print(_across(summary))
    console.print(f"Page: {page}", soft_wrap=True)


def _world(world: dict[str, Any]) -> Table:
    table = Table(title=f"{world['world']}: stations not sent, of {world['stations']}")
    table.add_column("policy · batching", min_width=18)  # may wrap: figures are never cut
    for name in ("nights", "not sent", "regret", "95%", "best"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for row in sorted(world["rows"], key=lambda r: float(r["regret"]["mean"])):
        lost = row["regret"]
        table.add_row(
            row["name"],
            str(row["nights"]),
            f"{row['failed']['mean']:.0f}",
            f"{lost['mean']:+.0f}",
            "" if row["best"] else f"{lost['low']:+.0f} to {lost['high']:+.0f}",
            f"{100 * row['chance_best']:.0f}%" if row["alive"] else "out",
            "Pareto" if row["pareto"] else "",
        )
    return table


def _across(summary: dict[str, Any]) -> Table:
    table = Table(title=f"Over {len(summary['worlds'])} worlds: regret in points of the stations")
    table.add_column("policy · batching")
    for name in ("worst", "in world", "mean", "best in", "Pareto in"):
        table.add_column(name, justify="right")
    for row in summary["across"]:
        table.add_row(
            row["name"],
            f"{row['worst_regret']:.1f}",
            row["worst_world"],
            f"{row['mean_regret']:.1f}",
            str(row["best_in"]),
            str(row["pareto_in"]),
        )
    return table


def _kecamatan(summary: dict[str, Any]) -> Table:
    table = Table(
        title=f"{summary['title']['en']}: stations not sent by the snapshot, "
        f"{summary['replications']} nights"
    )
    table.add_column("kecamatan")
    for name in ("TPS", "counted", "median", "95% of nights"):
        table.add_column(name, justify="right")
    table.add_column("")
    for row in summary["kecamatan"]:
        spread = row["predicted"]
        counted = "" if row["observed"] is None else str(row["observed"])
        mark = "" if row.get("inside", True) else "outside"
        table.add_row(row["name"], str(row["tps"]), counted, *_spread(spread), mark)
    total = summary["inside"]["total"]
    observed = summary["inside"].get("observed_total")
    table.add_section()
    counted = "" if observed is None else str(observed)
    table.add_row("all", str(summary["stations"]), counted, *_spread(total), "")
    return table


def _spread(spread: dict[str, float]) -> tuple[str, str]:
    return f"{spread['p50']:.0f}", f"{spread['p2.5']:.0f} to {spread['p97.5']:.0f}"


def _readings(summary: dict[str, Any]) -> Table:
    table = Table(title="The published figures, read in two ways")
    table.add_column("reading")
    table.add_column("figure")
    for name in ("counted", "median", "95% of nights"):
        table.add_column(name, justify="right")
    table.add_column("")
    for row in summary["readings"]:
        mark = "" if row["inside"] else "outside"
        spread = _spread(row["predicted"])
        table.add_row(row["reading"], row["figure"], str(row["observed"]), *spread, mark)
    return table


def _comparison(summary: dict[str, Any]) -> Table:
    rows = summary["comparison"]
    first = rows[0]
    table = Table(title=f"The same {first['nights']} nights, against {first['name']}")
    table.add_column("policy · batching")  # the one that may wrap: figures are never cut
    for name in ("not sent", "diff.", "95% interval", "wasted", "best"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        own = row is first
        difference = row["difference"]
        table.add_row(
            row["name"],
            f"{row['failed']['mean']:.0f}",
            "" if own else f"{difference['mean']:+.0f}",
            "" if own else _bounds(difference),
            f"{row['wasted_bytes'] / 1e9:.1f} GB",
            f"{100 * row['chance_best']:.0f}%",
        )
    return table


def _bounds(difference: dict[str, Any]) -> str:
    if difference["low"] is None:
        return "one night"
    return f"{difference['low']:+.0f} to {difference['high']:+.0f}"
