"""The figures of a run or a comparison: where, when, why, by whom, and with which policy.

Rule of this file: from the summary of :mod:`study.summary` to figures.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from reports.boundaries import Area
from reports.chapters.run_text import tell_run
from reports.chapters.ticks import days, read_out, round_up, ticks
from reports.charts.curves import Axes, Seen, band_chart
from reports.charts.rows import Row, rows_chart
from reports.charts.tiles import MOST, tiles_chart, top_of
from reports.document import Block, Figure, Heading, Table, Text
from reports.language import Language
from reports.text import say

Summary = dict[str, Any]
_PERCENTS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_FIRST: Final = 30  # areas that are drawn where there are too many for tiles


def tiles(summary: Summary, language: Language) -> Figure:
    """Where: predicted and counted shares as tiles."""
    drawn, rows = [], []
    for row in summary["kecamatan"]:
        tps = max(row["tps"], 1)
        share, seen = row["predicted"]["p50"] / tps, row["observed"]
        value = language.percent(share, 0)
        counted = "" if seen is None else language.percent(seen / tps, 0)
        drawn.append(Area(row["code"], row["name"], share, value, counted))
        rows.append((row["name"], str(row["tps"]), value, counted))
    code, top = language.code, language.percent(top_of(drawn), 0)
    title, caption = _t("tiles", language), tell_run("tiles_note", code, top=top)
    svg = tiles_chart(drawn, title=title, description=caption)
    head = ("kecamatan", "TPS", say("predicted", code), say("counted", code))
    numbers = frozenset({1, 2, 3})
    return Figure("kecamatan-tiles", svg, title, caption, head, rows, numbers, areas=drawn)


def ranges(summary: Summary, language: Language) -> Figure:
    """Where: predicted intervals beside what was counted; of many areas the first, and all of them
    in the table and on a map."""
    drawn, rows, areas = [], [], []
    for row in sorted(summary["kecamatan"], key=_share, reverse=True):
        tps, spread, seen = max(row["tps"], 1), row["predicted"], row["observed"]
        span = language.span(spread["p2.5"], spread["p97.5"])
        counted = "" if seen is None else language.number(seen)
        drawn.append(
            Row(
                row["name"],
                spread["p50"] / tps,
                spread["p2.5"] / tps,
                spread["p97.5"] / tps,
                f"{counted} / {row['tps']}"
                if counted
                else language.percent(spread["p50"] / tps, 0),
                (spread["p25"] / tps, spread["p75"] / tps),
                None if seen is None else seen / tps,
            )
        )
        rows.append(
            (row["name"], str(row["tps"]), language.number(spread["p50"]), span, counted)
        )  # fmt: skip
        share = spread["p50"] / tps
        areas.append(Area(row["code"], row["name"], share, language.percent(share, 0)))
    code, many = language.code, len(drawn) > MOST
    title, caption = _t("ranges", language), _t("ranges_note", language)
    if many:
        caption += " " + tell_run("ranges_first", code, first=_FIRST, all=len(drawn))
    svg = rows_chart(
        drawn[:_FIRST] if many else drawn, [(p, language.percent(p, 0)) for p in _PERCENTS],
        0.0, 1.0, title=title, description=caption,
    )  # fmt: skip
    head = (
        "kecamatan", "TPS", say("legend_median", code), say("legend_95", code), say("counted", code)
    )  # fmt: skip
    numbers = frozenset(range(1, len(head)))
    return Figure(
        "kecamatan", svg, title, caption, head, rows, numbers, areas=areas if many else ()
    )


def _share(row: Summary) -> float:
    seen = row["predicted"]["p50"] if row["observed"] is None else row["observed"]
    return float(seen / max(row["tps"], 1))


def progress(summary: Summary, language: Language) -> Figure:
    """When: the share sent over time, with its bands and the published figures."""
    curve, start = summary["progress"], datetime.fromisoformat(summary["start"])
    at = curve["seconds"]
    axes = Axes(
        0.0,
        at[-1],
        1.0,
        days(start, at[-1], language),
        [(p, language.percent(p, 0)) for p in _PERCENTS],
    )
    keys = ("p2.5", "p50", "p97.5")
    picked = read_out(at)
    seen = [
        Seen(o["seconds"], o["sent"], language.percent(o["sent"]), row)
        for row, o in enumerate(curve["observed"], len(picked))
        if o["seconds"] <= at[-1]
    ]
    rows = [
        (
            language.short(start + timedelta(seconds=at[i])),
            *(language.percent(curve[k][i]) for k in keys),
            "",
        )
        for i in picked
    ]
    rows += [
        (
            language.short(start + timedelta(seconds=o["seconds"])),
            *("", "", ""),
            f"{language.percent(o['sent'], 2)} ({o['source']})",
        )
        for o in curve["observed"]
    ]
    svg = band_chart(
        axes, at, curve, seen, reads=[at[i] for i in picked], title=_t("curve", language),
        description=_t("curve_note", language),
    )  # fmt: skip
    edges = [language.number(100 * q, 1) + "%" for q in (0.025, 0.5, 0.975)]
    head = [say("time", language.code), *edges, say("counted", language.code)]
    return _figure("progress", svg, ("curve", "curve_note"), head, rows, language)


def causes(summary: Summary, language: Language) -> Figure:
    """Why stations were not sent: the last failure's cause."""
    found = {k: s for k, s in summary["causes"].items() if s["p97.5"] > 0 or s["mean"] > 0}
    top = round_up(max((s["p97.5"] for s in found.values()), default=1.0))
    return _bars("causes", found, "cause", top, say("causes_note", language.code), language)


