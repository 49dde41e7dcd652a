"""The chapter of a replay: do prediction and measurement agree, and if not, whose doing it is.

Rule of this file: from the summary of :mod:`study.replay` to a chapter; its figures are in
:mod:`reports.chapters.replay_figures`.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from reports.chapters import replay_figures as figures
from reports.chapters.chapter import Chapter
from reports.chapters.leaders_text import tell_leaders
from reports.chapters.replay_figures import SIDES
from reports.document import Block, Heading, Items, Table, Text
from reports.language import Language
from reports.replay_said import NONE, because, duration, seconds, verdict
from reports.replay_text import TEXT, say

Summary = dict[str, Any]
_LEAST: Final = 0.001  # a p below it is written as that
_QUANTILES: Final = ("mean", "p5", "p25", "p50", "p75", "p90", "p95", "p99")
_STATES: Final = ("sent_kpps", "sent_ppk", "failed", "not_attempted")


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a replay."""
    code, ends, sojourn = language.code, summary["outcomes"], summary["sojourn"]["station"]
    sent = {
        side: language.number(ends["sent_kpps"][side] + ends["sent_ppk"][side]) for side in SIDES
    }
    both = say(
        "sent_both", code, stations=language.number(summary["stations"]),
        same=language.percent(summary["same_outcome"]), **sent,
    )  # fmt: skip
    drawn = figures.sojourns(sojourn, language)
    blocks: list[Block] = [
        Text(_basis(summary, language), "note"),
        Text(because(summary, language)),
        Heading(say("lines_title", code)),
        Text(say("lines_note", code), "note"),
        _lines(summary, language),
        Heading(say("outcomes_title", code)),
        figures.outcomes(summary, language),
        Text(say("matrix_note", code), "note"),
        _matrix(summary, code),
        Heading(say("causes_title", code)),
        figures.parts(summary, language),
        Heading(say("sojourn_title", code)),
        *([] if drawn is None else [drawn]),
        Text(_sojourn_line(sojourn, language), "note"),
        _quantiles(sojourn, 1.0, say("seconds", code), language),
        Heading(say("concurrency_title", code)),
        figures.over_time(summary, "concurrency", language),
        Heading(say("requests_title", code)),
        figures.over_time(summary, "requests", language),
        Heading(say("response_title", code)),
        Text(say("response_note", code), "note"),
        _quantiles(summary["response"], 1000.0, say("milliseconds", code), language),
        Heading(say("kecamatan_title", code)),
        figures.districts(summary, language),
        Heading(say("cause_title", code)),
        figures.attempts(summary, language),
        *_failures(summary["failures"], language),
        Heading(say("valid_title", code)),
        Text(say("valid_note", code), "note"),
        *_validity(summary, language),
        Heading(say("limits_title", code)),
        Text(say("limits", code)),
        Heading(say("provenance_title", code)),
        _provenance(summary["setting"], code),
    ]
    return Chapter(
        title=summary["setting"]["title"][code],
        answer=f"{verdict(summary, code)} {both}",
        recommendation=_advice(summary, code),
        certainty=_certainty(summary, code),
        would_change=tell_leaders("replay_change", code, seed=summary["setting"]["seed"]),
        blocks=[b for b in blocks if not (isinstance(b, Text) and not b.text)],
    )


def _advice(summary: Summary, code: str) -> str:
    if not summary["valid"]:
        return tell_leaders("replay_again", code)
    return tell_leaders("replay_trust" if summary["agrees"] else "replay_differ", code)


def _certainty(summary: Summary, code: str) -> str:
    if summary["valid"]:
        return tell_leaders("replay_valid", code)
    bad = [name for name, m in summary["validity"].items() if not m["ok"]]
    names = [_measure(name, code) for name in bad]
    return tell_leaders("replay_invalid", code, names=", ".join([*names, *summary["wrong"]]))


def _measure(name: str, code: str) -> str:
    return say(f"valid_{name}", code) if f"valid_{name}" in TEXT else name


def _basis(summary: Summary, language: Language) -> str:
    setting = summary["setting"]
    start = datetime.fromisoformat(setting["start"])
    factor = setting["speed"] * setting["sample"]
    return say(
        "basis",
        language.code,
        begins=language.moment(start + timedelta(seconds=setting["begins"])),
        ends=language.clock(start + timedelta(seconds=setting["ends"])),
        speed=language.number(setting["speed"], 1).removesuffix(language.number(0.0, 1)[1:]),
        lasts=language.number((setting["ends"] - setting["begins"]) / setting["speed"] / 60, 1),
        share=language.percent(setting["sample"], 0 if setting["sample"] >= 0.1 else 1),
        factor=language.number(factor, 0 if factor >= 10 else 1),
        replication=setting["replication"],
        seed=setting["seed"],
        host=setting["host"] or NONE,
    )


