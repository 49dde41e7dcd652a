"""The chapter of a gate: may it go out, and which threshold says no.

Rule of this file: from ``gate.json`` to a chapter; its sentences are here, because no other page
has them.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.document import Block, Heading, Items, Table, Text
from reports.gate_words import interval, is_plain, name, planted, reason, shown
from reports.language import Language
from reports.text import tell

Summary = dict[str, Any]

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "pass": (
        "Boleh dirilis: semua {count} ambang dipenuhi.",
        "It may go out: all {count} thresholds are kept.",
    ),
    "fail": (
        "Jangan dirilis: {bad} dari {count} ambang dilanggar ({names}).",
        "It must not go out: {bad} of {count} thresholds are broken ({names}).",
    ),
    "undecided": (
        "Belum dapat diputuskan: {bad} dari {count} ambang belum pasti ({names}).",
        "Not decided: {bad} of {count} thresholds are uncertain ({names}).",
    ),
    "invalid": (
        "Tidak dinilai: pengulangannya tidak sah ({why}).",
        "Not judged: the replay is not valid ({why}).",
    ),
    "sound": (
        "Gerbang ini dapat gagal: efek yang ditanam tertangkap oleh semua {count} ambang.",
        "This gate can fail: the planted effect was caught by all {count} thresholds.",
    ),
    "blind": (
        "Gerbang ini tidak dapat diandalkan: {bad} dari {count} ambang tidak menangkap efek yang "
        "ditanam ({names}).",
        "This gate cannot be relied on: {bad} of {count} thresholds did not catch the planted "
        "effect ({names}).",
    ),
    "do_pass": ("Rilis.", "Release it."),
    "do_fail": (
        "Perbaiki yang melanggar, lalu nilai lagi; mengubah ambang perlu alasan tertulis.",
        "Mend what breaks them and judge again; a changed threshold needs a written reason.",
    ),
    "do_undecided": (
        "Tambah malam (nights.most) atau ulangi lebih banyak lalu lintas, lalu nilai lagi.",
        "Add nights (nights.most) or replay more traffic, and judge again.",
    ),
    "do_sound": ("Pakai gerbang ini.", "Use this gate."),
    "do_blind": (
        "Pilih batas yang lebih dekat, atau tambah malam atau permintaan, lalu uji lagi.",
        "Choose nearer limits, or add nights or requests, and test again.",
    ),
    "do_invalid": (
        "Ulangi pada mesin yang tidak sibuk.", "Replay again, on a machine that is not busy."
    ),
    "sure": (
        "Tiap putusan salah dengan peluang paling besar {error}",
        "Each verdict is wrong with a chance of at most {error}",
    ),
    "sure_nights": (
        "untuk prediksi walaupun dilihat berkali-kali ({nights} malam disimulasikan)",
        "for predictions however often they are looked at ({nights} nights were simulated)",
    ),
    "sure_run": (
        "untuk yang terukur pada pengulangan ini saja; dua pengulangan lebih baik daripada satu",
        "for what was measured in this replay only; two replays are better than one",
    ),
    "change": (
        "Asumsi skenario: gerbang menilai malam yang dimodelkan dan server yang diuji, bukan "
        "malam yang akan datang itu sendiri.",
        "The scenario's assumptions: a gate judges modelled nights and the server under test, not "
        "the night to come itself.",
    ),
    "thresholds": ("Ambang", "Thresholds"),
    "threshold": ("ambang", "threshold"),
    "of": ("bagian", "part"),
    "estimate": ("taksiran", "estimate"),
    "bounds": ("batas bawah dan atas", "lower and upper bound"),
    "limit": ("batas yang diminta", "limit"),
    "samples": ("cuplikan", "samples"),
    "verdict": ("putusan", "verdict"),
    "planted": ("yang ditanam", "planted"),
    "v_caught": ("tertangkap", "caught"),
    "v_missed": ("tidak tertangkap", "not caught"),
    "v_pass": ("lulus", "pass"),
    "v_fail": ("gagal", "fail"),
    "v_undecided": ("belum pasti", "undecided"),
    "predicted": ("prediksi", "predicted"),
    "measured": ("terukur", "measured"),
    "basis": (
        "Berkas gerbang {file}; benih acak {seed}.",
        "Gate {file}; seed {seed}.",
    ),
    "app": ("Aplikasi {variant}.", "App {variant}."),
    "reasons": ("Mengapa", "Why"),
    "not_judged": (
        "Bagian terukur tidak dinilai: tidak ada pengulangan yang diberikan.",
        "The measured part was not judged: no replay was given.",
    ),
}  # fmt: skip
say = partial(tell, TEXT)


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a gate."""
    code, verdict, lines = language.code, summary["verdict"], summary["lines"]
    wanted = {"fail": ("fail",), "blind": ("pass", "undecided")}.get(verdict, ("undecided",))
    bad = [name(line, language) for line in lines if line["verdict"] in wanted]
    answer = say(
        verdict, code, count=len(lines), bad=len(bad), names="; ".join(bad),
        why="; ".join(summary["wrong"]),
    )  # fmt: skip
    blocks: list[Block] = [Heading(say("thresholds", code)), _table(summary, language)]
    reasons = [
        reason(line, summary["error"], language)
        for line in lines
        if not is_plain(line, summary["self_test"])
    ]
    if reasons:
        blocks += [Heading(say("reasons", code)), Items(reasons)]
    if summary["not_judged"]:
        blocks.append(Text(say("not_judged", code), "gap"))
    app = say("app", code, variant=summary["variant"]) if summary["variant"] else ""
    basis = say("basis", code, file=summary["file"], seed=summary["seed"])
    blocks.append(Text(f"{app} {basis}".strip(), "note"))
    return Chapter(
        title=summary["title"][code],
        answer=answer,
        recommendation=say(f"do_{verdict}", code),
        certainty=_certainty(summary, language),
        would_change=say("change", code),
        blocks=blocks,
    )


def _certainty(summary: Summary, language: Language) -> str:
    """How sure it is, of the parts that were judged."""
    code, parts = language.code, {line["kind"] for line in summary["lines"]}
    said = []
    if "predicted" in parts:
        said.append(say("sure_nights", code, nights=language.number(summary["nights"])))
    if "measured" in parts:
        said.append(say("sure_run", code))
    sure = say("sure", code, error=language.percent(summary["error"], 0))
    return f"{sure}: {'; '.join(said)}."


def _table(summary: Summary, language: Language) -> Table:
    code, tested = language.code, summary["self_test"]
    head = [
        say(k, code)
        for k in ("threshold", "verdict", "planted" if tested else "of", "estimate", "bounds",
                  "limit", "samples")
    ]  # fmt: skip
    rows = []
    for line in summary["lines"]:
        if tested:
            verdict = say("v_caught" if line["verdict"] == "fail" else "v_missed", code)
        else:
            verdict = say(f"v_{line['verdict']}", code)
        rows.append(
            (
                name(line, language),
                verdict,  # beside its threshold, so that a phone shows it without scrolling
                planted(line, language) if tested else say(line["kind"], code),
                shown(line["estimate"], line["unit"], language),
                interval(line, language),
                shown(line["limit"], line["unit"], language),
                language.number(line["samples"]),
            )
        )
    return Table(head, rows, frozenset({3, 4, 5, 6}))