def states(summary: Summary, language: Language) -> Figure:
    """Who sent, and what became of the rest."""
    top = round_up(float(summary["stations"]))
    return _bars("states", summary["outcomes"], "state", top, _t("states_note", language), language)


def _bars(
    name: str, spreads: Summary, prefix: str, top: float, caption: str, language: Language
) -> Figure:
    code, drawn, rows = language.code, [], []
    ordered = list(spreads.items())
    if prefix == "cause":
        ordered.sort(key=lambda pair: -float(pair[1]["mean"]))
    for key, spread in ordered:
        words = say(f"{prefix}_{key}", code)
        mean = language.number(spread["mean"], 1)
        span = language.span(spread["p2.5"], spread["p97.5"])
        drawn.append(
            Row(words, spread["mean"], spread["p2.5"], spread["p97.5"], f"{mean} ({span})",
                bar=True)
        )  # fmt: skip
        rows.append((words, mean, span))
    title = _t(name, language)
    svg = rows_chart(drawn, ticks(0.0, top, language), 0.0, top, title=title, description=caption)
    head = (say(prefix, code), say("mean", code), say("legend_95", code))
    return Figure(name, svg, title, caption, head, rows, frozenset({1, 2}))


def policies(summary: Summary, language: Language) -> Figure:
    """Which policy: differences on the same nights."""
    code, drawn, rows = language.code, [], []
    compared = summary["comparison"]
    reach = round_up(max(abs(r["difference"][b] or 0.0) for r in compared
                         for b in ("mean", "low", "high")))  # fmt: skip
    for row in compared:
        d = row["difference"]
        low, high = (d[b] if d[b] is not None else d["mean"] for b in ("low", "high"))
        value = language.signed(d["mean"], 0)
        drawn.append(Row(row["name"], d["mean"], low, high, value))
        rows.append(
            (
                row["name"],
                language.number(row["failed"]["mean"], 1),
                value,
                f"{language.signed(low, 0)} … {language.signed(high, 0)}",
                f"{language.number(row['wasted_bytes'] / 1e9, 1)} GB",
                language.number(row["sent_kpps"]),
                language.number(row["tally_first_night"]),
                language.percent(row["chance_best"], 0),
            )
        )
    svg = rows_chart(
        drawn, ticks(-reach, reach, language, signed=True), -reach, reach,
        title=_t("policies", language), description=_t("policies_note", language),
    )  # fmt: skip
    head = [
        say(k, code)
        for k in (
            "policy",
            "not_sent",
            "difference",
            "interval",
            "wasted",
            "sent_by_kpps",
            "tallies",
            "best",
        )
    ]
    return _figure("policies", svg, ("policies", "policies_note"), head, rows, language)


def _t(key: str, language: Language) -> str:
    return tell_run(key, language.code)


def _figure(
    name: str,
    svg: str,
    words: tuple[str, str],
    head: Any,
    rows: list[Any],
    language: Language,
) -> Figure:
    title, note = (_t(key, language) for key in words)
    return Figure(name, svg, title, note, head, rows, frozenset(range(1, len(head))))


def assumed(summary: Summary, language: Language) -> list[Block]:
    """Every uncertain quantity, with its law, its standing and its source."""
    code = language.code
    head = [say(f"column_{c}", code) for c in ("what", "law", "per", "standing", "source")]
    rows = [
        (
            a["path"],
            language.law(a["value"]),
            say(f"per_{a['per']}", code),
            say(f"standing_{a['standing']}", code),
            a["source"],
        )
        for a in summary["assumptions"]
    ]
    return [
        Heading(say("assumed_title", code)),
        Text(say("assumed_note", code)),
        Table(head, rows),
    ]
