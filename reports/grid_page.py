"""The page of a grid: which combination is best, by how much, and what it costs otherwise.

Rule of this file: from a grid's summary to one HTML file in two languages.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from reports.grid_text import say
from reports.language import LANGUAGES, Language
from reports.page import fill, write

View = dict[str, Any]


def write_grid_page(path: Path, summary: dict[str, Any]) -> Path:
    """Write the page; returns its path."""
    return write(path, render_grid(summary))


def render_grid(summary: dict[str, Any]) -> str:
    """The page as HTML."""
    views = [
        {
            "lang": language.code,
            "l": language,
            "t": partial(say, language=language.code),
            "title": summary["title"][language.code],
            "basis": say(
                "basis",
                language.code,
                scenario=summary["scenario"],
                seed=summary["seed"],
                worlds=len(summary["worlds"]),
            ),
            "worlds": [_world(w, language) for w in summary["worlds"]],
            "across": _across(summary, language),
        }
        for language in LANGUAGES
    ]
    return fill("grid.html.j2", views=views, title=summary["title"]["id"])


def best_of(world: dict[str, Any]) -> dict[str, Any]:
    """A world's best combination."""
    best: dict[str, Any] = next(r for r in world["rows"] if r["best"])
    return best


def answer(world: dict[str, Any], language: Language) -> str:
    """Which combination is best in a world, and whether that is decided."""
    best = best_of(world)
    return say(
        "decided" if world["decided"] else "undecided",
        language.code,
        best=best["name"],
        failed=language.number(best["failed"]["mean"]),
        stations=language.number(world["stations"]),
        zone=language.number(world["indifference"]),
        confidence=language.percent(world["confidence"], 0),
        left=sum(r["alive"] for r in world["rows"]),
    )


def _world(world: dict[str, Any], language: Language) -> View:
    rows = sorted(world["rows"], key=lambda r: float(r["regret"]["mean"]))
    reach = max(max(abs(r["regret"]["high"]), abs(r["regret"]["low"])) for r in rows) or 1.0
    return {
        "name": world["world"],
        "answer": answer(world, language),
        "scale": language.number(reach),
        "rows": [_row(r, reach, language) for r in rows],
        "scatter": _scatter(rows, language),
    }


def _row(row: dict[str, Any], reach: float, language: Language) -> View:
    lost, measures = row["regret"], row["measures"]

    def hours(name: str) -> str:
        value = measures[name]["p50"]
        return "–" if value is None else language.number(value / 3600, 1)

    low, high = max(lost["low"], 0.0), max(lost["high"], 0.0)
    return {
        "name": row["name"],
        "best": row["best"],
        "at": 100 * max(lost["mean"], 0.0) / reach,
        "low": 100 * low / reach,
        "high": 100 * high / reach,
        "nights": row["nights"],
        "failed": language.number(row["failed"]["mean"]),
        "regret": language.signed(lost["mean"]),
        "span": f"{language.signed(lost['low'])} … {language.signed(lost['high'])}",
        "chance": language.percent(row["chance_best"], 0) if row["alive"] else "–",
        "t90": hours("t90"),
        "t95": hours("t95"),
        "t99": hours("t99"),
        "wasted": language.number(measures["wasted"]["p50"] / 1e9, 2),
        "peak": language.number(measures["peak"]["p50"]),
        "airtime": language.number(measures["airtime"]["p50"]),
        "pareto": row["pareto"],
    }


def _scatter(rows: list[dict[str, Any]], language: Language) -> View:
    """Failures against airtime: the two that a crew feels."""
    x = [r["measures"]["airtime"]["p50"] for r in rows]
    y = [r["failed"]["mean"] for r in rows]
    wide, high = max(x) or 1.0, max(y) or 1.0
    return {
        "points": [
            {
                "x": 8 + 88 * a / wide,
                "y": 92 - 84 * b / high,
                "pareto": r["pareto"],
                "label": f"{r['name']}: {language.number(b)}, {language.number(a)} s",
                "name": r["name"],
            }
            for r, a, b in zip(rows, x, y, strict=True)
        ],
        "wide": language.number(wide),
        "high": language.number(high),
    }


def _across(summary: dict[str, Any], language: Language) -> list[View]:
    if len(summary["worlds"]) < 2:
        return []
    return [
        {
            "name": r["name"],
            "worst": language.number(r["worst_regret"], 1),
            "world": r["worst_world"],
            "mean": language.number(r["mean_regret"], 1),
            "best_in": r["best_in"],
            "pareto_in": r["pareto_in"],
        }
        for r in summary["across"]
    ]
