"""The chapter of a gate: may it go out, and which threshold says no.

Rule of this file: from ``gate.json`` to a chapter; its sentences are here, because no other page
has them.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.document import Block, Heading, Table, Text
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
    "do_pass": ("Rilis.", "Release it."),
    "do_fail": (
        "Perbaiki yang melanggar, lalu nilai lagi; mengubah ambang perlu alasan tertulis.",
        "Mend what breaks them and judge again; a changed threshold needs a written reason.",
    ),
    "do_undecided": (
        "Tambah malam (nights.most) atau ulangi lebih banyak lalu lintas, lalu nilai lagi.",
        "Add nights (nights.most) or replay more traffic, and judge again.",
    ),
    "do_invalid": (
        "Ulangi pada mesin yang tidak sibuk.", "Replay again, on a machine that is not busy."
    ),
    "sure": (
        "Tiap putusan salah dengan peluang paling besar {error}, walaupun dilihat berkali-kali; "
        "{nights} malam disimulasikan.",
        "Each verdict is wrong with a chance of at most {error}, however often it was looked at; "
        "{nights} nights were simulated.",
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
    "v_pass": ("lulus", "pass"),
    "v_fail": ("gagal", "fail"),
    "v_undecided": ("belum pasti", "undecided"),
    "predicted": ("prediksi", "predicted"),
    "measured": ("terukur", "measured"),
    "unbounded": ("tak terbatas", "unbounded"),
    "seconds": ("{value} detik", "{value} s"),
    "basis": (
        "Berkas gerbang {file}; aplikasi {variant}; benih acak {seed}.",
        "Gate {file}; app {variant}; seed {seed}.",
    ),
    "not_judged": (
        "Bagian terukur tidak dinilai: tidak ada pengulangan yang diberikan.",
        "The measured part was not judged: no replay was given.",
    ),
}  # fmt: skip
say = partial(tell, TEXT)


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a gate."""
    code, verdict, lines = language.code, summary["verdict"], summary["lines"]
    looked = "fail" if verdict == "fail" else "undecided"
    bad = [line["name"] for line in lines if line["verdict"] == looked]
    answer = say(
        verdict, code, count=len(lines), bad=len(bad), names="; ".join(bad),
        why="; ".join(summary["wrong"]),
    )  # fmt: skip
    blocks: list[Block] = [Heading(say("thresholds", code)), _table(summary, language)]
    if summary["not_judged"]:
        blocks.append(Text(say("not_judged", code), "gap"))
    blocks.append(
        Text(
            say("basis", code, file=summary["file"], variant=summary["variant"] or "–",
                seed=summary["seed"]),
            "note",
        )
    )  # fmt: skip
    return Chapter(
        title=summary["title"][code],
        answer=answer,
        recommendation=say(f"do_{verdict}", code),
        certainty=say(
            "sure", code, error=language.percent(summary["error"], 0), nights=summary["nights"]
        ),
        would_change=say("change", code),
        blocks=blocks,
    )


def _table(summary: Summary, language: Language) -> Table:
    code = language.code
    head = [
        say(k, code)
        for k in ("threshold", "of", "estimate", "bounds", "limit", "samples", "verdict")
    ]
    rows = [
        (
            line["name"],
            say(line["kind"], code),
            _shown(line["estimate"], line["unit"], language),
            f"{_shown(line['low'], line['unit'], language)} … "
            f"{_shown(line['high'], line['unit'], language)}",
            _shown(line["limit"], line["unit"], language),
            language.number(line["samples"]),
            say(f"v_{line['verdict']}", code),
        )
        for line in summary["lines"]
    ]
    return Table(head, rows, frozenset({2, 3, 4, 5}))


def _shown(value: float | None, unit: str, language: Language) -> str:
    if value is None:
        return say("unbounded", language.code)
    if unit == "s":
        return say("seconds", language.code, value=language.number(value, 2))
    return language.percent(value)
