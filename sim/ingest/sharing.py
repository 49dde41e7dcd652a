"""A server that is shared with many who are not simulated in the same night.

A night of 298,939 stations is split by region. All that regions have in common is the server, and
what it does to a region follows from what all of them bring. That loop is closed once, by a sample
of the whole nation that meets a server as much smaller (:class:`~sim.ingest.workers.Sampled`,
fewer slots, a narrower pipe). What this server did, moment by moment, is the :class:`Course` under
which every region is then simulated by itself. Whether the loop is closed for all of them is seen
from what they bring under it (:func:`defect`).

Rule of this file: it counts and divides. Units: seconds, requests, flows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from sim.ingest.nation import STEP, Course

Array = NDArray[np.float64]
FINE: Final = 5.0
"""Seconds of one value of a course that a sample made. A queue that may wait a minute (the usual
deadline) fills and empties within a minute: at 60 s a course loses what decides over a timeout."""

_SAME: Final = 0.01  # relative change of the others' flows that is worth telling (sim.ingest.pipe)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What was brought to the server: arrays of shape (steps,), a value for each STEP.

    Attributes
    ----------
    flows : bodies on their way, mean over the step.
    requests : complete bodies that came to the queue, taken or not.
    """

    flows: Array
    requests: Array

    @classmethod
    def total(cls, parts: Iterable[Arrivals]) -> Self:
        """What several regions brought, summed in the order given."""
        found = list(parts)
        return cls(
            np.sum([a.flows for a in found], axis=0), np.sum([a.requests for a in found], axis=0)
        )

    def times(self, weight: float) -> Arrivals:
        """The same if each of those who came stands for so many."""
        return Arrivals(self.flows * weight, self.requests * weight)


class Counter:
    """Writes down what comes to a server and how it fares, until ``horizon`` seconds.

    Parameters
    ----------
    step : seconds of one value.
    """

    __slots__ = (
        "_last", "_step", "flows", "full", "knocks", "refused", "requests", "wait", "wait_at",
    )  # fmt: skip

    def __init__(self, horizon: float, step: float = STEP) -> None:
        steps = ceil(horizon / step) + 1
        self._step = step
        self._last = steps - 1
        self.flows = [0.0] * steps  # seconds
        self.knocks = [0] * steps  # connections that asked for a slot
        self.refused = [0] * steps  # of them, those that found none
        self.requests = [0] * steps
        self.full = [0] * steps  # of them, those that found the queue full
        self.wait_at = [0.0]  # when a request came, and how long the next one would have waited
        self.wait = [0.0]

    def carried(self, began: float, ended: float) -> None:
        """A body was on its way."""
        step, flows = self._step, self.flows
        first, last = int(began / step), int(ended / step)
        if first == last:
            flows[first] += ended - began
            return
        flows[first] += (first + 1) * step - began
        for i in range(first + 1, last):
            flows[i] += step
        flows[last] += ended - last * step

    def knocked(self, now: float, refused: bool) -> None:
        """A connection asked for a slot."""
        i = min(int(now / self._step), self._last)  # a device runs ahead of the snapshot
        self.knocks[i] += 1
        self.refused[i] += refused

    def asked(self, now: float, wait: float, full: bool) -> None:
        """A complete body came to the queue; the next one would wait for ``wait`` seconds."""
        i = int(now / self._step)
        self.requests[i] += 1
        self.full[i] += full
        self.wait_at.append(now)
        self.wait.append(wait)

    def arrivals(self) -> Arrivals:
        """What was brought, per STEP."""
        flows, requests = np.array(self.flows), np.array(self.requests, dtype=np.float64)
        each = round(STEP / self._step)
        edges = np.arange(0, len(flows), each)
        return Arrivals(np.add.reduceat(flows, edges) / STEP, np.add.reduceat(requests, edges))

    def course(self, weight: float) -> Course:
        """What the server did to those who came, each of whom stands for ``weight``."""
        moments = (np.arange(self._last + 1) + 0.5) * self._step
        latest = np.searchsorted(self.wait_at, moments, side="right") - 1
        wait, at = np.array(self.wait), np.array(self.wait_at)
        return Course(
            flows=(np.array(self.flows) * (weight / self._step)).tolist(),
            refused=_shares(self.refused, self.knocks),
            full=_shares(self.full, self.requests),
            ahead=np.maximum(wait[latest] - (moments - at[latest]), 0.0).tolist(),
            step=self._step,
        )


def _shares(some: list[int], of: list[int]) -> list[float]:
    return [a / b if b else 0.0 for a, b in zip(some, of, strict=True)]


def seen_by(course: Course, share: float, negligible: float = 0.0) -> Course:
    """What a region meets that is a ``share`` of the nation and simulates its own flows itself.

    The pipe has to be told less where flows that differ by less than it tells are made the same.

    Parameters
    ----------
    negligible : as few flows as these, of all, slow nobody.
    """
    flows, told = [], 0.0
    for n in course.flows:
        others = n * (1.0 - share) if n > negligible else 0.0
        if abs(others - told) > _SAME * told:
            told = others
        flows.append(told)
    return Course(flows, course.refused, course.full, course.ahead, step=course.step)


def defect(brought: Arrivals, expected: Arrivals) -> float:
    """How far what all regions brought is from what their course was made of, 0 to 1: half the sum
    of the differences of the requests in each half hour, as a share of all requests.
    """
    each = round(1800.0 / STEP)
    edges = np.arange(0, len(brought.requests), each)
    ours, theirs = (np.add.reduceat(a.requests, edges) for a in (brought, expected))
    both = ours.sum() + theirs.sum()
    return float(np.abs(ours - theirs).sum() / both) if both else 0.0