def _lines(summary: Summary, language: Language) -> Table:
    code, rows = language.code, []
    for line in summary["lines"]:
        share = line["unit"] != "distance"
        shown = language.percent if share else partial(language.number, decimals=3)
        agrees = line["agrees"]
        rows.append(
            (
                say(line["name"], code),
                say("nothing" if agrees is None else "yes" if agrees else "no", code),
                NONE if line["value"] is None else shown(line["value"]),
                ("≥ " if line["name"] == "same_outcome" else "≤ ") + shown(line["limit"]),
                *(_amount(line[side], line["unit"], language) for side in SIDES),
                say(f"reason_{line['name']}", code),
            )
        )
    keys = ("quantity", "agrees", "difference", "limit", *SIDES, "why_limit")
    return Table([say(k, code) for k in keys], rows, frozenset({2, 3, 4, 5}))


def _amount(value: float | None, unit: str, language: Language) -> str:
    if value is None or unit in ("share", "distance"):
        return ""
    if unit == "s":
        return duration(value, language)
    if unit == "B":
        return f"{language.number(value / 1e6)} MB"
    return language.number(value, 1 if unit == "mean" else 0)


def _matrix(summary: Summary, code: str) -> Table:
    names = [say(state, code) for state in _STATES]
    rows = [
        (name, *(str(n) for n in line)) for name, line in zip(names, summary["matrix"], strict=True)
    ]
    return Table((say("predicted", code), *names), rows, frozenset(range(1, 5)))


def _sojourn_line(sample: Summary, language: Language) -> str:
    paired, p = sample["paired"], sample["p"]
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


def _quantiles(sample: Summary, scale: float, unit: str, language: Language) -> Table:
    code = language.code

    def shown(value: float | None) -> str:
        return NONE if value is None else language.number(value * scale, 1)

    rows = [
        (
            say("mean", code) if name == "mean" else say("quantile", code, q=name[1:]),
            *(shown(sample[side][name]) for side in SIDES),
        )
        for name in _QUANTILES
    ]
    return Table((unit, *(say(side, code) for side in SIDES)), rows, frozenset({1, 2}))


def _failures(failures: Summary, language: Language) -> list[Block]:
    """Failures of one side alone, and what the same attempts met on both sides."""
    code, blocks = language.code, list[Block]()
    for side in ("only_measured", "only_predicted"):
        said = []
        for f in failures[side]:
            words = [say(f"cause_{f['cause']}", code)]
            words += [f"{say('status', code)} {f['status']}"] if f["status"] else []
            words += [say("by_server", code)] if f["of_the_server"] else []
            said.append(f"{language.number(f['count'])}: {', '.join(words)}")
        blocks += [Heading(say(side, code), 3), Items(said or [say("only_none", code)])]
    rows = [
        (
            say(f"cause_{c['predicted']}", code), say(f"cause_{c['measured']}", code),
            language.number(c["count"]),
        )
        for c in sorted(failures["matrix"], key=lambda c: -int(c["count"]))
    ]  # fmt: skip
    head = (*(say(side, code) for side in SIDES), say("count", code))
    return [*blocks, Heading(say("pairs_title", code), 3), Table(head, rows, frozenset({2}))]


def _validity(summary: Summary, language: Language) -> list[Block]:
    """Measures of the load generator, and how late its requests began, came and ended."""
    code = language.code
    rows = [
        (
            _measure(name, code), language.number(m["value"], 1), language.number(m["limit"], 1),
            say("yes" if m["ok"] else "no", code),
        )
        for name, m in summary["validity"].items()
    ]  # fmt: skip
    head = [say(k, code) for k in ("quantity", "value", "limit", "good")]
    blocks: list[Block] = [Table(head, rows, frozenset({1, 2}))]
    if summary["wrong"]:
        blocks.append(Items(summary["wrong"]))
    points = ("p50", "p95", "p99")
    late = [
        (say(f"late_{name}", code), *(seconds(sample[q], language) for q in points))
        for name, sample in summary["emulator"].items()
        if sample["n"]
    ]
    if late:
        marks = (say("quantity", code), *(say("quantile", code, q=q[1:]) for q in points))
        blocks.append(Table(marks, late, frozenset({1, 2, 3})))
    return blocks


def _provenance(setting: Summary, code: str) -> Table:
    rows = [(say("server_model", code), setting["model"] or NONE)]
    for key, value in setting["provenance"].items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        rows.append((key, text))
    return Table((say("key", code), say("value", code)), rows)
