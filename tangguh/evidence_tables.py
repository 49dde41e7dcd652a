"""What ``tangguh evidence`` prints: the worlds' weights, and what each observation does to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def print_evidence(summary: dict[str, Any], page: Path) -> None:
    """Weights, movements and the two explanations."""
    console = Console(highlight=False)
    console.print(_worlds(summary))
    thin = [w for w, x in summary["worlds"].items() if not x["supported"]]
    if thin:
        console.print(
            f"Too few nights carry the weight of {', '.join(thin)}: read it as an order of "
            "magnitude, or simulate more (-n)."
        )
    console.print(_movements(summary))
    console.print("Weights rest on the priors of the worlds, and on the stated discrepancies.")
    console.print(_districts(summary))
    console.print(_allowed(summary["districts"]["bounds"]))
    console.print(f"Page: {page}", soft_wrap=True)


def _worlds(summary: dict[str, Any]) -> Table:
    table = Table(
        title=f"{len(summary['on'])} observations on; {summary['ensemble']} ensemble, "
        f"{_nights(summary)} nights of each world"
    )
    table.add_column("world")
    for name in ("before", "after", "+-", "log evidence", "nights that carry it"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, world in summary["worlds"].items():
        table.add_row(
            name,
            f"{100 * world['prior']:.1f}%",
            f"{100 * world['weight']:.1f}%",
            f"{100 * world['error']:.1f}",
            f"{world['log_evidence']:.1f}",
            f"{world['effective']:.1f}",
        )
    return table


def _nights(summary: dict[str, Any]) -> str:
    counts = sorted(set(summary["nights"].values()))
    return " to ".join(str(n) for n in dict.fromkeys((counts[0], counts[-1])))


def _movements(summary: dict[str, Any]) -> Table:
    worlds = list(summary["worlds"])
    table = Table(title="Each observation alone: the worlds' weights, and how far they move")
    table.add_column("observation", min_width=14, overflow="fold")
    for world in worlds:
        table.add_column(world[:10], justify="right", no_wrap=True)
    table.add_column("moves", justify="right", no_wrap=True)
    for row in summary["movements"]:
        table.add_row(
            row["name"] + ("" if row["on"] else " (off)"),
            *(
                f"{100 * row['alone'][w]:.0f}%" + ("*" if w in row["rules_out"] else "")
                for w in worlds
            ),
            f"{100 * row['moves_alone']:.0f}%",
        )
    table.caption = "* a tenth of its weight before, or less: this alone all but rules it out"
    return table


def _districts(summary: dict[str, Any]) -> Table:
    table = Table(title="Why kecamatan differ, in simulated nights: share of the variance")
    table.add_column("world")
    for name in ("evening", "operators", "told by counts", "like the counted"):
        table.add_column(name, justify="right")
    for name, row in summary["districts"]["worlds"].items():
        like = row["like_counted"]
        table.add_row(
            name,
            *("" if row[k] is None else f"{100 * row[k]:.0f}%" for k in ("evening", "operators")),
            f"{100 * row['told_by_counts']:.0f}%",
            "" if like is None else f"{like[0]:+.2f} ({like[1]:+.2f} to {like[2]:+.2f})",
        )
    return table


def _allowed(bounds: dict[str, Any] | None) -> str:
    if bounds is None:
        return "Without counts and a share from before the pleno the data allow any split."
    least, most = bounds["evening_least"], bounds["evening_most"]
    part = (
        "any split between the two"
        if least <= 0 and most >= 1
        else f"the evening {100 * max(least, 0):.0f}% to {100 * min(most, 1):.0f}% of the variance"
    )
    return (
        f"Without a model, the counts, the {100 * bounds['left']:.0f}% left before the pleno and "
        f"the operators' pace allow {part}. But the evening was uneven: in "
        f"{', '.join(bounds['above'])} more had failed at the end than "
        f"{100 * bounds['level']:.0f}%, the level to which operators could have evened it out; "
        f"there the evening was worse, whatever they did."
    )
