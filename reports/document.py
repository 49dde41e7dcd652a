"""A page of text and tables as data: the same blocks become HTML and Markdown.

Rule of this file: blocks, Markdown, plain data; the HTML is in ``assets/blocks.html.j2``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from reports.boundaries import Area


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
    beside the report, and what a pointer and the arrow keys read out (``assets/script.js``).

    ``name`` is a file's name without its ending, unique in a chapter; ``svg`` a whole SVG document;
    ``title`` says what is seen, ``caption`` how it is read; ``numbers`` which columns are figures;
    ``areas``, one a row, what a map would show (:mod:`reports.maps`).
    """

    name: str
    svg: str
    title: str
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    areas: Sequence[Area] = ()
    kind: Literal["figure"] = "figure"

    def __post_init__(self) -> None:
        """Names of worlds come from files; a name is also an HTML id and a file's."""
        object.__setattr__(self, "name", re.sub(r"[^\w-]+", "-", self.name))

    @property
    def table(self) -> Table:
        """Its data."""
        return Table(self.head, self.rows, self.numbers)


Block = Heading | Text | Items | Table | Code | Figure
_KINDS: Final[Mapping[str, Callable[..., Block]]] = {
    "heading": Heading, "text": Text, "items": Items, "table": Table, "code": Code,
    "figure": Figure,
}  # fmt: skip


def plain(block: Block) -> dict[str, Any]:
    """A block as JSON can hold it."""
    data = asdict(block)
    return data | {"numbers": sorted(data["numbers"])} if "numbers" in data else data


def from_plain(data: Mapping[str, Any]) -> Block:
    """The block that :func:`plain` was given."""
    known = dict(data)
    if "numbers" in known:
        known["numbers"] = frozenset(known["numbers"])
    return _KINDS[data["kind"]](**known)


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
