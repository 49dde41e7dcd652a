"""The chapter of a plan: what to buy, what it gives, and what no server can mend.

Rule of this file: from ``plan.json`` to a chapter; its sentences are in
:mod:`reports.chapters.plan_text`.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.plan_text import say
from reports.chapters.ticks import round_up, ticks
from reports.charts.scatter import Point, scatter_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.language import Language
from reports.text import say as say_page

Summary = dict[str, Any]
_MILLION: Final = 1e6
_CAUSES: Final = 3  # that a sentence names


def rupiah(cost: float, language: Language) -> str:
    """Rupiah, in millions."""
    return say("rupiah", language.code, value=language.number(cost / _MILLION, 1))


def quantity(value: float | None, unit: str, language: Language) -> str:
    """A quantity of the sizing sheet with its unit."""
    if value is None:
        return "–"
    for factor, prefix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if unit in ("bit/s", "B") and value >= factor:
            return f"{language.number(value / factor, 1)} {prefix}{unit}"
    return f"{language.number(value, 1)} {unit}" if unit else language.number(value)


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a plan."""
    code, outcome = language.code, summary["outcome"]
    places = summary["effort"]["confirmations"]
    blocks: list[Block] = [
        Heading(say("objectives", code)), _objectives(summary, language),
        Text(
            say("objectives_note", code, chance=language.percent(summary["best"]["chance"]),
                nights=summary["best"]["nights"]),
            "note",
        ),
        Heading(say("choices", code)), _choices(summary, language),
        Text(
            say("named_note", code,
                first=", ".join(f"{r['lever']} {r['first']}" for r in summary["levers"])),
            "note",
        ),
        Heading(say("front", code)), _front(summary, language),
        Heading(say("confirmed", code)),
        Text(say("confirmed_note", code, places=places), "note"),
        _confirmed(summary, language),
        Heading(say("worlds", code)), _worlds(summary, language),
        Heading(say("sizing", code)),
        Text(say("sizing_note", code), "note"), _sizing(summary, language),
        Text(nation_note(summary, language), "note"),
        Text(say("basis", code, file=summary["file"], seed=summary["seed"]), "note"),
    ]  # fmt: skip
    return Chapter(
        title=summary["title"][code],
        answer=say(
            outcome, code, cost=rupiah(summary["best"]["cost"], language),
            choices=", ".join(f"{r['lever']} {r['choice']}" for r in summary["levers"]),
            combinations=language.number(summary["combinations"]),
            objectives="; ".join(_met(summary, language)),
        ),
        recommendation=say(f"do_{outcome}", code),
        certainty=" ".join(_certainty(summary, language)),
        would_change=" ".join(_no_server(summary, language)),
        blocks=blocks,
    )  # fmt: skip


def _met(summary: Summary, language: Language) -> list[str]:
    """How often each objective is met."""
    key = "met_in" if len(summary["objectives"]) > 1 else "met_in_one"
    return [
        say(
            key, language.code, number=i, chance=language.percent(o["chance"], 0),
            low=language.percent(o["low"], 0), asked=language.percent(o["in_nights"], 0),
        )
        for i, o in enumerate(summary["objectives"], 1)
    ]  # fmt: skip


def _certainty(summary: Summary, language: Language) -> list[str]:
    """How much was looked at, and what is in doubt."""
    code = language.code
    said = [
        say(
            "sure", code, error=language.percent(summary["error"], 0),
            nights=summary["best"]["nights"], candidates=summary["candidates"],
            how=say("calibrated" if summary["calibrated"] else "prior", code),
            combinations=language.number(summary["combinations"]),
            confirmed=len(summary["confirmed"]),
        )
    ]  # fmt: skip
    untried = summary["untried"]
    if summary["outcome"] == "found" and not summary["undecided"] and untried == 0:
        cheaper = any(j["cost"] < summary["best"]["cost"] for j in summary["tried"])
        said.append(say("nothing_cheaper" if cheaper else "is_cheapest", code))
    elif summary["outcome"] != "none":
        said.append(
            say(
                "cheaper_found" if summary["outcome"] == "found" else "left_open", code,
                undecided=_counted(summary, code),
                untried=say("many", code) if untried is None else language.number(untried),
            )
        )  # fmt: skip
    if len(summary["worlds"]) > 1:
        asked = [o["in_nights"] for o in summary["objectives"]]
        worst = min(
            summary["worlds"],
            key=lambda w: min(c - a for c, a in zip(w["chances"], asked, strict=True)),
        )
        met = [say("world_met", code, chance=language.percent(c, 0)) for c in worst["chances"]]
        said.append(say("worst_world", code, world=worst["world"], objectives=", ".join(met)))
    return said


def _counted(summary: Summary, code: str) -> str:
    """How many are undecided, and the cheapest of them; the table has them all."""
    candidates = summary["undecided"]
    if not candidates:
        return say("nothing", code)
    cheapest = min(candidates, key=lambda j: j["cost"])
    return say("so_many", code, count=len(candidates), cheapest=named(cheapest, summary, code))


def named(candidate: Summary, summary: Summary, code: str) -> str:
    """A candidate by what differs from the first choice of every lever."""
    differs = [
        f"{row['lever']} {name}"
        for row, name in zip(summary["levers"], candidate["names"], strict=True)
        if name != row["first"]
    ]
    return ", ".join(differs) or say("first_choices", code)


def _no_server(summary: Summary, language: Language) -> list[str]:
    """What a perfect server leaves, and the objectives that it cannot meet."""
    code, floor = language.code, summary["no_server"]
    causes = ", ".join(
        f"{say_page(f'cause_{name}', code)} {language.percent(share, 0)}"
        for name, share in list(floor["causes"].items())[:_CAUSES]
    )
    left = language.percent(floor["left"])
    said = [say("no_server", code, left=left, causes=causes or say("nothing", code))]
    for i, asked in enumerate(summary["objectives"]):
        if floor["chances"][i] < asked["in_nights"]:
            chance = language.percent(floor["chances"][i], 0)
            said.append(say("never_met", code, number=i + 1, chance=chance))
    return said


