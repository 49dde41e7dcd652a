"""A page of text and tables as data: the same blocks become HTML and Markdown.

Rule of this file: blocks and Markdown; the HTML is in ``assets/document.html.j2``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 2 begins a section."""

    text: str
    level: int = 2
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; ``role``: ``answer`` is what is read first, ``gap`` is what is missing."""

    text: str
    role: Literal["plain", "answer", "note", "gap"] = "plain"
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: Sequence[str]
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``numbers`` says which columns are figures."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Code:
    """Lines for a terminal."""

    lines: Sequence[str]
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of ours (:mod:`reports.charts`) and its data, which is a table under it, a CSV file
    beside the report, and what the arrow keys read out.

    ``name`` is a file's name without its ending, unique in a chapter; ``svg`` a whole SVG document;
    ``title`` says what is seen, ``caption`` how it is read; ``numbers`` which columns are figures.
    """

    name: str
    svg: str
    title: str
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    kind: Literal["figure"] = "figure"

    def __post_init__(self) -> None:
        """Names of worlds come from files; a name is also an HTML id and a file's."""
        object.__setattr__(self, "name", re.sub(r"[^\w-]+", "-", self.name))

    @property
    def table(self) -> Table:
        """Its data."""
        return Table(self.head, self.rows, self.numbers)

    @property
    def readings(self) -> list[str]:
        """Each row as a sentence: what a screen reader says at an arrow key."""
        return [
            f"{row[0]}: "
            + ", ".join(f"{h} {c}" for h, c in zip(self.head[1:], row[1:], strict=True) if c)
            for row in self.rows
        ]


Block = Heading | Text | Items | Table | Code | Figure


def markdown(title: str, blocks: Sequence[Block]) -> str:
    """The blocks as Markdown (tables as GitHub writes them)."""
    parts = [f"# {_line(title)}"]
    for block in blocks:
        match block:
            case Heading():
                parts.append(f"{'#' * block.level} {_line(block.text)}")
            case Text():
                text = _line(block.text)
                parts.append(f"**{text}**" if block.role in ("answer", "gap") else text)
            case Items():
                parts.append("\n".join(f"- {_line(item)}" for item in block.items))
            case Table():
                parts.append(_table(block))
            case Code():
                parts.append("\n".join(["```sh", *block.lines, "```"]))
            case Figure():
                parts += [f"**{_line(block.title)}** {_line(block.caption)}", _table(block.table)]
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> str:
    rule = ["---:" if i in table.numbers else "---" for i in range(len(table.head))]
    rows = [table.head, rule, *table.rows]
    return "\n".join(f"| {' | '.join(_cell(c) for c in row)} |" for row in rows)


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
