"""The page of the evidence: the worlds' weights, and what each statement about the night says.

Rule of this file: from the summary of :mod:`study.evidence.study` to one HTML file, two languages.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from reports.evidence_text import say
from reports.language import LANGUAGES, Language
from reports.page import fill, write

View = dict[str, Any]
_BOUND: Final = {"photographs": "≥ ", "stalled": "≤ "}


def write_evidence_page(path: Path, summary: dict[str, Any]) -> Path:
    """Write the page; returns its path."""
    return write(path, render_evidence(summary))


def render_evidence(summary: dict[str, Any]) -> str:
    """The page as HTML."""
    counts = summary["nights"].values()
    views = [
        {
            "lang": language.code,
            "l": language,
            "t": partial(say, language=language.code),
            "title": summary["title"][language.code],
            "basis": say(
                "basis",
                language.code,
                worlds=len(summary["worlds"]),
                ensemble=say(summary["ensemble"], language.code),
                nights="–".join(str(n) for n in sorted({min(counts), max(counts)})),
                seed=summary["seed"],
                on=len(summary["on"]),
                all=len(summary["observations"]),
            ),
            **_answer(summary, language),
            "worlds": [_world(name, w, language) for name, w in summary["worlds"].items()],
            "moves": [_move(row, summary, language) for row in summary["movements"]],
            "observations": [_observation(o, summary, language) for o in summary["observations"]],
            "districts": [
                _district(name, row, language)
                for name, row in summary["districts"]["worlds"].items()
            ],
            "allowed": _allowed(summary["districts"]["bounds"], language),
        }
        for language in LANGUAGES
    ]
    return fill("evidence.html.j2", views=views, title=summary["title"]["id"])


def _answer(summary: dict[str, Any], language: Language) -> View:
    worlds = summary["worlds"]
    best = max(worlds, key=lambda w: float(worlds[w]["weight"]))
    thin = [w for w, x in worlds.items() if not x["supported"]]
    return {
        "answer": say(
            "answer",
            language.code,
            best=best,
            weight=language.percent(worlds[best]["weight"], 0),
            before=language.percent(worlds[best]["prior"], 0),
        ),
        "thin": say("thin", language.code, names=", ".join(thin)) if thin else "",
    }


def _world(name: str, world: dict[str, Any], language: Language) -> View:
    weight, error = world["weight"], world["error"]
    low, high = max(weight - error, 0.0), min(weight + error, 1.0)
    return {
        "name": name,
        "title": world["title"][language.code],
        "width": 100 * weight,
        "low": 100 * low,
        "span": 100 * (high - low),
        "before": 100 * world["prior"],
        "weight": language.percent(weight, 1),
        "effective": language.number(world["effective"], 1),
    }


def _move(row: dict[str, Any], summary: dict[str, Any], language: Language) -> View:
    says = next(o["says"] for o in summary["observations"] if o["name"] == row["name"])
    return {
        "says": says[language.code],
        "on": row["on"],
        "cells": [
            {
                "text": language.percent(share, 0) + ("*" if w in row["rules_out"] else ""),
                "out": w in row["rules_out"],
            }
            for w, share in row["alone"].items()
        ],
        "alone": language.percent(row["moves_alone"], 0),
        "last": language.percent(row["moves_last"], 0),
    }


def _observation(o: dict[str, Any], summary: dict[str, Any], language: Language) -> View:
    """One observation beside every world's nights, on a scale of its own."""
    stated, show = _unit(o, language)
    spreads = {w: x["predicted"][o["name"]] for w, x in summary["worlds"].items()}
    top = max([stated, *(s["p97.5"] for s in spreads.values())]) or 1.0
    if o["kind"] not in ("coverage", "upload-time", "spread"):
        top = 1.0

    def at(value: float) -> float:
        return 100 * min(max(value / top, 0.0), 1.0)

    return {
        "says": o["says"][language.code],
        "standing": o["standing"],
        "source": o["source"],
        "stated": f"{_BOUND.get(o['kind'], '')}{show(stated)}",
        "top": show(top),
        "bottom": show(0.0),
        "rows": [
            {
                "name": world,
                "low": at(s["p2.5"]),
                "wide": at(s["p97.5"]) - at(s["p2.5"]),
                "q1": at(s["p25"]),
                "half": at(s["p75"]) - at(s["p25"]),
                "middle": at(s["p50"]),
                "stated": at(stated),
                "value": show(s["p50"]),
            }
            for world, s in spreads.items()
        ],
    }


def _unit(o: dict[str, Any], language: Language) -> tuple[float, Any]:
    """What was stated, and how values of the observation are written."""
    if o["kind"] == "coverage":
        return float(o["stations"]), lambda v: say("stations", language.code, n=language.number(v))
    if o["kind"] == "upload-time":
        seconds = float(str(o["median"]).split()[0])  # written in base units, with its unit
        return seconds, lambda v: say(
            "minutes", language.code, n=language.number(v / 60, int(v < 600))
        )
    stated = next(o[k] for k in ("share", "at_least", "at_most", "deviation") if k in o)
    return float(stated), lambda v: language.percent(v, 0)


def _district(name: str, row: dict[str, Any], language: Language) -> View:
    like = row["like_counted"]
    return {
        "world": name,
        **{
            k: "" if row[k] is None else language.percent(row[k], 0)
            for k in ("evening", "operators")
        },
        "told": language.percent(row["told_by_counts"], 0),
        "like": ""
        if like is None
        else f"{language.signed(like[0], 2)} ({language.signed(like[1], 2)} … "
        f"{language.signed(like[2], 2)})",
    }


def _allowed(bounds: dict[str, Any] | None, language: Language) -> str:
    if bounds is None:
        return say("not_allowed", language.code)
    least, most = bounds["evening_least"], bounds["evening_most"]
    if least <= 0 and most >= 1:
        part = say("any_split", language.code)
    else:
        part = say(
            "some_split",
            language.code,
            least=language.percent(max(least, 0.0), 0),
            most=language.percent(min(most, 1.0), 0),
        )
    return say(
        "allowed",
        language.code,
        left=language.percent(bounds["left"], 0),
        part=part,
        above=", ".join(bounds["above"]),
        level=language.percent(bounds["level"], 0),
    )
