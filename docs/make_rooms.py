"""Draws the rooms and the way of one upload: ``python docs/make_rooms.py``.

The arrows between rooms are read from the imports, so the picture cannot say what the code does not
do; where a room stands, and its one line, are said here.

Rule of this file: SVG in text; a test compares the pictures with what this makes.
"""

import ast
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1]
IMAGES = Path(__file__).parent / "images"
INK, SOFT, CARD, BLUE, ORANGE = "#1b1f24", "#57606a", "#f6f7f9", "#0072b2", "#b34700"
Box = tuple[float, float, float, float]  # left, top, width, height

ROOMS: dict[str, tuple[Box, str]] = {
    "tangguh": ((310, 20, 300, 62), "the front door: commands"),
    "reports": ((60, 150, 230, 62), "pages, PDF, two languages"),
    "locustfiles": ((630, 150, 230, 62), "world 2: real time, sockets"),
    "study": ((60, 280, 230, 62), "experiments over many nights"),
    "server": ((630, 20, 230, 62), "ingest server; knows nobody"),
    "sim": ((60, 410, 800, 236), "the model: no clock, no files, no chance but keyed draws"),
}
INSIDE = (
    ("scenario", "what is typed, with units"),
    ("population", "stations, cells, draws"),
    ("client", "the app: workflow, policies"),
    ("network", "cells, radio, transport"),
    ("ingest", "the server as a model"),
    ("people", "crews, operators, hubs"),
    ("overload", "small worlds, one truth each"),
    ("kernel", "a night compiled, bit for bit"),
    ("night.py", "one night in virtual time"),
)


def arrows() -> set[tuple[str, str]]:
    """Who imports whom, room by room."""
    found = set()
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                match node:
                    case ast.Import():
                        named = [alias.name for alias in node.names]
                    case ast.ImportFrom(module=str(module)):
                        named = [module]
                    case _:
                        continue
                found |= {(room, name.split(".")[0]) for name in named}
    return {(a, b) for a, b in found if b in ROOMS and a != b}


def essential(all_arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without those that another way of arrows says already."""
    return {
        (a, b)
        for a, b in all_arrows
        if not any(a == start and (end, b) in all_arrows for start, end in all_arrows if end != b)
    }


def text(x: float, y: float, words: str, size: int, colour: str = INK, style: str = "") -> str:
    at = f'x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}"{style}'
    return f"<text {at}>{escape(words)}</text>"


def box(place: Box, name: str, line: str, edge: str = INK) -> str:
    x, y, width, height = place
    return "\n".join(
        [
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="10" '
            f'fill="{CARD}" stroke="{edge}"/>',
            text(x + 14, y + 26, name, 16, INK, ' font-weight="600"'),
            text(x + 14, y + 47, line, 13, SOFT),
        ]
    )


def arrow(start: tuple[float, float], end: tuple[float, float], colour: str = SOFT) -> str:
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" '
        'stroke-width="1.6" marker-end="url(#head)"/>'
    )


def between(a: Box, b: Box) -> str:
    """From an edge of one box to the nearest edge of the other."""
    if a[1] == b[1]:  # side by side
        y = a[1] + a[3] / 2
        return (
            arrow((a[0] + a[2], y), (b[0], y))
            if a[0] < b[0]
            else arrow((a[0], y), (b[0] + b[2], y))
        )
    low, high = max(a[0], b[0]), min(a[0] + a[2], b[0] + b[2])
    if low < high:  # one above the other
        return arrow(((low + high) / 2, a[1] + a[3]), ((low + high) / 2, b[1]))
    return arrow((a[0] + a[2] * (0.8 if a[0] < b[0] else 0.2), a[1] + a[3]),
                 (b[0] + b[2] / 2, b[1]))  # fmt: skip


def picture(width: int, height: int, title: str, parts: list[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            'font-family="system-ui,Segoe UI,Roboto,Noto Sans,DejaVu Sans,sans-serif">',
            f"<title>{escape(title)}</title>",
            f'<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            f'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="{SOFT}"/>'
            "</marker></defs>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def rooms() -> str:
    """The rooms, and who may know whom."""
    parts = [between(ROOMS[a][0], ROOMS[b][0]) for a, b in sorted(essential(arrows()))]
    parts += [box(place, f"{name}/", line) for name, (place, line) in ROOMS.items()]
    x, y, *_ = ROOMS["sim"][0]
    for i, (name, line) in enumerate(INSIDE):
        column, row = i % 3, i // 3
        at = (x + 14 + column * 260, y + 58 + row * 58, 250.0, 50.0)
        label = name if name.endswith(".py") else f"{name}/"
        parts += [
            f'<rect x="{at[0]:g}" y="{at[1]:g}" width="250" height="50" rx="7" fill="#fff" '
            f'stroke="{SOFT}"/>',
            text(at[0] + 10, at[1] + 21, label, 14),
            text(at[0] + 10, at[1] + 39, line, 12, SOFT),
        ]
    return picture(920, 666, "The rooms of tangguh; an arrow reads: imports", parts)


def upload() -> str:
    """One upload's way in both worlds: the client and the cell are the same objects."""
    shared = [
        ("sim/client", "yields Send(photo, offset, length)"),
        ("sim/link.py", "coverage, access, handshakes"),
        ("sim/network/cell.py", "how many bytes have passed"),
    ]
    first = [
        ("sim/night.py", "SimPy's clock jumps on"),
        ("sim/uplink.py", "the flow ends, breaks, times out"),
        ("sim/ingest", "a model: slots, pipe, workers"),
    ]
    second = [
        ("locustfiles/live.py", "the same events by the real clock"),
        ("locustfiles/pump.py", "writes what the cell lets through"),
        ("the server under test", "answers when it likes"),
    ]
    parts = [
        text(40, 34, "World 1: the prediction", 17, BLUE, ' font-weight="600"'),
        text(640, 34, "World 2: the replay", 17, ORANGE, ' font-weight="600"'),
        text(340, 34, "The same in both", 17, INK, ' font-weight="600"'),
    ]
    for x, column, edge in ((40, first, BLUE), (340, shared, INK), (640, second, ORANGE)):
        places = [(float(x), 52.0 + 104 * i, 250.0, 66.0) for i in range(3)]
        parts += [between(a, b) for a, b in pairwise(places)]
        parts += [box(p, n, line, edge) for p, (n, line) in zip(places, column, strict=True)]
    for i in range(2):
        y = 85.0 + 104 * i
        parts += [arrow((340, y), (290, y)), arrow((590, y), (640, y))]
    both = (190.0, 372.0, 550.0, 66.0)
    parts += [
        arrow((165, 326), (300, 372)),
        arrow((765, 326), (630, 372)),
        box(both, "sim/attempts.py", "one log of attempts, the same columns; "
            "study/replay compares"),
    ]  # fmt: skip
    return picture(930, 458, "The way of one upload in both worlds", parts)


PICTURES = {"rooms.svg": rooms, "upload.svg": upload}

if __name__ == "__main__":
    for name, make in PICTURES.items():
        (IMAGES / name).write_text(make(), encoding="utf-8")
