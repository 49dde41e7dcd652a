"""The model card, made from a calibration's results and the studies on top of it.

Sections and their order follow what a credible simulation report contains: question, outcomes,
structures, priors, data, verification, fit with its misfits, hold-out, posterior, effects,
sensitivity, validity, reproduction. What has not been done is a visible gap with its command.

Rule of this file: from plain data to blocks, for one language.
"""

from __future__ import annotations

from reports import effects_text, sensitivity_text
from reports.card_material import Material
from reports.card_text import rows, say
from reports.document import Block, Code, Heading, Items, Table, Text
from reports.language import Language
from reports.quantity_names import quantity_name
from reports.text import say as say_run
from sim.scenario.assumptions import Assumption


def card(m: Material, language: Language) -> list[Block]:
    """The whole card."""
    sections = (
        _first, _question, _outcomes, _structures, _priors, _data, _verification, _fit, _held_out,
        _posterior, _effects, _sensitivity, _validity, _reproduction,
    )  # fmt: skip
    return [block for section in sections for block in section(m, language)]


def leading(m: Material, language: Language) -> dict[str, str]:
    """What leaders are told of the model: how well it forecasts, what it is for, what was verified,
    and what is missing."""
    code, found = language.code, m.verification
    if found is None:
        verified = say("verification_none", code, why=m.why)
    else:
        verified = say(
            "verification_answer", code, passed=found.passed, failed=found.failed, when=found.when
        )
    gaps = [name for name in m.gaps if getattr(m, name) is None]
    missing = ", ".join(say(f"study_{name}", code) for name in gaps)
    return {
        "answer": _held_out_verdict(m, code)[0],
        "recommendation": f"{say('use_for', code)} {say('not_for', code)}",
        "certainty": verified,
        "would_change": say("missing", code, names=missing) if gaps else say("data_gap", code),
    }


def _first(m: Material, language: Language) -> list[Block]:
    """What must be read before anything else: that the mechanism does not forecast better than no
    mechanism, if so; oracle tests that failed."""
    said, lost = _held_out_verdict(m, language.code)
    blocks: list[Block] = [Text(said, "gap")] if lost else []
    if m.verification is not None and m.verification.failed:
        blocks.append(_verification(m, language)[1])
    return blocks


def _question(m: Material, language: Language) -> list[Block]:
    code = language.code
    stations = language.number(m.calibration["observed"]["stations"])
    return [
        Heading(say("question", code)),
        Text(say("question_text", code, stations=stations)),
        Text(say("not_for", code), "answer"),
    ]


def _outcomes(m: Material, language: Language) -> list[Block]:
    code, figures = language.code, m.calibration["figures"]
    blocks: list[Block] = [Heading(say("outcomes", code)), Items(rows("outcome_rows", code))]
    if figures:
        counts = {k: language.number(figures[k]) for k in ("failed", "sent", "neither")}
        its = counts | {"source": figures["source"], "reading": m.calibration["reading"]}
        blocks.append(Text(say("figures", code, **its)))
    return blocks


def _structures(m: Material, language: Language) -> list[Block]:
    code = language.code
    keys = ("world", "what", "prior_weight", "weight", "error", "effective", "reproduces")
    table = []
    for world in m.calibration["worlds"]:
        members = world.get("members")
        ruled_out = not members or not world["weight"]
        said = "ruled_out" if ruled_out else "yes" if members["reproduces"] else "no"
        table.append(
            (
                world["name"],
                world["title"][code],
                language.percent(world["prior_weight"], 1),
                language.percent(world["weight"], 1),
                language.percent(world["weight_error"], 1),
                language.number(members["effective"], 1) if members else "–",
                say(said, code),
            )
        )
    head = [say(k, code) for k in keys]
    note = Text(say("structures_note", code), "note")
    return [Heading(say("structures", code)), note, Table(head, table, frozenset({2, 3, 4, 5}))]


def _priors(m: Material, language: Language) -> list[Block]:
    code = language.code
    by_world = {w: {a.path: a for a in its} for w, its in m.assumptions.items()}
    first = next(iter(by_world.values()), {})
    common = [a for a in first.values() if all(o.get(a.path) == a for o in by_world.values())]
    same = {a.path for a in common}
    head = [say(k, code) for k in ("quantity", "law", "per", "standing", "source")]

    def row(a: Assumption) -> tuple[str, ...]:
        name = quantity_name(a.path.replace("[", ".").replace("]", ""), code)
        known = f"{name} ({a.path})" if name != a.path else a.path
        per, standing = say_run(f"per_{a.per}", code), say_run(f"standing_{a.standing}", code)
        return (known, language.law(a.value), per, standing, a.source)

    blocks: list[Block] = [
        Heading(say("priors", code)),
        Text(say("priors_note", code, common=len(common)), "note"),
        Table(head, [row(a) for a in common]),
    ]
    for world, its in by_world.items():
        own = [row(a) for path, a in its.items() if path not in same]
        if own:
            blocks += [Heading(world, 3), Table(head, own)]
    return blocks


