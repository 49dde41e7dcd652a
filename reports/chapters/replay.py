"""The chapter of a replay: do prediction and measurement agree, and if not, whose doing it is.

Rule of this file: from the summary of :mod:`study.replay` to a chapter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.leaders_text import tell_leaders
from reports.chapters.ticks import ticks
from reports.charts.curves import Axes, line_chart
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.figures import round_up
from reports.language import Language
from reports.replay_causes import NONE, because
from reports.replay_page import verdict
from reports.replay_text import TEXT, name_of, say
from reports.text import say as tell

Summary = dict[str, Any]
_SIDES: Final = ("predicted", "measured")
_READ: Final = 24  # rows of the table under a curve
_TICKS: Final = 4


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a replay."""
    code, outcomes = language.code, summary["outcomes"]
    sent = {
        side: language.number(outcomes["sent_kpps"][side] + outcomes["sent_ppk"][side])
        for side in _SIDES
    }
    both = say(
        "sent_both",
        code,
        stations=language.number(summary["stations"]),
        same=language.percent(summary["same_outcome"]),
        **sent,
    )
    blocks: list[Block] = [
        Text(because(summary, language)),
        Heading(say("lines_title", code)),
        _lines(summary, language),
        Text(say("lines_note", code), "note"),
        Heading(say("concurrency_title", code)),
        _curve(summary, language),
        Heading(say("causes_title", code)),
        _parts(summary, language),
        Heading(say("kecamatan_title", code)),
        _kecamatan(summary, language),
    ]
    return Chapter(
        title=summary["setting"]["title"][code],
        answer=f"{verdict(summary, code)} {both}",
        recommendation=_advice(summary, code),
        certainty=_certainty(summary, code),
        would_change=tell_leaders("replay_change", code, seed=summary["setting"]["seed"]),
        blocks=[b for b in blocks if not (isinstance(b, Text) and not b.text)],
    )


def _advice(summary: Summary, code: str) -> str:
    if not summary["valid"]:
        return tell_leaders("replay_again", code)
    return tell_leaders("replay_trust" if summary["agrees"] else "replay_differ", code)


def _certainty(summary: Summary, code: str) -> str:
    if summary["valid"]:
        return tell_leaders("replay_valid", code)
    bad = [name for name, m in summary["validity"].items() if not m["ok"]]
    names = [say(f"valid_{n}", code) if f"valid_{n}" in TEXT else n for n in bad]
    return tell_leaders("replay_invalid", code, names=", ".join([*names, *summary["wrong"]]))


def _lines(summary: Summary, language: Language) -> Table:
    code, rows = language.code, []
    for line in summary["lines"]:
        share = line["unit"] != "distance"
        shown = language.percent if share else partial(language.number, decimals=3)
        agrees = line["agrees"]
        rows.append(
            (
                say(line["name"], code),
                NONE if line["value"] is None else shown(line["value"]),
                ("≥ " if line["name"] == "same_outcome" else "≤ ") + shown(line["limit"]),
                say("nothing" if agrees is None else "yes" if agrees else "no", code),
            )
        )
    head = [say(k, code) for k in ("quantity", "difference", "limit", "agrees")]
    return Table(head, rows, frozenset({1, 2}))


def _curve(summary: Summary, language: Language) -> Figure:
    code, curve, setting = language.code, summary["concurrency"], summary["setting"]
    start = datetime.fromisoformat(setting["start"])
    begins, ends = setting["begins"], setting["ends"]
    top = round_up(max([*curve["predicted"], *curve["measured"], 1e-3]), 1e-3)
    digits = 0 if top >= 20 else 1 if top >= 1 else 3
    across = [
        (t, language.clock(start + timedelta(seconds=t)))
        for t in (begins + (ends - begins) * k / _TICKS for k in range(_TICKS + 1))
    ]
    upwards = ticks(0.0, top, language)
    title = say("concurrency_title", code)
    peaks = {f"peak_{s}": language.number(v) for s, v in curve["peak"].items()}
    caption = say(
        "concurrency_note", code, mean=language.number(curve["mean_difference"], 1),
        most=language.number(curve["max_difference"], 1), **peaks,
    )  # fmt: skip
    svg = line_chart(
        Axes(begins, ends, top, across, upwards), curve["seconds"],
        [(say(side, code), curve[side]) for side in _SIDES], title=title, description=caption,
    )  # fmt: skip
    rows = [
        (
            language.short(start + timedelta(seconds=curve["seconds"][i])),
            *(language.number(curve[side][i], max(digits, 1)) for side in _SIDES),
        )
        for i in range(0, len(curve["seconds"]), max(len(curve["seconds"]) // _READ, 1))
    ]
    head = (tell("time", code), *(say(side, code) for side in _SIDES))
    return Figure("concurrency", svg, title, caption, head, rows, frozenset({1, 2}))


def _parts(summary: Summary, language: Language) -> Figure:
    code, causes = language.code, summary["causes"]
    parts = [p for p in causes["parts"] if p["predicted"] or p["measured"]]
    parts.sort(key=lambda p: (p["part"] == "unexplained", -abs(p["difference"])))
    reach = round_up(
        max([abs(p[k]) for p in parts for k in ("low", "high", "difference")] + [1e-3]), 1e-3
    )
    drawn, rows = [], []
    for part in parts:
        name, value = name_of(part["part"], code), language.signed(part["difference"], 2)
        span = f"{language.signed(part['low'], 2)} … {language.signed(part['high'], 2)}"
        drawn.append(Row(name, part["difference"], part["low"], part["high"], value, bar=True))
        rows.append((name, value, span))
    title = say("causes_title", code)
    total = causes["difference"]
    caption = say(
        "causes_note", code, objects=language.number(causes["objects"]),
        total=NONE if total is None else language.signed(total, 1),
    )  # fmt: skip
    svg = rows_chart(
        drawn,
        ticks(-reach, reach, language, signed=True),
        -reach,
        reach,
        title=title,
        description=caption,
    )
    head = (tell_leaders("part", code), say("difference", code), say("interval", code))
    return Figure("causes", svg, title, caption, head, rows, frozenset({1, 2}))


def _kecamatan(summary: Summary, language: Language) -> Table:
    code = language.code
    rows = [
        (
            r["name"],
            str(r["stations"]),
            *(language.percent(r["sent"][side] / max(r["stations"], 1), 0) for side in _SIDES),
            language.percent(r["same_outcome"]),
        )
        for r in summary["kecamatan"]
    ]
    head = ("kecamatan", "TPS", *(say(side, code) for side in _SIDES), say("same_outcome", code))
    return Table(head, rows, frozenset({1, 2, 3, 4}))
