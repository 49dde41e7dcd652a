"""The chapter of other places: may the prediction be used where nothing was fitted?

Rule of this file: from the summary of :mod:`study.progress.validation` to a chapter, with its
sentences.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.charts.rows import Row, rows_chart
from reports.document import Block, Figure, Heading, Items, Table, Text
from reports.language import Language
from reports.text import Sentences, tell

Summary = dict[str, Any]

TEXT: Final[Sentences] = {
    # key: (Indonesian, English)
    "title": ("Prediksi di daerah lain", "Predictions of other places"),
    "answer": (
        "Dari {points} titik di {regions} daerah, {inside} ada di dalam selang 95% prediksi; "
        "mediannya rata-rata {bias} poin persen {side}.",
        "Of {points} points in {regions} regions {inside} lie inside the 95% interval of the "
        "prediction; its median is {bias} percentage points {side} on average.",
    ),
    "high": ("terlalu tinggi", "too high"),
    "low": ("terlalu rendah", "too low"),
    "advise_use": (
        "Prediksi boleh dipakai di daerah lain, dengan selangnya.",
        "The prediction may be used elsewhere, with its interval.",
    ),
    "advise_wide": (
        "Di daerah lain pakai hanya untuk membandingkan pilihan: selang 95% memuat terlalu sedikit "
        "titik.",
        "Elsewhere use it only to compare choices: the 95% interval holds too few of the points.",
    ),
    "advise_not": (
        "Jangan memakai prediksi ini di daerah lain: tidak lebih baik daripada tidak tahu apa-apa.",
        "Do not use this prediction elsewhere: it is no better than knowing nothing.",
    ),
    "sure": (
        "Galat ramalan (CRPS) {crps} poin persen; {anything} tanpa pengetahuan apa pun. "
        "Titik-titik satu malam memakai server yang sama, jadi bukan percobaan yang saling bebas.",
        "Error of the forecast (CRPS) {crps} percentage points; {anything} knowing nothing. "
        "Points of one night share a server, so they are not independent trials.",
    ),
    "change_others": (
        "Angka daerah lain dari jam-jam yang sama: dengan itu saja CRPS-nya {others} poin, "
        "prediksi ini {near} untuk titik yang sama.",
        "Figures of other regions from the same hours: by them alone the CRPS is {others} points, "
        "{near} by this prediction for the same points.",
    ),
    "change_more": (
        "Titik dari lebih banyak daerah pada jam yang sama.",
        "Points of more regions at the same hours.",
    ),
    "points_title": ("Yang diterbitkan dan yang diprediksi", "Published and predicted"),
    "points_note": (
        "Bagian TPS yang sudah masuk. Garis tegak: median; pita tebal: 50%; pita tipis: 95%; "
        "titik: yang diterbitkan.",
        "Share of stations received. Upright line: median; thick band: 50%; thin band: 95%; dot: "
        "published.",
    ),
    "scores_title": ("Nilai per malam", "Scores by night"),
    "scores_note": (
        "Setiap daerah berbobot sama. 50, 80, 95%: bagian titik di dalam selang. CRPS dan "
        "simpangan dalam poin persen; tanpa pengetahuan: hukum seragam; daerah lain: angka daerah "
        "lain dari jam-jam yang sama.",
        "Every region weighs the same. 50, 80, 95%: share of points inside. CRPS and bias in "
        "percentage points; knowing nothing: a uniform law; other regions: their figures of the "
        "same hours.",
    ),
    "left_title": ("Yang tidak dipakai", "What was left out"),
    "rejected": ("baris {row}: {reason}", "row {row}: {reason}"),
    "skipped": ("{count} baris: {reason}", "{count} rows: {reason}"),
    "region": ("daerah", "region"),
    "moment": ("saat", "moment"),
    "published": ("diterbitkan", "published"),
    "median": ("median", "median"),
    "interval": ("selang 95%", "95% interval"),
    "check": ("di dalam?", "inside?"),
    "yes": ("ya", "yes"),
    "no": ("TIDAK", "NO"),
    "source": ("sumber", "source"),
    "night": ("malam", "night"),
    "points": ("titik", "points"),
    "regions": ("daerah", "regions"),
    "bias": ("simpangan", "bias"),
    "anything": ("tanpa pengetahuan", "knowing nothing"),
    "others": ("daerah lain", "other regions"),
    "all": ("semua", "all"),
    "prior": ("dari prior, tanpa kalibrasi", "from the priors, not calibrated"),
    "calibrated": ("malam terkalibrasi", "calibrated nights"),
    "basis": (
        "Berkas {file}; {ensemble}; benih acak {seed}. Tidak ada yang dicocokkan dengan titik ini.",
        "File {file}; {ensemble}; seed {seed}. Nothing was fitted to these points.",
    ),
}
say = partial(tell, TEXT)
_HOLDS: Final = 0.9  # share of points in the 95% interval below which it is said to be too narrow


def chapter(summary: Summary, language: Language) -> Chapter:
    """What leaders and engineers are told of a validation elsewhere."""
    code, total = language.code, summary["all"]
    ensemble = say(summary["ensemble"], code)
    blocks: list[Block] = [
        Text(
            say("basis", code, file=summary["points_file"], ensemble=ensemble,
                seed=summary["seed"]),
            "note",
        ),
        Heading(say("points_title", code)),
        _points(summary, language),
        Heading(say("scores_title", code)),
        Text(say("scores_note", code), "note"),
        _scores(summary, language),
    ]  # fmt: skip
    left = _left_out(summary, code)
    if left:
        blocks += [Heading(say("left_title", code)), Items(left)]
    return Chapter(
        title=say("title", code),
        answer=say(
            "answer", code, points=language.number(total["points"]),
            regions=language.number(total["regions"]),
            inside=language.number(sum(p["inside95"] for p in summary["points"])),
            bias=language.number(100 * abs(total["bias"])),
            side=say("high" if total["bias"] > 0 else "low", code),
        ),
        recommendation=say(_advice(total), code),
        certainty=say(
            "sure", code, crps=language.number(100 * total["crps"], 1),
            anything=language.number(100 * total["anything"], 1),
        ),
        would_change=_change(total, language),
        blocks=blocks,
    )  # fmt: skip


def _advice(total: Summary) -> str:
    if total["crps"] >= total["anything"]:
        return "advise_not"
    return "advise_use" if total["coverage"][2] >= _HOLDS else "advise_wide"


def _change(total: Summary, language: Language) -> str:
    if total["others"] is None:
        return say("change_more", language.code)
    return say(
        "change_others", language.code, others=language.number(100 * total["others"], 1),
        near=language.number(100 * total["crps_with_others"], 1),
    )  # fmt: skip


def _points(summary: Summary, language: Language) -> Figure:
    code, drawn, rows = language.code, [], []
    for row in sorted(summary["points"], key=lambda r: (r["scenario"], r["hours"])):
        moment = language.short(datetime.fromisoformat(row["at"]))
        published = language.percent(row["share"])
        drawn.append(
            Row(
                f"{row['region']}, {moment}", row["median"], row["low95"], row["high95"],
                published, (row["low50"], row["high50"]), row["share"],
            )
        )  # fmt: skip
        rows.append(
            (
                row["region"], moment, published, language.percent(row["median"], 0),
                f"{language.percent(row['low95'], 0)} … {language.percent(row['high95'], 0)}",
                say("yes" if row["inside95"] else "no", code), row["source"],
            )
        )  # fmt: skip
    title, caption = say("points_title", code), say("points_note", code)
    shares = [(k / 4, language.percent(k / 4, 0)) for k in range(5)]
    svg = rows_chart(drawn, shares, 0.0, 1.0, title=title, description=caption)
    keys = ("region", "moment", "published", "median", "interval", "check", "source")
    head = [say(k, code) for k in keys]
    return Figure("elsewhere", svg, title, caption, head, rows, frozenset({2, 3, 4}))


def _scores(summary: Summary, language: Language) -> Table:
    code, rows = language.code, []

    def points(value: float | None) -> str:
        return "–" if value is None else language.number(100 * value, 1)

    for name, row in {**summary["elections"], say("all", code): summary["all"]}.items():
        rows.append(
            (
                name, language.number(row["points"]), language.number(row["regions"]),
                *(language.percent(c, 0) for c in row["coverage"]),
                language.signed(100 * row["bias"]),
                *(points(row[k]) for k in ("crps", "anything", "others")),
            )
        )  # fmt: skip
    head = (
        *(say(k, code) for k in ("night", "points", "regions")), "50%", "80%", "95%",
        say("bias", code), "CRPS", say("anything", code), say("others", code),
    )  # fmt: skip
    return Table(head, rows, frozenset(range(1, len(head))))


def _left_out(summary: Summary, code: str) -> list[str]:
    said = [say("rejected", code, row=r["row"], reason=r["reason"]) for r in summary["rejected"]]
    reasons = Counter(row["reason"] for row in summary["skipped"])
    return said + [say("skipped", code, count=n, reason=r) for r, n in reasons.most_common()]
