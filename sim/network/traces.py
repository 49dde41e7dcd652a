"""Capacity traces in the mahimahi format, and synthetic ones with the statistics of real uplinks.

**Format.** One whole number a line, not decreasing: at that millisecond the link could have carried
one packet of 1500 bytes. The trace repeats from its last timestamp on (Netravali et al.,
"Mahimahi", USENIX ATC 2015; mm-link(1)).

**Synthetic traces.** The logarithm of the rate is a first-order autoregression with steps of one
second, interrupted by outages: measured saturated LTE uplinks have coefficients of variation from
0.2 (static) to 0.9, lag-1 autocorrelations around 0.84, and gaps that begin one to four times in
ten minutes and last 1 to 80 seconds, heavy-tailed.

Rule of this file: with the scenario loader and the CSV reader the only one in ``sim`` that opens
files; what it returns is a pure profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.draws import Draws, code, uniform
from sim.files import check_regular
from sim.network.profile import Steps

PACKET: Final = 1500  # bytes of one delivery opportunity
BIN: Final = 1.0  # seconds; a transfer lasts tens of them
_MAX_LINES: Final = 20_000_000


class TraceError(Exception):
    """A trace file cannot be used."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}:1: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


def read_trace(path: Path, bin_seconds: float = BIN) -> Steps:
    """Capacity over time, bytes/s, in bins of ``bin_seconds``; repeats for ever.

    Raises
    ------
    TraceError : if the file is not a trace.
    """
    try:
        check_regular(path)
        lines = path.read_text(encoding="ascii").split()
    except OSError as error:
        raise TraceError(path, 1, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TraceError(path, 1, "is not a mahimahi trace: not plain ASCII") from error
    if not lines:
        raise TraceError(path, 1, "is empty; expected one millisecond timestamp a line")
    if len(lines) > _MAX_LINES:
        raise TraceError(path, 1, f"has more than {_MAX_LINES} lines")
    stamps = np.zeros(len(lines), dtype=np.int64)
    for number, word in enumerate(lines, 1):
        if not word.isdigit() or len(word) > 12:
            raise TraceError(path, number, f"'{word[:20]}' is not a millisecond timestamp")
        stamps[number - 1] = int(word)
    backwards = np.flatnonzero(np.diff(stamps) < 0)
    if len(backwards):
        raise TraceError(path, int(backwards[0]) + 2, "timestamps must not decrease")
    if stamps[-1] == 0:
        raise TraceError(path, len(lines), "the last timestamp, the trace's length, is 0")
    return _bins(stamps, bin_seconds)


def _bins(stamps: NDArray[np.int64], bin_seconds: float) -> Steps:
    period = float(stamps[-1]) / 1000
    bins = max(int(np.ceil(period / bin_seconds)), 1)
    # An opportunity at t ends the millisecond before t, so one at a bin's very end is that bin's.
    where = np.minimum(np.maximum(stamps - 1, 0) // round(bin_seconds * 1000), bins - 1)
    counts = np.bincount(where, minlength=bins)
    lengths = np.full(bins, bin_seconds)
    lengths[-1] = period - bin_seconds * (bins - 1)
    rates = counts * PACKET / lengths
    return Steps(
        tuple(float(i * bin_seconds) for i in range(bins)), tuple(map(float, rates)), period
    )


def mean_rate(trace: Steps) -> float:
    """Mean of a periodic profile over its period."""
    assert trace.period is not None
    ends = (*trace.starts[1:], trace.period)
    total = sum(v * (b - a) for v, a, b in zip(trace.values, trace.starts, ends, strict=True))
    return total / trace.period


def relative(trace: Steps) -> Steps:
    """The trace divided by its mean: a course that any cell's own capacity can follow."""
    mean = mean_rate(trace)
    if mean <= 0:
        raise ValueError("the trace carries nothing")
    return Steps(trace.starts, tuple(v / mean for v in trace.values), trace.period)


def write_trace(path: Path, rates: NDArray[np.float64]) -> None:
    """Write rates (bytes/s, one a second) as delivery opportunities."""
    due = np.floor(np.cumsum(rates) / PACKET)
    stamps: list[int] = []
    sent = 0.0
    for second, total in enumerate(due):
        count = int(total - sent)
        stamps.extend(second * 1000 + (i + 1) * 1000 // count for i in range(count))
        sent = total
    path.write_text("".join(f"{stamp}\n" for stamp in stamps), encoding="ascii")


@dataclass(frozen=True, slots=True)
class Uplink:
    """Statistics of a synthetic uplink.

    Parameters
    ----------
    mean : bytes/s while it is up.
    cv : coefficient of variation of the rate (0.2-0.6 static, to 0.9 moving).
    phi : lag-1 autocorrelation of its logarithm.
    outages : outages per second of up time (1/600 to 4/600).
    shortest, longest, tail : outage lengths in seconds, a Pareto law cut at ``longest``.
    """

    mean: float
    cv: float
    phi: float = 0.84
    outages: float = 2 / 600
    shortest: float = 1.0
    longest: float = 80.0
    tail: float = 1.1

    def rates(self, seconds: int, draws: Draws, name: str) -> NDArray[np.float64]:
        """A course of rates, bytes/s, one a second, shape (seconds,)."""
        key = draws.key(f"trace/{name}")
        sigma = sqrt(log1p(self.cv**2))
        z = float(special.ndtri(uniform(key, _STEP, 0)))
        down_until = -1.0
        course = np.zeros(seconds)
        for t in range(seconds):
            shock = float(special.ndtri(uniform(key, _STEP, t + 1)))
            z = self.phi * z + sqrt(1 - self.phi**2) * shock
            if t >= down_until and uniform(key, _OUTAGE, t) < self.outages:
                down_until = t + self._length(uniform(key, _LENGTH, t))
            if t >= down_until:
                course[t] = exp(log(self.mean) - sigma**2 / 2 + sigma * z)
        return course

    def _length(self, u: float) -> float:
        """A Pareto length between ``shortest`` and ``longest``."""
        rest = (self.shortest / self.longest) ** self.tail
        return float(self.shortest * (1 - u * (1 - rest)) ** (-1 / self.tail))


_STEP: Final = code("trace.step")
_OUTAGE: Final = code("trace.outage")
_LENGTH: Final = code("trace.outage-length")
