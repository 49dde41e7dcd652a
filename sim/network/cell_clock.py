"""World 1's clock of a cell: SimPy's time drives the pure Cell, and ends each transfer once.

Rule of this file: the only one of this room that knows SimPy; it decides nothing.
"""

from __future__ import annotations

import heapq
from math import inf
from typing import Final

from simpy import Environment, Event, Timeout

from sim.network.cell import Cell, Flow

_TICK: Final = 1e-9  # seconds; a cut this near is due (a timer's delay is rounded)


class Transfer(Event):
    """A body on its way through a cell: happens once, when it has arrived or is cut.

    It happens at once rather than by way of SimPy's queue: the cell's wake-up is the event, and a
    second one at the same moment would cost as much again.
    """

    __slots__ = ("cut_short", "delivered", "flow")

    def __init__(self, env: Environment) -> None:
        super().__init__(env)
        self.flow: Flow
        self.cut_short = False
        self.delivered = 0.0

    def happen(self) -> None:
        """Resume who waits for it."""
        self._ok = True
        self._value = None
        callbacks = self.callbacks
        self.callbacks = None  # type: ignore[assignment]  # as SimPy marks a processed event
        for callback in callbacks:
            callback(self)


class CellClock:
    """Drives one cell by SimPy's clock: one wake-up armed at a time, for whatever comes first, a
    completion, a change of rates or the cut of a transfer; re-armed only if it comes too late."""

    __slots__ = ("_armed", "_cuts", "_env", "_seq", "_timer", "cell", "peak_flows")

    def __init__(self, env: Environment, cell: Cell) -> None:
        self._env = env
        self.cell = cell
        self._armed = inf
        self._timer: Event | None = None
        self._cuts: list[tuple[float, int, Transfer]] = []
        self._seq = 0
        self.peak_flows = 0

    def start(self, size: float, klass: int, cut_at: float) -> Transfer:
        """A body begins; it is cut at ``cut_at`` unless it has arrived by then."""
        cell, env = self.cell, self._env
        transfer = Transfer(env)
        transfer.flow = cell.start(env.now, size, klass, transfer)
        if cell.n > self.peak_flows:
            self.peak_flows = cell.n
        if cut_at < inf:
            self._seq += 1
            heapq.heappush(self._cuts, (cut_at, self._seq, transfer))
        self._arm()
        return transfer

    def cut(self, transfer: Transfer) -> None:
        """End a transfer now, by a hand from outside (an answer that came before the body was in);
        nothing happens to one that has ended."""
        if transfer.flow.active:
            transfer.delivered = self.cell.abort(self._env.now, transfer.flow)
            transfer.cut_short = True
            self._arm()
            transfer.happen()

    def set_ceiling(self, rate: float) -> None:
        """The share of the pipe behind has changed."""
        self.cell.set_ceiling(self._env.now, rate)
        self._arm()

    def _arm(self) -> None:
        t = self.cell.next_event()
        cuts = self._cuts
        while cuts and not cuts[0][2].flow.active:
            heapq.heappop(cuts)
        if cuts and cuts[0][0] < t:
            t = cuts[0][0]
        if t < self._armed:  # a wake-up that comes too early is harmless, one too late is not
            self._armed = t
            env = self._env
            now = env.now
            timer = Timeout(env, t - now if t > now else 0.0)
            timer.callbacks.append(self._wake)
            self._timer = timer

    def _wake(self, timer: Event) -> None:
        if timer is not self._timer:
            return  # an earlier one has taken its place
        now = self._env.now
        ended: list[Transfer] = []
        for flow in self.cell.finished(now):
            transfer = flow.owner
            assert isinstance(transfer, Transfer)
            transfer.delivered = flow.delivered
            ended.append(transfer)
        cuts = self._cuts
        while cuts and (cuts[0][0] <= now + _TICK or not cuts[0][2].flow.active):
            transfer = heapq.heappop(cuts)[2]
            if transfer.flow.active:
                transfer.delivered = self.cell.abort(now, transfer.flow)
                transfer.cut_short = True
                ended.append(transfer)
        self._armed = inf
        self._arm()
        for transfer in ended:
            transfer.happen()
