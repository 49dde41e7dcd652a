"""A shaping: the law of starts.

Rule of this file: immutable data and a pure function; the server's side of admission by token is
:mod:`sim.ingest.admission`. Units: seconds of scenario time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Final, Literal

from sim.client.retry.units import Seconds


@dataclass(frozen=True, slots=True)
class Shaping:
    """When a station that is ready begins to send.

    Parameters
    ----------
    name : as in ``--shaping``.
    source : where it is published; what is assumed is called so.
    spread : the start is put off by U(0, spread).
    slots : the time is cut into turns of ``slots`` windows; a station begins in its own window
        only, spread evenly over it, or at once if it becomes ready within it. 1: no slots.
    width : seconds of one window.
    by : a station's window: by the hash of its code, or by its kecamatan.
    places : a station asks the server for a token first; so many of a kecamatan hold one at a
        time. 0: no tokens.
    lease : a token that is not given back is free again after this time.
    """

    name: str
    source: str = ""
    spread: Seconds = 0.0
    slots: int = 1
    width: Seconds = 0.0
    by: Literal["hash", "district"] = "hash"
    places: int = 0
    lease: Seconds = 1800.0

    def __post_init__(self) -> None:
        if self.slots < 1 or self.places < 0:
            raise ValueError("slots must be at least 1, and places at least 0")
        if self.slots > 1 and self.width <= 0:
            raise ValueError("slots need a width of more than 0 s")
        if self.spread < 0 or self.lease <= 0:
            raise ValueError("spread must be at least 0 s, and lease more")

    def start(self, ready: float, hashed: float, district: int, u: float) -> float:
        """When a station begins.

        Parameters
        ----------
        ready : when its photographs are ready.
        hashed : the hash of its code as a number in (0, 1), the same every night.
        district : index of its kecamatan.
        u : tonight's draw from U(0, 1).
        """
        if self.slots > 1:
            own = int(hashed * self.slots) if self.by == "hash" else district % self.slots
            window = floor(ready / self.width)
            ahead = (own - window) % self.slots
            if ahead:
                ready = (window + ahead + u) * self.width
        return ready + self.spread * u


AT_ONCE: Final = Shaping("at-once", "as soon as the photographs are ready, as in 2020")

SHAPINGS: Final[dict[str, Shaping]] = {
    shaping.name: shaping
    for shaping in (
        AT_ONCE,
        Shaping("jittered-start", "U(0, 30 min): ours; no published constant", spread=1800.0),
        Shaping(
            "slots-by-hash",
            "four turns of 15 min by the station's hash: ours; no published constant",
            slots=4,
            width=900.0,
        ),
        Shaping(
            "slots-by-district",
            "four turns of 15 min, kecamatan after kecamatan: ours; no published constant",
            slots=4,
            width=900.0,
            by="district",
        ),
        Shaping(
            "admission",
            "tokens by the server, 8 a kecamatan; refused with 429 and Retry-After (RFC 6585): "
            "the number is ours",
            places=8,
        ),
    )
}
