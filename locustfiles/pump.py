"""Lets bodies flow as their cells grant it: every active transfer has sent what its flow has been
granted by now, in pieces.

The course of an upload is the model's, not only its end: the cell says how many bytes have passed
by a moment, and that many are handed to the socket, so far as they make up a piece. An error of one
tick is made good by the next, so nothing drifts.

Rule of this file: no socket, no clock; it is called with the time.
"""

from __future__ import annotations

from locustfiles.exchange import Exchange
from sim.network.cell_clock import CellClock, Transfer


class Pump:
    """All bodies of a worker that are on their way.

    Attributes
    ----------
    peak : most bodies at once.
    passed : bytes granted to bodies that were on their way at a tick.
    """

    def __init__(self) -> None:
        self._flowing: dict[Transfer, tuple[CellClock, Exchange]] = {}
        self.peak = 0
        self.passed = 0

    def add(self, cell: CellClock, transfer: Transfer, exchange: Exchange) -> None:
        """A body begins."""
        self._flowing[transfer] = (cell, exchange)
        self.peak = max(self.peak, len(self._flowing))

    def remove(self, transfer: Transfer) -> None:
        """It has ended, or was cut."""
        del self._flowing[transfer]

    def tick(self, now: float) -> None:
        """Grant what has passed by ``now``; all events up to then have been processed."""
        for transfer, (clock, exchange) in self._flowing.items():
            granted = int(clock.cell.delivered(now, transfer.flow))
            self.passed += granted - exchange.granted
            exchange.grant(granted)
