"""The chapter of the evidence: which worlds it leaves, and what each statement says of them.

Rule of this file: from the summary of :mod:`study.evidence.study` to a chapter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.evidence_text import say
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.language import Language

Summary = dict[str, Any]
_BOUND: Final = {"photographs": "≥ ", "stalled": "≤ "}
_OPEN_ENDED: Final = ("coverage", "upload-time", "spread")  # kinds that are no share of 1
_LIVES: Final = 0.05  # a world with less weight is no longer named


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of the evidence."""
    code, worlds = language.code, summary["worlds"]
    best = max(worlds, key=lambda w: float(worlds[w]["weight"]))
    alive = [w for w in worlds if worlds[w]["weight"] >= _LIVES]
    blocks: list[Block] = [
        Text(_basis(summary, language), "note"),
        Heading(say("weights_title", code)),
        _weights(summary, language),
        Text(say("caution", code), "note"),
        Heading(say("moves_title", code)),
        Text(say("moves_note", code), "note"),
        _moves(summary, language),
        Heading(say("predicted_title", code)),
        Text(say("predicted_note", code), "note"),
        *(_observation(o, summary, language) for o in summary["observations"]),
        Heading(say("districts_title", code)),
        Text(say("districts_note", code), "note"),
        _districts(summary["districts"]["worlds"], language),
        Text(_allowed(summary["districts"]["bounds"], language), "answer"),
        Heading(say("sources_title", code)),
        _sources(summary, language),
    ]
    return Chapter(
        title=summary["title"][code],
        answer=say(
            "answer", code, best=_named(best, summary, code),
            weight=language.percent(worlds[best]["weight"], 0),
            before=language.percent(worlds[best]["prior"], 0),
        ),
        recommendation=say(
            "advise_one" if len(alive) == 1 else "advise", code, names=language.listing(alive)
        ),
        certainty=_certainty(summary, language),
        would_change=_change(summary, language),
        blocks=blocks,
    )  # fmt: skip


def _named(world: str, summary: Summary, code: str) -> str:
    return f"{world} ({summary['worlds'][world]['title'][code]})"


def _certainty(summary: Summary, language: Language) -> str:
    code, worlds = language.code, summary["worlds"]
    thin = [name for name, w in worlds.items() if not w["supported"]]
    effective = {name: language.number(w["effective"], 1) for name, w in worlds.items()}
    if thin:
        carried = ", ".join(f"{name} {effective[name]}" for name in thin)
        return say("thin", code, names=carried)
    return say("carried", code, least=min(effective.values(), key=lambda t: (len(t), t)))


def _change(summary: Summary, language: Language) -> str:
    """Without which statement the weights would be others."""
    code = language.code
    used = [row for row in summary["movements"] if row["on"]]
    most = max(used, key=lambda row: float(row["moves_last"]))
    says = next(o["says"] for o in summary["observations"] if o["name"] == most["name"])
    return say("would_change", code, says=says[code], moves=language.percent(most["moves_last"], 0))


def _basis(summary: Summary, language: Language) -> str:
    counts = summary["nights"].values()
    return say(
        "basis",
        language.code,
        worlds=len(summary["worlds"]),
        ensemble=say(summary["ensemble"], language.code),
        nights="–".join(str(n) for n in sorted({min(counts), max(counts)})),
        seed=summary["seed"],
        on=len(summary["on"]),
        all=len(summary["observations"]),
    )


def _weights(summary: Summary, language: Language) -> Figure:
    code, drawn, rows = language.code, [], []
    for name, world in summary["worlds"].items():
        weight, error = world["weight"], world["error"]
        low, high = max(weight - error, 0.0), min(weight + error, 1.0)
        value = language.percent(weight)
        drawn.append(Row(name, weight, low, high, value, seen=world["prior"], bar=True))
        rows.append(
            (
                name, world["title"][code], value, language.percent(error),
                language.percent(world["prior"]), language.number(world["effective"], 1),
            )
        )  # fmt: skip
    title, caption = say("weights_title", code), say("weights_note", code)
    shares = [(k / 4, language.percent(k / 4, 0)) for k in range(5)]
    svg = rows_chart(drawn, shares, 0.0, 1.0, title=title, description=caption)
    head = [say(k, code) for k in ("world", "what", "weight", "error", "before", "effective")]
    return Figure("evidence-weights", svg, title, caption, head, rows, frozenset({2, 3, 4, 5}))


