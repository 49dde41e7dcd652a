"""The page of a calibration: hold-out first, then worlds, fits, misfits and what was learned.

Rule of this file: from a calibration's summary to one HTML file in two languages.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from reports.calibration_text import say
from reports.language import LANGUAGES, Language
from reports.page import fill, write
from reports.quantity_names import quantity_name

View = dict[str, Any]
_FIGURES: Final = ("total", "max", "min", "chi_square")
_LEVELS: Final = ("50", "80", "95")
_SHOWN: Final = 6  # quantities with a picture; the others are in the table


def write_calibration_page(path: Path, summary: dict[str, Any]) -> Path:
    """Write the page; returns its path."""
    return write(path, render_calibration(summary))


def render_calibration(summary: dict[str, Any]) -> str:
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
                worlds=len(summary["worlds"]),
                total=language.number(summary["observed"]["total"]),
                stations=language.number(summary["observed"]["stations"]),
                kecamatan=summary["observed"]["kecamatan"],
                reading=say(summary["reading"], language.code),
                seed=summary["seed"],
            ),
            "verdict": verdict(summary, language),
            "answer": answer(summary, language),
            "others": [
                say("weight_as", language.code, reading=say(r, language.code))
                for r in summary["readings"][1:]
            ],
            "weights": [_weight(w, summary, language) for w in summary["worlds"]],
            "held": _held(summary, language),
            "worlds": [
                _world(w, language)
                for w in sorted(summary["worlds"], key=lambda w: -float(w["weight"]))
                if w.get("members")
            ],
            "emulators": [_emulator(w, summary["reading"], language) for w in summary["worlds"]],
        }
        for language in LANGUAGES
    ]
    return fill("calibration.html.j2", views=views, title=summary["title"]["id"])


def verdict(summary: dict[str, Any], language: Language) -> View:
    """Does the mechanism beat the baselines on what was left out? ``worse`` if not surely."""
    held = summary["held_out"]
    if not all(held["beats"].values()):
        key = "verdict_worse"
    elif not held["surely"]:
        key = "verdict_even"
    else:
        key = "verdict_better"
    scores = {name: language.number(s["crps"], 2) for name, s in held["scores"].items()}
    text = say(
        key,
        language.code,
        mechanism=scores["mechanism"],
        beta=scores["beta_binomial"],
        rate=scores["rate"],
    )
    return {"text": text, "worse": key != "verdict_better"}


def answer(summary: dict[str, Any], language: Language) -> str:
    """Which worlds reproduce what was counted."""
    names = summary["reproducing"]
    if not names:
        return say("weights_none", language.code)
    return say(
        "weights_answer",
        language.code,
        count=len(names),
        all=len(summary["worlds"]),
        names=", ".join(names),
    )


def _weight(world: dict[str, Any], summary: dict[str, Any], language: Language) -> View:
    reading = world["readings"][summary["reading"]]
    members = world.get("members")
    weight, error = world["weight"], world["weight_error"]
    prior = world["prior"]["total"]
    row: View = {
        "name": world["name"],
        "title": world["title"][language.code],
        "weight": language.percent(weight),
        "width": 100 * weight,
        "low": 100 * max(weight - error, 0.0),
        "span": 100 * (min(weight + error, 1.0) - max(weight - error, 0.0)),
        "before": 100 * world["prior_weight"],
        "plausible": language.percent(reading["plausible"], 0),
        "prior": language.span(prior["p2.5"], prior["p97.5"]),
        "icc": "–" if reading["icc_mean"] is None else language.number(reading["icc_mean"], 3),
        "effective": language.number(members["effective"], 1) if members else "–",
        "others": [
            language.percent(world["readings"][r]["weight"]) for r in summary["readings"][1:]
        ],
        "figures": [],
        "mark": say("ruled_out", language.code, total=language.number(reading["least_total"], 1)),
        "bad": True,
    }
    if members:
        row["figures"] = [language.number(members["check"][f]["p"], 2) for f in _FIGURES]
        row["mark"] = say("fits" if members["reproduces"] else "misfit", language.code)
        row["bad"] = not members["reproduces"]
    return row


def _held(summary: dict[str, Any], language: Language) -> View:
    held = summary["held_out"]
    of = held["scores"]["rate"]["of"]

    def row(name: str, score: dict[str, Any], strong: bool) -> View:
        return {
            "name": name,
            "strong": strong,
            "crps": language.number(score["crps"], 2),
            "inside": [f"{score[level]}" for level in _LEVELS],
        }

    scores = held["scores"]
    rows = [row(say("mechanism", language.code), scores["mechanism"], True)]
    rows += [row(w["name"], w["held_out"], False) for w in summary["worlds"]]
    rows += [row(say(b, language.code), scores[b], True) for b in ("rate", "beta_binomial")]
    note = say("held_note", language.code, folds=len(held["folds"]), of=of)
    return {"rows": rows, "note": note}


def _world(world: dict[str, Any], language: Language) -> View:
    members = world["members"]
    rows = members["kecamatan"]
    total = sum(r["tps"] for r in rows)
    outside = [
        r["name"]
        for r in rows
        if not r["predicted"]["p2.5"] <= r["observed"] <= r["predicted"]["p97.5"]
    ]

    def mean(name: str) -> str:
        return language.percent(sum(r[name] * r["tps"] for r in rows) / total)

    quantities = world["quantities"]
    return {
        "name": world["name"],
        "title": say(
            "world_title",
            language.code,
            world=world["name"],
            title=world["title"][language.code],
        ),
        "parts": say(
            "parts_note", language.code, evening=mean("evening"), operators=mean("operators")
        ),
        "outside": say("outside", language.code, names=", ".join(outside)) if outside else "",
        "kecamatan": [_kecamatan(r, language) for r in rows],
        "pictures": [_picture(q, language) for q in quantities[:_SHOWN]],
        "quantities": [_quantity(q, language) for q in quantities],
        "ridge": _ridge(world["ridge"], language) if world["ridge"] else None,
    }


def _kecamatan(row: dict[str, Any], language: Language) -> View:
    tps, spread = row["tps"], row["predicted"]

    def at(name: str) -> float:
        return float(100 * spread[name] / tps)

    return {
        "name": row["name"],
        "tps": tps,
        "low": at("p2.5"),
        "wide": at("p97.5") - at("p2.5"),
        "q1": at("p25"),
        "half": at("p75") - at("p25"),
        "middle": at("p50"),
        "seen": 100 * row["observed"] / tps,
        "value": f"{row['observed']}",
        "label": f"{row['name']}: {row['observed']} / {tps}; "
        f"{language.span(spread['p2.5'], spread['p97.5'])}",
    }


def _picture(quantity: dict[str, Any], language: Language) -> View:
    bars = quantity["histogram"]
    top = max(*bars, 3.0 / len(bars))
    return {
        "name": quantity_name(quantity["path"], language.code),
        "overlap": say("overlap", language.code, share=language.percent(quantity["overlap"], 0)),
        "law": language.law(quantity["law"]),
        "bars": [100 * b / top for b in bars],
        "line": 100 * (1.0 / len(bars)) / top,
    }


def _quantity(quantity: dict[str, Any], language: Language) -> View:
    def span(which: str) -> str:
        low, middle, high = (language.law(x) for x in quantity[which])
        return f"{middle} ({say('span', language.code, low=low, high=high)})"

    return {
        "name": quantity_name(quantity["path"], language.code),
        "before": span("prior"),
        "after": span("posterior"),
        "overlap": language.percent(quantity["overlap"], 0),
    }


def _ridge(ridge: dict[str, Any], language: Language) -> View:
    return {
        "note": say(
            "ridge_note",
            language.code,
            x=quantity_name(ridge["x"], language.code),
            y=quantity_name(ridge["y"], language.code),
            correlation=language.signed(ridge["correlation"], 2),
        ),
        "points": [(100 * x, 100 - 100 * y) for x, y in ridge["points"]],
    }


def _emulator(world: dict[str, Any], reading: str, language: Language) -> View:
    checked, members = world["emulator"], world.get("members")
    none = say("none", language.code)
    return {
        "name": world["name"],
        "r2": language.number(checked["r2"], 2),
        "rmse": language.percent(checked["rmse"]),
        "night_rmse": language.percent(checked["night_rmse"]),
        "inside90": language.percent(checked["inside90"], 0),
        "account": language.percent(world["readings"][reading]["account_rmse"]),
        "same": language.percent(members["coupling"]["same"], 0) if members else none,
        "correction": (
            f"{language.signed(members['log_correction'])} ± "
            f"{language.number(members['log_correction_error'], 1)}"
            if members
            else none
        ),
    }
