"""The chapter of a grid: which combination is best in which world, and at what price.

Rule of this file: from the summary of :mod:`study.grid` to a chapter.
"""

from __future__ import annotations

from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.leaders_text import tell_leaders
from reports.chapters.ticks import round_up, ticks
from reports.charts.rows import Row, rows_chart
from reports.charts.scatter import Point, scatter_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.grid_text import answer, best_of, say
from reports.language import Language

Summary = dict[str, Any]
_NOTHING: Final = 0.05  # percentage points that are written as 0.0


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a grid."""
    code, worlds = language.code, summary["worlds"]
    decided = sum(w["decided"] for w in worlds)
    blocks: list[Block] = []
    for world in worlds:
        title = say("regret_title", code, world=world["world"])
        if len(worlds) > 1:
            blocks += [Heading(title), Text(answer(world, language), "answer")]
        else:
            blocks.append(Heading(title))
        blocks += [_regret(world, language), _front(world, language)]
    if len(worlds) > 1:
        blocks += [Heading(say("across_title", code)), Text(say("across_note", code))]
        blocks.append(_across(summary, language))
    basis = say(
        "basis", code, scenario=summary["scenario"], seed=summary["seed"], worlds=len(worlds)
    )
    blocks.append(Text(basis, "note"))
    return Chapter(
        title=summary["title"][code],
        answer=answer(worlds[0], language) if len(worlds) == 1 else _overall(summary, language),
        recommendation=_advice(summary, language),
        certainty=tell_leaders(
            "grid_sure", code, decided=decided, all=len(worlds),
            confidence=language.percent(worlds[0]["confidence"], 0),
        ),
        would_change=tell_leaders("grid_change", code),
        blocks=blocks,
    )  # fmt: skip


def _overall(summary: Summary, language: Language) -> str:
    """The best of each world, in a sentence."""
    best = {w["world"]: best_of(w)["name"] for w in summary["worlds"]}
    names = set(best.values())
    if len(names) == 1:
        return tell_leaders("grid_same", language.code, best=names.pop(), all=len(best))
    named = "; ".join(f"{world}: {name}" for world, name in best.items())
    return tell_leaders("grid_differ", language.code, names=named)


def _advice(summary: Summary, language: Language) -> str:
    worlds = summary["worlds"]
    if len(worlds) == 1:
        key = "grid_one" if worlds[0]["decided"] else "grid_wait"
        return tell_leaders(key, language.code, best=best_of(worlds[0])["name"])
    safest = summary["across"][0]
    if safest["worst_regret"] < _NOTHING:
        return tell_leaders("grid_safest_all", language.code, best=safest["name"])
    return tell_leaders(
        "grid_safest",
        language.code,
        best=safest["name"],
        worst=language.number(safest["worst_regret"], 1),
        world=safest["worst_world"],
    )


def _regret(world: Summary, language: Language) -> Figure:
    code, drawn, data = language.code, [], []
    reach = round_up(max(r["regret"]["high"] for r in world["rows"]), 0.1)
    for row in sorted(world["rows"], key=lambda r: float(r["regret"]["mean"])):
        lost = row["regret"]
        value = language.signed(lost["mean"])
        drawn.append(
            Row(row["name"], max(lost["mean"], 0), max(lost["low"], 0), max(lost["high"], 0), value)
        )
        data.append(
            (
                row["name"],
                str(row["nights"]),
                language.number(row["failed"]["mean"]),
                value,
                f"{language.signed(lost['low'])} … {language.signed(lost['high'])}",
                *_measures(row, language),
            )
        )
    title = tell_leaders("regret_of", code, world=world["world"])
    caption = say("regret_note", code)
    svg = rows_chart(
        drawn, ticks(0.0, reach, language), 0.0, reach, title=title, description=caption
    )
    keys = ("combination", "nights", "failed", "regret", "interval", "chance", "t90", "t95", "t99",
            "wasted", "peak", "airtime")  # fmt: skip
    head = [say(k, code) for k in keys]
    name = f"regret-{world['world']}"
    return Figure(name, svg, title, caption, head, data, frozenset(range(1, len(head))))


def _measures(row: Summary, language: Language) -> list[str]:
    """All that the table under the picture says of a combination."""
    measures = row["measures"]
    hours = [measures[name]["p50"] for name in ("t90", "t95", "t99")]
    return [
        language.percent(row["chance_best"], 0) if row["alive"] else "–",
        *("–" if value is None else language.number(value / 3600, 1) for value in hours),
        language.number(measures["wasted"]["p50"] / 1e9, 2),
        language.number(measures["peak"]["p50"]),
        language.number(measures["airtime"]["p50"]),
    ]


def _front(world: Summary, language: Language) -> Figure:
    code = language.code
    rows = sorted(world["rows"], key=lambda r: float(r["measures"]["airtime"]["p50"]))
    points = [
        Point(r["measures"]["airtime"]["p50"], r["failed"]["mean"], str(i), r["pareto"])
        for i, r in enumerate(rows, 1)
    ]
    names = (tell_leaders("airtime", code), say("failed", code))
    last, top = (round_up(max(values)) for values in ([p.x for p in points], [p.y for p in points]))
    title = tell_leaders("front", code)
    caption = f"{say('scatter_note', code)} {tell_leaders('front_note', code)}"
    svg = scatter_chart(
        points, ticks(0.0, last, language), ticks(0.0, top, language), names,
        title=title, description=caption,
    )  # fmt: skip
    data = [
        (
            str(i),
            r["name"],
            language.number(r["measures"]["airtime"]["p50"]),
            language.number(r["failed"]["mean"], 1),
            say("pareto", code) if r["pareto"] else "",
        )
        for i, r in enumerate(rows, 1)
    ]
    head = (tell_leaders("number", code), say("combination", code), *names, say("pareto", code))
    return Figure(
        f"front-{world['world']}", svg, title, caption, head, data, frozenset({0, 2, 3})
    )  # fmt: skip


def _across(summary: Summary, language: Language) -> Table:
    code = language.code
    head = [
        say(k, code) for k in ("combination", "worst", "in_world", "mean", "best_in", "pareto_in")
    ]
    rows = [
        (
            r["name"],
            language.number(r["worst_regret"], 1),
            r["worst_world"],
            language.number(r["mean_regret"], 1),
            str(r["best_in"]),
            str(r["pareto_in"]),
        )
        for r in summary["across"]
    ]
    return Table(head, rows, frozenset({1, 3, 4, 5}))
