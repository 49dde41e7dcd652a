"""The chapter of a nation's nights: how many stations have not sent, in which provinces, when, why,
and at which server.

Rule of this file: from the summary of :mod:`study.nation.summary` to a chapter.
"""

from __future__ import annotations

from typing import Any, Final

from reports.boundaries import Area
from reports.chapters import run_figures as figures
from reports.chapters.chapter import Chapter
from reports.chapters.nation_text import tell_nation
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.language import Language
from reports.text import say

Summary = dict[str, Any]
_PERCENTS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a nation."""
    code = language.code
    blocks: list[Block] = [
        Text(_basis(summary, language), "note"),
        Heading(tell_nation("provinces", code)),
        _provinces(summary, language),
        Heading(say("progress_title", code)),
        figures.progress(summary, language),
        Heading(say("causes_title", code)),
        figures.causes(summary, language),
        Heading(say("who_title", code)),
        figures.states(summary, language),
        Heading(tell_nation("server", code)),
        Text(tell_nation("server_note", code)),
        _server(summary, language),
        Text(_split(summary, language), "note"),
        Heading(tell_nation("regencies", code)),
        Text(tell_nation("regencies_note", code)),
        _regencies(summary, language),
        Heading(say("limits_title", code)),
        Text(tell_nation("limits", code)),
        *figures.assumed(summary, language),
    ]
    return Chapter(
        title=summary["title"][code],
        answer=_answer(summary, language),
        recommendation=tell_nation("advise", code),
        certainty=_certainty(summary, language),
        would_change=tell_nation("would_change", code),
        blocks=blocks,
    )


def _answer(summary: Summary, language: Language) -> str:
    spread, stations = summary["unsent"], summary["stations"]
    return tell_nation(
        "answer" if summary["replications"] > 1 else "answer_one",
        language.code,
        median=language.number(spread["p50"]),
        stations=language.number(stations),
        share=language.percent(spread["p50"] / stations),
        low=language.percent(spread["p2.5"] / stations),
        high=language.percent(spread["p97.5"] / stations),
        worst=summary["provinces"][0]["name"],
        worst_share=language.percent(summary["provinces"][0]["unsent"]["p50"]),
    )


def _certainty(summary: Summary, language: Language) -> str:
    code = language.code
    if summary["replications"] == 1:
        return tell_nation("one", code)
    nights = [night["unsent"] / summary["stations"] for night in summary["nights"]]
    said = tell_nation(
        "sure",
        code,
        nights=language.number(summary["replications"]),
        least=language.percent(min(nights)),
        most=language.percent(max(nights)),
    )
    return said if summary["converged"] else f"{said} {tell_nation('open', code)}"


def _basis(summary: Summary, language: Language) -> str:
    return tell_nation(
        "basis",
        language.code,
        nights=language.number(summary["replications"]),
        simulated=language.number(summary["simulated"]),
        stations=language.number(summary["stations"]),
        regencies=language.number(summary["regency_count"]),
        variant=" · ".join(summary["variant"]),
    )


def _split(summary: Summary, language: Language) -> str:
    code = language.code
    if not summary["split"]:
        return tell_nation("unsplit", code)
    return tell_nation(
        "split" if summary["converged"] else "split_open",
        code,
        sample=language.number(summary["nights"][0]["sample"]),
        defect=language.percent(max(n["defects"][-1] for n in summary["nights"])),
        tolerance=language.percent(summary["tolerance"], 0),
    )


def _provinces(summary: Summary, language: Language) -> Figure:
    code, drawn, rows, areas = language.code, [], [], []
    for row in summary["provinces"]:
        spread = row["unsent"]
        low, high = spread["p2.5"], spread["p97.5"]
        middle = language.percent(spread["p50"])
        span = f"{language.percent(low)} … {language.percent(high)}"
        its_half = spread["p25"], spread["p75"]
        drawn.append(Row(row["name"], spread["p50"], low, high, middle, its_half))
        rows.append((row["name"], language.number(row["tps"]), middle, span))
        areas.append(Area("", row["name"], spread["p50"], middle))
    title, note = tell_nation("provinces", code), tell_nation("provinces_note", code)
    scale = [(p, language.percent(p, 0)) for p in _PERCENTS]
    svg = rows_chart(drawn, scale, 0.0, 1.0, title=title, description=note)
    head = (
        tell_nation("province", code), "TPS", say("legend_median", code), say("legend_95", code)
    )  # fmt: skip
    return Figure("provinces", svg, title, note, head, rows, frozenset({1, 2, 3}), areas)


def _server(summary: Summary, language: Language) -> Table:
    keys = ("night", "pipe", "slots", "workers", "flows", "requests", "unsent")
    rows = [
        (
            str(night["replication"] + 1),
            f"{language.number(night['server']['server.pipe'] * 8 / 1e9, 1)} Gbit/s",
            language.number(night["server"]["server.slots"]),
            language.number(night["server"]["server.workers"]),
            language.number(night["peak_flows"]),
            language.number(night["peak_requests_per_minute"]),
            language.percent(night["unsent"] / summary["stations"]),
        )
        for night in summary["nights"]
    ]
    head = [tell_nation(key, language.code) for key in keys]
    return Table(head, rows, frozenset(range(len(keys))))


def _regencies(summary: Summary, language: Language) -> Table:
    code = language.code
    rows = []
    for row in summary["regencies"]:
        spread, standing = row["unsent"], _standing(row["standing"], code)
        rows.append(
            (
                row["name"],
                row["province"],
                language.number(row["tps"]),
                standing,
                language.percent(spread["p50"]),
                f"{language.percent(spread['p2.5'])} … {language.percent(spread['p97.5'])}",
            )
        )
    head = (
        tell_nation("regency", code), tell_nation("province", code), "TPS",
        say("column_standing", code), say("legend_median", code), say("legend_95", code),
    )  # fmt: skip
    return Table(head, rows, frozenset({2, 4, 5}))


def _standing(name: str, code: str) -> str:
    return tell_nation(name, code) if name == "apportioned" else say(f"standing_{name}", code)
