"""Words for a gate's lines: what was asked, what came of it, what was planted, what to do.

Pages, tables, JUnit files and pipelines' summaries all call a threshold by the same name.

Rule of this file: from a line of ``gate.json`` to text in a language.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from reports.language import Language, zone_name
from reports.text import tell

Line = dict[str, Any]

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "failed": ("gagal", "failed"),
    "arrived": ("tiba", "arrived"),
    "arrived_by_crews": ("tiba dari KPPS sendiri", "arrived by their own crews"),
    "least_kecamatan": ("tiba di kecamatan terendah", "arrived in the least kecamatan"),
    "tally": ("hasil diketahui", "results known"),
    "answer": ("jawaban p{quantile}", "answer p{quantile}"),
    "stored": ("tersimpan", "stored"),
    "refused": ("ditolak", "refused"),
    "by": ("{measure} hingga {when}", "{measure} by {when}"),
    "at_most": ("{measure} paling banyak {limit}", "{measure} at most {limit}"),
    "at_least": ("{measure} paling sedikit {limit}", "{measure} at least {limit}"),
    "mean": ("{threshold}, rata-rata", "{threshold}, mean"),
    "nights": ("{threshold}, di {share} malam", "{threshold}, in {share} of nights"),
    "regression": (
        "{measure} kurang dari {size} poin lebih buruk dari acuan",
        "{measure} less than {size} points worse than the baseline",
    ),
    "longer": (
        "{measure} kurang dari {size} lebih lama dari acuan",
        "{measure} less than {size} longer than the baseline's",
    ),
    "seconds": ("{value} detik", "{value} s"),
    "unbounded": ("tak terbatas", "unbounded"),
    "interval": ("{low} hingga {high}", "{low} to {high}"),
    "points": (
        "tiap malam lebih buruk {by} poin", "every night worse by {by} points"
    ),
    "later": ("tiap jawaban lebih lambat {by}", "every answer later by {by}"),
    "factor": ("tiap jawaban {by} kali lebih lama", "every answer {by} times as long"),
    "more_refused": ("{by} permintaan lagi ditolak", "{by} more requests refused"),
    "more_stored": ("{by} objek lagi hilang", "{by} more objects lost"),
    "nothing": (
        "tidak ada, karena sudah di luar batas", "nothing, because it lies beyond the limit already"
    ),
    "same": (
        "{said}; tidak disimulasikan: semua yang menentukan malamnya sama dengan acuan",
        "{said}; not simulated: all that its nights depend on is the baseline's",
    ),
    "said": (
        "{name}: {estimate} ({interval}, tiap batas {sure} pasti, {samples} cuplikan), "
        "diminta {limit}",
        "{name}: {estimate} ({interval}, each bound {sure} sure, {samples} samples), asked is "
        "{limit}",
    ),
    "asked_most": ("paling banyak {limit}", "at most {limit}"),
    "asked_least": ("paling sedikit {limit}", "at least {limit}"),
    "fail": (
        "{said}; perbaiki, atau ubah ambangnya dengan alasan tertulis",
        "{said}; mend it, or change the threshold and say why",
    ),
    "few_nights": (
        "{said}; malam terlalu sedikit: kira-kira {needed} akan cukup; naikkan nights.most",
        "{said}; too few nights to tell: about {needed} would do; raise nights.most",
    ),
    "on_limit": (
        "{said}; terlalu dekat dengan batasnya untuk dipastikan",
        "{said}; too near to its limit to tell",
    ),
    "few_requests": (
        "{said}; cuplikan terlalu sedikit: kira-kira {needed} akan cukup; ulangi lebih banyak lalu "
        "lintas",
        "{said}; too few samples to tell: about {needed} would do; replay more",
    ),
    "caught": ("tertangkap", "caught"),
    "missed": ("TIDAK TERTANGKAP", "NOT CAUGHT"),
    "tested": ("{mark}: {reason}; ditanam: {planted}", "{mark}: {reason}; planted: {planted}"),
    "blind": (
        "{said}; tidak ada yang cukup buruk untuk melanggarnya: pilih batas yang lebih dekat",
        "{said}; nothing is bad enough to break it: choose a nearer limit",
    ),
}  # fmt: skip
say = partial(tell, TEXT)


def _short(value: float, language: Language) -> str:
    """A number as people say it: 1.5, 99."""
    whole = f"{value:.6g}"
    return whole.replace(".", ",") if language.code == "id" else whole


def name(line: Line, language: Language) -> str:
    """What a threshold is called: as its file has it, in words."""
    asked, code = line["asked"], language.code
    quantile = _short(100 * asked.get("quantile", 0.0), language)
    measure = say(asked["measure"], code, quantile=quantile)
    if asked.get("by"):
        at = datetime.fromisoformat(asked["by"])
        when = f"{at:%Y-%m-%d} {language.clock(at)} {zone_name(at)}"
        measure = say("by", code, measure=measure, when=when)
    if "worse_by" in asked:
        size = _short(100 * asked["worse_by"], language)
        if asked["measure"] == "answer":
            return say("longer", code, measure=measure, size=f"{size}%")
        return say("regression", code, measure=measure, size=size)
    way = "at_most" if "at_most" in asked else "at_least"
    if asked["measure"] == "answer":
        limit = say("seconds", code, value=_short(asked[way], language))
    else:
        limit = f"{_short(100 * asked[way], language)}%"
    threshold = say(way, code, measure=measure, limit=limit)
    if asked.get("judge") == "nights":
        share = f"{_short(100 * asked['in_nights'], language)}%"
        return say("nights", code, threshold=threshold, share=share)
    return say("mean", code, threshold=threshold) if "judge" in asked else threshold


def shown(value: float | None, unit: str, language: Language) -> str:
    """A value with its unit."""
    if value is None:
        return say("unbounded", language.code)
    if unit == "s":
        return say("seconds", language.code, value=_short(float(f"{value:.3g}"), language))
    return language.percent(value)


def interval(line: Line, language: Language) -> str:
    """A line's bounds."""
    low, high = (shown(line[key], line["unit"], language) for key in ("low", "high"))
    return say("interval", language.code, low=low, high=high)


