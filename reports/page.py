"""Pages: HTML files that open anywhere, offline, with style and script in themselves.

Rule of this file: from a template and its values to a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

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


def write(path: Path, html: str) -> Path:
    """Write a page so that it is whole or absent; returns its path."""
    with replacing(path) as scratch:
        scratch.write_text(html, encoding="utf-8")
    return path
