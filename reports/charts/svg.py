"""A sheet to draw on, as an SVG document: what a page and a PDF show alike.

Colours are Okabe and Ito's (Color Universal Design, 2008), the orange darkened so that text in it
has a contrast of 4.5 on white. What a colour says is also said by a shape, a dash or a label.

A zone is an unseen box over what a row of the figure's table is drawn as: a pointer in it, or the
arrow keys, read that row out (``assets/script.js``).

Rule of this file: shapes and words at places; no data. Units: pixels of a sheet 640 wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Final, Literal

WIDTH: Final = 640.0
INK: Final = "#1b1f24"
SOFT: Final = "#57606a"
LINE: Final = "#d6dae0"
BLUE: Final = "#0072b2"
MIDDLE: Final = "#5aa5d3"  # blue, lighter: half of the nights
PALE: Final = "#bcdcf0"  # blue, palest: 95% of the nights
ORANGE: Final = "#b34700"
GREEN: Final = "#00735c"
SIZE: Final = 13.0  # of text; DejaVu Sans, as in the PDF
_WIDE: Final = 0.62  # mean width of a character of DejaVu Sans, in its size (measured on names)


@dataclass(slots=True)
class Sheet:
    """A drawing; ``document`` gives the whole of it."""

    height: float
    parts: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)

    def rect(
        self, x: float, y: float, wide: float, high: float, fill: str, *, edge: str = "none",
        round_: float = 0.0,
    ) -> None:  # fmt: skip
        """A box, at least a pixel wide so that it is seen."""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 1):.1f}" height="{high:.1f}" '
            f'rx="{round_:g}" fill="{fill}" stroke="{edge}"/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = LINE, *, wide: float = 1.0,
        dash: str = "",
    ) -> None:  # fmt: skip
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{wide:g}"{dashed}/>'
        )

    def path(
        self, points: list[tuple[float, float]], *, colour: str = "none", fill: str = "none",
        wide: float = 2.0, dash: str = "",
    ) -> None:  # fmt: skip
        """A line through points, closed if it is filled."""
        drawn = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        closed = "Z" if fill != "none" else ""
        self.parts.append(
            f'<path d="{drawn}{closed}" fill="{fill}" stroke="{colour}" '
            f'stroke-width="{wide:g}"{dashed}/>'
        )

    def shape(
        self, rings: Sequence[Sequence[tuple[float, float]]], fill: str, edge: str, row: int
    ) -> None:
        """A polygon with holes and islands, and the zone of a row over it."""
        drawn = "".join("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring) + "Z" for ring in rings)
        self.parts.append(
            f'<path d="{drawn}" fill="{fill}" fill-rule="evenodd" stroke="{edge}" '
            'stroke-width="0.8" stroke-linejoin="round"/>'
        )
        self.zones.append(
            f'<path data-row="{row}" d="{drawn}" fill="{INK}" fill-rule="evenodd" '
            'fill-opacity="0"/>'
        )

    def dot(self, x: float, y: float, colour: str, *, size: float = 5.0, fill: str = "") -> None:
        """A filled circle, or a ring with another fill."""
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}" fill="{fill or colour}" '
            f'stroke="{colour if fill else "#fff"}" stroke-width="1.5"/>'
        )

    def text(
        self, x: float, y: float, words: str, *, colour: str = INK, size: float = SIZE,
        anchor: Literal["start", "middle", "end"] = "start", bold: bool = False,
    ) -> None:  # fmt: skip
        """Words on a base line."""
        weight = ' font-weight="700"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" '
            f'text-anchor="{anchor}"{weight}>{escape(words)}</text>'
        )

    def zone(self, x: float, y: float, wide: float, high: float, row: int) -> None:
        """Where a pointer reads a row of the table, counted from 0; later ones lie above."""
        self.zones.append(
            f'<rect data-row="{row}" x="{x:.1f}" y="{y:.1f}" width="{max(wide, 1):.1f}" '
            f'height="{high:.1f}" fill="{INK}" fill-opacity="0"/>'
        )

    def strips(
        self, places: Sequence[float], left: float, right: float, top: float, bottom: float
    ) -> None:
        """Upright zones, each reaching half way to its neighbours; places from left to right."""
        edges = [left, *((a + b) / 2 for a, b in pairwise(places)), right]
        for row, (first, last) in enumerate(pairwise(edges)):
            self.zone(first, top, last - first, bottom - top, row)

    def document(self, title: str, description: str) -> str:
        """The SVG, with its title and description for those who do not see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {self.height:g}" '
            f'width="{WIDTH:g}" height="{self.height:g}" '
            'font-family="DejaVu Sans, Verdana, sans-serif">'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
            f'<rect width="{WIDTH:g}" height="{self.height:g}" fill="#fff"/>'
            f"{''.join(self.parts)}{''.join(self.zones)}</svg>"
        )


def wide(words: str, size: float = SIZE) -> float:
    """About how wide words are."""
    return len(words) * _WIDE * size


def wrap(words: str, room: float, size: float = SIZE, lines: int = 2) -> list[str]:
    """Words in lines that fit a room; what does not fit the last line ends in an ellipsis."""
    found = [""]
    for word in words.split():
        longer = f"{found[-1]} {word}".strip()
        if wide(longer, size) <= room or not found[-1]:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    fits = max(int(room / (_WIDE * size)), 2)
    return [line if len(line) <= fits else f"{line[: fits - 1]}…" for line in found]
