"""What a planned replay will ask of the server, told before it begins.

The attempts are those of the prediction. They are requests as the server would see them if it
behaved as predicted; a worse one is asked more often, which the throttle watches.

Rule of this file: arithmetic on the log of attempts. Units: the attempts' times are seconds of
scenario time; what comes out is in seconds of real time, of which each is ``speed`` seconds of
scenario time, and in bytes of bodies: heads (a few hundred bytes a request) are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.attempts import Attempt
from sim.ledger import Cause
from sim.scenario.quantities import BYTES_KIND, RATE_KIND, SECONDS_KIND

NEVER_SENT: Final = frozenset({Cause.ACCESS, Cause.NO_COVERAGE})
"""Causes with which no server has been asked."""
_INSTANT: Final = 1e-6  # seconds that a body takes at least: one that takes none has no rate

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The load of a planned replay, in real time.

    Attributes
    ----------
    requests, volume : in all.
    peak_rate : requests in the fullest second, wherever it begins.
    peak_bandwidth : bytes in the fullest second, bodies at their mean rates (an assumption: within
        a body the cell's share varies).
    peak_bodies : bodies on their way at once.
    lasts : from the first request to the end of the last body.
    speed, sample : as the replay was asked for; the attempts are those of the sample already.
    """

    requests: int
    volume: float
    peak_rate: float
    peak_bandwidth: float
    peak_bodies: int
    lasts: float
    speed: float
    sample: float = 1.0

    def describe(self, host: str) -> list[str]:
        """What will be sent, line by line, to be printed before it is."""
        times = self.speed * self.sample
        return [
            f"will send to {host}: {self.requests:,} requests with {BYTES_KIND.show(self.volume)} "
            f"in {SECONDS_KIND.show(self.lasts)}",
            f"  at most  {self.peak_rate:,.0f} requests/s, {RATE_KIND.show(self.peak_bandwidth)}, "
            f"{self.peak_bodies:,} bodies at once",
            f"  speed {self.speed:g}, sample {self.sample:.4g}: the server sees {times:.4g} times "
            "the rate of the real night",
        ]


def forecast(attempts: Iterable[Attempt], speed: float, sample: float = 1.0) -> Forecast:
    """The load of a planned replay.

    Parameters
    ----------
    attempts : what the devices of the sample are predicted to try within the window.
    speed : seconds of scenario time in one of real time.
    sample : share of the devices that take part.

    Raises
    ------
    ValueError : if ``speed`` is not positive.
    """
    if speed <= 0:
        raise ValueError(f"speed is {speed}; it must be more than 0")
    asked = [a for a in attempts if a.cause not in NEVER_SENT]
    if not asked:
        return Forecast(0, 0.0, 0.0, 0.0, 0, 0.0, speed, sample)
    rows = np.array([(a.began, a.joined, a.left, a.sent) for a in asked], dtype=np.float64)
    began, joined, left = rows[:, 0] / speed, rows[:, 1] / speed, rows[:, 2] / speed
    carries = np.isfinite(joined) & np.isfinite(left) & (rows[:, 3] > 0)
    arrives = np.where(np.isfinite(joined), joined, began)
    start, end, size = joined[carries], left[carries], rows[carries, 3]
    last = max(arrives.max(), end.max(initial=-np.inf))
    return Forecast(
        requests=len(asked),
        volume=float(size.sum()),
        peak_rate=_fullest_second(np.sort(arrives)),
        peak_bandwidth=_most_bytes(start, np.maximum(end, start + _INSTANT), size),
        peak_bodies=_most_at_once(start, end),
        lasts=float(last - arrives.min()),
        speed=speed,
        sample=sample,
    )


def _fullest_second(times: Array) -> float:
    """Most of the sorted moments within [t, t + 1), over all t."""
    ends = np.searchsorted(times, times + 1.0, side="left")
    return float((ends - np.arange(len(times))).max())


def _most_bytes(start: Array, end: Array, size: Array) -> float:
    """Most bytes within [t, t + 1], over all t.

    The bytes sent by time t are piecewise linear, so the fullest second begins or ends at a corner.
    """
    if not len(start):
        return 0.0
    rate = size / (end - start)
    moments = np.concatenate([start, end])
    order = np.argsort(moments, kind="stable")
    corners = moments[order]
    rates = np.cumsum(np.concatenate([rate, -rate])[order])
    sent = np.concatenate([[0.0], np.cumsum(rates[:-1] * np.diff(corners))])
    begins = np.concatenate([corners, corners - 1.0])
    within = np.interp(begins + 1.0, corners, sent) - np.interp(begins, corners, sent)
    return float(within.max())


def _most_at_once(start: Array, end: Array) -> int:
    if not len(start):
        return 0
    moments = np.concatenate([start, end])
    change = np.concatenate([np.ones(len(start)), -np.ones(len(end))])
    order = np.lexsort((change, moments))  # who leaves goes before who comes at the same moment
    return int(np.cumsum(change[order]).max())
