"""The page of a run: one HTML file that opens anywhere, offline, in two languages.

Rule of this file: from a summary to a file; what is drawn is computed in :mod:`reports.figures`,
what is said in :mod:`reports.text`.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.figures import build_view
from reports.language import LANGUAGES
from reports.text import say

_ASSETS: Final = Path(__file__).parent / "assets"


def render(summary: dict[str, Any]) -> str:
    """The page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["say"] = say
    style = (_ASSETS / "style.css").read_text(encoding="utf-8")
    script = (_ASSETS / "script.js").read_text(encoding="utf-8")
    views = []
    for language in LANGUAGES:
        views.append(
            {
                "lang": language.code,
                "l": language,
                "t": partial(say, language=language.code),
                **build_view(summary, language),
            }
        )
    template = environment.get_template("page.html.j2")
    return template.render(
        views=views, summary=summary, style=Markup(style), script=Markup(script)
    )  # our own files


def write_page(path: Path, summary: dict[str, Any]) -> Path:
    """Write the page; returns its path."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(render(summary), encoding="utf-8")
    temporary.replace(path)
    return path
