"""A report on paper, and its figures as pictures, by typst (https://typst.app).

PDFs follow PDF/UA-1 (ISO 14289-1): tagged, titled, every picture with its words. The only font is
DejaVu Sans, which matplotlib ships, so that they are the same on every machine.

Rule of this file: from chapters to bytes; the layout is in ``assets/report.typ`` and gets data, so
that no word of a user's file is ever markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from reports.chapters.chapter import Chapter
from reports.chapters.registry import ReportError
from reports.document import Block, Figure, Heading, Table
from reports.report import LEADING, say, title_of

_LAYOUT: Final = Path(__file__).parent / "assets" / "report.typ"
_COLOURS: Final = {"recommendation": "#00735c", "certainty": "#0072b2", "would_change": "#b34700"}
_PPI: Final = 192.0  # of pictures: twice the sheet's pixels, for screens of high density
_NARROW: Final = 14  # characters of a column that is not broken
_LINE: Final = 85  # characters of a table that fit on a line
_WIDEST: Final = 120  # characters that count for a column's share of the page
_PICTURE: Final = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")\n'


def typst() -> ModuleType:
    """The library.

    Raises
    ------
    ReportError : if it is not installed.
    """
    try:
        import typst as found
    except ImportError as error:
        raise ReportError(
            "PDF and PNG need typst, which is not installed: `pip install typst`; "
            "or only --format html"
        ) from error
    return found


def render_pdf(chapters: Sequence[Chapter], basis: str, language: str) -> bytes:
    """The report as a PDF in one language."""
    files: dict[str, bytes] = {"main": _LAYOUT.read_bytes()}
    drawn = []
    for number, chapter in enumerate(chapters, 1):
        blocks = [_data(block, number, len(chapters) > 1) for block in chapter.blocks]
        for before, block in pairwise(blocks):
            block["titled"] = block.get("title") != before.get("text")
        for figure in chapter.figures:
            files[f"{number}-{figure.name}.svg"] = figure.svg.encode()
        said = [
            {
                "key": key,
                "name": say(key, language),
                "text": getattr(chapter, key),
                "colour": _COLOURS[key],
            }
            for key in LEADING
            if getattr(chapter, key)
        ]
        drawn.append(
            {"title": chapter.title, "answer": chapter.answer, "said": said, "blocks": blocks}
        )
    document = {
        "title": title_of(chapters, language),
        "basis": basis,
        "kicker": say("kicker", language, kind=say("report", language)),
        "page": say("page", language),
        "lang": language,
        "chapters": drawn,
    }
    files["report.json"] = json.dumps(document, ensure_ascii=False).encode()
    return _compile(files, format="pdf", pdf_standards=["ua-1"])


def render_png(figure: Figure) -> bytes:
    """A figure as a picture."""
    return _compile(
        {"main": _PICTURE, "figure.svg": figure.svg.encode()}, format="png", ppi=_PPI
    )  # fmt: skip


def _compile(files: Mapping[str, bytes], **options: Any) -> bytes:
    import matplotlib

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    made = typst().compile(
        dict(files), font_paths=[str(fonts)], ignore_system_fonts=True, **options
    )  # fmt: skip
    assert isinstance(made, bytes)  # one page of a picture, or one document
    return made


def _data(block: Block, number: int, deeper: bool) -> dict[str, Any]:
    match block:
        case Heading():
            return {**asdict(block), "level": block.level + deeper}
        case Table():
            return _table(block)
        case Figure():
            return {
                "kind": block.kind,
                "title": block.title,
                "caption": block.caption,
                "file": f"{number}-{block.name}.svg",
            }
    return asdict(block)


def _table(table: Table) -> dict[str, Any]:
    """Narrow columns are as wide as their words; the others share the rest by their length. If all
    of them fit on a line, all are as wide as their words."""
    longest = [max(len(c) for c in column) for column in zip(table.head, *table.rows, strict=True)]
    fits = sum(longest) + 3 * len(longest) <= _LINE
    return {
        "kind": table.kind,
        "head": [_breakable(c) for c in table.head],
        "rows": [[_breakable(c) for c in row] for row in table.rows],
        "widths": [0 if fits or n <= _NARROW else min(n, _WIDEST) ** 0.5 for n in longest],
        "right": [i in table.numbers for i in range(len(table.head))],
    }


def _breakable(cell: str) -> str:
    """A path may be broken after its points and lines, so that it stays in its column."""
    return re.sub(r"([._/])(?=[A-Za-z])", "\\1\u200b", cell)
