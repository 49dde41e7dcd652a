"""The chapter of a sensitivity study: what moves the result, and which measurement is worth it.

Rule of this file: from the summary of :mod:`study.sensitivity` to a chapter.
"""

from __future__ import annotations

from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.leaders_text import tell_leaders
from reports.chapters.ticks import ticks
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.figures import round_up
from reports.language import Language
from reports.quantity_names import quantity_name
from reports.sensitivity_page import UNIT, answers, worth_most
from reports.sensitivity_text import say

Summary = dict[str, Any]
_PARTS: Final = ("quantities", "chance", "worlds")


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a sensitivity study."""
    code = language.code
    best = worth_most(summary)
    advice = tell_leaders("sensitivity_act", code)
    if best is not None:
        name = say(f"measure_{best['name']}", code)
        advice = tell_leaders("sensitivity_advise", code, name=name)
    blocks: list[Block] = [Heading(say("screening_title", code))]
    blocks += [_screening(summary, output, language) for output in summary["outputs"]]
    blocks += [Heading(say("split_title", code)), _split(summary, language)]
    blocks += [
        Heading(say("sobol_title", code)),
        Text(tell_leaders("sobol_note", code, pairs=summary["pairs"])),
    ]
    for output, found in summary["outputs"].items():
        blocks += [Heading(say(f"output_{output}", code), 3), _sobol(found["sobol"], language)]
    blocks += [Heading(say("value_title", code)), _worth(summary["value"], language)]
    return Chapter(
        title=summary["title"][code],
        answer=" ".join(answers(summary, language)),
        recommendation=advice,
        certainty=tell_leaders(
            "sensitivity_sure", code, trajectories=summary["trajectories"], pairs=summary["pairs"]
        ),
        would_change=tell_leaders("sensitivity_change", code),
        blocks=blocks,
    )


def _screening(summary: Summary, output: str, language: Language) -> Figure:
    code, unit, drawn, rows = language.code, UNIT[output], [], []
    ordered = sorted(summary["screening"].items(), key=lambda r: -float(r[1][output]["mu_star"]))
    for path, every in ordered:
        row = every[output]
        size, error = row["mu_star"] * unit, row["error"] * unit
        name, value = quantity_name(path, code), language.number(size, 1)
        drawn.append(Row(name, size, max(size - 2 * error, 0), size + 2 * error, value, bar=True))
        rows.append(
            (name, value, language.number(error, 1), language.number(row["sigma"] * unit, 1))
        )
    top = round_up(max(r.high for r in drawn), 0.1)
    title, caption = say(f"output_{output}", code), say("screening_note", code)
    svg = rows_chart(drawn, ticks(0.0, top, language), 0.0, top, title=title, description=caption)
    head = [say(k, code) for k in ("quantity", "mu_star", "error", "sigma")]
    return Figure(f"screening-{output}", svg, title, caption, head, rows, frozenset({1, 2, 3}))


def _split(summary: Summary, language: Language) -> Figure:
    code, split = language.code, summary["outputs"]["failed"]["split"]
    drawn, rows = [], []
    for part in _PARTS:
        share, name = split[part], say(f"split_{part}", code)
        low, high = max(share["low"], 0.0), min(share["high"], 1.0)
        value = language.percent(share["mean"], 0)
        drawn.append(Row(name, max(share["mean"], 0.0), low, high, value, bar=True))
        span = f"{language.percent(share['low'], 0)} … {language.percent(share['high'], 0)}"
        rows.append((name, value, span))
    shares = [(k / 4, language.percent(k / 4, 0)) for k in range(5)]
    title, caption = say("split_title", code), say("split_note", code)
    svg = rows_chart(drawn, shares, 0.0, 1.0, title=title, description=caption)
    head = (say("quantity", code), say("total", code), say("interval", code))
    return Figure("split", svg, title, caption, head, rows, frozenset({1, 2}))


def _sobol(sobol: Summary, language: Language) -> Table:
    code = language.code

    def span(index: Summary) -> str:
        return f"{language.number(index['low'], 2)} … {language.number(index['high'], 2)}"

    rows = [
        (
            quantity_name(name, code),
            *(
                shown
                for order in ("first", "total")
                for shown in (language.number(row[order]["mean"], 2), span(row[order]))
            ),
        )
        for name, row in sobol.items()
    ]
    interval = say("interval", code)
    head = (say("quantity", code), say("first", code), interval, say("total", code), interval)
    return Table(head, rows, frozenset({1, 2, 3, 4}))


def _worth(value: Summary, language: Language) -> Table:
    code = language.code
    rows = [
        (
            say(f"measure_{r['name']}", code),
            language.number(r["value"], 1),
            language.number(r["error"], 1),
            language.percent(r["changes"], 0),
            language.number(r["r_squared"], 2),
        )
        for r in value["rows"]
    ]
    head = [say(k, code) for k in ("measurement", "worth", "error", "changes", "r_squared")]
    return Table(head, rows, frozenset({1, 2, 3, 4}))
