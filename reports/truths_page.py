"""The page of the truths about overload: each with claim, picture, reason and check.

Rule of this file: from measured truths to one HTML file in two languages.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from reports.language import LANGUAGES, Language
from reports.page import fill, write
from reports.text import Sentences, tell

View = dict[str, Any]

TEXT: Final[Sentences] = {
    # key: (Indonesian, English)
    "kicker": ("tangguh · kebenaran tentang beban lebih", "tangguh · truths about overload"),
    "switch": ("English", "Bahasa Indonesia"),
    "title": (
        "Enam hal tentang beban lebih yang perlu dilihat sekali",
        "Six things about overload that one should have seen once",
    ),
    "basis": (
        "Dunia-dunia kecil dengan klien dan kebijakan yang sama seperti pada malam yang "
        "diperkirakan; semuanya dihitung sekarang. {good} dari {all} terlihat seperti yang "
        "diharapkan.",
        "Small worlds with the same client and the same policies as in the predicted night; all of "
        "it was computed just now. {good} of {all} came out as expected.",
    ),
    "sent": ("TPS yang tiba", "stations that arrive"),
    "share": ("bagian yang berhasil", "share that succeeds"),
    "duration": ("detik sampai tiba, rata-rata", "seconds until arrival, mean"),
    "requests": ("permintaan per panggilan", "requests per call"),
    "peak": ("permintaan pada detik tersibuk", "requests in the busiest second"),
    "why": ("Mengapa", "Why"),
    "checks": ("Yang diharapkan, dan yang keluar", "What was expected, and what came out"),
    "at_least": ("paling sedikit", "at least"),
    "at_most": ("paling banyak", "at most"),
    "found": ("keluar", "came out"),
    "good": ("ya", "yes"),
    "bad": ("TIDAK", "NO"),
    "source": ("Sumber", "Source"),
    "data": ("data", "data"),
    "file": ("berkas", "file"),
}
_COLOURS: Final = 4  # kinds of lines in the style sheet


def write_truths_page(path: Path, truths: list[dict[str, Any]]) -> Path:
    """Write the page; returns its path."""
    return write(path, render_truths(truths))


def render_truths(truths: list[dict[str, Any]]) -> str:
    """The page as HTML."""
    good = sum(t["reproduced"] for t in truths)
    views = [
        {
            "lang": language.code,
            "t": partial(tell, TEXT, language=language.code),
            "title": tell(TEXT, "title", language.code),
            "basis": tell(TEXT, "basis", language.code, good=good, all=len(truths)),
            "truths": [_truth(t, language) for t in truths],
        }
        for language in LANGUAGES
    ]
    return fill("truths.html.j2", views=views, title=TEXT["title"][0])


def _truth(truth: dict[str, Any], language: Language) -> View:
    code = language.code
    curves = truth["curves"]
    top = max(p["mean"] for c in curves for p in c["points"]) or 1.0
    digits = 2 if truth["measure"] in ("share", "requests") else 0

    def number(value: float | None) -> str:
        return "" if value is None else language.number(value, digits)

    view: View = {
        "id": truth["truth"],
        "title": truth["title"][code],
        "claim": truth["claim"][code],
        "why": truth["why"][code],
        "source": truth["source"],
        "unit": tell(TEXT, truth["measure"], code),
        "top": number(top),
        "axis": truth["axis"][code] if truth["axis"] else "",
        "good": truth["reproduced"],
        "checks": [
            {
                "what": c["way"][code] + (f", {c['at']}" if c["at"] is not None else ""),
                "at_least": number(c["at_least"]),
                "at_most": number(c["at_most"]),
                "found": number(c["found"]),
                "good": c["good"],
            }
            for c in truth["checks"]
        ],
        "bars": [],
        "lines": [],
        "ticks": [],
    }
    if not truth["axis"]:
        view["bars"] = [
            {
                "label": c["label"][code],
                "width": 100 * c["points"][0]["mean"] / top,
                "value": number(c["points"][0]["mean"]),
            }
            for c in curves
        ]
        return view
    count = len(curves[0]["points"])
    places = [100 * (i + 0.5) / count for i in range(count)]
    view["ticks"] = [
        {"at": x, "label": str(p["written"])}
        for x, p in zip(places, curves[0]["points"], strict=True)
    ]
    for i, curve in enumerate(curves):
        heights = [100 - 100 * p["mean"] / top for p in curve["points"]]
        view["lines"].append(
            {
                "label": curve["label"][code],
                "kind": i % _COLOURS,
                "path": " ".join(f"{x:.2f},{y:.2f}" for x, y in zip(places, heights, strict=True)),
                "dots": [
                    {"x": x, "y": y, "value": number(p["mean"]), "at": p["written"]}
                    for x, y, p in zip(places, heights, curve["points"], strict=True)
                ],
            }
        )
    return view