def described(asked: dict[str, Any], language: Language) -> str:
    """An objective in a few words."""
    code = language.code
    by = asked["by"]
    way = "at_most" if asked["at_least"] is None else "at_least"
    when = say("by_snapshot", code)
    if by is not None:
        when = say("by", code, moment=language.moment(datetime.fromisoformat(by)))
    return say(
        way, code, measure=say(f"m_{asked['measure']}", code), when=when,
        limit=language.percent(asked[way], 0),
    )  # fmt: skip


def _objectives(summary: Summary, language: Language) -> Table:
    code = language.code
    keys = ("number", "objective", "mean_share", "asked", "chance", "bounds", "perfect")
    rows = [
        (
            str(i), described(o, language), language.percent(o["share"]),
            language.percent(o["in_nights"], 0), language.percent(o["chance"]),
            f"{language.percent(o['low'])} … {language.percent(o['high'])}",
            language.percent(summary["no_server"]["chances"][i - 1]),
        )
        for i, o in enumerate(summary["objectives"], 1)
    ]  # fmt: skip
    return Table([say(k, code) for k in keys], rows, frozenset({0, 2, 3, 4, 5, 6}))


def _choices(summary: Summary, language: Language) -> Table:
    code = language.code
    head = [say(k, code) for k in ("lever", "choice", "cost", "standing", "source")]
    rows = [
        (
            r["lever"], r["choice"], rupiah(r["cost"], language),
            say_page(f"standing_{r['standing']}", code), r["source"],
        )
        for r in summary["levers"]
    ]  # fmt: skip
    return Table(head, rows, frozenset({2}))


def _front(summary: Summary, language: Language) -> Figure:
    code = language.code
    best = {tuple(r["names"]) for r in summary["front"]}
    rows = summary["tried"]
    points = [
        Point(r["cost"] / _MILLION, 100 * r["chance"], str(i), tuple(r["names"]) in best)
        for i, r in enumerate(rows, 1)
    ]
    last = round_up(max([p.x for p in points] + [1.0]))
    title = say("front", code)
    caption = say("front_note", code, few=summary["effort"]["few"])
    svg = scatter_chart(
        points, ticks(0.0, last, language), ticks(0.0, 100.0, language),
        (say("cost_axis", code), say("chance_axis", code)), title=title, description=caption,
    )  # fmt: skip
    latest = {tuple(r["names"]): r for r in rows + summary["confirmed"]}
    data = [
        (
            str(i), named(r, summary, code), rupiah(r["cost"], language),
            language.percent(r["chance"]), say(latest[tuple(r["names"])]["verdict"], code),
        )
        for i, r in enumerate(rows, 1)
    ]  # fmt: skip
    head = [say(k, code) for k in ("number", "choice", "cost", "chance", "verdict")]
    return Figure("plan-front", svg, title, caption, head, data, frozenset({0, 2, 3}))


def _confirmed(summary: Summary, language: Language) -> Table:
    code = language.code
    count = len(summary["objectives"])
    whole = partial(language.percent, decimals=0)
    rows = [
        (
            named(r, summary, code), rupiah(r["cost"], language), str(r["nights"]),
            *(
                f"{whole(chance)} ({whole(low)} … {whole(high)})"
                for chance, low, high in zip(r["chances"], r["lows"], r["highs"], strict=True)
            ),
            say(r["verdict"], code),
        )
        for r in summary["confirmed"]
    ]  # fmt: skip
    head = [say(k, code) for k in ("choice", "cost", "nights")]
    head += [f"{say('objective', code)} {i}" for i in range(1, count + 1)]
    return Table([*head, say("verdict", code)], rows, frozenset(range(1, 3 + count)))


def _worlds(summary: Summary, language: Language) -> Table:
    code = language.code
    head = [say(k, code) for k in ("world", "weight", "chance", "cheapest", "regret")]
    rows = []
    for world in summary["worlds"]:
        its = world["cheapest"]
        lost = None if its is None else max(summary["best"]["cost"] - its["cost"], 0.0)
        rows.append(
            (
                world["world"], language.percent(world["weight"]),
                " · ".join(language.percent(c, 0) for c in world["chances"]),
                say("nothing", code) if its is None else named(its, summary, code),
                "–" if lost is None else rupiah(lost, language),
            )
        )  # fmt: skip
    return Table(head, rows, frozenset({1, 2, 4}))


def _sizing(summary: Summary, language: Language) -> Table:
    code = language.code
    rows = [
        (
            say(r["name"], code), quantity(r["peak"], r["unit"], language),
            f"× {language.number(r['headroom'], 1)}", quantity(r["sized"], r["unit"], language),
            quantity(r["nation"], r["unit"], language), say(f"got_{r['name']}", code),
        )
        for r in summary["sizing"]
    ]  # fmt: skip
    keys = ("peak", "headroom", "sized", "nation", "got")
    return Table(["", *(say(k, code) for k in keys)], rows, frozenset({1, 2, 3, 4}))


def nation_note(summary: Summary, language: Language) -> str:
    """Where the column of the nation is from."""
    its, code = summary["nation"], language.code
    if its is None:
        return say("no_nation", code)
    return say(
        "nation_note", code, factor=language.number(its["factor"], 1),
        stations=language.number(its["stations"]), scenario=its["scenario"],
        region=language.number(its["region"]),
        standing=say_page(f"standing_{its['standing']}", code),
    )  # fmt: skip
