"""The chapter of policies over an ensemble: which is best over all worlds, and where it is not.

Rule of this file: from the summary of :mod:`study.effects.study` to a chapter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.leaders_text import tell_leaders
from reports.chapters.ticks import round_up, ticks
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Items, Table, Text
from reports.effects_text import answers, pair_sentences, safest_sentence, say, winners
from reports.language import Language

Summary = dict[str, Any]
_SURE: Final = 0.95  # chance of being the best from which nothing is said of doubt


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of policies over an ensemble."""
    code, best = language.code, summary["overall"][summary["choice"]]
    name = best["name"]
    won = [w for w in summary["worlds"] if _wins(w, name)]
    change = tell_leaders("effects_steady", code)
    if best["worst_regret"]["mean"] > 0:
        worst = language.number(best["worst_regret"]["mean"], 1)
        change = tell_leaders("effects_change", code, world=best["worst_world"], worst=worst)
    pairs = [p for p in summary["pairs"] if name in (p["first"], p["second"])]
    turns = [sentence for pair in pairs for sentence in pair_sentences(pair, name, language)]
    if any(pair["by_quantity"] or pair["by_world"] for pair in pairs):
        change = f"{change} {tell_leaders('effects_turns', code)}"
    blocks: list[Block] = [
        Heading(say("overall_title", code)),
        _forest(
            "overall", summary["overall"], "expected_regret", say("overall_title", code),
            say("overall_note", code), language,
        ),
    ]  # fmt: skip
    for world in summary["worlds"]:
        title = say("world_title", code, world=world["world"])
        note = say(
            "world_note", code, title=world["title"][code],
            weight=language.percent(world["weight"]), members=world["members"],
            effective=language.number(world["effective"], 1),
        )  # fmt: skip
        blocks.append(Heading(title))
        blocks.append(
            _forest(f"world-{world['world']}", world["rows"], "regret", title, note, language)
        )
    if len(summary["worlds"]) > 1:
        blocks[2:2] = [Heading(say("weights_title", code)), _worlds(summary, language)]
    blocks += [
        Heading(say("turns_title", code)),
        Text(say("turns_note", code, best=name), "note"),
        Items(turns),
        Heading(say("all_pairs", code), 3),
        _pairs(summary, language),
    ]
    blocks.append(
        Text(
            say(
                "basis_calibrated" if summary["calibrated"] else "basis_prior",
                code,
                worlds=len(summary["worlds"]),
                members=sum(w["members"] for w in summary["worlds"]),
                seed=summary["seed"],
            ),
            "note",
        )
    )
    return Chapter(
        title=summary["title"][code],
        answer=answers(summary, language)[0],
        recommendation=_advice(summary, best, language),
        certainty=tell_leaders(
            "effects_sure", code, best=name, chance=language.chance(best["chance_best"]),
            wins=len(won), all=len(summary["worlds"]),
        ),
        would_change=change,
        blocks=blocks,
    )  # fmt: skip


def _advice(summary: Summary, best: Summary, language: Language) -> str:
    """What to use, and what is safest where that is something else."""
    sure = best["chance_best"] >= _SURE
    key = "effects_advise" if sure else "effects_advise_open"
    said = tell_leaders(key, language.code, best=best["name"])
    return " ".join([said, *filter(None, [safest_sentence(summary, language)])])


def _wins(world: Summary, name: str) -> bool:
    ordered = sorted(world["rows"], key=lambda r: float(r["failed"]["mean"]))
    return name in winners(ordered).split(" = ")


def _worlds(summary: Summary, language: Language) -> Table:
    """Which policy is best in which world, and by how much."""
    code, rows = language.code, []
    for world in summary["worlds"]:
        ordered = sorted(world["rows"], key=lambda r: float(r["failed"]["mean"]))
        lead = (ordered[1] if len(ordered) > 1 else ordered[0])["regret"]
        rows.append(
            (
                world["world"], language.percent(world["weight"]), str(world["members"]),
                winners(ordered), language.number(ordered[0]["failed"]["mean"]),
                language.number(lead["mean"], 1),
                f"{language.number(lead['low'], 1)} … {language.number(lead['high'], 1)}",
            )
        )  # fmt: skip
    keys = ("world", "weight", "members", "best", "failed", "lead", "interval")
    return Table([say(k, code) for k in keys], rows, frozenset({1, 2, 4, 5, 6}))


def _pairs(summary: Summary, language: Language) -> Table:
    code = language.code
    rows = [
        (f"{p['first']} / {p['second']}", " ".join(pair_sentences(p, p["first"], language)))
        for p in summary["pairs"]
    ]
    return Table([say(k, code) for k in ("pair", "statement")], rows)


def _forest(
    file: str,
    rows: Sequence[Summary],
    measure: str,
    title: str,
    caption: str,
    language: Language,
) -> Figure:
    code, drawn, data = language.code, [], []
    reach = round_up(max(r[measure]["high"] for r in rows), 0.1)
    for row in sorted(rows, key=lambda r: float(r[measure]["mean"])):
        lost = row[measure]
        low, high = max(lost["low"], 0.0), max(lost["high"], 0.0)
        value = language.number(lost["mean"], 1)
        drawn.append(Row(row["name"], lost["mean"], low, high, value))
        data.append((row["name"], value, language.span(low, high, 1), *_figures(row, language)))
    svg = rows_chart(
        drawn, ticks(0.0, reach, language), 0.0, reach, title=title, description=caption
    )
    keys = ["policy", "regret", "interval", "failed", "interval", "range", "difference", "interval",
            "chance", "wasted"]  # fmt: skip
    if measure == "expected_regret":
        keys[1] = "expected"
        keys += ["worst", "in_world"]
    head = [say(k, code) for k in keys]
    return Figure(file, svg, title, caption, head, data, frozenset(range(1, 11)))


def _figures(row: Summary, language: Language) -> list[str]:
    """All that the table under a picture says of a policy."""
    failed, difference = row["failed"], row["difference"]
    found = [
        language.number(failed["mean"]),
        language.span(failed["low"], failed["high"]),
        language.span(failed["p2.5"], failed["p97.5"]),
        language.signed(difference["mean"]),
        f"{language.signed(difference['low'])} … {language.signed(difference['high'])}",
        language.percent(row["chance_best"], 0),
        language.number(row["wasted_bytes"] / 1e9, 1),
    ]
    if "worst_regret" in row:
        found += [language.number(row["worst_regret"]["mean"], 1), row["worst_world"]]
    return found
