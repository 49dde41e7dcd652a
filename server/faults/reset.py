"""``reset:2%``: a share of all requests loses its connection, without an answer.

Rule of this file: one fault. Units: shares of 1.
"""

from __future__ import annotations

from random import Random

from server.faults.fault import RESET, Fault
from server.units import share


class Reset(Fault):
    """A ``share`` of all requests is cut off."""

    __slots__ = ("_random", "share")

    def __init__(self, share: float, random: Random) -> None:
        self.share = share
        self._random = random

    def error(self, now: float) -> int | None:
        return RESET if self._random.random() < self.share else None


def parse(text: str, random: Random) -> Reset:
    """``2%``."""
    return Reset(share(text), random)
