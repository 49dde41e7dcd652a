"""Functions of time that are constant piece by piece: background load, capacity, outage severity.

Rule of this file: a profile is asked ``segment(t)`` and answers the value at t and the time at
which that value ends; it keeps no cursor, so it can be shared by many cells and two worlds.
Times are seconds of scenario time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol


class Profile(Protocol):
    """Anything with a value at each moment and an end to each value."""

    def segment(self, t: float) -> tuple[float, float]:
        """The value at ``t`` and the time (> t) at which it ends; ``inf`` if it never does."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for ever."""

    value: float

    def segment(self, t: float) -> tuple[float, float]:
        return self.value, inf


@dataclass(frozen=True, slots=True)
class Steps:
    """``values[i]`` from ``starts[i]`` until ``starts[i + 1]``; before the first start the first
    value, after the last start the last one.

    Parameters
    ----------
    starts : increasing times, seconds.
    values : one value per start.
    period : if given, the profile repeats with this period (starts lie in [0, period)).
    """

    starts: tuple[float, ...]
    values: tuple[float, ...]
    period: float | None = None

    def __post_init__(self) -> None:
        if not self.starts or len(self.starts) != len(self.values):
            raise ValueError("Steps needs as many values as starts, and at least one")
        if any(a >= b for a, b in zip(self.starts, self.starts[1:], strict=False)):
            raise ValueError("the starts of Steps must increase")
        if self.period is not None and not 0 <= self.starts[0] <= self.starts[-1] < self.period:
            raise ValueError("the starts of periodic Steps must lie in [0, period)")

    def segment(self, t: float) -> tuple[float, float]:
        if self.period is None:
            i = bisect_right(self.starts, t)
            end = self.starts[i] if i < len(self.starts) else inf
            return self.values[i - 1] if i else self.values[0], end
        turns, phase = divmod(t, self.period)
        base = turns * self.period
        i = bisect_right(self.starts, phase)
        if i == len(self.starts):
            end = base + self.period + self.starts[0]
        else:
            end = base + self.starts[i]
        # i == 0: before the first start of this turn, the last value of the turn before it holds
        value = self.values[i - 1]
        return value, end if end > t else t + 1e-9  # rounding at a boundary never stalls a caller


@dataclass(frozen=True, slots=True)
class Product:
    """The product of several profiles; a segment ends where the first of theirs does."""

    factors: Sequence[Profile]

    def segment(self, t: float) -> tuple[float, float]:
        value, end = 1.0, inf
        for factor in self.factors:
            v, e = factor.segment(t)
            value *= v
            if e < end:
                end = e
        return value, end


@dataclass(frozen=True, slots=True)
class Shifted:
    """A profile that runs ``by`` seconds ahead, so that cells share a trace but not its moments."""

    profile: Profile
    by: float

    def segment(self, t: float) -> tuple[float, float]:
        value, end = self.profile.segment(t + self.by)
        return value, max(end - self.by, t + 1e-9)
