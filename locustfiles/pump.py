"""Lets bodies flow as their cells grant it: every active transfer has sent what its flow has been
granted by now, in pieces.

The course of an upload is the model's, not only its end: the cell says how many bytes have passed
by a moment, and as soon as they make up a piece it is handed to the socket. A tick that comes late
is made good by the next, so nothing drifts.

All flows of a radio class in a cell move on one virtual clock, in bytes (:mod:`sim.network.cell`).
So the readings at which their next pieces are due are kept in a heap for each class, and a tick
costs as much as there are classes and pieces due, however many bodies are on their way.

Rule of this file: no socket, no clock; it is called with the time.
"""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace

from locustfiles.exchange import PIECE, Exchange
from sim.network.cell import Flow
from sim.network.cell_clock import CellClock, Transfer

_Heap = list[tuple[float, int, Transfer]]


class Pump:
    """All bodies of a worker that are on their way.

    Attributes
    ----------
    peak : most bodies at once.
    passed : bytes granted.
    """

    def __init__(self) -> None:
        self._flowing: dict[Transfer, Exchange] = {}
        self._due: dict[object, tuple[CellClock, _Heap]] = {}  # by the class of the flows
        self._added = 0
        self.peak = 0
        self.passed = 0

    def add(self, cell: CellClock, transfer: Transfer, exchange: Exchange) -> None:
        """A body begins."""
        self._flowing[transfer] = exchange
        self._added += 1
        self.peak = max(self.peak, len(self._flowing))
        _, heap = self._due.setdefault(transfer.flow.klass, (cell, []))
        heappush(heap, (_reading(transfer.flow, PIECE), self._added, transfer))

    def remove(self, transfer: Transfer) -> None:
        """It has ended, or was cut; what is left of it is granted by whoever ends it."""
        exchange = self._flowing.pop(transfer)
        self.passed += max(int(transfer.delivered) - exchange.granted, 0)

    def tick(self, now: float) -> None:
        """Grant what has passed by ``now``; all events up to then have been processed."""
        for klass, (clock, heap) in list(self._due.items()):
            while heap:
                _, number, transfer = heap[0]
                exchange = self._flowing.get(transfer)
                if exchange is None or not transfer.flow.active:
                    heappop(heap)  # it was removed, or is about to be
                    continue
                granted = int(clock.cell.delivered(now, transfer.flow))
                more = granted - exchange.granted
                if more < PIECE:
                    break  # and all the others are due later
                exchange.grant(granted)
                self.passed += more
                due = _reading(transfer.flow, granted + PIECE)
                heapreplace(heap, (due, number, transfer))
            if not heap:
                del self._due[klass]


def _reading(flow: Flow, passed: int) -> float:
    """What the clock of the flow's class reads when so many of its bytes have passed."""
    return flow.end - flow.size + passed
