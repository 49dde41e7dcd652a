"""The chapter of a sensitivity study: what moves the result, and which measurement is worth it.

Rule of this file: from the summary of :mod:`study.sensitivity` to a chapter.
"""

from __future__ import annotations

from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.leaders_text import tell_leaders
from reports.chapters.ticks import round_up, ticks
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Text
from reports.language import Language
from reports.quantity_names import quantity_name
from reports.sensitivity_text import answers, say, worth_most

Summary = dict[str, Any]
_UNIT: Final = {"failed": 1.0, "t90": 1 / 3600.0}  # stations; hours
_PARTS: Final = ("quantities", "chance", "worlds")


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a sensitivity study."""
    code = language.code
    best = worth_most(summary)
    most, split, worthy = answers(summary, language)
    sure = tell_leaders(
        "sensitivity_sure", code, trajectories=summary["trajectories"], pairs=summary["pairs"]
    )
    advice = tell_leaders("sensitivity_act", code)
    if best is not None:
        name = say(f"measure_{best['name']}", code)
        advice = tell_leaders("sensitivity_advise", code, name=name)
    worth = summary["value"]
    blocks: list[Block] = [
        Text(_basis(summary, language), "note"),
        Heading(say("value_title", code)),
        Text(
            say(
                "value_note", code, choice=summary["variants"][worth["choice"]],
                perfect=language.number(worth["perfect"], 1),
            ),
            "note",
        ),
        _worth(worth, language),
        Heading(say("split_title", code)),
        _split(summary, language),
        Heading(say("screening_title", code)),
    ]  # fmt: skip
    for output, found in summary["outputs"].items():
        blocks.append(_screening(summary, output, language))
        if output == "t90":
            reached = language.percent(found["reached"], 0)
            blocks.append(Text(say("t90_note", code, reached=reached), "note"))
    blocks.append(Heading(say("sobol_title", code)))
    if summary["calibrated"]:
        blocks.append(Text(say("untied", code), "note"))
    blocks += [
        _sobol(output, found["sobol"], summary["pairs"], language)
        for output, found in summary["outputs"].items()
    ]
    return Chapter(
        title=summary["title"][code],
        answer=f"{most} {worthy}",
        recommendation=advice,
        certainty=f"{split} {sure}",
        would_change=tell_leaders("sensitivity_change", code),
        blocks=blocks,
    )


def _screening(summary: Summary, output: str, language: Language) -> Figure:
    code, unit, drawn, rows = language.code, _UNIT[output], [], []
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


def _basis(summary: Summary, language: Language) -> str:
    return say(
        "basis_calibrated" if summary["calibrated"] else "basis_prior",
        language.code,
        worlds=len(summary["worlds"]),
        seed=summary["seed"],
        trajectories=summary["trajectories"],
        pairs=summary["pairs"],
    )


def _sobol(output: str, sobol: Summary, pairs: int, language: Language) -> Figure:
    code, drawn, rows = language.code, [], []

    def inside(share: float) -> float:
        return min(max(share, 0.0), 1.0)

    def shown(index: Summary) -> tuple[str, str]:
        low, high = (language.number(index[k], 2) for k in ("low", "high"))
        return language.number(index["mean"], 2), f"{low} … {high}"

    for name, row in sobol.items():
        first, total = row["first"], row["total"]
        words = quantity_name(name, code)
        drawn.append(
            Row(
                words, inside(total["mean"]), inside(total["low"]), inside(total["high"]),
                language.number(total["mean"], 2), seen=inside(first["mean"]), bar=True,
            )
        )  # fmt: skip
        rows.append((words, *shown(first), *shown(total)))
    title, caption = say(f"output_{output}", code), say("sobol_note", code, pairs=pairs)
    svg = rows_chart(drawn, ticks(0.0, 1.0, language), 0.0, 1.0, title=title, description=caption)
    interval = say("interval", code)
    head = (say("quantity", code), say("first", code), interval, say("total", code), interval)
    return Figure(f"sobol-{output}", svg, title, caption, head, rows, frozenset({1, 2, 3, 4}))


def _worth(value: Summary, language: Language) -> Figure:
    code, drawn, rows = language.code, [], []
    for row in value["rows"]:
        worth, error = row["value"], row["error"]
        name, said = say(f"measure_{row['name']}", code), language.number(row["value"], 1)
        drawn.append(
            Row(name, max(worth, 0.0), max(worth - 2 * error, 0.0), max(worth + 2 * error, 0.0),
                said, bar=True)
        )  # fmt: skip
        known = ", ".join(quantity_name(q, code) for q in row["quantities"])
        rows.append(
            (
                name, said, language.number(error, 1), language.percent(row["changes"], 0),
                language.number(row["r_squared"], 2),
                say("all_above", code) if row["name"] == "all" else known,
            )
        )  # fmt: skip
    top = round_up(max(r.high for r in drawn), 0.1)
    title, caption = say("worth", code), say("worth_note", code)
    svg = rows_chart(drawn, ticks(0.0, top, language), 0.0, top, title=title, description=caption)
    keys = ("measurement", "worth", "error", "changes", "r_squared", "tells")
    head = [say(k, code) for k in keys]
    return Figure("worth", svg, title, caption, head, rows, frozenset({1, 2, 3, 4}))
