"""``outage:60s-120s``, ``outage:60s-120s:50%:silent``: for a while, a share of requests fails.

How it fails is one of three: an answer of 503, no answer at all (silent: as a server behind a
broken network seems to its clients), or a connection that is cut (reset). The same window as in
:mod:`sim.ingest.outages`, which this room may not import, so that a predicted outage can be staged.

Rule of this file: one fault. Units: seconds since the server started, shares of 1.
"""

from __future__ import annotations

from random import Random
from typing import Final

from server.faults.fault import RESET, SILENT, Fault
from server.units import SpecError, share, span, unknown

ERRORS: Final[dict[str, int | None]] = {"503": 503, "reset": RESET, "silent": None}


class Outage(Fault):
    """From ``begins`` until before ``ends``, a ``share`` of requests fails as ``how`` says."""

    __slots__ = ("_random", "begins", "ends", "how", "share")

    def __init__(self, begins: float, ends: float, share: float, how: str, random: Random) -> None:
        self.begins = begins
        self.ends = ends
        self.share = share
        self.how = how
        self._random = random

    def delay(self, now: float) -> float:
        return SILENT if self.how == "silent" and self._strikes(now) else 0.0

    def error(self, now: float) -> int | None:
        return ERRORS[self.how] if self.how != "silent" and self._strikes(now) else None

    def _strikes(self, now: float) -> bool:
        return self.begins <= now < self.ends and self._random.random() < self.share


def parse(text: str, random: Random) -> Outage:
    """``60s-120s``, then a share and a way to fail in any order, or neither."""
    window, *rest = text.split(":")
    begins, ends = span(window)
    if ends <= begins:
        raise SpecError(f"'{window}' is not a window; expected something like '60s-120s'")
    part, how = 1.0, "503"
    shares = [word for word in rest if word.strip().endswith("%")]
    ways = [word.strip() for word in rest if not word.strip().endswith("%")]
    if len(shares) > 1 or len(ways) > 1:
        raise SpecError(f"'{text}' says a thing twice; expected '60s-120s:50%:silent'")
    if shares:
        part = share(shares[0])
    if ways:
        how = ways[0]
        if how not in ERRORS:
            raise unknown("way to fail", how, ERRORS)
    return Outage(begins, ends, part, how, random)
