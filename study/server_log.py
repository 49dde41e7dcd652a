"""What the server under test saw, from a replay's log of attempts: arrivals, answers, refusals.

Rule of this file: from rows to arrays. Units: seconds of the server's own (real) time, megabytes.
A body is at the server when its last byte was really handed over: planned moments in scenario time,
divided by the speed, and the lateness of the emulator on top.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.attempts import Attempt
from sim.scenario.ingest_model import MEGABYTE

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

BUSY: Final = frozenset({429, 503})
_GATEWAY_TIMEOUT: Final = 504


@dataclass(frozen=True, slots=True)
class Served:
    """Requests whose whole body arrived and was taken in, in order of arrival.

    Attributes
    ----------
    arrived, answered : times; ``answered`` is NaN where the client had left before.
    size : megabytes.
    new : was something stored? Else the work is not that of a request: a duplicate, an error.
    """

    arrived: Array
    answered: Array
    size: Array
    new: Mask

    def __len__(self) -> int:
        return len(self.arrived)


@dataclass(frozen=True, slots=True)
class ServerLog:
    """All requests with a body.

    Attributes
    ----------
    served : see :class:`Served`.
    refused : arrival of whole bodies that were refused at once (429 or 503).
    expired : seconds that requests waited that were given up by the server (504).
    turned_away : when connections were refused before their body was whole.
    bodies : when bodies began and ended, shape (bodies, 2): what holds a connection.
    early, late : uploads that were stored already: answered before, and after, their whole body.
    """

    served: Served
    refused: Array
    expired: Array
    turned_away: Array
    bodies: Array
    early: int
    late: int


def server_log(attempts: Iterable[Attempt], speed: float) -> ServerLog:
    """Sort the rows of a log by what became of them at the server."""
    taken: list[tuple[float, float, float, bool]] = []
    refused, expired, turned_away = [], [], []
    bodies: list[tuple[float, float]] = []
    early = late = 0
    before: set[tuple[int, str, int]] = set()  # pieces whose whole body has been there
    for row in sorted(attempts, key=lambda row: row.at):
        if row.kind != "send":
            continue
        if isnan(row.left) or row.sent < row.length:
            if row.status in BUSY:
                turned_away.append(row.at / speed)
            early += 200 <= row.status < 300
            if not isnan(row.left):
                bodies.append((row.joined / speed, row.left / speed))
            continue
        lag = 0.0 if isnan(row.drain_late) else max(row.drain_late, 0.0)
        arrived, answered = row.left / speed + lag, row.at / speed
        bodies.append((row.joined / speed, arrived))
        if row.status in BUSY:
            refused.append(arrived)
        elif row.status == _GATEWAY_TIMEOUT:
            expired.append(answered - arrived)
        else:
            piece = (row.station, row.key, row.offset)
            stored = 200 <= row.status < 300
            new = stored and piece not in before
            late += stored and not new
            before.add(piece)
            known = answered if row.status > 0 else np.nan
            taken.append((arrived, known, row.length / MEGABYTE, new))
    taken.sort(key=lambda t: t[0])
    table = np.array(taken, dtype=float).reshape(-1, 4)
    served = Served(table[:, 0], table[:, 1], table[:, 2], table[:, 3] > 0)
    return ServerLog(
        served,
        np.sort(refused),
        np.array(expired),
        np.sort(turned_away),
        np.array(bodies, dtype=float).reshape(-1, 2),
        early,
        late,
    )
