"""The chapter of a calibration: does the mechanism predict what it has not seen, and which worlds
reproduce the counts.

Rule of this file: from the summary of :mod:`study.calibration` to a chapter.
"""

from __future__ import annotations

from typing import Any, Final

from reports.calibration_page import answer, verdict
from reports.calibration_text import say
from reports.chapters.chapter import Chapter
from reports.chapters.leaders_text import tell_leaders
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.language import Language
from reports.quantity_names import quantity_name

Summary = dict[str, Any]
_LEVELS: Final = ("50", "80", "95")
_PERCENTS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a calibration."""
    code = language.code
    names = ", ".join(summary["reproducing"])
    advice = (
        tell_leaders("calibration_advise", code, names=names)
        if names
        else tell_leaders("calibration_none", code)
    )
    blocks: list[Block] = [
        Heading(say("weights_title", code)),
        _weights(summary, language),
        Text(say("caution", code), "note"),
        Heading(say("held_title", code)),
        _held(summary, language),
        Text(
            say(
                "held_note",
                code,
                folds=len(summary["held_out"]["folds"]),
                of=summary["held_out"]["scores"]["rate"]["of"],
            ),
            "note",
        ),
    ]
    for world in sorted(summary["worlds"], key=lambda w: -float(w["weight"])):
        if world.get("members"):
            blocks += _world(world, language)
    return Chapter(
        title=summary["title"][code],
        answer=answer(summary, language),
        recommendation=advice,
        certainty=verdict(summary, language)["text"],
        would_change=tell_leaders("logs", code),
        blocks=blocks,
    )


def _ticks(language: Language) -> list[tuple[float, str]]:
    return [(p, language.percent(p, 0)) for p in _PERCENTS]


def _weights(summary: Summary, language: Language) -> Figure:
    code, drawn, rows = language.code, [], []
    for world in sorted(summary["worlds"], key=lambda w: -float(w["weight"])):
        weight, error = world["weight"], world["weight_error"]
        fits = world["name"] in summary["reproducing"]
        mark = say("fits" if fits else "misfit", code)
        said = f"{language.percent(weight)} ± {language.percent(error)}"
        low, high = max(weight - error, 0.0), min(weight + error, 1.0)
        drawn.append(
            Row(world["title"][code], weight, low, high, language.percent(weight), bar=True)
        )
        rows.append((world["name"], world["title"][code], said, mark))
    title = tell_leaders("weights", code)
    caption = say("weights_note", code).split(". ")[0] + "."
    svg = rows_chart(drawn, _ticks(language), 0.0, 1.0, title=title, description=caption)
    head = (say("world", code), say("world", code), say("weight", code), say("check_title", code))
    return Figure("weights", svg, title, caption, head, rows, frozenset({2}))


def _held(summary: Summary, language: Language) -> Table:
    code, scores = language.code, summary["held_out"]["scores"]
    named = [(say("mechanism", code), scores["mechanism"])]
    named += [(w["name"], w["held_out"]) for w in summary["worlds"]]
    named += [(say(b, code), scores[b]) for b in ("rate", "beta_binomial")]
    head = (say("predicted_by", code), "CRPS", *(f"{level}%" for level in _LEVELS))
    rows = [
        (name, language.number(s["crps"], 2), *(str(s[level]) for level in _LEVELS))
        for name, s in named
    ]
    return Table(head, rows, frozenset({1, 2, 3, 4}))


def _world(world: Summary, language: Language) -> list[Block]:
    code, drawn, rows = language.code, [], []
    for row in world["members"]["kecamatan"]:
        tps, spread = row["tps"], row["predicted"]
        drawn.append(
            Row(
                row["name"], spread["p50"] / tps, spread["p2.5"] / tps, spread["p97.5"] / tps,
                f"{row['observed']} / {tps}", (spread["p25"] / tps, spread["p75"] / tps),
                row["observed"] / tps,
            )
        )  # fmt: skip
        span = language.span(spread["p2.5"], spread["p97.5"])
        rows.append((row["name"], str(tps), language.number(spread["p50"]), span,
                     str(row["observed"])))  # fmt: skip
    title = tell_leaders("ranges", code, world=world["name"])
    caption = say("kecamatan_note", code)
    svg = rows_chart(drawn, _ticks(language), 0.0, 1.0, title=title, description=caption)
    seen = "dihitung" if code == "id" else "counted"
    head = ("kecamatan", "TPS", "50%", "95%", seen)
    quantities = [
        (
            quantity_name(q["path"], code),
            *(_span(q[k], language) for k in ("prior", "posterior")),
            language.percent(q["overlap"], 0),
        )
        for q in world["quantities"]
    ]
    overlap = say("overlap", code, share="").strip()
    return [
        Heading(say("world_title", code, world=world["name"], title=world["title"][code])),
        Figure(f"world-{world['name']}", svg, title, caption, head, rows, frozenset({1, 2, 3, 4})),
        Heading(say("learned_title", code), 3),
        Table(
            (say("quantity", code), say("before", code), say("after", code), overlap),
            quantities,
            frozenset({3}),
        ),
    ]


def _span(values: list[str], language: Language) -> str:
    low, middle, high = (language.law(v) for v in values)
    return f"{middle} ({say('span', language.code, low=low, high=high)})"
