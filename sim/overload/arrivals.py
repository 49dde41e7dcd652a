"""When the clients of a small world begin.

Rule of this file: pure functions of keyed draws. Units: seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Final

from sim.draws import code, uniform

_GAP: Final = code("overload.gap")
_STEP: Final = 1.0  # where nobody comes, the load is looked at again after this

Load = Callable[[float], float]
"""Arrivals a second at a time."""


def poisson(load: Load, until: float, key: int) -> list[float]:
    """Times of arrival: the gap after an arrival is exponential with the load at it, as in the
    published simulators of collapse (exact for constant loads)."""
    times: list[float] = []
    now, n = 0.01, 0
    while now < until:
        rate = load(now)
        if rate <= 0.0:
            now += _STEP
            continue
        times.append(now)
        n += 1
        now -= log(uniform(key, _GAP, n)) / rate
    return times