def _data(m: Material, language: Language) -> list[Block]:
    code, observed = language.code, m.calibration["observed"]
    region = [a for its in m.assumptions.values() for a in its if a.path == "region"]
    counts = {k: language.number(observed[k]) for k in ("total", "stations", "kecamatan")}
    source = region[0].source if region else "–"
    blocks: list[Block] = [
        Heading(say("data", code)),
        Text(say("data_counts", code, source=source, **counts)),
        Text(say("data_gap", code), "gap"),
    ]
    if m.evidence is None:
        return [*blocks, _gap(m, "evidence", code)]
    says = {o["name"]: o for o in m.evidence["observations"]}
    table = [
        (says[r["name"]]["says"][code], language.percent(r["moves_alone"], 0),
         says[r["name"]]["source"])
        for r in m.evidence["movements"]
    ]  # fmt: skip
    on = len(m.evidence["on"])
    blocks.append(Text(say("evidence_note", code, on=on, all=len(says)), "note"))
    head = [say(k, code) for k in ("says", "moves", "source")]
    return [*blocks, Table(head, table, frozenset({1}))]


def _verification(m: Material, language: Language) -> list[Block]:
    code, found = language.code, m.verification
    heading = Heading(say("verification", code))
    if found is None:
        return [heading, Text(say("verification_none", code, why=m.why), "gap")]
    said = say(
        "verification_answer", code, passed=found.passed, failed=found.failed, when=found.when
    )
    table = [
        (
            " ".join(o.ids) or "–",
            o.says,
            f"{o.passed} / {o.passed + o.failed + o.skipped}",
            language.number(o.seconds, 1),
        )
        for o in found.oracles
    ]
    head = [say(k, code) for k in ("oracle", "test", "cases", "seconds")]
    answer = Text(said, "gap" if found.failed else "answer")
    return [heading, answer, Table(head, table, frozenset({2, 3}))]


def _fit(m: Material, language: Language) -> list[Block]:
    code = language.code
    figures = ("total", "max", "min", "chi_square")
    table, missed = [], []
    for world in m.calibration["worlds"]:
        members = world.get("members")
        if not members:
            continue
        p = [language.number(members["check"][f]["p"], 2) for f in figures]
        table.append((world["name"], *p, language.number(world["emulator"]["r2"], 2)))
        outside = [
            k["name"]
            for k in members["kecamatan"]
            if not k["predicted"]["p2.5"] <= k["observed"] <= k["predicted"]["p97.5"]
        ]
        if outside:
            missed.append(say("misfits", code, world=world["name"], names=", ".join(outside)))
    head = [say("world", code), *(f"p: {say(f, code)}" for f in figures), "R²"]
    return [
        Heading(say("fit", code)),
        Text(say("fit_note", code), "note"),
        Table(head, table, frozenset(range(1, 6))),
        Items(missed or [say("no_misfits", code)]),
    ]


def _held_out(m: Material, language: Language) -> list[Block]:
    code, held = language.code, m.calibration["held_out"]
    said, lost = _held_out_verdict(m, code)
    table = [
        (say(name, code), language.number(s["crps"], 2),
         *(f"{s[level]} / {s['of']}" for level in ("50", "80", "95")))
        for name, s in held["scores"].items()
    ]  # fmt: skip
    head = [say("predictor", code), "CRPS", "50%", "80%", "95%"]
    return [
        Heading(say("held_out", code)),
        Text(said, "gap" if lost else "answer"),
        Text(say("held_out_note", code, folds=len(held["folds"])), "note"),
        Table(head, table, frozenset(range(1, 5))),
    ]


def _held_out_verdict(m: Material, code: str) -> tuple[str, bool]:
    beats = m.calibration["held_out"]["beats"]
    names = say("and", code).join(say(name, code) for name, won in beats.items() if not won)
    return say("held_out_loses" if names else "held_out_beats", code, names=names), bool(names)


