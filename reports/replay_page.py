"""The page of a replay: do prediction and measurement agree, and if not, where does it come from?

Rule of this file: from the summary of :mod:`study.replay` to one HTML file in two languages;
curves (:mod:`reports.replay_curves`) and causes (:mod:`reports.replay_causes`) are drawn next door.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from reports.language import LANGUAGES, Language
from reports.page import fill, write
from reports.replay_causes import (
    NONE,
    attempts,
    because,
    only,
    pairs,
    parts_of,
    same_attempts,
    seconds,
)
from reports.replay_curves import duration, over_time, sojourns
from reports.replay_text import TEXT, say

View = dict[str, Any]
_STATES: Final = ("sent_kpps", "sent_ppk", "failed", "not_attempted")
_LEAST: Final = 0.001  # a p below it is written as that
_QUANTILES: Final = ("mean", "p5", "p25", "p50", "p75", "p90", "p95", "p99")


def write_replay_page(path: Path, summary: dict[str, Any]) -> Path:
    """Write the page; returns its path."""
    return write(path, render_replay(summary))


def render_replay(summary: dict[str, Any]) -> str:
    """The page as HTML."""
    views = [
        {
            "lang": language.code,
            "t": partial(say, language=language.code),
            "title": summary["setting"]["title"][language.code],
            **_head(summary, language),
            "lines": _lines(summary, language),
            "outcomes": pairs(summary["outcomes"], "", summary["stations"], language),
            "matrix": _matrix(summary),
            "states": [say(s, language.code) for s in _STATES],
            "sojourn": sojourns(summary["sojourn"]["station"], language),
            "sojourn_line": _sojourn_line(summary["sojourn"]["station"], language),
            "quantiles": _quantiles(summary["sojourn"]["station"], 1.0, language),
            "concurrency": over_time(summary, "concurrency", language),
            "requests": over_time(summary, "requests", language),
            "response": _quantiles(summary["response"], 1000.0, language),
            "kecamatan": [_kecamatan(k, language) for k in summary["kecamatan"]],
            "causes": parts_of(summary["causes"], language),
            "attempts": attempts(summary, language),
            "only": only(summary["failures"], language),
            "pairs": same_attempts(summary["failures"], language),
            "validity": _validity(summary["validity"], language),
            "late": _late(summary["emulator"], language),
            "provenance": _provenance(summary["setting"], language),
        }
        for language in LANGUAGES
    ]
    return fill("replay.html.j2", views=views, title=summary["setting"]["title"]["id"])


def verdict(summary: dict[str, Any], language: str) -> str:
    """The first sentence: valid or not, and do the two agree?"""
    if not summary["valid"]:
        return say("invalid", language)
    known = [line for line in summary["lines"] if line["agrees"] is not None]
    bad = [say(line["name"], language) for line in known if not line["agrees"]]
    if not bad:
        return say("agree", language, all=len(known))
    return say("disagree", language, bad=len(bad), all=len(known), names=", ".join(bad))


def _head(summary: dict[str, Any], language: Language) -> View:
    code, setting, outcomes = language.code, summary["setting"], summary["outcomes"]
    start = datetime.fromisoformat(setting["start"])
    sent = {
        side: language.number(outcomes["sent_kpps"][side] + outcomes["sent_ppk"][side])
        for side in ("predicted", "measured")
    }
    factor = setting["speed"] * setting["sample"]
    return {
        "verdict": verdict(summary, code),
        "good": summary["valid"] and summary["agrees"],
        "wrong": summary["wrong"],
        "sent_both": say(
            "sent_both",
            code,
            stations=language.number(summary["stations"]),
            same=language.percent(summary["same_outcome"]),
            **sent,
        ),
        "because": because(summary, language),
        "basis": say(
            "basis",
            code,
            begins=language.moment(start + timedelta(seconds=setting["begins"])),
            ends=language.clock(start + timedelta(seconds=setting["ends"])),
            speed=language.number(setting["speed"], 1).removesuffix(language.number(0.0, 1)[1:]),
            lasts=language.number((setting["ends"] - setting["begins"]) / setting["speed"] / 60, 1),
            share=language.percent(setting["sample"], 0 if setting["sample"] >= 0.1 else 1),
            factor=language.number(factor, 0 if factor >= 10 else 1),
            replication=setting["replication"],
            seed=setting["seed"],
            host=setting["host"] or NONE,
        ),
    }


def _lines(summary: dict[str, Any], language: Language) -> list[View]:
    found = []
    for line in summary["lines"]:
        share = line["unit"] != "distance"
        percent = language.percent if share else partial(language.number, decimals=3)
        agrees = line["agrees"]
        found.append(
            {
                "name": say(line["name"], language.code),
                "predicted": _amount(line["predicted"], line["unit"], language),
                "measured": _amount(line["measured"], line["unit"], language),
                "value": NONE if line["value"] is None else percent(line["value"]),
                "limit": ("≥ " if line["name"] == "same_outcome" else "≤ ")
                + percent(line["limit"]),
                "agrees": say(
                    "nothing" if agrees is None else "yes" if agrees else "no", language.code
                ),
                "bad": agrees is False,
                "reason": say(f"reason_{line['name']}", language.code),
            }
        )
    return found


def _amount(value: float | None, unit: str, language: Language) -> str:
    if value is None or unit in ("share", "distance"):
        return ""
    if unit == "s":
        return duration(value, language)
    if unit == "B":
        return f"{language.number(value / 1e6)} MB"
    return language.number(value, 1 if unit == "mean" else 0)


def _matrix(summary: dict[str, Any]) -> list[list[int]]:
    return [list(line) for line in summary["matrix"]]


def _sojourn_line(sample: dict[str, Any], language: Language) -> str:
    paired = sample["paired"]
    p = sample["p"]
    return say(
        "sojourn_line",
        language.code,
        ks=NONE if sample["ks"] is None else language.number(sample["ks"], 3),
        p=NONE if p is None else _chance(p, language),
        wasserstein=seconds(sample["wasserstein"], language),
        n=language.number(paired["n"]),
        **{k: seconds(paired[k], language, True) for k in ("mean", "low", "high", "median")},
    )


def _chance(p: float, language: Language) -> str:
    return f"= {language.number(p, 3)}" if p >= _LEAST else f"< {language.number(_LEAST, 3)}"


def _quantiles(sample: dict[str, Any], scale: float, language: Language) -> list[View]:
    def shown(value: float | None) -> str:
        return NONE if value is None else language.number(value * scale, 1)

    return [
        {
            "name": say("mean", language.code)
            if name == "mean"
            else say("quantile", language.code, q=name[1:]),
            **{side: shown(sample[side][name]) for side in ("predicted", "measured")},
        }
        for name in _QUANTILES
    ]


def _kecamatan(row: dict[str, Any], language: Language) -> View:
    of = row["stations"]
    shares = {side: 100 * row["sent"][side] / of for side in ("predicted", "measured")}
    return {
        "name": row["name"],
        "stations": of,
        "at": shares,
        "low": min(shares.values()),
        "wide": abs(shares["measured"] - shares["predicted"]),
        "sent": row["sent"],
        "share": {side: language.percent(share / 100, 0) for side, share in shares.items()},
        "same": language.percent(row["same_outcome"]),
        "median": {side: seconds(v, language) for side, v in row["median"].items()},
        "ks": NONE if row["ks"] is None else language.number(row["ks"], 3),
        "at_once": {side: language.number(n, 1) for side, n in row["concurrency"].items()},
        "answer": {
            side: NONE if n is None else language.number(1000 * n, 1)
            for side, n in row["response"].items()
        },
        "groups": [seconds(row["groups"][g], language, True) for g in ("server", "link")],
        "attempts": {side: language.number(n) for side, n in row["attempts"].items()},
        "wasted": {side: language.number(n / 1e6) for side, n in row["wasted"].items()},
    }


def _validity(measures: dict[str, Any], language: Language) -> list[View]:
    return [
        {
            "name": say(f"valid_{name}", language.code) if f"valid_{name}" in TEXT else name,
            "value": language.number(m["value"], 1),
            "limit": language.number(m["limit"], 1),
            "good": say("yes" if m["ok"] else "no", language.code),
            "bad": not m["ok"],
        }
        for name, m in measures.items()
    ]


def _late(emulator: dict[str, Any], language: Language) -> list[View]:
    return [
        {"name": say(f"late_{name}", language.code)}
        | {q: seconds(sample[q], language) for q in ("p50", "p95", "p99")}
        for name, sample in emulator.items()
        if sample["n"]
    ]


def _provenance(setting: dict[str, Any], language: Language) -> list[tuple[str, str]]:
    rows = [(say("server_model", language.code), setting["model"] or NONE)]
    for key, value in setting["provenance"].items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        rows.append((key, text))
    return rows
