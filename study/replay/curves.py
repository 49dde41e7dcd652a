"""What the server had to bear over the window: uploads at once, and requests.

Rule of this file: pure functions of a log. An upload counts from its body's first byte to its
answer: it holds a connection for as long. Units: seconds of scenario time; rates are requests per
second of the server's own (real) time.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.attempts import Attempt
from study.replay.setting import Setting, Side

BINS: Final = 240
"""Parts of the window: as many as a page can show."""

Curve = NDArray[np.float64]


def edges(setting: Setting) -> Curve:
    """Borders of the window's parts."""
    return np.linspace(setting.begins, setting.ends, BINS + 1)


def at_once(attempts: Sequence[Attempt], borders: Curve) -> Curve:
    """Mean uploads at once in each part, exact: the integral of the step curve over the part."""
    begun = np.sort([row.joined for row in attempts if not isnan(row.joined)])
    over = np.sort([row.at for row in attempts if not isnan(row.joined)])

    def held(times: Curve) -> Curve:  # the integral of (how many are <= t) up to each border
        sums = np.concatenate([[0.0], np.cumsum(times)])
        count = np.searchsorted(times, borders, side="right")
        return np.asarray(count * borders - sums[count])

    return np.diff(held(begun) - held(over)) / np.diff(borders)


def peak(attempts: Sequence[Attempt]) -> int:
    """Most uploads at once."""
    steps = [(row.joined, 1) for row in attempts if not isnan(row.joined)]
    steps += [(row.at, -1) for row in attempts if not isnan(row.joined)]
    if not steps:
        return 0
    return int(np.cumsum([change for _, change in sorted(steps)]).max())


def arrivals(attempts: Sequence[Attempt]) -> Curve:
    """When each request came to the server; those that never got there are left out."""
    there = (row.joined if not isnan(row.joined) else row.at for row in attempts if _reached(row))
    return np.array(sorted(there))


def _reached(row: Attempt) -> bool:
    return not isnan(row.joined) or row.status > 0


def rates(attempts: Sequence[Attempt], borders: Curve, speed: float) -> Curve:
    """Requests per second of real time in each part."""
    counts, _ = np.histogram(arrivals(attempts), borders)
    return np.asarray(counts / np.diff(borders) * speed)


def served_in(attempts: Sequence[Attempt], speed: float) -> Curve:
    """The server's own times in seconds of real time: from a whole body to its answer, less what
    the last byte was handed over too late. Whoever was answered before its last byte has none."""
    return np.array(
        [
            row.served_in / speed - (0.0 if isnan(row.drain_late) else max(row.drain_late, 0.0))
            for row in attempts
            if row.status > 0 and not isnan(row.left) and row.sent >= row.length
        ]
    )


def concurrency(predicted: Side, measured: Side, setting: Setting) -> dict[str, Any]:
    """Both curves, their largest and their mean distance, and their peaks."""
    borders = edges(setting)
    model, real = at_once(predicted.attempts, borders), at_once(measured.attempts, borders)
    return {
        "seconds": borders[:-1].tolist(),
        "predicted": model.tolist(),
        "measured": real.tolist(),
        "mean": {"predicted": float(model.mean()), "measured": float(real.mean())},
        "peak": {"predicted": peak(predicted.attempts), "measured": peak(measured.attempts)},
        "max_difference": float(np.abs(real - model).max()),
        "mean_difference": float(np.abs(real - model).mean()),
    }


def requests(predicted: Side, measured: Side, setting: Setting) -> dict[str, Any]:
    """Both rates over the window, their means and peaks."""
    borders = edges(setting)[:: BINS // 60]  # a rate needs some requests in every part
    found: dict[str, Any] = {"seconds": borders[:-1].tolist(), "mean": {}, "peak": {}}
    for name, side in (("predicted", predicted), ("measured", measured)):
        rate = rates(side.attempts, borders, setting.speed)
        found[name] = rate.tolist()
        found["mean"][name], found["peak"][name] = float(rate.mean()), float(rate.max())
    return found
