"""Maps beside what the chapters draw of areas, where the user gave boundaries.

Rule of this file: from chapters to the same chapters with maps; no kind of result is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports.boundaries import Boundaries, BoundaryError
from reports.chapters.chapter import Chapter
from reports.charts.map import map_chart
from reports.charts.tiles import top_of
from reports.document import Block, Figure
from reports.language import Language
from reports.text import say


def with_maps(
    chapters: Sequence[Chapter], boundaries: Boundaries, language: Language
) -> list[Chapter]:
    """Each figure of areas has its map before it.

    Raises
    ------
    BoundaryError : if there is nothing to draw, or an area has no outline.
    """
    if not any(figure.areas for chapter in chapters for figure in chapter.figures):
        raise BoundaryError(
            f"{boundaries.file}: none of the results has areas to draw; a run or a comparison has"
        )
    return [
        replace(c, blocks=[b for block in c.blocks for b in _mapped(block, boundaries, language)])
        for c in chapters
    ]


def _mapped(block: Block, boundaries: Boundaries, language: Language) -> list[Block]:
    if not isinstance(block, Figure) or not block.areas:
        return [block]
    title = say("map", language.code)
    top = language.percent(top_of(block.areas), 0)
    caption = say("map_note", language.code, file=boundaries.file.name, top=top)
    svg = map_chart(
        block.areas, boundaries.of(block.areas), title=title, description=caption
    )  # fmt: skip
    drawn = replace(
        block, name=f"{block.name}-map", svg=svg, title=title, caption=caption, areas=()
    )  # fmt: skip
    return [drawn, block]
