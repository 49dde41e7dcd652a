"""The page of the sensitivity study: what moves the result, how the variance splits, and what
measurements are worth.

Rule of this file: from the summary of :mod:`study.sensitivity.study` to one HTML file in two
languages.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from reports.language import LANGUAGES, Language
from reports.page import fill, write
from reports.quantity_names import quantity_name
from reports.sensitivity_text import say
from study.sensitivity.design import CHANCE

View = dict[str, Any]
UNIT: Final = {"failed": 1.0, "t90": 1 / 3600.0}  # stations; hours
_CLEAR: Final = 2.0  # standard errors from zero at which a worth is said to be there


def write_sensitivity_page(path: Path, summary: dict[str, Any]) -> Path:
    """Write the page; returns its path."""
    return write(path, render_sensitivity(summary))


def render_sensitivity(summary: dict[str, Any]) -> str:
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
                seed=summary["seed"],
                trajectories=summary["trajectories"],
                pairs=summary["pairs"],
            ),
            "answers": answers(summary, language),
            "outputs": [_output(summary, output, language) for output in summary["outputs"]],
            "split": _split(summary["outputs"]["failed"]["split"], language),
            "value": _value(summary["value"], summary["variants"], language),
            "untied": say("untied", language.code) if summary["calibrated"] else "",
            "pairs": summary["pairs"],
        }
        for language in LANGUAGES
    ]
    return fill(
        "sensitivity.html.j2",
        views=views,
        title=summary["title"]["id"],
        command=" ".join(summary["command"]),
    )


def answers(summary: dict[str, Any], language: Language) -> list[str]:
    """The answer in three sentences."""
    code = language.code
    rows = summary["screening"]
    quantities = [n for n in rows if n != CHANCE]
    most = max(quantities, key=lambda n: float(rows[n]["failed"]["mu_star"]))
    split = summary["outputs"]["failed"]["split"]
    worth = summary["value"]
    choice = summary["variants"][worth["choice"]]
    best = worth_most(summary)
    shares = {n: language.percent(split[n]["mean"], 0) for n in ("quantities", "chance", "worlds")}
    low, high = (language.percent(split["chance"][k], 0) for k in ("low", "high"))
    found = [
        say(
            "answer_most",
            code,
            first=quantity_name(most, code),
            size=language.number(rows[most]["failed"]["mu_star"], 1),
        ),
        say("answer_split", code, low=low, high=high, **shares),
    ]
    if best is None:
        found.append(say("answer_worthless", code, choice=choice))
    else:
        name = say(f"measure_{best['name']}", code)
        value, error = (language.number(best[k], 1) for k in ("value", "error"))
        found.append(say("answer_worth", code, name=name, value=value, error=error, choice=choice))
    return found


def worth_most(summary: dict[str, Any]) -> View | None:
    """The single measurement of most worth, or nothing if its worth cannot be told from zero."""
    rows = summary["value"]["rows"]
    single = [r for r in rows if r["quantities"] and r["name"] != "all"]
    best: View | None = max(single, key=lambda r: float(r["value"]), default=None)
    if best is None or best["value"] < _CLEAR * best["error"] or best["value"] <= 0:
        return None
    return best


def _output(summary: dict[str, Any], output: str, language: Language) -> View:
    unit = UNIT[output]
    found = summary["outputs"][output]
    rows = sorted(summary["screening"].items(), key=lambda r: -float(r[1][output]["mu_star"]))
    reach = max(r[output]["mu_star"] + 2 * r[output]["error"] for _, r in rows) * unit or 1.0
    note = ""
    if output == "t90":
        note = say("t90_note", language.code, reached=language.percent(found["reached"], 0))
    return {
        "name": say(f"output_{output}", language.code),
        "note": note,
        "bars": [_bar(name, r[output], unit, reach, language) for name, r in rows],
        "sobol": [_shares(name, row, language) for name, row in found["sobol"].items()],
    }


def _bar(name: str, row: View, unit: float, reach: float, language: Language) -> View:
    size, error = row["mu_star"] * unit, row["error"] * unit
    low, high = max(size - 2 * error, 0.0), size + 2 * error
    return {
        "name": quantity_name(name, language.code),
        "width": 100 * size / reach,
        "low": 100 * low / reach,
        "span": 100 * (high - low) / reach,
        "value": language.number(size, 1),
        "error": language.number(error, 1),
        "sigma": language.number(row["sigma"] * unit, 1),
    }


def _shares(name: str, row: View, language: Language) -> View:
    first, total = row["first"], row["total"]
    inside = {k: min(max(total[k], 0.0), 1.0) for k in ("mean", "low", "high")}
    return {
        "name": quantity_name(name, language.code),
        "first": 100 * min(max(first["mean"], 0.0), 1.0),
        "total": 100 * inside["mean"],
        "low": 100 * inside["low"],
        "span": 100 * (inside["high"] - inside["low"]),
        "first_value": language.number(first["mean"], 2),
        "first_span": f"{language.number(first['low'], 2)} … {language.number(first['high'], 2)}",
        "total_value": language.number(total["mean"], 2),
        "total_span": f"{language.number(total['low'], 2)} … {language.number(total['high'], 2)}",
    }


def _split(split: View, language: Language) -> list[View]:
    return [
        {
            "name": say(f"split_{part}", language.code),
            "width": 100 * max(split[part]["mean"], 0.0),
            "low": 100 * max(split[part]["low"], 0.0),
            "span": 100 * max(min(split[part]["high"], 1.0) - max(split[part]["low"], 0.0), 0.0),
            "value": language.percent(split[part]["mean"], 0),
            "interval": f"{language.percent(split[part]['low'], 0)} … "
            f"{language.percent(split[part]['high'], 0)}",
        }
        for part in ("quantities", "chance", "worlds")
    ]


def _value(value: View, variants: list[str], language: Language) -> View:
    rows = value["rows"]
    reach = max([r["value"] + 2 * r["error"] for r in rows] + [1e-9])
    return {
        "note": say(
            "value_note",
            language.code,
            choice=variants[value["choice"]],
            perfect=language.number(value["perfect"], 1),
        ),
        "rows": [
            {
                "name": say(f"measure_{r['name']}", language.code),
                "width": 100 * max(r["value"], 0.0) / reach,
                "low": 100 * max(r["value"] - 2 * r["error"], 0.0) / reach,
                "span": 100
                * max(r["value"] + 2 * r["error"] - max(r["value"] - 2 * r["error"], 0.0), 0.0)
                / reach,
                "value": language.number(r["value"], 1),
                "error": language.number(r["error"], 1),
                "changes": language.percent(r["changes"], 0),
                "r_squared": language.number(r["r_squared"], 2),
                "tells": _tells(r, language),
            }
            for r in rows
        ],
    }


def _tells(row: View, language: Language) -> str:
    if row["name"] == "all":
        return say("all_above", language.code)
    return ", ".join(quantity_name(q, language.code) for q in row["quantities"])
