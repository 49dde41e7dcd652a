"""The chapter of a run or a comparison: how many stations will not have sent, where, when, why, and
which policy of the app does better on the same nights.

Rule of this file: from the summary of :mod:`study.summary` to a chapter.
"""

from __future__ import annotations

from typing import Any

from reports.chapters import run_figures as figures
from reports.chapters.chapter import Chapter
from reports.chapters.run_text import answer, inside_line, tell_run, verdict
from reports.charts.tiles import MOST
from reports.document import Block, Heading, Table, Text
from reports.language import Language
from reports.text import say

Summary = dict[str, Any]


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a run or a comparison."""
    code = language.code
    better = _best(summary)
    blocks: list[Block] = [
        Text(_basis(summary, language), "note"),
        Heading(say("kecamatan_title", code)),
        Text(say("kecamatan_note", code)),
    ]
    if len(summary["kecamatan"]) <= MOST:
        blocks.append(figures.tiles(summary, language))
    blocks.append(figures.ranges(summary, language))
    if summary["readings"]:
        blocks += _readings(summary, language)
    blocks += [
        Heading(say("progress_title", code)),
        figures.progress(summary, language),
        Heading(say("causes_title", code)),
        figures.causes(summary, language),
        Heading(say("who_title", code)),
        figures.states(summary, language),
        Text(_office_line(summary, language), "note"),
        *_portable_line(summary, language),
    ]
    if len(summary["comparison"]) > 1:
        blocks += [Heading(say("policies_title", code)), figures.policies(summary, language)]
    blocks += _ending(summary, language)
    return Chapter(
        title=summary["title"][code],
        answer=answer(summary, language),
        recommendation=_recommendation(summary, better, language),
        certainty=_certainty(summary, better, language),
        would_change=tell_run("would_change", code),
        blocks=blocks,
    )


def _best(summary: Summary) -> Summary | None:
    """The variant with the fewest failures, if it is surely better than the scenario's own."""
    rows = summary["comparison"][1:]
    sure = [r for r in rows if r["difference"]["high"] is not None and r["difference"]["high"] < 0]
    return min(sure, key=lambda r: float(r["difference"]["mean"]), default=None)


def _recommendation(summary: Summary, best: Summary | None, language: Language) -> str:
    rows = summary["comparison"]
    if len(rows) < 2:
        return tell_run("advise_nothing", language.code)
    if best is None:
        return tell_run("advise_stay", language.code, first=rows[0]["name"])
    spread = best["difference"]
    return tell_run(
        "advise",
        language.code,
        best=best["name"],
        first=rows[0]["name"],
        fewer=language.number(-spread["mean"]),
        low=language.number(-spread["high"]),
        high=language.number(-spread["low"]),
    )


def _certainty(summary: Summary, best: Summary | None, language: Language) -> str:
    code, said = language.code, list[str]()
    if best is not None:
        said.append(
            tell_run(
                "sure",
                code,
                chance=language.chance(best["chance_best"]),
                nights=language.number(best["nights"]),
            )
        )
    said += [verdict(summary, language), inside_line(summary, language)]
    return " ".join(filter(None, said)) or tell_run("unchecked", code)


def _basis(summary: Summary, language: Language) -> str:
    return say(
        "basis",
        language.code,
        nights=language.number(summary["replications"]),
        stations=language.number(summary["stations"]),
        kecamatan=len(summary["kecamatan"]),
        variant=" · ".join(summary["variant"]),
    )


def _readings(summary: Summary, language: Language) -> list[Block]:
    """The published figures, read in two ways."""
    code, published, rows = language.code, summary["figures"], []
    for row in summary["readings"]:
        spread = row["predicted"]
        rows.append(
            (
                say(f"reading_{row['reading']}", code),
                say(f"figure_{row['figure']}", code),
                language.number(row["observed"]),
                language.number(spread["p50"]),
                language.span(spread["p2.5"], spread["p97.5"]),
                say("inside" if row["inside"] else "outside", code),
            )
        )
    head = [
        say(k, code) for k in ("reading", "figure", "counted", "predicted", "interval", "check")
    ]
    blocks: list[Block] = [Heading(say("figures_title", code))]
    if published is not None:
        counts = {k: language.number(published[k]) for k in ("failed", "sent", "neither")}
        stations = language.number(summary["stations"])
        blocks.append(
            Text(
                say("figures_note", code, source=published["source"], stations=stations, **counts),
                "note",
            )
        )
    return [*blocks, Table(head, rows, frozenset({2, 3, 4}))]


def _office_line(summary: Summary, language: Language) -> str:
    offices = summary["offices"]
    return say(
        "office_line",
        language.code,
        complete=language.number(offices["pleno_complete"]["p50"]),
        excel=language.number(offices["excel"]["p50"]),
    )


def _portable_line(summary: Summary, language: Language) -> list[Block]:
    """What the portable links did; nothing where there were none."""
    load = summary["load"]
    if "portable_links" not in load:
        return []
    counts = {
        k: language.number(load[f"portable_{k}"]["p50"]) for k in ("links", "reached", "sent")
    }
    return [Text(say("portable_line", language.code, **counts), "note")]


def _ending(summary: Summary, language: Language) -> list[Block]:
    code = language.code
    return [
        Heading(say("limits_title", code)),
        Text(say("limits", code)),
        *figures.assumed(summary, language),
    ]
