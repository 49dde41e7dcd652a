"""The chapter of a run or a comparison: how many stations will not have sent, where, when, why, and
which policy of the app does better on the same nights.

Rule of this file: from the summary of :mod:`study.summary` to a chapter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.run_text import tell_run
from reports.chapters.ticks import ticks
from reports.charts.curves import Axes, Seen, band_chart
from reports.charts.rows import Row, rows_chart
from reports.charts.tiles import MOST, Tile, tiles_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.figures import answer, inside_line, round_up, verdict
from reports.language import Language
from reports.text import say

Summary = dict[str, Any]
_PERCENTS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_READ: Final = 24  # rows of the table under a curve


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a run or a comparison."""
    code = language.code
    better = _best(summary)
    blocks: list[Block] = [Heading(say("kecamatan_title", code)), Text(say("kecamatan_note", code))]
    if len(summary["kecamatan"]) <= MOST:
        blocks += [_tiles(summary, language), _ranges(summary, language)]
    blocks += [
        Heading(say("progress_title", code)),
        _progress(summary, language),
        Heading(say("causes_title", code)),
        _causes(summary, language),
    ]
    if len(summary["comparison"]) > 1:
        blocks += [Heading(say("policies_title", code)), _policies(summary, language)]
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
                chance=language.percent(best["chance_best"], 0),
                nights=language.number(best["nights"]),
            )
        )
    said += [verdict(summary, language), inside_line(summary, language)]
    return " ".join(filter(None, said)) or tell_run("unchecked", code)


def _tiles(summary: Summary, language: Language) -> Figure:
    tiles, rows = [], []
    for row in summary["kecamatan"]:
        tps = max(row["tps"], 1)
        share, seen = row["predicted"]["p50"] / tps, row["observed"]
        value = language.percent(share, 0)
        counted = "" if seen is None else language.percent(seen / tps, 0)
        tiles.append(Tile(row["code"], row["name"], share, value, counted))
        rows.append((row["name"], str(row["tps"]), value, counted))
    return _figure(
        "kecamatan-tiles",
        tiles_chart(tiles, title=_t("tiles", language), description=_t("tiles_note", language)),
        ("tiles", "tiles_note"),
        ("kecamatan", "TPS", say("predicted", language.code), say("counted", language.code)),
        rows,
        language,
    )


def _ranges(summary: Summary, language: Language) -> Figure:
    drawn, rows = [], []
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
                counted and f"{counted} / {row['tps']}",
                (spread["p25"] / tps, spread["p75"] / tps),
                None if seen is None else seen / tps,
            )
        )
        rows.append(
            (row["name"], str(row["tps"]), language.number(spread["p50"]), span, counted)
        )  # fmt: skip
    svg = rows_chart(
        drawn, [(p, language.percent(p, 0)) for p in _PERCENTS], 0.0, 1.0,
        title=_t("ranges", language), description=_t("ranges_note", language),
    )  # fmt: skip
    code = language.code
    head = (
        "kecamatan", "TPS", say("legend_median", code), say("legend_95", code), say("counted", code)
    )  # fmt: skip
    return _figure("kecamatan", svg, ("ranges", "ranges_note"), head, rows, language)


def _share(row: Summary) -> float:
    seen = row["predicted"]["p50"] if row["observed"] is None else row["observed"]
    return float(seen / max(row["tps"], 1))


def _progress(summary: Summary, language: Language) -> Figure:
    curve, start = summary["progress"], datetime.fromisoformat(summary["start"])
    at = curve["seconds"]
    midnight = (start + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [(0.0, language.day(start))]
    while (seconds := (midnight - start).total_seconds()) < at[-1]:
        if seconds > at[-1] / 6:
            days.append((seconds, language.day(midnight)))
        midnight += timedelta(days=1)
    axes = Axes(0.0, at[-1], 1.0, days, [(p, language.percent(p, 0)) for p in _PERCENTS])
    seen = [
        Seen(o["seconds"], o["sent"], language.percent(o["sent"]))
        for o in curve["observed"]
        if o["seconds"] <= at[-1]
    ]
    keys = ("p2.5", "p50", "p97.5")
    picked = range(0, len(at), max(len(at) // _READ, 1))
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
        axes, at, curve, seen, title=_t("curve", language), description=_t("curve_note", language)
    )
    edges = [language.number(100 * q, 1) + "%" for q in (0.025, 0.5, 0.975)]
    head = [say("time", language.code), *edges, say("counted", language.code)]
    return _figure("progress", svg, ("curve", "curve_note"), head, rows, language)


def _causes(summary: Summary, language: Language) -> Figure:
    code = language.code
    found = sorted(
        ((k, s) for k, s in summary["causes"].items() if s["p97.5"] > 0 or s["mean"] > 0),
        key=lambda pair: -pair[1]["mean"],
    )
    top = round_up(max((s["p97.5"] for _, s in found), default=1.0))
    drawn, rows = [], []
    for key, spread in found:
        name = say(f"cause_{key}", code)
        mean, span = (
            language.number(spread["mean"], 1),
            language.span(spread["p2.5"], spread["p97.5"]),
        )
        drawn.append(
            Row(name, spread["mean"], spread["p2.5"], spread["p97.5"], f"{mean} ({span})", bar=True)
        )
        rows.append((name, mean, span))
    svg = rows_chart(
        drawn, ticks(0.0, top, language), 0.0, top,
        title=_t("causes", language), description=say("causes_note", code),
    )  # fmt: skip
    head = (say("cause", code), say("mean", code), say("legend_95", code))
    return _figure("causes", svg, ("causes", "causes_note"), head, rows, language)


def _policies(summary: Summary, language: Language) -> Figure:
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
                language.percent(row["chance_best"], 0),
            )
        )
    svg = rows_chart(
        drawn, ticks(-reach, reach, language, signed=True), -reach, reach,
        title=_t("policies", language), description=_t("policies_note", language),
    )  # fmt: skip
    head = [
        say(k, code) for k in ("policy", "not_sent", "difference", "interval", "wasted", "best")
    ]
    return _figure("policies", svg, ("policies", "policies_note"), head, rows, language)


def _ending(summary: Summary, language: Language) -> list[Block]:
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
        Heading(say("limits_title", code)),
        Text(say("limits", code)),
    ]


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
    title, note = words
    caption = say(note, language.code) if note == "causes_note" else _t(note, language)
    return Figure(
        name, svg, _t(title, language), caption, head, rows, frozenset(range(1, len(head)))
    )
