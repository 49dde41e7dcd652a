"""What ``tangguh arrivals`` prints: distances of the curves, and the features of their shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def print_arrivals(summary: dict[str, Any], page: Path) -> None:
    """Observed beside every way."""
    console = Console(highlight=False)
    ways = {name: way for name, way in summary["ways"].items() if way is not None}
    table = Table(title=f"{summary['title']['en']}: {summary['arrived']} arrivals counted")
    table.add_column("median (95% of nights)", overflow="fold")
    table.add_column("counted", justify="right", no_wrap=True)
    for name in ways:
        table.add_column(name, justify="right")
    for name, value in summary["observed"].items():
        flood = name.startswith("flood")
        cells = [_said(way["features"][name], flood) for way in ways.values()]
        table.add_row(name, _figure(value, flood), *cells)
    table.add_section()
    table.add_row("largest distance", "", *(_said(way["ks"], False) for way in ways.values()))
    table.add_row(
        "moved by, hours", "", *(_said(way["wasserstein_hours"], True) for way in ways.values())
    )
    console.print(table)
    first = next(iter(ways.values()))
    outside = [
        name
        for name, value in summary["observed"].items()
        if not _inside(value, first["features"][name])
    ]
    console.print(
        f"Outside 95% of the nights: {', '.join(outside)}."
        if outside
        else "All counted features lie inside 95% of the nights."
    )
    console.print(f"Results: {page.with_name('arrivals.json')}", soft_wrap=True)
    console.print(f"Page: {page}", soft_wrap=True)


def _figure(value: float | None, plain: bool) -> str:
    if value is None:
        return "none"
    return f"{value:.1f}" if plain else f"{100 * value:.1f}%"


def _said(spread: dict[str, float | None], plain: bool) -> str:
    low, middle, high = (_figure(spread[k], plain) for k in ("low", "median", "high"))
    return f"{middle} ({low} to {high})"


def _inside(value: float | None, spread: dict[str, float | None]) -> bool:
    low, high = spread["low"], spread["high"]
    if value is None:
        return high is None
    return (low is None or low <= value) and (high is None or value <= high)
