"""The figures of a replay: curves over time and durations, outcomes, and parts of the difference.

Rule of this file: from the summary of :mod:`study.replay` to figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log
from typing import Any, Final

from reports.chapters.leaders_text import tell_leaders
from reports.chapters.ticks import read_out, round_up, ticks
from reports.charts.curves import Axes, line_chart
from reports.charts.rows import Row, rows_chart
from reports.document import Figure
from reports.language import Language
from reports.replay_said import NONE, duration, seconds
from reports.replay_text import name_of, say
from reports.text import say as tell

Summary = dict[str, Any]
SIDES: Final = ("predicted", "measured")
_TICKS: Final = 4
_MARKS: Final = (0.1, 1, 10, 60, 600, 3600, 36000, 360000)  # seconds: what a person can name
_ALWAYS: Final = ("server", "emulator", "unexplained")  # shown even where they are nothing


def over_time(summary: Summary, name: str, language: Language) -> Figure:
    """A curve over the window: ``concurrency`` or ``requests``."""
    code, curve, setting = language.code, summary[name], summary["setting"]
    start = datetime.fromisoformat(setting["start"])
    begins, ends, at = setting["begins"], setting["ends"], curve["seconds"]
    top = round_up(max([*curve["predicted"], *curve["measured"], 1e-3]), 1e-3)
    digits = 0 if top >= 20 else 1 if top >= 1 else 3
    across = [
        (t, language.clock(start + timedelta(seconds=t)))
        for t in (begins + (ends - begins) * k / _TICKS for k in range(_TICKS + 1))
    ]
    title = say(f"{name}_title", code)
    peaks = {
        f"peak_{s}": language.number(v, int(name == "requests")) for s, v in curve["peak"].items()
    }
    if name == "concurrency":
        peaks["mean"] = language.number(curve["mean_difference"], 1)
        peaks["most"] = language.number(curve["max_difference"], 1)
    caption = say(f"{name}_note", code, **peaks)
    picked = read_out(at)
    svg = line_chart(
        Axes(begins, ends, top, across, ticks(0.0, top, language)), at,
        [(say(side, code), curve[side]) for side in SIDES], reads=[at[i] for i in picked],
        title=title, description=caption,
    )  # fmt: skip
    rows = [
        (
            language.short(start + timedelta(seconds=at[i])),
            *(language.number(curve[side][i], max(digits, 1)) for side in SIDES),
        )
        for i in picked
    ]
    head = (tell("time", code), *(say(side, code) for side in SIDES))
    return Figure(name, svg, title, caption, head, rows, frozenset({1, 2}))


def sojourns(sample: Summary, language: Language) -> Figure | None:
    """Share of stations sent within so long, on a logarithmic axis; None if none was sent."""
    code, drawn = language.code, sample["distribution"]
    if not drawn["seconds"]:
        return None
    at = [log(t) for t in drawn["seconds"]]
    marks = [(log(t), duration(t, language)) for t in _MARKS if at[0] <= log(t) <= at[-1]]
    shares = [(k / 4, language.percent(k / 4, 0)) for k in range(5)]
    picked = read_out(at)
    title, caption = say("sojourn_title", code), say("sojourn_note", code)
    svg = line_chart(
        Axes(at[0], at[-1], 1.0, marks, shares), at,
        [(say(side, code), drawn[side]) for side in SIDES], reads=[at[i] for i in picked],
        title=title, description=caption,
    )  # fmt: skip
    rows = [
        (
            duration(drawn["seconds"][i], language),
            *(language.percent(drawn[side][i]) for side in SIDES),
        )
        for i in picked
    ]
    head = (say("duration", code), *(say(side, code) for side in SIDES))
    return Figure("sojourn", svg, title, caption, head, rows, frozenset({0, 1, 2}))


def outcomes(summary: Summary, language: Language) -> Figure:
    """How stations ended on both sides."""
    named = [(say(name, language.code), c) for name, c in summary["outcomes"].items()]
    return _sides("outcomes", named, float(summary["stations"]), language)


def attempts(summary: Summary, language: Language) -> Figure:
    """What became of attempts on both sides, the most frequent first."""
    counts = summary["attempts"]["cause"]
    ordered = sorted(counts.items(), key=lambda kv: -max(kv[1].values()))
    named = [(say(f"cause_{name}", language.code), c) for name, c in ordered]
    return _sides("cause", named, float(max(max(c.values()) for _, c in named)), language)


def _sides(
    name: str, counts: Sequence[tuple[str, Summary]], most: float, language: Language
) -> Figure:
    code, drawn, rows = language.code, [], []
    top = round_up(most)
    for words, count in counts:
        predicted, measured = (language.number(count[side]) for side in SIDES)
        value = float(count["predicted"])
        drawn.append(
            Row(words, value, value, value, f"{predicted} / {measured}",
                seen=float(count["measured"]), bar=True)
        )  # fmt: skip
        difference = language.signed(count["measured"] - count["predicted"], 0)
        rows.append((words, predicted, measured, difference))
    title, caption = say(f"{name}_title", code), say("kecamatan_legend", code)
    svg = rows_chart(drawn, ticks(0.0, top, language), 0.0, top, title=title, description=caption)
    first = tell("state", code) if name == "outcomes" else say("cause", code)
    head = (first, *(say(side, code) for side in SIDES), say("difference", code))
    return Figure(name, svg, title, caption, head, rows, frozenset({1, 2, 3}))


def parts(summary: Summary, language: Language) -> Figure:
    """Where the difference comes from: bars from zero, largest first, then the whole."""
    code, causes = language.code, summary["causes"]
    found = [p for p in causes["parts"] if p["predicted"] or p["measured"] or p["part"] in _ALWAYS]
    found.sort(key=lambda p: (p["part"] == "unexplained", -abs(p["difference"])))
    total = causes["difference"]
    bounds = [abs(p[k]) for p in found for k in ("low", "high", "difference")]
    reach = round_up(max([*bounds, abs(total or 0.0), 1e-3]), 1e-3)
    drawn, rows = [], []
    for part in found:
        name, value = name_of(part["part"], code), language.signed(part["difference"], 2)
        span = f"{language.signed(part['low'], 2)} … {language.signed(part['high'], 2)}"
        drawn.append(Row(name, part["difference"], part["low"], part["high"], value, bar=True))
        sides = [language.number(part[side], 2) for side in SIDES]
        rows.append((name, value, span, *sides))
    if total is not None:
        value = language.signed(total, 2)
        drawn.append(Row(say("total", code), total, total, total, value, bar=True))
        rows.append((say("total", code), value, "", "", ""))
    title = say("causes_title", code)
    caption = say(
        "causes_note", code, objects=language.number(causes["objects"]),
        total=NONE if total is None else seconds(total, language, True),
    )  # fmt: skip
    svg = rows_chart(
        drawn, ticks(-reach, reach, language, signed=True), -reach, reach, title=title,
        description=caption,
    )  # fmt: skip
    head = (
        tell_leaders("part", code), say("difference", code), say("interval", code),
        *(say(side, code) for side in SIDES),
    )  # fmt: skip
    return Figure("causes", svg, title, caption, head, rows, frozenset({1, 2, 3, 4}))


def districts(summary: Summary, language: Language) -> Figure:
    """Share of stations sent, by kecamatan, and all that is known of each."""
    code, drawn, data = language.code, [], []
    for row in summary["kecamatan"]:
        of = max(row["stations"], 1)
        predicted, measured = (row["sent"][side] / of for side in SIDES)
        drawn.append(
            Row(row["name"], predicted, predicted, predicted,
                f"{row['sent']['predicted']} / {row['sent']['measured']}", seen=measured, bar=True)
        )  # fmt: skip
        data.append(_district(row, predicted, measured, language))
    title = say("kecamatan_title", code)
    caption = f"{say('kecamatan_note', code)} {say('kecamatan_legend', code)}"
    shares = [(k / 4, language.percent(k / 4, 0)) for k in range(5)]
    svg = rows_chart(drawn, shares, 0.0, 1.0, title=title, description=caption)
    both = [say(side, code) for side in SIDES]
    head = (
        "kecamatan", "TPS", *(f"{say('sent', code)}, {side}" for side in both), say("same", code),
        *(f"{say('median', code)}, {side}" for side in both), say("short_ks", code),
        *(f"{say('at_once', code)}, {side}" for side in both),
        *(f"{say('answer_ms', code)}, {side}" for side in both),
        say("from_server", code), say("from_link", code),
        *(f"{say('attempts', code)}, {side}" for side in both),
        *(f"{say('wasted_mb', code)}, {side}" for side in both),
    )  # fmt: skip
    numbers = frozenset(range(1, len(head)))
    return Figure("kecamatan", svg, title, caption, head, data, numbers)


def _district(row: Summary, predicted: float, measured: float, language: Language) -> Sequence[str]:
    return (
        row["name"], str(row["stations"]), language.percent(predicted, 0),
        language.percent(measured, 0), language.percent(row["same_outcome"]),
        *(seconds(row["median"][side], language) for side in SIDES),
        NONE if row["ks"] is None else language.number(row["ks"], 3),
        *(language.number(row["concurrency"][side], 1) for side in SIDES),
        *(
            NONE if row["response"][side] is None
            else language.number(1000 * row["response"][side], 1)
            for side in SIDES
        ),
        *(seconds(row["groups"][g], language, True) for g in ("server", "link")),
        *(language.number(row["attempts"][side]) for side in SIDES),
        *(language.number(row["wasted"][side] / 1e6) for side in SIDES),
    )  # fmt: skip
