"""The chapter of arrivals: does the model's night have the shape that was counted, and what makes
that shape.

Rule of this file: from the summary of :mod:`study.arrivals` to a chapter, with its sentences.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.ticks import days, read_out, round_up
from reports.charts.curves import Axes, line_chart
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.language import Language
from reports.text import Sentences, tell

Summary = dict[str, Any]

TEXT: Final[Sentences] = {
    # key: (Indonesian, English)
    "answer": (
        "Dari {of} ciri bentuk kedatangan yang dihitung, {inside} ada di dalam 95% malam simulasi; "
        "kedua kurva berjarak paling jauh {ks} poin persen.",
        "Of {of} features of the counted arrivals {inside} lie inside 95% of the simulated nights; "
        "the two curves are at most {ks} percentage points apart.",
    ),
    "advise_inside": (
        "Bentuk kedatangan model ini boleh dipakai untuk merencanakan server.",
        "The model's shape of arrivals may be used to plan a server.",
    ),
    "advise_outside": (
        "Jangan memakai bentuk kedatangan model untuk jam-jam ini sebelum diperbaiki: {names}.",
        "Do not use the model's shape of arrivals for these before it is mended: {names}.",
    ),
    "sure": (
        "Dari {nights} malam dan {arrived} kedatangan yang dihitung pada satu malam, satu server.",
        "From {nights} nights, and {arrived} arrivals counted in one night at one server.",
    ),
    "change_needed": (
        "Tanpa {way} jaraknya menjadi {ks} poin: bentuk itu bergantung padanya. Hitungan dari "
        "malam lain akan menguji hal ini.",
        "With {way} left out the distance is {ks} points: the shape depends on it. Counts of "
        "another night would test this.",
    ),
    "change_other": (
        "Hitungan dari malam lain: tidak satu pun mekanisme yang dihilangkan memperbesar jaraknya.",
        "Counts of another night: no mechanism that was left out makes the distance larger.",
    ),
    "curve_title": ("Kedatangan yang dihitung dan yang disimulasikan", "Arrivals, counted and "
                    "simulated"),
    "curve_note": (
        "Bagian dari semua yang datang sampai akhir hitungan; median malam, dan apa yang tersisa "
        "bila satu mekanisme dihilangkan.",
        "Share of all that arrived by the end of the counts; median of the nights, and what is "
        "left if a mechanism is left out.",
    ),
    "distance_title": ("Jarak dari yang dihitung", "Distance from what was counted"),
    "distance_note": (
        "Jarak terbesar kedua kurva (Kolmogorov–Smirnov): median malam, dan 95% malam.",
        "Largest distance of the two curves (Kolmogorov-Smirnov): median, and 95% of nights.",
    ),
    "features_title": ("Ciri bentuknya", "Features of the shape"),
    "features_note": (
        "Median malam (95% malam). Bagian kedatangan selama gangguan dan selama jam operator; "
        "banjir: laju dua jam setelah gangguan dibagi laju tiga jam berikutnya.",
        "Median (95% of nights). Share of arrivals during an outage and in the operators' hours; "
        "flood: rate in the two hours after an outage over that of the next three.",
    ),
    "feature": ("ciri", "feature"),
    "counted": ("dihitung", "counted"),
    "way": ("cara", "way"),
    "moved": ("bergeser rata-rata (jam)", "moved by, on average (h)"),
    "distance": ("jarak terbesar", "largest distance"),
    "interval": ("95% malam", "95% of nights"),
    "time": ("waktu", "time"),
    "as declared": ("seperti dinyatakan", "as declared"),
    "without outages": ("tanpa gangguan", "without outages"),
    "without operators": ("tanpa operator", "without operators"),
    "outages": ("gangguan", "outages"),
    "operators": ("operator", "operators"),
    "in outage": ("selama gangguan {name}", "in the outage {name}"),
    "flood after": ("banjir setelah {name}", "flood after {name}"),
    "operators' hours of": ("jam operator {name}", "operators' hours of {name}"),
    "basis": ("Skenario {scenario}; benih acak {seed}.", "Scenario {scenario}; seed {seed}."),
    "none": ("tidak ada", "none"),
}  # fmt: skip
say = partial(tell, TEXT)
DECLARED: Final = "as declared"


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of arrivals."""
    code = language.code
    ways = {name: way for name, way in summary["ways"].items() if way is not None}
    first = ways[DECLARED]
    outside = [
        name for name, value in summary["observed"].items()
        if not _inside(value, first["features"][name])
    ]  # fmt: skip
    worst = max(ways, key=lambda w: float(ways[w]["ks"]["median"]))
    names = ", ".join(_feature(name, language) for name in outside)
    blocks: list[Block] = [
        Text(say("basis", code, scenario=summary["scenario"], seed=summary["seed"]), "note"),
        Heading(say("curve_title", code)),
        _curves(summary, ways, language),
        Heading(say("distance_title", code)),
        _distances(ways, language),
        Heading(say("features_title", code)),
        Text(say("features_note", code), "note"),
        _features(summary, ways, language),
    ]
    return Chapter(
        title=summary["title"][code],
        answer=say(
            "answer", code, of=len(summary["observed"]),
            inside=len(summary["observed"]) - len(outside), ks=_points(first["ks"], language),
        ),
        recommendation=say("advise_outside" if outside else "advise_inside", code, names=names),
        certainty=say(
            "sure", code, nights=language.number(first["nights"]),
            arrived=language.number(summary["arrived"]),
        ),
        would_change=say("change_other", code)
        if worst == DECLARED
        else say(
            "change_needed", code, way=say(worst.removeprefix("without "), code),
            ks=_points(ways[worst]["ks"], language),
        ),
        blocks=blocks,
    )  # fmt: skip


