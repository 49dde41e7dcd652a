"""The laws that quantities are drawn from, as inverse distribution functions.

Rule of this file: pure, vectorised; a law is made of plain numbers in base units and refuses
parameters that make no sense with a sentence that says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

_Z95: Final = 1.6448536269514722  # the standard normal's 95% point
Array = NDArray[np.float64]


class Law(Protocol):
    """A distribution of real numbers."""

    def ppf(self, u: Any) -> Any:
        """The value(s) at probability ``u``; same shape as ``u``."""
        ...

    def mean(self) -> float:
        """The expected value."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same."""

    value: float

    def ppf(self, u: Any) -> Any:
        return np.full_like(u, self.value, dtype=np.float64)

    def mean(self) -> float:
        return self.value


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything between ``low`` and ``high``, alike."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("uniform: the first value must not exceed the second")

    def ppf(self, u: Any) -> Any:
        return self.low + (self.high - self.low) * u

    def mean(self) -> float:
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Loguniform:
    """Every order of magnitude between ``low`` and ``high``, alike."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high:
            raise ValueError("loguniform: needs 0 < first value <= second value")

    def ppf(self, u: Any) -> Any:
        return self.low * (self.high / self.low) ** u

    def mean(self) -> float:
        ratio = log(self.high / self.low)
        return (self.high - self.low) / ratio if ratio else self.low


@dataclass(frozen=True, slots=True)
class Lognormal:
    """The logarithm is normal; given by its median and its 95% point."""

    median: float
    p95: float

    def __post_init__(self) -> None:
        if not 0 < self.median < self.p95:
            raise ValueError("lognormal: needs 0 < median < p95")

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return log(self.p95 / self.median) / _Z95

    def ppf(self, u: Any) -> Any:
        return self.median * np.exp(self.sigma * special.ndtri(u))

    def mean(self) -> float:
        return self.median * exp(self.sigma**2 / 2)


@dataclass(frozen=True, slots=True)
class Beta:
    """A beta law stretched from (0, 1) to (low, high)."""

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not (self.a > 0 and self.b > 0):
            raise ValueError("beta: a and b must be positive")
        if self.low >= self.high:
            raise ValueError("beta: low must be less than high")

    def ppf(self, u: Any) -> Any:
        return self.low + (self.high - self.low) * special.betaincinv(self.a, self.b, u)

    def mean(self) -> float:
        return self.low + (self.high - self.low) * self.a / (self.a + self.b)


@dataclass(frozen=True, slots=True)
class Triangular:
    """Between ``low`` and ``high``, most likely ``mode``."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("triangular: needs low <= mode <= high, and low < high")

    def ppf(self, u: Any) -> Any:
        width = self.high - self.low
        turn = (self.mode - self.low) / width
        left = self.low + np.sqrt(u * width * (self.mode - self.low))
        right = self.high - np.sqrt((1 - u) * width * (self.high - self.mode))
        return np.where(u < turn, left, right)

    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values, with their shares."""

    values: tuple[float, ...]
    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values or abs(sum(self.shares) - 1) > 1e-9:
            raise ValueError(
                f"choice: the shares add up to {100 * sum(self.shares):.6g}%, not 100%"
            )

    def ppf(self, u: Any) -> Any:
        edges = np.cumsum(self.shares)[:-1]
        return np.asarray(self.values)[np.searchsorted(edges, u, side="right")]

    def mean(self) -> float:
        return sum(v * s for v, s in zip(self.values, self.shares, strict=True))
