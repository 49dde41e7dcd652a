"""The model card and the STRESS-DES checklist as files: HTML with both languages, Markdown, and the
card as plain data, from which a report makes a chapter (:mod:`reports.chapters.card`).

Rule of this file: from material to files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from reports.card_material import Material
from reports.card_text import say
from reports.document import Block, markdown, plain
from reports.language import LANGUAGES, Language
from reports.model_card import card, leading
from reports.page import fill, write
from reports.stress_des import checklist
from study.files import write_json
from study.seal import seal

CARD: Final = "model-card.json"


def write_cards(folder: Path, material: Material, facts: Mapping[str, object]) -> list[Path]:
    """Write all files; returns the paths of pages and texts, the card's page first.

    Parameters
    ----------
    facts : what the checklist's holes are filled with.
    """
    write_json(folder / CARD, _data(material))
    seal(folder / CARD)
    return [
        *_write(folder, "model-card", "title", "kicker", material, partial(card, material)),
        *_write(
            folder, "stress-des", "title_stress", "kicker_stress", material,
            partial(checklist, facts),
        ),
    ]  # fmt: skip


def _data(material: Material) -> dict[str, Any]:
    """The card in both languages, with what leaders are told first."""
    return {
        "title": dict(material.calibration["title"]),
        "card": {
            language.code: {
                **leading(material, language),
                "blocks": [plain(block) for block in card(material, language)],
            }
            for language in LANGUAGES
        },
    }


def _write(
    folder: Path,
    name: str,
    title: str,
    kicker: str,
    material: Material,
    blocks: Callable[[Language], list[Block]],
) -> list[Path]:
    views = []
    paths = []
    for language in LANGUAGES:
        code = language.code
        heading = say(title, code, title=material.calibration["title"][code])
        basis = say("basis", code, when=material.when, seed=material.calibration["seed"])
        its = blocks(language)
        views.append(
            {
                "lang": code,
                "t": partial(_said, kicker=kicker, language=code),
                "title": heading,
                "basis": basis,
                "blocks": its,
            }
        )
        paths.append(write(folder / f"{name}.{code}.md", markdown(heading, its)))
    page = fill("document.html.j2", views=views, title=str(views[0]["title"]))
    return [write(folder / f"{name}.html", page), *paths]


def _said(key: str, *, kicker: str, language: str, **holes: Any) -> str:
    return say(kicker if key == "kicker" else key, language, **holes)
