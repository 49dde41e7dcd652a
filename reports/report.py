"""A report of one or several results as one HTML file: page one for leaders, then for engineers.

Rule of this file: from results to HTML; what is said is in :mod:`reports.chapters`, what is drawn
in :mod:`reports.charts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from markupsafe import Markup

from reports.boundaries import Boundaries
from reports.chapters.chapter import Chapter
from reports.chapters.registry import Result
from reports.document import Block, Code, Figure, Heading, Text
from reports.language import LANGUAGES, Language
from reports.maps import with_maps
from reports.page import fill
from reports.text import tell
from study.seal import altered

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "kicker": ("tangguh · {kind}", "tangguh · {kind}"),
    "report": ("laporan", "report"),
    "switch": ("English", "Bahasa Indonesia"),
    "title": ("Laporan tangguh: {count} hasil", "Report by tangguh: {count} results"),
    "basis": ("Sumber: folder {names}.", "Source: folder {names}."),
    "answer": ("Jawaban", "Answer"),
    "recommendation": ("Saran", "Recommendation"),
    "certainty": ("Kepastian", "Certainty"),
    "would_change": ("Yang akan mengubahnya", "What would change it"),
    "altered": (
        "Perhatian: {file} tidak lagi seperti yang ditulis perintahnya; ada yang mengubahnya.",
        "Attention: {file} is no longer what its command wrote; somebody has changed it.",
    ),
    "again": ("Cara mengulang", "How to reproduce"),
    "data": ("Angka dalam tabel", "The figures as a table"),
    "slide": ("(Geser gambar ke samping.)", "(Slide the picture sideways.)"),
    "keys": ("Panah kiri dan kanan membacakan nilai.", "Left and right arrow keys read values."),
    "page": ("halaman", "page"),
}
LEADING: Final = ("recommendation", "certainty", "would_change")
say = partial(tell, TEXT)


def title_of(chapters: Sequence[Chapter], language: str) -> str:
    """The only chapter's title, or how many there are."""
    if len(chapters) == 1:
        return chapters[0].title
    return say("title", language, count=len(chapters))


def make_chapters(
    results: Sequence[Result], boundaries: Boundaries | None = None
) -> dict[str, list[Chapter]]:
    """Every result's chapter, by language; of several, each title begins with its kind. With maps
    if there are boundaries.

    Raises
    ------
    BoundaryError : if there is nothing to draw on a map, or an area has no boundaries.
    """
    made = {}
    for at, language in enumerate(LANGUAGES):
        chapters = [_chapter(r, language) for r in results]
        if boundaries is not None:
            chapters = with_maps(chapters, boundaries, language)
        if len(results) > 1:
            chapters = [
                replace(c, title=_titled(r.kind.words[at], c.title))
                for c, r in zip(chapters, results, strict=True)
            ]
        made[language.code] = chapters
    return made


def _titled(kind: str, title: str) -> str:
    """A title that says which kind of result it is of."""
    return title if title.lower().startswith(kind.lower()) else f"{kind}: {title}"


def _chapter(result: Result, language: Language) -> Chapter:
    """A result's chapter, and how it is made again."""
    made = result.kind.chapter(result.summary, language)
    before, after = list[Block](), list[Block]()
    if altered(result.file):
        before.append(Text(say("altered", language.code, file=result.kind.file), "gap"))
    if result.command:
        after += [Heading(say("again", language.code)), Code([result.command])]
    return replace(made, blocks=[*before, *made.blocks, *after])


def basis_of(results: Sequence[Result], language: str) -> str:
    """Which folders it was made from."""
    names = dict.fromkeys(result.folder.resolve().name for result in results)
    return say("basis", language, names=", ".join(names))


def render_report(
    results: Sequence[Result], chapters: Mapping[str, Sequence[Chapter]], first: str = "id"
) -> str:
    """The page as HTML; ``first`` is the language that is shown at once."""
    ordered = sorted(LANGUAGES, key=lambda language: language.code != first)
    views = [
        {
            "lang": language.code,
            "t": partial(_said, language=language.code, kind=kind_of_all(results, language.code)),
            "title": title_of(chapters[language.code], language.code),
            "basis": basis_of(results, language.code),
            "chapters": chapters[language.code],
        }
        for language in ordered
    ]
    return fill(
        "report.html.j2", views=views, title=views[0]["title"], inline=inline, leading=LEADING
    )


def kind_of_all(results: Sequence[Result], language: str) -> str:
    """What the only result is, or that it is a report of several."""
    if len(results) == 1:
        return results[0].kind.words[0 if language == "id" else 1].lower()
    return say("report", language)


def _said(key: str, *, language: str, kind: str) -> str:
    return say(key, language, kind=kind)


def inline(figure: Figure, prefix: str) -> Markup:
    """A figure's SVG inside a page, named by its title and description (WAI-ARIA's ``img``)."""
    title, desc = f"{prefix}{figure.name}-title", f"{prefix}{figure.name}-desc"
    svg = figure.svg.replace("<title>", f'<title id="{title}">', 1)
    svg = svg.replace("<desc>", f'<desc id="{desc}">', 1)
    svg = re.sub(
        r"^<svg ", f'<svg role="img" aria-labelledby="{title}" aria-describedby="{desc}" ', svg
    )
    return Markup(svg)
