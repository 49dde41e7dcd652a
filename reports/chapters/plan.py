"""The chapter of a plan: what to buy, what it gives, and what no server can mend.

Rule of this file: from ``plan.json`` to a chapter; its sentences are here, because no other page
has them.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.ticks import ticks
from reports.charts.scatter import Point, scatter_chart
from reports.document import Block, Figure, Heading, Table, Text
from reports.figures import round_up
from reports.language import Language
from reports.text import say as say_page
from reports.text import tell

Summary = dict[str, Any]
_MILLION: Final = 1e6

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "found": (
        "Rencana termurah yang memenuhi sasaran: {choices}. Biaya {cost}; sasaran terpenuhi di "
        "{chance} malam (paling sedikit {low}).",
        "The cheapest plan that meets the objectives: {choices}. It costs {cost}; the objectives "
        "are met in {chance} of nights (at least {low}).",
    ),
    "none": (
        "Tidak ada rencana yang pasti memenuhi sasaran di {asked} malam. Yang terdekat: {choices}, "
        "biaya {cost}, terpenuhi di {chance} malam (paling sedikit {low}).",
        "No plan surely meets the objectives in {asked} of nights. The nearest: {choices}, at "
        "{cost}, meets them in {chance} of nights (at least {low}).",
    ),
    "do_found": ("Siapkan rencana ini.", "Prepare this plan."),
    "do_none": (
        "Longgarkan sasaran, atau cari tuas lain: yang ada tidak cukup.",
        "Relax the objectives, or look for other levers: these are not enough.",
    ),
    "sure": (
        "Batas bawah pada galat {error}, dari {nights} malam yang disimulasikan {how}; "
        "{candidates} calon dicoba. Biaya adalah asumsi berkas rencana, kecuali disebut lain.",
        "Lower bound at an error of {error}, from {nights} simulated nights {how}; {candidates} "
        "candidates were tried. Costs are the plan file's assumptions unless said otherwise.",
    ),
    "calibrated": ("yang cocok dengan hitungan", "that fit the counts"),
    "prior": ("dari prior, tanpa kalibrasi", "from the priors, not calibrated"),
    "no_server": (
        "Yang tidak dapat diperbaiki server mana pun: dengan aplikasi dan orang yang sama dan "
        "server tanpa cela, {left} TPS tetap belum terkirim pada saat potret ({causes}).",
        "What no server can mend: with the same app and people and a perfect server, {left} of the "
        "stations are still not sent at the snapshot ({causes}).",
    ),
    "choices": ("Pilihan", "Choices"),
    "lever": ("tuas", "lever"),
    "choice": ("pilihan", "choice"),
    "cost": ("biaya", "cost"),
    "cost_axis": ("biaya (juta rupiah)", "cost (million rupiah)"),
    "standing": ("status", "standing"),
    "source": ("sumber biaya", "source of the cost"),
    "front": ("Biaya dan peluang memenuhi sasaran", "Cost and chance of meeting the objectives"),
    "front_note": (
        "Titik penuh: tidak ada calon lain yang lebih murah dan lebih baik. Dari sedikit malam.",
        "Full dots: no other candidate is cheaper and better. From few nights.",
    ),
    "chance": ("peluang", "chance"),
    "chance_axis": ("peluang (%)", "chance (%)"),
    "number": ("no.", "no."),
    "worlds": ("Menurut dunia", "By world"),
    "world": ("dunia", "world"),
    "weight": ("bobot", "weight"),
    "cheapest": ("termurah di sana", "cheapest there"),
    "regret": ("biaya lebih dari perlu", "cost beyond need"),
    "sizing": ("Lembar ukuran server", "Sizing sheet of the server"),
    "sizing_note": (
        "Puncak: persentil ke-95 malam, tanpa bobot; ukuran: puncak dikali {headroom}; nasional: "
        "menurut jumlah TPS. Permintaan dari menit tersibuk, pita dari sepuluh menit tersibuk, "
        "disk dari semua byte yang diterima.",
        "Peak: 95th percentile of nights, unweighted; size: peak times {headroom}; the nation: by "
        "number of stations. Requests are of the busiest minute, bandwidth of the busiest ten "
        "minutes, disk of all bytes acknowledged.",
    ),
    "requests": ("permintaan per detik", "requests per second"),
    "connections": ("sambungan serentak", "concurrent connections"),
    "bandwidth": ("pita", "bandwidth"),
    "disk": ("disk", "disk"),
    "peak": ("puncak", "peak"),
    "sized": ("ukuran", "size"),
    "nation": ("nasional", "nation"),
    "nothing": ("tidak ada", "none"),
    "rupiah": ("Rp{value} juta", "Rp {value} million"),
    "basis": ("Berkas {file}; benih acak {seed}.", "File {file}; seed {seed}."),
}
say = partial(tell, TEXT)


def rupiah(cost: float, language: Language) -> str:
    """Rupiah, in millions."""
    return say("rupiah", language.code, value=language.number(cost / _MILLION, 1))


def quantity(value: float | None, unit: str, language: Language) -> str:
    """A quantity of the sizing sheet with its unit."""
    if value is None:
        return "–"
    for factor, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if unit in ("bit/s", "B") and value >= factor:
            return f"{language.number(value / factor, 1)} {prefix}{unit}"
    return f"{language.number(value, 1)} {unit}".rstrip()


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a plan."""
    code, best = language.code, summary["best"]
    found = "found" if summary["found"] else "none"
    choices = ", ".join(f"{r['lever']} {r['choice']}" for r in summary["levers"])
    how = say("calibrated" if summary["calibrated"] else "prior", code)
    causes = ", ".join(
        f"{say_page(f'cause_{name}', code)} {language.percent(share, 0)}"
        for name, share in list(summary["no_server"]["causes"].items())[:3]
    )
    blocks: list[Block] = [
        Heading(say("choices", code)), _choices(summary, language),
        Heading(say("front", code)), _front(summary, language),
        Heading(say("worlds", code)), _worlds(summary, language),
        Heading(say("sizing", code)),
        Text(say("sizing_note", code, headroom=language.number(summary["headroom"], 1)), "note"),
        _sizing(summary, language),
        Text(say("basis", code, file=summary["file"], seed=summary["seed"]), "note"),
    ]  # fmt: skip
    return Chapter(
        title=summary["title"][code],
        answer=say(
            found, code, choices=choices, cost=rupiah(best["cost"], language),
            chance=language.percent(best["chance"]), low=language.percent(best["low"]),
            asked=language.percent(summary["asked"], 0),
        ),
        recommendation=say(f"do_{found}", code),
        certainty=say(
            "sure", code, error=language.percent(summary["error"], 0), nights=best["nights"],
            how=how, candidates=summary["candidates"],
        ),
        would_change=say(
            "no_server", code, left=language.percent(summary["no_server"]["left"]),
            causes=causes or say("nothing", code),
        ),
        blocks=blocks,
    )  # fmt: skip