def _points(spread: Summary, language: Language) -> str:
    return language.number(100 * spread["median"], 0)


def _inside(value: float | None, spread: Summary) -> bool:
    low, high = spread["low"], spread["high"]
    if value is None:
        return high is None
    return (low is None or low <= value) and (high is None or value <= high)


def _feature(name: str, language: Language) -> str:
    kind = next(
        k for k in ("in outage", "flood after", "operators' hours of") if name.startswith(k)
    )
    return say(kind, language.code, name=language.date_words(name.removeprefix(kind).strip()))


def _curves(summary: Summary, ways: Summary, language: Language) -> Figure:
    code, at = language.code, summary["seconds"]
    start = datetime.fromisoformat(summary["start"])
    shares = [(k / 4, language.percent(k / 4, 0)) for k in range(5)]
    lines = [(say("counted", code), summary["observed_curve"])]
    lines += [(say(name, code), way["curve"]["median"]) for name, way in ways.items()]
    picked = read_out(at)
    title, caption = say("curve_title", code), say("curve_note", code)
    axes = Axes(0.0, at[-1], 1.0, days(start, at[-1], language), shares)
    svg = line_chart(
        axes, at, lines, reads=[at[i] for i in picked],
        title=title, description=caption,
    )  # fmt: skip
    rows = [
        (
            language.short(start + timedelta(seconds=at[i])),
            *(language.percent(values[i]) for _, values in lines),
        )
        for i in picked
    ]
    head = (say("time", code), *(name for name, _ in lines))
    return Figure("arrivals", svg, title, caption, head, rows, frozenset(range(1, len(head))))


def _distances(ways: Summary, language: Language) -> Figure:
    code, drawn, rows = language.code, [], []
    for name, way in ways.items():
        ks, moved = way["ks"], way["wasserstein_hours"]
        value = language.percent(ks["median"], 0)
        drawn.append(Row(say(name, code), ks["median"], ks["low"], ks["high"], value))
        rows.append(
            (
                say(name, code), value,
                f"{language.percent(ks['low'], 0)} … {language.percent(ks['high'], 0)}",
                language.number(moved["median"], 1),
            )
        )  # fmt: skip
    top = round_up(max(row.high for row in drawn), 0.1)
    places = [(top * k / 4, language.percent(top * k / 4, 0)) for k in range(5)]
    title, caption = say("distance_title", code), say("distance_note", code)
    svg = rows_chart(drawn, places, 0.0, top, title=title, description=caption)
    head = [say(k, code) for k in ("way", "distance", "interval", "moved")]
    return Figure("arrivals-distance", svg, title, caption, head, rows, frozenset({1, 2, 3}))


def _features(summary: Summary, ways: Summary, language: Language) -> Table:
    code = language.code

    def written(value: float | None, name: str) -> str:
        if value is None:
            return say("none", code)
        if name.startswith("flood"):
            return language.number(value, 1)
        return language.percent(value)

    def spread(its: Summary, name: str) -> str:
        low, middle, high = (written(its[k], name) for k in ("low", "median", "high"))
        if low == middle == high:
            return middle
        return f"{middle} ({low} … {high})"

    rows = [
        (
            _feature(name, language),
            written(value, name),
            *(spread(way["features"][name], name) for way in ways.values()),
        )
        for name, value in summary["observed"].items()
    ]
    head = (say("feature", code), say("counted", code), *(say(w, code) for w in ways))
    return Table(head, rows, frozenset(range(1, len(head))))
