"""The chapter of a calibration: does the mechanism predict what it has not seen, and which worlds
reproduce the counts.

Rule of this file: from the summary of :mod:`study.calibration` to a chapter; what is told of one
world is in :mod:`reports.chapters.calibrated_world`.
"""

from __future__ import annotations

from typing import Any, Final

from reports.calibration_text import answer, say, standing, verdict
from reports.chapters.calibrated_world import world_blocks
from reports.chapters.chapter import Chapter
from reports.chapters.leaders_text import tell_leaders
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.language import Language

Summary = dict[str, Any]
_LEVELS: Final = ("50", "80", "95")
_FIGURES: Final = ("total", "max", "min", "chi_square")


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a calibration."""
    code, held = language.code, summary["held_out"]
    names = ", ".join(summary["reproducing"])
    advice = (
        tell_leaders("calibration_advise", code, names=names)
        if names
        else tell_leaders("calibration_none", code)
    )
    of = held["scores"]["rate"]["of"]
    blocks: list[Block] = [
        Text(_basis(summary, language), "note"),
        Heading(say("weights_title", code)),
        _weights(summary, language),
        Text(say("caution", code), "note"),
        Heading(say("check_title", code)),
        Text(say("check_note", code), "note"),
        _checks(summary, language),
        Heading(say("held_title", code)),
        Text(verdict(summary, language)),
        _held(summary, language),
        Text(say("held_note", code, folds=len(held["folds"]), of=of), "note"),
    ]
    for world in sorted(summary["worlds"], key=lambda w: -float(w["weight"])):
        if world.get("members"):
            blocks += world_blocks(world, language)
    blocks += [
        Heading(say("emulator_title", code)),
        Text(say("emulator_note", code), "note"),
        _emulators(summary, language),
    ]
    return Chapter(
        title=summary["title"][code],
        answer=answer(summary, language),
        recommendation=advice,
        certainty=_certainty(held, language),
        would_change=tell_leaders("logs", code),
        blocks=blocks,
    )


def _certainty(held: Summary, language: Language) -> str:
    errors = {name: score["crps"] for name, score in held["scores"].items()}
    mechanism = errors.pop("mechanism")
    return tell_leaders(
        f"calibration_sure_{standing(held)}", language.code,
        mechanism=language.number(mechanism, 2), best=language.number(min(errors.values()), 2),
    )  # fmt: skip


def _basis(summary: Summary, language: Language) -> str:
    observed = summary["observed"]
    return say(
        "basis",
        language.code,
        worlds=len(summary["worlds"]),
        total=language.number(observed["total"]),
        stations=language.number(observed["stations"]),
        kecamatan=observed["kecamatan"],
        reading=say(summary["reading"], language.code),
        seed=summary["seed"],
    )


def _weights(summary: Summary, language: Language) -> Figure:
    code, drawn, rows = language.code, [], []
    others = summary["readings"][1:]
    for world in sorted(summary["worlds"], key=lambda w: -float(w["weight"])):
        weight, error, before = world["weight"], world["weight_error"], world["prior_weight"]
        low, high = max(weight - error, 0.0), min(weight + error, 1.0)
        value = language.percent(weight)
        drawn.append(Row(world["name"], weight, low, high, value, seen=before, bar=True))
        rows.append(
            (
                world["name"], world["title"][code], value, language.percent(error),
                language.percent(before),
                *(language.percent(world["readings"][r]["weight"]) for r in others),
            )
        )  # fmt: skip
    title, caption = tell_leaders("weights", code), say("weights_note", code)
    shares = [(k / 4, language.percent(k / 4, 0)) for k in range(5)]
    svg = rows_chart(drawn, shares, 0.0, 1.0, title=title, description=caption)
    head = (
        say("world", code), tell_leaders("scarce", code), say("weight", code), say("error", code),
        say("before_weight", code),
        *(say("weight_as", code, reading=say(r, code)) for r in others),
    )  # fmt: skip
    return Figure("weights", svg, title, caption, head, rows, frozenset(range(2, len(head))))


def _checks(summary: Summary, language: Language) -> Table:
    """Whether each world reproduces the counts, and what its prior said of them."""
    code, rows = language.code, []
    for world in summary["worlds"]:
        reading, members = world["readings"][summary["reading"]], world.get("members")
        prior, icc = world["prior"]["total"], reading["icc_mean"]
        if members:
            said = say("fits" if members["reproduces"] else "misfit", code)
            p = [language.number(members["check"][f]["p"], 2) for f in _FIGURES]
        else:
            total = language.number(reading["least_total"], 1)
            said, p = say("ruled_out", code, total=total), [""] * len(_FIGURES)
        rows.append(
            (
                world["name"], said, *p, language.percent(reading["plausible"], 0),
                language.span(prior["p2.5"], prior["p97.5"]),
                "–" if icc is None else language.number(icc, 3),
                language.number(members["effective"], 1) if members else "–",
            )
        )  # fmt: skip
    head = (
        say("world", code), say("check_title", code), *(f"p: {say(f, code)}" for f in _FIGURES),
        *(say(k, code) for k in ("plausible", "prior_total", "icc", "effective")),
    )  # fmt: skip
    return Table(head, rows, frozenset(range(2, len(head))))


def _held(summary: Summary, language: Language) -> Table:
    code, scores = language.code, summary["held_out"]["scores"]
    named = [(say("mechanism", code), scores["mechanism"])]
    named += [(w["name"], w["held_out"]) for w in summary["worlds"]]
    named += [(say(b, code), scores[b]) for b in ("rate", "beta_binomial")]
    head = (say("predicted_by", code), "CRPS", *(f"{level}%" for level in _LEVELS))
    rows = [
        (name, language.number(s["crps"], 2), *(str(s[level]) for level in _LEVELS))
        for name, s in named
    ]
    return Table(head, rows, frozenset({1, 2, 3, 4}))


def _emulators(summary: Summary, language: Language) -> Table:
    code, rows = language.code, []
    for world in summary["worlds"]:
        checked, members = world["emulator"], world.get("members")
        same = correction = say("none", code)
        if members:
            same = language.percent(members["coupling"]["same"], 0)
            correction = (
                f"{language.signed(members['log_correction'])} ± "
                f"{language.number(members['log_correction_error'], 1)}"
            )
        rows.append(
            (
                world["name"], language.number(checked["r2"], 2),
                language.percent(checked["rmse"]), language.percent(checked["night_rmse"]),
                language.percent(checked["inside90"], 0),
                language.percent(world["readings"][summary["reading"]]["account_rmse"]),
                same, correction,
            )
        )  # fmt: skip
    keys = ("r2", "rmse", "night_rmse", "inside90", "account", "same", "correction")
    head = (say("world", code), *(say(k, code) for k in keys))
    return Table(head, rows, frozenset(range(1, len(head))))
