"""What ``tangguh plan`` prints: the plan, the front, what was confirmed, the sizing sheet.

Rule of this file: from the summary to a terminal; the sentences are those of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from reports.chapters.plan import chapter, described, named, nation_note, quantity, rupiah
from reports.chapters.plan_text import say
from reports.language import Language

_ENGLISH = Language("en")


def print_plan(summary: dict[str, Any]) -> None:
    """The tables, then the answer."""
    console = Console(highlight=False)
    percent = _ENGLISH.percent

    def show(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], text: int) -> None:
        """``text``: how many columns from the left are no figures."""
        table = Table(title=title)
        for i, name in enumerate(head):
            table.add_column(name, justify="left" if i < text else "right")
        for row in rows:
            table.add_row(*row)
        console.print(table)

    show(
        f"Plan {summary['plan']}", ("lever", "choice", "cost, rupiah"),
        ((r["lever"], r["choice"], rupiah(r["cost"], _ENGLISH)) for r in summary["levers"]), 2,
    )  # fmt: skip
    show(
        "Objectives", ("objective", "asked", "chance", "lower bound"),
        (
            (f"{i}. {described(o, _ENGLISH)}", percent(o["in_nights"], 0), percent(o["chance"]),
             percent(o["low"]))
            for i, o in enumerate(summary["objectives"], 1)
        ), 1,
    )  # fmt: skip
    show(
        "Cost and chance of all objectives in one night: what no other candidate beats",
        ("candidate", "cost, rupiah", "chance"),
        (
            (named(r, summary, "en"), rupiah(r["cost"], _ENGLISH), percent(r["chance"]))
            for r in summary["front"]
        ), 1,
    )  # fmt: skip
    show(
        "Judged by all nights", ("candidate", "verdict", "cost, rupiah", "chances"),
        (
            (named(r, summary, "en"), say(r["verdict"], "en"), rupiah(r["cost"], _ENGLISH),
             ", ".join(percent(c, 0) for c in r["chances"]))
            for r in summary["confirmed"]
        ), 2,
    )  # fmt: skip
    show(
        "Sizing", ("", "peak", "headroom", "sized", "the nation"),
        (
            (r["name"], quantity(r["peak"], r["unit"], _ENGLISH), f"x {r['headroom']:g}",
             *(quantity(r[k], r["unit"], _ENGLISH) for k in ("sized", "nation")))
            for r in summary["sizing"]
        ), 1,
    )  # fmt: skip
    console.print(nation_note(summary, _ENGLISH), soft_wrap=True)
    said = chapter(summary, _ENGLISH)
    for text in (said.answer, said.recommendation, said.certainty, said.would_change):
        if text:
            console.print(text, soft_wrap=True)
