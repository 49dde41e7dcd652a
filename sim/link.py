"""One device's way to the server, as far as it is the same in both worlds.

What an attempt meets before its bytes move (no coverage, a crowded cell that refuses access, the
handshakes) and when its link breaks are functions of the time and of keyed draws. So a replay over
real sockets meets the very events that the model predicted.

Rule of this file: nothing of servers; SimPy's clock is known to the cell only.
Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, nan
from typing import Final

from sim.client.actions import Request
from sim.client.outcomes import NoService, Reply, TimedOut
from sim.draws import code, uniform
from sim.ledger import Cause, Entry
from sim.network.cell_clock import CellClock
from sim.network.hazards import Congestion

INACTIVITY: Final = 10.0
"""Seconds until the network takes an idle phone's connection away (RRC inactivity, about 10 s). The
next piece after a success within it needs neither access nor handshake; a failure always does."""

_ACCESS: Final = code("link.access")
_BREAK: Final = code("link.break")


@dataclass(slots=True)
class Link:
    """One device's way to the server.

    Parameters
    ----------
    station : index of the station whose photographs it sends.
    key : the device's key for keyed draws.
    cell, klass : its cell and its radio class there.
    congestion : what its district's background load does to attempts.
    setup : seconds from the start of an attempt until its bytes move, on a new connection.
    warm : the same on a connection that is still open: the request's own round trip.
    entry : the station's record.
    web : is it the operators' web page rather than the app?
    operator : is it a device of the kecamatan's office?
    covered : has it any coverage at all?
    resumes : does what it sends now resume after a failure?
    group : whose tokens it asks for, index of its kecamatan.
    lanes : connections side by side that this device has; this link is one of them.
    n : attempts made.
    failed : did the latest attempt fail?
    open_until : the connection may be used again until then.
    kept : per object: bytes that the server keeps, from when on, and bytes before that.
    joined, left, sent : of the latest attempt: when its body entered and left the cell (NaN: it
        never entered), and the bytes of it that passed.
    """

    station: int
    key: int
    cell: CellClock
    klass: int
    congestion: Congestion
    access_delay: float
    setup: float
    entry: Entry
    warm: float = 0.0
    web: bool = False
    operator: bool = False
    covered: bool = True
    resumes: bool = False
    group: int = 0
    lanes: int = 1
    n: int = 0
    failed: bool = True
    open_until: float = -inf
    kept: dict[str, tuple[int, float, int]] = field(default_factory=dict)
    joined: float = nan
    left: float = nan
    sent: float = 0.0

    def setup_at(self, now: float) -> float:
        """Seconds until an attempt that begins at ``now`` moves its bytes."""
        return self.warm if now <= self.open_until else self.setup

    def unreachable(self, request: Request, now: float) -> Reply | None:
        """The reply to an attempt at ``now`` that never gets as far as the server, else None."""
        if not self.covered:
            self.entry.cause = Cause.NO_COVERAGE
            return NoService(now + min(self.access_delay, request.timeout))
        if now > self.open_until and self.congestion.refused(
            now, uniform(self.key, _ACCESS, self.n)
        ):
            self.entry.cause = Cause.ACCESS
            return NoService(now + min(self.access_delay, request.timeout))
        if self.setup_at(now) >= request.timeout:
            self.entry.cause = Cause.TIMEOUT
            return TimedOut(now + request.timeout)
        return None

    def breaks_at(self, now: float) -> float:
        """When the link of the attempt breaks whose body begins at ``now``; ``inf`` if never."""
        return now + self.congestion.break_after(now, uniform(self.key, _BREAK, self.n))

    def answered(self, failed: bool, now: float) -> None:
        """An attempt is over: whether it failed decides if its connection can be used again."""
        self.failed = failed
        self.open_until = -inf if failed else now + INACTIVITY
