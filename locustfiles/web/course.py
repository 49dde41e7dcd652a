"""The course of a window in parts: requests a second, stored and failed so far.

Rule of this file: counting. Units: seconds of scenario time in the log, rates in requests a second
of real time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from locustfiles.forecast import NEVER_SENT
from sim.attempts import Attempt
from sim.ledger import Cause

PARTS: Final = 60
"""Parts of the window: a curve of 600 pixels has 10 for each."""


class Course:
    """Counts attempts by the part of the window in which they ended.

    An attempt that ended outside of the window is not counted.
    """

    def __init__(self, begins: float, ends: float, speed: float) -> None:
        self._begins, self._width = begins, (ends - begins) / PARTS
        self._real = self._width / speed  # seconds of real time that a part lasts
        self._asked, self._stored, self._failed = np.zeros((3, PARTS), dtype=np.int64)

    def add(self, rows: Iterable[Attempt]) -> None:
        """More attempts."""
        for row in rows:
            part = int((row.at - self._begins) // self._width)
            if not 0 <= part < PARTS:
                continue
            self._asked[part] += row.cause not in NEVER_SENT
            if row.cause is not Cause.NONE:
                self._failed[part] += 1
            elif row.kind == "send":
                self._stored[part] += 1

    def curves(self, parts: int = PARTS) -> dict[str, list[Any]]:
        """The curves over the first ``parts`` parts."""
        return {
            "rate": [round(v, 3) for v in (self._asked[:parts] / self._real).tolist()],
            "stored": np.cumsum(self._stored[:parts]).tolist(),
            "failed": np.cumsum(self._failed[:parts]).tolist(),
        }
