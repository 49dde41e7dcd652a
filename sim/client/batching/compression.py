"""How much smaller a photograph becomes: the size law of the app's compression levels.

The shares are those of a synthetic sheet of print, ruled lines and sensor noise (3000 x 4000
pixels), JPEG by libjpeg, relative to the full picture at quality 85; ``python -m
benchmarks.compression`` measures them again. That real sheets shrink alike is an assumption, and
that they stay readable is one too: the commission should look at its own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """How strongly the app compresses a photograph before it sends it."""

    ORIGINAL = "original"
    LIGHT = "light"
    MEDIUM = "medium"
    STRONG = "strong"


SETTINGS: Final[dict[Level, tuple[int, int]]] = {
    Level.ORIGINAL: (4000, 85),
    Level.LIGHT: (4000, 60),
    Level.MEDIUM: (2560, 75),
    Level.STRONG: (1600, 75),
}
"""The longer edge in pixels, and the JPEG quality."""

SHARE: Final[dict[Level, float]] = {
    Level.ORIGINAL: 1.0,
    Level.LIGHT: 0.515,
    Level.MEDIUM: 0.354,
    Level.STRONG: 0.202,
}
"""Bytes after compression, of bytes before."""


def compressed(size: int, level: Level) -> int:
    """Bytes of a photograph of ``size`` bytes at a level; at least one."""
    return max(1, round(size * SHARE[level]))
