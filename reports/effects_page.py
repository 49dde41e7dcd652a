"""The page of the policy effects: which policy is best over all worlds, by how much, in which world
it is not, and where the choice turns.

Rule of this file: from the summary of :mod:`study.effects.study` to one HTML file in two languages.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from reports.effects_text import pair_sentences, say
from reports.language import LANGUAGES, Language
from reports.page import fill, write

View = dict[str, Any]


def write_effects_page(path: Path, summary: dict[str, Any]) -> Path:
    """Write the page; returns its path."""
    return write(path, render_effects(summary))


def render_effects(summary: dict[str, Any]) -> str:
    """The page as HTML."""
    views = [
        {
            "lang": language.code,
            "l": language,
            "t": partial(say, language=language.code),
            "title": summary["title"][language.code],
            "basis": say(
                "basis_calibrated" if summary["calibrated"] else "basis_prior",
                language.code,
                worlds=len(summary["worlds"]),
                members=sum(w["members"] for w in summary["worlds"]),
                seed=summary["seed"],
            ),
            "answers": answers(summary, language),
            "overall": _forest(summary["overall"], "expected_regret", language),
            "worlds": [_world(w, language) for w in summary["worlds"]],
            "best": summary["names"][summary["choice"]],
            "turns": _turns(summary, language),
            "pairs": _pairs(summary, language),
        }
        for language in LANGUAGES
    ]
    return fill(
        "effects.html.j2",
        views=views,
        title=summary["title"]["id"],
        command=" ".join(summary["command"]),
    )


def answers(summary: dict[str, Any], language: Language) -> list[str]:
    """The answer in two or three sentences."""
    rows = summary["overall"]
    best = rows[summary["choice"]]
    safest = min(rows, key=lambda r: float(r["worst_regret"]["mean"]))
    code = language.code
    found = [
        say(
            "answer",
            code,
            best=best["name"],
            regret=language.number(best["expected_regret"]["mean"], 1),
            failed=language.number(best["failed"]["mean"]),
            stations=language.number(summary["stations"]),
        )
    ]
    if len(summary["worlds"]) > 1:
        key = "answer_worst" if best["worst_regret"]["mean"] > 0 else None
        if key:
            worst = language.number(best["worst_regret"]["mean"], 1)
            found.append(say(key, code, world=best["worst_world"], worst=worst))
        if safest["name"] != best["name"]:
            worst = language.number(safest["worst_regret"]["mean"], 1)
            world = safest["worst_world"]
            found.append(
                say("answer_safest", code, safest=safest["name"], worst=worst, world=world)
            )
    return found


def _forest(rows: list[dict[str, Any]], measure: str, language: Language) -> View:
    ordered = sorted(rows, key=lambda r: float(r[measure]["mean"]))
    reach = max(r[measure]["high"] for r in rows) or 1.0
    return {
        "scale": language.number(reach),
        "rows": [_row(r, measure, reach, language) for r in ordered],
    }


def _row(row: dict[str, Any], measure: str, reach: float, language: Language) -> View:
    lost, failed, difference = row[measure], row["failed"], row["difference"]
    low, high = max(lost["low"], 0.0), max(lost["high"], 0.0)
    view = {
        "name": row["name"],
        "best": lost["mean"] == 0.0 or row["best"],
        "at": 100 * max(lost["mean"], 0.0) / reach,
        "low": 100 * low / reach,
        "high": 100 * high / reach,
        "regret": language.number(lost["mean"], 1),
        "span": language.span(low, high, 1),
        "failed": language.number(failed["mean"]),
        "failed_span": language.span(failed["low"], failed["high"]),
        "range": language.span(failed["p2.5"], failed["p97.5"]),
        "difference": language.signed(difference["mean"]),
        "difference_span": f"{language.signed(difference['low'])} … "
        f"{language.signed(difference['high'])}",
        "chance": language.percent(row["chance_best"], 0),
        "wasted": language.number(row["wasted_bytes"] / 1e9, 1),
    }
    if "worst_regret" in row:
        view["worst"] = language.number(row["worst_regret"]["mean"], 1)
        view["worst_world"] = row["worst_world"]
    return view


def _world(world: dict[str, Any], language: Language) -> View:
    ordered = sorted(world["rows"], key=lambda r: float(r["failed"]["mean"]))
    note = say(
        "world_note",
        language.code,
        title=world["title"][language.code],
        weight=language.percent(world["weight"], 1),
        members=world["members"],
        effective=language.number(world["effective"], 1),
    )
    lead = ordered[1]["regret"] if len(ordered) > 1 else ordered[0]["regret"]
    return {
        "name": world["world"],
        "note": note,
        "weight": language.percent(world["weight"], 1),
        "members": world["members"],
        "best": winners(ordered),
        "failed": language.number(ordered[0]["failed"]["mean"]),
        "lead": language.number(lead["mean"], 1),
        "lead_span": f"{language.number(lead['low'], 1)} … {language.number(lead['high'], 1)}",
        "forest": _forest(world["rows"], "regret", language),
    }


def winners(ordered: list[dict[str, Any]]) -> str:
    """The best of a world; several where they are the same to the last station."""
    return " = ".join(r["name"] for r in ordered if r["regret"]["mean"] == 0.0)


def _turns(summary: dict[str, Any], language: Language) -> list[View]:
    best = summary["names"][summary["choice"]]
    return [
        {
            "other": pair["second"] if pair["first"] == best else pair["first"],
            "said": pair_sentences(pair, best, language),
        }
        for pair in summary["pairs"]
        if best in (pair["first"], pair["second"])
    ]


def _pairs(summary: dict[str, Any], language: Language) -> list[View]:
    return [
        {
            "name": f"{p['first']} / {p['second']}",
            "chance": language.percent(p["chance_first"], 0),
            "said": pair_sentences(p, p["first"], language),
        }
        for p in summary["pairs"]
    ]