def _posterior(m: Material, language: Language) -> list[Block]:
    code = language.code
    head = [say(k, code) for k in ("quantity", "per", "prior", "posterior", "overlap")]
    blocks: list[Block] = [
        Heading(say("posterior_title", code)),
        Text(say("posterior_note", code), "note"),
    ]
    for world in m.calibration["worlds"]:
        its = world.get("quantities") or []
        table = [
            (quantity_name(q["path"], code), say_run(f"per_{q['per']}", code),
             *(" · ".join(language.law(v) for v in q[k]) for k in ("prior", "posterior")),
             language.percent(q["overlap"], 0))
            for q in sorted(its, key=lambda q: float(q["overlap"]))
        ]  # fmt: skip
        if table:
            blocks += [Heading(world["name"], 3), Table(head, table, frozenset({4}))]
    return blocks


def _effects(m: Material, language: Language) -> list[Block]:
    code, found = language.code, m.effects
    heading = Heading(say("effects", code))
    if found is None:
        return [heading, _gap(m, "effects", code)]
    first, *others = effects_text.answers(dict(found), language)
    best = found["names"][found["choice"]]
    keys = ("policy", "failed", "interval", "chance", "expected", "worst", "in_world")
    table = [
        (r["name"], language.number(r["failed"]["mean"]),
         language.span(r["failed"]["low"], r["failed"]["high"]),
         language.percent(r["chance_best"], 0), language.number(r["expected_regret"]["mean"], 1),
         language.number(r["worst_regret"]["mean"], 1), r["worst_world"])
        for r in sorted(found["overall"], key=lambda r: float(r["expected_regret"]["mean"]))
    ]  # fmt: skip
    turns = [
        " ".join(effects_text.pair_sentences(p, best, language))
        for p in found["pairs"]
        if best in (p["first"], p["second"])
    ]
    head = [effects_text.say(k, code) for k in keys]
    numbers = frozenset(range(1, 6))
    said = [Text(o) for o in others]
    return [heading, Text(first, "answer"), *said, Table(head, table, numbers), Items(turns)]


def _sensitivity(m: Material, language: Language) -> list[Block]:
    code, found = language.code, m.sensitivity
    heading = Heading(say("sensitivity", code))
    if found is None:
        return [heading, _gap(m, "sensitivity", code)]
    first, *others = sensitivity_text.answers(dict(found), language)
    sobol = found["outputs"]["failed"]["sobol"]
    table = []
    ordered = sorted(found["screening"].items(), key=lambda r: -float(r[1]["failed"]["mu_star"]))
    for name, row in ordered[:12]:
        its = sobol.get(name)
        shares = [language.number(its[k]["mean"], 2) if its else "–" for k in ("first", "total")]
        size = language.number(row["failed"]["mu_star"], 1)
        table.append((quantity_name(name, code), size, *shares))
    worth = [
        (sensitivity_text.say(f"measure_{r['name']}", code), language.number(r["value"], 1),
         language.number(r["error"], 1))
        for r in found["value"]["rows"]
    ]  # fmt: skip
    head = [sensitivity_text.say(k, code) for k in ("quantity", "mu_star", "first", "total")]
    measured = [sensitivity_text.say(k, code) for k in ("measurement", "worth", "error")]
    return [
        heading,
        Text(first, "answer"),
        *(Text(o) for o in others),
        Table(head, table, frozenset({1, 2, 3})),
        Table(measured, worth, frozenset({1, 2})),
    ]


def _validity(m: Material, language: Language) -> list[Block]:
    code, d = language.code, m.calibration["discrepancy"]
    declared = ", ".join(
        f"{k} {language.percent(d[k], 0)}" for k in ("total", "kecamatan", "stations")
    )
    return [
        Heading(say("validity", code)),
        Items(rows("validity_rows", code, discrepancy=declared)),
    ]


def _reproduction(m: Material, language: Language) -> list[Block]:
    code = language.code
    versions = ", ".join(f"{name} {version}" for name, version in m.versions.items())
    head = [say("world", code), say("digest", code)]
    digests = [(w["name"], w["digest"]) for w in m.calibration["worlds"]]
    return [
        Heading(say("reproduction", code)),
        Text(say("versions", code, versions=versions, platform=m.platform)),
        Code(m.commands),
        Table(head, digests),
        Text(say("stress_link", code), "note"),
    ]


def _gap(m: Material, study: str, code: str) -> Text:
    return Text(say("not_done", code, command=m.gaps[study]), "gap")
