"""The chapter of a model card: what the model is for, how it was checked, and what is missing.

Rule of this file: from ``model-card.json`` (:mod:`reports.card_pages`) to a chapter.
"""

from __future__ import annotations

from typing import Any

from reports.chapters.chapter import Chapter
from reports.document import from_plain
from reports.language import Language


def chapter(summary: dict[str, Any], language: Language) -> Chapter:
    """What leaders and engineers are told of a model."""
    its = summary["card"][language.code]
    return Chapter(
        title=summary["title"][language.code],
        answer=its["answer"],
        recommendation=its["recommendation"],
        certainty=its["certainty"],
        would_change=its["would_change"],
        blocks=[from_plain(block) for block in its["blocks"]],
    )
