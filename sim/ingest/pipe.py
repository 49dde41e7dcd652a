"""The shared ingress pipe of the data centre: "servers idle, bandwidth exhausted".

All uploads of the country come in through it, so a flow gets the smaller of its cell's share and
the pipe's share, C / (flows here + flows of the rest of the nation). A share above every radio
peak binds nobody.

The cells must be told when the share moves. To tell every cell at every start and end would cost
O(cells) an event, so it is done when the share has moved by more than ``resolution`` since it was
last told: the rate of a flow is then wrong by at most that much.

Rule of this file: pure. Units: bytes/s.
"""

from __future__ import annotations

from math import inf


class Pipe:
    """An egalitarian share of a fixed capacity.

    Parameters
    ----------
    capacity : bytes/s; ``inf`` for a pipe that is never scarce.
    binding_below : a share above this binds nobody (the fastest radio peak), bytes/s.
    resolution : relative change of the share that is worth telling; 0 tells every change.
    """

    __slots__ = ("_told", "binding_below", "capacity", "local", "nation", "resolution")

    def __init__(
        self, capacity: float = inf, binding_below: float = inf, resolution: float = 0.01
    ) -> None:
        self.capacity = capacity
        self.binding_below = binding_below
        self.resolution = resolution
        self.local = 0
        self.nation = 0.0
        self._told = inf

    def share(self) -> float:
        """What one flow gets at most; ``inf`` where that binds nobody."""
        n = self.local + self.nation
        if n <= 0.0:
            return inf
        share = self.capacity / n
        return share if share < self.binding_below else inf

    def news(self) -> float | None:
        """The share, if the cells should be told that it has changed; else None."""
        share, told = self.share(), self._told
        if share == told:
            return None
        if share != inf and told != inf and abs(share - told) <= self.resolution * told:
            return None
        self._told = share
        return share