def _moves(summary: Summary, language: Language) -> Table:
    code, worlds, rows = language.code, list(summary["worlds"]), []
    says = {o["name"]: o["says"][code] for o in summary["observations"]}
    for row in summary["movements"]:
        said = says[row["name"]]
        rows.append(
            (
                said if row["on"] else f"{said} ({say('off', code)})",
                *(
                    language.percent(row["alone"][w], 0) + ("*" if w in row["rules_out"] else "")
                    for w in worlds
                ),
                language.percent(row["moves_alone"], 0),
                language.percent(row["moves_last"], 0),
            )
        )
    head = (say("observation", code), *worlds, say("alone", code), say("last", code))
    return Table(head, rows, frozenset(range(1, len(head))))


def _observation(o: Summary, summary: Summary, language: Language) -> Figure:
    """One observation beside every world's nights, on a scale of its own."""
    code, drawn, rows = language.code, [], []
    stated, show = _unit(o, language)
    spreads = {w: x["predicted"][o["name"]] for w, x in summary["worlds"].items()}
    top = 1.0
    if o["kind"] in _OPEN_ENDED:
        top = max([stated, *(s["p97.5"] for s in spreads.values())]) or 1.0
    for world, s in spreads.items():
        middle = show(s["p50"])
        drawn.append(
            Row(world, s["p50"], s["p2.5"], s["p97.5"], middle, (s["p25"], s["p75"]), stated)
        )
        rows.append((world, middle, f"{show(s['p2.5'])} … {show(s['p97.5'])}"))
    bound = f"{_BOUND.get(o['kind'], '')}{show(stated)}"
    title = f"{o['says'][code]}: {bound}"
    caption = say("off_note", code) if o["name"] not in summary["on"] else ""
    places = [(top * k / 4, show(top * k / 4)) for k in range(0, 5, 2)]
    svg = rows_chart(drawn, places, 0.0, top, title=title, description=caption or title)
    head = (say("world", code), say("median", code), say("interval", code))
    return Figure(f"evidence-{o['name']}", svg, title, caption, head, rows, frozenset({1, 2}))


def _unit(o: Summary, language: Language) -> tuple[float, Callable[[float], str]]:
    """What was stated, and how values of the observation are written."""
    code = language.code
    if o["kind"] == "coverage":
        return float(o["stations"]), lambda v: say("stations", code, n=language.number(v))
    if o["kind"] == "upload-time":
        seconds = float(str(o["median"]).split()[0])  # written in base units, with its unit
        return seconds, lambda v: say("minutes", code, n=language.number(v / 60, int(v < 600)))
    stated = next(o[k] for k in ("share", "at_least", "at_most", "deviation") if k in o)
    return float(stated), lambda v: language.percent(v, 0)


def _districts(worlds: Summary, language: Language) -> Table:
    code, rows = language.code, []
    for name, row in worlds.items():
        like = row["like_counted"]
        rows.append(
            (
                name,
                *(
                    "" if row[k] is None else language.percent(row[k], 0)
                    for k in ("evening", "operators", "told_by_counts")
                ),
                ""
                if like is None
                else f"{language.signed(like[0], 2)} ({language.signed(like[1], 2)} … "
                f"{language.signed(like[2], 2)})",
            )
        )
    head = [say(k, code) for k in ("world", "evening", "operators", "told", "like")]
    return Table(head, rows, frozenset({1, 2, 3, 4}))


def _allowed(bounds: Summary | None, language: Language) -> str:
    code = language.code
    if bounds is None:
        return say("not_allowed", code)
    least, most = bounds["evening_least"], bounds["evening_most"]
    if least <= 0 and most >= 1:
        part = say("any_split", code)
    else:
        part = say(
            "some_split", code, least=language.percent(max(least, 0.0), 0),
            most=language.percent(min(most, 1.0), 0),
        )  # fmt: skip
    return say(
        "allowed", code, left=language.percent(bounds["left"], 0), part=part,
        above=", ".join(bounds["above"]), level=language.percent(bounds["level"], 0),
    )  # fmt: skip


def _sources(summary: Summary, language: Language) -> Table:
    code = language.code
    head = [say(k, code) for k in ("observation", "standing", "source")]
    rows = [
        (o["says"][code], say(o["standing"], code), o["source"]) for o in summary["observations"]
    ]
    return Table(head, rows)