def _choices(summary: Summary, language: Language) -> Table:
    code = language.code
    head = [say(k, code) for k in ("lever", "choice", "cost", "standing", "source")]
    rows = [
        (
            r["lever"], r["choice"], rupiah(r["cost"], language),
            say_page(f"standing_{r['standing']}", code), r["source"],
        )
        for r in summary["levers"]
    ]  # fmt: skip
    return Table(head, rows, frozenset({2}))


def _front(summary: Summary, language: Language) -> Figure:
    code = language.code
    best = {tuple(r["names"]) for r in summary["front"]}
    rows = summary["tried"]
    points = [
        Point(r["cost"] / _MILLION, 100 * r["chance"], str(i), tuple(r["names"]) in best)
        for i, r in enumerate(rows, 1)
    ]
    last = round_up(max([p.x for p in points] + [1.0]))
    title, caption = say("front", code), say("front_note", code)
    svg = scatter_chart(
        points, ticks(0.0, last, language), ticks(0.0, 100.0, language),
        (say("cost_axis", code), say("chance_axis", code)), title=title, description=caption,
    )  # fmt: skip
    data = [
        (str(i), ", ".join(r["names"]), rupiah(r["cost"], language), language.percent(r["chance"]))
        for i, r in enumerate(rows, 1)
    ]
    head = [say(k, code) for k in ("number", "choice", "cost", "chance")]
    return Figure("plan-front", svg, title, caption, head, data, frozenset({0, 2, 3}))


def _worlds(summary: Summary, language: Language) -> Table:
    code = language.code
    head = [say(k, code) for k in ("world", "weight", "chance", "cheapest", "regret")]
    rows = []
    for world in summary["worlds"]:
        its = world["cheapest"]
        lost = None if its is None else max(summary["best"]["cost"] - its["cost"], 0.0)
        rows.append(
            (
                world["world"], language.percent(world["weight"]),
                language.percent(world["chance"]),
                say("nothing", code) if its is None else ", ".join(its["names"]),
                "–" if lost is None else rupiah(lost, language),
            )
        )  # fmt: skip
    return Table(head, rows, frozenset({1, 2, 4}))


def _sizing(summary: Summary, language: Language) -> Table:
    code = language.code
    rows = [
        (say(r["name"], code), *(quantity(r[k], r["unit"], language)
                                 for k in ("peak", "sized", "nation")))
        for r in summary["sizing"]
    ]  # fmt: skip
    return Table(["", *(say(k, code) for k in ("peak", "sized", "nation"))], rows,
                 frozenset({1, 2, 3}))  # fmt: skip
