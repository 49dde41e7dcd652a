"""The chapter of the truths about overload: each with claim, picture, reason and check.

Rule of this file: from measured truths (:mod:`study.truths`) to a chapter, with its sentences.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.ticks import round_up, ticks
from reports.charts.curves import Axes, line_chart
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.language import Language
from reports.text import Sentences, tell

Summary = dict[str, Any]

TEXT: Final[Sentences] = {
    # key: (Indonesian, English)
    "title": ("Hal-hal tentang beban lebih", "Truths about overload"),
    "answer_good": (
        "Semua {all} hal tentang beban lebih keluar seperti yang diharapkan: {names}.",
        "All {all} truths about overload came out as expected: {names}.",
    ),
    "answer_bad": (
        "{bad} dari {all} hal tentang beban lebih TIDAK keluar seperti yang diharapkan: {names}.",
        "{bad} of {all} truths about overload did NOT come out as expected: {names}.",
    ),
    "advise_good": (
        "Periksa aplikasi dan server terhadap masing-masing sebelum dirilis: tangguh gate.",
        "Check the app and the server against each of them before a release: tangguh gate.",
    ),
    "advise_bad": (
        "Jangan memakai model ini sebelum sebabnya diketahui.",
        "Do not use this model before the reason is known.",
    ),
    "sure": (
        "Dihitung di dunia-dunia kecil dengan klien dan kebijakan yang sama seperti pada malam "
        "yang diperkirakan, dan diperiksa terhadap {checks} batas yang dinyatakan.",
        "Computed in small worlds with the same client and the same policies as in the predicted "
        "night, and checked against {checks} stated bounds.",
    ),
    "change": (
        "Klien, kebijakan atau server yang lain: ubah berkas di scenarios/overload dan hitung "
        "lagi.",
        "Another client, policy or server: change a file in scenarios/overload and compute again.",
    ),
    "sent": ("TPS yang tiba", "stations that arrive"),
    "share": ("bagian yang berhasil", "share that succeeds"),
    "duration": ("detik sampai tiba, rata-rata", "seconds until arrival, mean"),
    "requests": ("permintaan per panggilan", "requests per call"),
    "peak": ("permintaan pada detik tersibuk", "requests in the busiest second"),
    "way": ("cara", "way"),
    "interval": ("selang 95% rata-rata", "95% interval of the mean"),
    "what": ("yang diperiksa", "what is checked"),
    "at_least": ("paling sedikit", "at least"),
    "at_most": ("paling banyak", "at most"),
    "found": ("keluar", "came out"),
    "expected": ("seperti yang diharapkan?", "as expected?"),
    "good": ("ya", "yes"),
    "bad": ("TIDAK", "NO"),
    "source": ("Sumber: {source}. Berkas: {file}.", "Source: {source}. File: {file}."),
}
say = partial(tell, TEXT)
_SHARES: Final = ("share", "requests")  # measures that need decimals


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of the truths."""
    code, truths = language.code, summary["truths"]
    bad = [t for t in truths if not t["reproduced"]]
    names = "; ".join(t["title"][code] for t in bad or truths)
    result = "bad" if bad else "good"
    return Chapter(
        title=say("title", code),
        answer=say(f"answer_{result}", code, all=len(truths), bad=len(bad), names=names),
        recommendation=say(f"advise_{result}", code),
        certainty=say("sure", code, checks=sum(len(t["checks"]) for t in truths)),
        would_change=say("change", code),
        blocks=[block for truth in truths for block in _truth(truth, language)],
    )


def _truth(truth: Summary, language: Language) -> list[Block]:
    code = language.code
    file = f"scenarios/overload/{truth['truth']}.yaml"
    return [
        Heading(truth["title"][code]),
        Text(truth["claim"][code], "answer"),
        _lines(truth, language) if truth["axis"] else _bars(truth, language),
        Text(truth["why"][code]),
        _checks(truth, language),
        Text(say("source", code, source=truth["source"], file=file), "note"),
    ]


def _number(value: float | None, truth: Summary, language: Language) -> str:
    if value is None:
        return ""
    return language.number(value, 2 if truth["measure"] in _SHARES else 0)


def _span(point: Summary, truth: Summary, language: Language) -> str:
    if point["low"] is None:
        return ""
    return " … ".join(_number(point[k], truth, language) for k in ("low", "high"))


def _bars(truth: Summary, language: Language) -> Figure:
    code, drawn, rows = language.code, [], []
    points = [(c["label"][code], c["points"][0]) for c in truth["curves"]]
    top = _top(truth)
    for name, point in points:
        value = _number(point["mean"], truth, language)
        low, high = (point["mean"] if point[k] is None else point[k] for k in ("low", "high"))
        drawn.append(Row(name, point["mean"], max(low, 0.0), high, value, bar=True))
        rows.append((name, value, _span(point, truth, language)))
    unit, title = say(truth["measure"], code), truth["title"][code]
    svg = rows_chart(drawn, ticks(0.0, top, language), 0.0, top, title=title, description=unit)
    head = (say("way", code), unit, say("interval", code))
    return Figure(f"truth-{truth['truth']}", svg, title, f"({unit})", head, rows, frozenset({1, 2}))


def _lines(truth: Summary, language: Language) -> Figure:
    """Every way over the varied quantity; its values stand at even distances, as in the file."""
    code, curves = language.code, truth["curves"]
    written = [str(p["written"]) for p in curves[0]["points"]]
    at = [float(i) for i in range(len(written))]
    unit, axis, title = say(truth["measure"], code), truth["axis"][code], truth["title"][code]
    top = _top(truth)
    axes = Axes(
        -0.5, len(at) - 0.5, top, list(zip(at, written, strict=True)), ticks(0.0, top, language),
        (axis, unit),
    )  # fmt: skip
    lines = [(c["label"][code], [p["mean"] for p in c["points"]]) for c in curves]
    svg = line_chart(axes, at, lines, reads=at, dots=True, title=title, description=unit)
    rows = [
        (value, *(_number(c["points"][i]["mean"], truth, language) for c in curves))
        for i, value in enumerate(written)
    ]
    head = (axis, *(name for name, _ in lines))
    numbers = frozenset(range(1, len(head)))
    return Figure(f"truth-{truth['truth']}", svg, title, "", head, rows, numbers)


def _top(truth: Summary) -> float:
    every = [p for c in truth["curves"] for p in c["points"]]
    return round_up(max(max(p["mean"], p["high"] or 0.0) for p in every), 0.1)


def _checks(truth: Summary, language: Language) -> Table:
    code = language.code
    head = [say(k, code) for k in ("what", "at_least", "at_most", "found", "expected")]
    rows = [
        (
            c["way"][code] + (f", {c['at']}" if c["at"] is not None else ""),
            *(_number(c[k], truth, language) for k in ("at_least", "at_most", "found")),
            say("good" if c["good"] else "bad", code),
        )
        for c in truth["checks"]
    ]
    return Table(head, rows, frozenset({1, 2, 3}))
