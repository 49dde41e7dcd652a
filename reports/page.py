"""The page of a run: one HTML file that opens anywhere, offline, in two languages.

Rule of this file: from a summary to a file; what is drawn is computed in :mod:`reports.figures`,
what is said in :mod:`reports.text`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.figures import build_view
from reports.language import LANGUAGES
from reports.text import say
from study.files import replacing

_ASSETS: Final = Path(__file__).parent / "assets"


def fill(template: str, **context: object) -> str:
    """A template with our style and script, which every page carries in itself."""
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Markup((_ASSETS / "style.css").read_text(encoding="utf-8"))  # our own files
    script = Markup((_ASSETS / "script.js").read_text(encoding="utf-8"))
    return environment.get_template(template).render(style=style, script=script, **context)


def render(summary: dict[str, Any]) -> str:
    """The page of a run as HTML."""
    views = [
        {
            "lang": language.code,
            "l": language,
            "t": partial(say, language=language.code),
            **build_view(summary, language),
        }
        for language in LANGUAGES
    ]
    return fill("page.html.j2", views=views, summary=summary, say=say)


def write(path: Path, html: str) -> Path:
    """Write a page so that it is whole or absent; returns its path."""
    with replacing(path) as scratch:
        scratch.write_text(html, encoding="utf-8")
    return path


def write_page(path: Path, summary: dict[str, Any]) -> Path:
    """Write the page of a run; returns its path."""
    return write(path, render(summary))
