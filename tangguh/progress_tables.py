"""What ``tangguh validate-progress`` prints: every point beside its interval, then the scores."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def print_validation(summary: dict[str, Any], page: Path) -> None:
    """Points, scores, and what was left out and why."""
    console = Console(highlight=False)
    console.print(_points(summary))
    console.print(_scores(summary))
    console.print(
        f"{summary['ensemble'].capitalize()} ensemble; nothing was fitted to these points. Points "
        "of one night share its server, so they are not independent trials."
    )
    for row in summary["rejected"]:
        console.print(f"rejected: row {row['row']}: {row['reason']}", soft_wrap=True)
    if summary["skipped"]:
        console.print(f"Left out: {len(summary['skipped'])} rows")
        reasons = Counter(row["reason"] for row in summary["skipped"])
        for reason, count in reasons.most_common():
            console.print(f"  {count:3}  {reason}", soft_wrap=True)
    console.print(f"Results: {page.with_name('validation.csv')}, validation.json", soft_wrap=True)
    console.print(f"Page: {page}", soft_wrap=True)


def _points(summary: dict[str, Any]) -> Table:
    table = Table(title="Share received, in per cent: published and predicted")
    table.add_column("region", overflow="fold")
    table.add_column("moment", no_wrap=True)
    for name in ("published", "median", "80%", "95%", ""):
        table.add_column(name, justify="right", no_wrap=True)
    for row in sorted(summary["points"], key=lambda r: (r["scenario"], r["hours"])):
        mark = "" if row["inside95"] else "outside"
        table.add_row(
            row["region"],
            f"{row['at'][5:10]} {row['at'][11:16]}",
            f"{100 * row['share']:.1f}",
            f"{100 * row['median']:.0f}",
            f"{100 * row['low80']:.0f}-{100 * row['high80']:.0f}",
            f"{100 * row['low95']:.0f}-{100 * row['high95']:.0f}",
            mark,
        )
    return table


def _scores(summary: dict[str, Any]) -> Table:
    table = Table(title="Scores, every region alike (CRPS and bias in points of the share)")
    table.add_column("night", overflow="fold")
    for name in ("points", "50%", "80%", "95%", "bias", "CRPS", "anything", "near", "others"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, row in {**summary["elections"], "all": summary["all"]}.items():
        near = row["others"] is not None
        table.add_row(
            name,
            f"{row['points']} in {row['regions']}",
            *(f"{100 * c:.0f}%" for c in row["coverage"]),
            f"{100 * row['bias']:+.0f}",
            f"{100 * row['crps']:.1f}",
            f"{100 * row['anything']:.1f}",
            f"{100 * row['crps_with_others']:.1f}" if near else "",
            f"{100 * row['others']:.1f}" if near else "",
        )
    table.caption = (
        "50%, 80%, 95%: share of points inside. anything: CRPS of a uniform law. near, others: "
        "CRPS of the prediction, and of the other regions' figures, where there are any near."
    )
    return table
