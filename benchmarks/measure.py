"""Interleaved timing: A B A B ..., the median of the ratios, so that a machine's drift cancels; and
the pages that tell what was measured."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from study.nights import without_collector

TABLE: Final = "| what | measured | target | met |\n|---|---|---|---|"


class Row(NamedTuple):
    """A line of the table; ``target`` says what was aimed at, and ``met`` if it was reached."""

    what: str
    figure: str
    target: str
    met: bool | None

    def line(self) -> str:
        """As Markdown, below :data:`TABLE`."""
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        return f"| {self.what} | {self.figure} | {self.target} | {met} |"


def sections_of(page: Path) -> dict[str, str]:
    """A page's sections as they are, by their titles; none of a page that is not there yet."""
    if not page.is_file():
        return {}
    found = {}
    for part in page.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        found[title] = text.strip()
    return found


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call of this process (other processes' work does not count), with the
    cycle collector paused, for ours and peers alike, as nights run."""
    gc.collect()
    with without_collector():
        begun = time.process_time()
        work()
        return time.process_time() - begun


def paired(
    ours: Callable[[], object], peer: Callable[[], object], rounds: int
) -> tuple[float, float, float]:
    """Median seconds of ours and of the peer, and the median of their ratios."""
    times = [(seconds(ours), seconds(peer)) for _ in range(rounds)]
    return (
        median(a for a, _ in times),
        median(b for _, b in times),
        median(a / b for a, b in times),
    )
