"""What a calibration says of one world: its fit by kecamatan, and what the counts taught.

Rule of this file: from a world of the summary of :mod:`study.calibration` to blocks.
"""

from __future__ import annotations

from typing import Any, Final

from reports.calibration_text import say
from reports.chapters.leaders_text import tell_leaders
from reports.charts.histograms import Histogram, histograms_chart
from reports.charts.rows import Row, rows_chart
from reports.charts.scatter import Point, scatter_chart
from reports.document import Block, Figure, Heading, Text
from reports.language import Language
from reports.quantity_names import quantity_name

Summary = dict[str, Any]
_SHOWN: Final = 6  # quantities with a picture; the others are in the table
_MOST: Final = 150  # points of the ridge that are drawn


def world_blocks(world: Summary, language: Language) -> list[Block]:
    """Its part of the chapter."""
    code, rows = language.code, world["members"]["kecamatan"]
    total = sum(r["tps"] for r in rows)
    parts = {
        name: language.percent(sum(r[name] * r["tps"] for r in rows) / total)
        for name in ("evening", "operators")
    }
    outside = [
        r["name"]
        for r in rows
        if not r["predicted"]["p2.5"] <= r["observed"] <= r["predicted"]["p97.5"]
    ]
    blocks: list[Block] = [
        Heading(say("world_title", code, world=world["name"], title=world["title"][code])),
        Text(say("parts_note", code, **parts)),
    ]
    if outside:
        blocks.append(Text(say("outside", code, names=", ".join(outside)), "gap"))
    blocks.append(_kecamatan(world, language))
    if world["quantities"]:
        blocks += [Heading(say("learned_title", code), 3), _learned(world, language)]
    if world["ridge"]:
        blocks.append(_ridge(world, language))
    return blocks


def _kecamatan(world: Summary, language: Language) -> Figure:
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
        rows.append(
            (row["name"], str(tps), language.number(spread["p50"]), span, str(row["observed"]))
        )
    title = tell_leaders("ranges", code, world=world["name"])
    caption = say("kecamatan_note", code)
    shares = [(k / 4, language.percent(k / 4, 0)) for k in range(5)]
    svg = rows_chart(drawn, shares, 0.0, 1.0, title=title, description=caption)
    head = ("kecamatan", "TPS", *(say(k, code) for k in ("median", "interval", "counted")))
    name = f"world-{world['name']}"
    return Figure(name, svg, title, caption, head, rows, frozenset({1, 2, 3, 4}))


def _learned(world: Summary, language: Language) -> Figure:
    code, drawn, rows = language.code, [], []
    for quantity in world["quantities"]:
        name = quantity_name(quantity["path"], code)
        overlap = language.percent(quantity["overlap"], 0)
        note = say("overlap", code, share=overlap)
        drawn.append(Histogram(name, note, quantity["histogram"]))
        rows.append(
            (name, *(_span(quantity[k], language) for k in ("prior", "posterior")), overlap)
        )
    title, caption = say("learned_title", code), say("learned_note", code)
    svg = histograms_chart(drawn[:_SHOWN], title=title, description=caption)
    head = [say(k, code) for k in ("quantity", "before", "after", "overlap_name")]
    return Figure(f"learned-{world['name']}", svg, title, caption, head, rows, frozenset({3}))


def _span(values: list[str], language: Language) -> str:
    low, middle, high = (language.law(v) for v in values)
    return f"{middle} ({say('span', language.code, low=low, high=high)})"


def _ridge(world: Summary, language: Language) -> Figure:
    """The two quantities that the counts cannot tell apart, on the scale of their priors."""
    code, ridge = language.code, world["ridge"]
    names = [quantity_name(ridge[k], code) for k in ("x", "y")]
    step = max(len(ridge["points"]) // _MOST, 1)
    points = ridge["points"][::step][:_MOST]
    shares = [(k / 4, language.percent(k / 4, 0)) for k in range(5)]
    title = say("ridge_title", code)
    caption = say(
        "ridge_note", code, x=names[0], y=names[1],
        correlation=language.signed(ridge["correlation"], 2),
    )  # fmt: skip
    svg = scatter_chart(
        [Point(x, y, "", True) for x, y in points], shares, shares, (names[0], names[1]),
        joined=False, title=title, description=caption,
    )  # fmt: skip
    rows = [
        (str(i), language.percent(x, 0), language.percent(y, 0))
        for i, (x, y) in enumerate(points, 1)
    ]
    head = (say("point", code), *names)
    return Figure(f"ridge-{world['name']}", svg, title, caption, head, rows, frozenset({0, 1, 2}))
