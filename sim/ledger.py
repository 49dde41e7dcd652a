"""What is written down about each station: its outcome at the snapshot, and how it came about.

The seed's three figures map to these outcomes; the mapping is printed on every page.
Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray


class State(IntEnum):
    """Where a station stands at the snapshot."""

    SENT_KPPS = 0
    SENT_PPK = 1
    FAILED = 2  # attempted, not sent
    NOT_ATTEMPTED = 3


class Cause(IntEnum):
    """Why the latest attempt failed, or why there was none."""

    NONE = 0
    ACCESS = 1  # the cell refused the phone a connection
    BREAK = 2  # the link broke in mid-transfer
    TIMEOUT = 3
    REFUSED = 4  # the server was full: 503 or 504
    OUTAGE = 5
    FAULT = 6  # the server's application failed: 500
    GAVE_UP = 7  # no failure, but patience ended between two pieces
    NO_COVERAGE = 8
    NO_APP = 9
    NOT_REACHED = 10  # nobody has come to it yet
    RESET = 11  # the server refused or closed the connection
    REJECTED = 12  # the server did not want this request: a status 4xx other than 429


class Entry:
    """The running record of one station."""

    __slots__ = (
        "acked",
        "airtime",
        "attempts",
        "by",
        "cause",
        "excel",
        "handed_over",
        "sent_at",
        "tally_at",
        "wasted",
    )

    def __init__(self) -> None:
        self.attempts = 0
        self.acked = 0.0
        self.wasted = 0.0
        self.airtime = 0.0  # seconds in which a transfer of this station was under way
        self.cause = Cause.NOT_REACHED
        self.sent_at = nan
        self.by: State | None = None
        self.handed_over = nan
        self.tally_at = nan
        self.excel = False

    def state(self) -> State:
        """Where the station stands now."""
        if self.by is not None:
            return self.by
        return State.FAILED if self.attempts else State.NOT_ATTEMPTED


OUTCOMES: Final = np.dtype(
    [
        ("station", "i4"),
        ("kecamatan", "i4"),
        ("state", "i1"),
        ("cause", "i1"),
        ("ready_s", "f8"),
        ("sent_s", "f8"),
        ("tally_s", "f8"),
        ("handed_over_s", "f8"),
        ("attempts", "i4"),
        ("bytes_acked", "i8"),
        ("bytes_wasted", "i8"),
        ("airtime_s", "f8"),
        ("excel", "?"),
    ]
)
"""One row a station. Times are seconds after the scenario's start, NaN where it did not happen.
``tally_s``: when the tally was known, by itself or with the photographs, whichever was first."""


def table(
    entries: Sequence[Entry], kecamatan: NDArray[np.int64], ready: NDArray[np.float64]
) -> NDArray[np.void]:
    """The ledger as a structured array of dtype :data:`OUTCOMES`, shape (stations,)."""
    rows = np.zeros(len(entries), OUTCOMES)
    rows["station"] = np.arange(len(entries))
    rows["kecamatan"] = kecamatan
    rows["state"] = [e.state() for e in entries]
    rows["cause"] = [Cause.NONE if e.by is not None else e.cause for e in entries]
    rows["ready_s"] = ready
    rows["sent_s"] = [e.sent_at for e in entries]
    rows["tally_s"] = [
        e.tally_at if e.by is None else np.fmin(e.tally_at, e.sent_at) for e in entries
    ]
    rows["handed_over_s"] = [e.handed_over for e in entries]
    rows["attempts"] = [e.attempts for e in entries]
    rows["bytes_acked"] = [round(e.acked) for e in entries]
    rows["bytes_wasted"] = [round(e.wasted) for e in entries]
    rows["airtime_s"] = [e.airtime for e in entries]
    rows["excel"] = [e.excel for e in entries]
    return rows