def planted(line: Line, language: Language) -> str:
    """By what a self-test made it worse."""
    by, unit, code = line["planted"]["by"], line["planted"]["unit"], language.code
    if by == (1.0 if unit == "factor" else 0.0):
        return say("nothing", code)
    if unit == "share":
        return say("points", code, by=language.number(100 * by, 1))
    if unit == "s":
        return say("later", code, by=shown(by, "s", language))
    if unit == "factor":
        return say("factor", code, by=language.number(by, 2))
    return say(f"more_{line['asked']['measure']}", code, by=language.number(by))


def is_plain(line: Line, self_test: bool) -> bool:
    """Is it as it should be, and is there nothing more to say of it?"""
    if self_test:
        return bool(line["verdict"] == "fail")
    return bool(line["verdict"] == "pass" and not _is_same(line))


def _is_same(line: Line) -> bool:
    """Was nothing simulated, because nothing has changed since the baseline?"""
    return bool(line["paired"] and not line["samples"])


def reason(line: Line, error: float, language: Language) -> str:
    """What is with a line, how surely, and what to do: in one line."""
    unit, code = line["unit"], language.code
    limit = say(
        "asked_most" if line["below"] else "asked_least", code,
        limit=shown(line["limit"], unit, language),
    )  # fmt: skip
    said = say(
        "said", code, name=name(line, language), estimate=shown(line["estimate"], unit, language),
        interval=interval(line, language), sure=language.percent(1 - error, 0),
        samples=language.number(line["samples"]), limit=limit,
    )  # fmt: skip
    if line["verdict"] == "undecided":
        if line["needed"] is None:
            return say("on_limit", code, said=said)
        few = "few_requests" if line["kind"] == "measured" else "few_nights"
        return say(few, code, said=said, needed=language.number(line["needed"]))
    if line["verdict"] == "fail":
        return said if line["planted"] else say("fail", code, said=said)
    if line["planted"]:
        return say("blind", code, said=said)
    return say("same", code, said=said) if _is_same(line) else said


def tested(line: Line, error: float, language: Language) -> str:
    """What a self-test found of a line: was the planted effect caught?"""
    code = language.code
    return say(
        "tested", code, mark=say("caught" if line["verdict"] == "fail" else "missed", code),
        reason=reason(line, error, language), planted=planted(line, language),
    )  # fmt: skip
