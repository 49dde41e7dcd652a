"""``errors:10%``, ``errors:10%:502``: a share of all requests is answered by an error.

The default is 500, a fault of the server's own making, so that it is told apart from the 503 of an
overload, which invites to come again.

Rule of this file: one fault. Units: shares of 1.
"""

from __future__ import annotations

from random import Random
from typing import Final

from server.faults.fault import Fault
from server.units import SpecError, share

STATUS: Final = 500


class Errors(Fault):
    """A ``share`` of all requests gets ``status``."""

    __slots__ = ("_random", "share", "status")

    def __init__(self, share: float, status: int, random: Random) -> None:
        self.share = share
        self.status = status
        self._random = random

    def error(self, now: float) -> int | None:
        return self.status if self._random.random() < self.share else None


def parse(text: str, random: Random) -> Errors:
    """``10%`` or ``10%:502``."""
    part, colon, status = text.partition(":")
    if colon and not (status.isascii() and status.isdigit() and 400 <= int(status) <= 599):
        raise SpecError(f"'{status}' is not an error's status; expected 400 to 599")
    return Errors(share(part), int(status) if colon else STATUS, random)
