"""What the oracle tests share: sizes with mean 1, batch means, a world of one cell for a client."""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from sim.client.actions import Ask, Send, Wait
from sim.client.outcomes import Dropped, Ending, Outcome, Response, Woken
from sim.client.workflow import Client
from sim.network.cell import Cell

Array = NDArray[np.float64]
BATCHES = 40
PATIENT = 1e12

# Three laws of mean 1: insensitivity means that processor sharing cannot tell them apart.
P_H2 = 0.887298  # two-phase hyperexponential with balanced means, squared variation 4


def hyperexponential(u: Array, v: Array) -> Array:
    rate = np.where(u < P_H2, 2 * P_H2, 2 * (1 - P_H2))
    return -np.log(v) / rate


LAWS: dict[str, Callable[[np.random.Generator, int], Array]] = {
    "deterministic": lambda rng, n: np.ones(n),
    "exponential": lambda rng, n: rng.exponential(1.0, n),
    "hyperexponential": lambda rng, n: hyperexponential(rng.random(n), 1 - rng.random(n)),
}


def batch_means(values: Array) -> tuple[float, float]:
    """Mean and its standard error, by batch means (values are correlated in time)."""
    usable = len(values) // BATCHES * BATCHES
    means = values[:usable].reshape(BATCHES, -1).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1) / sqrt(BATCHES))


def shared(arrivals: Array, sizes: Array, places: float = np.inf) -> tuple[Array, int]:
    """Uploads on one cell of capacity 1: sojourn of each (NaN if it was blocked), and how many were
    blocked because ``places`` were taken."""
    cell = Cell([1.0])
    sojourn = np.full(len(arrivals), np.nan)
    blocked = 0

    def finish_until(t: float) -> None:
        while (at := cell.next_event()) <= t:
            for flow in cell.finished(at):
                i = flow.owner
                assert isinstance(i, int)
                sojourn[i] = at - arrivals[i]

    for i, (t, size) in enumerate(zip(arrivals, sizes, strict=True)):
        finish_until(float(t))
        if cell.n >= places:
            blocked += 1
        else:
            cell.start(float(t), float(size), owner=i)
    finish_until(PATIENT)
    return sojourn, blocked


def alone(
    client: Client, rate: float, hazard: float, overhead: float, u: Callable[[], float]
) -> tuple[Ending, float, float]:
    """Drive a client on a cell of its own whose link breaks at rate ``hazard`` while a request is
    under way; each request costs ``overhead`` seconds more. Returns how it ended, when, and the
    bytes that it sent again although they were acknowledged."""
    cell = Cell([rate])
    now, acked, resent = 0.0, 0, 0.0
    action = next(client)
    while True:
        answer: Outcome
        if isinstance(action, Wait):
            now = max(now, action.until)
            answer = Woken(now)
        elif isinstance(action, Ask):
            answer = Response(now, 204, acked)
        else:
            answer, now = _attempt(cell, action, now, hazard, overhead, u)
            resent += max(acked - action.offset, 0)
            if isinstance(answer, Response):
                acked = max(acked, answer.acked)
        try:
            action = client.send(answer)
        except StopIteration as stop:
            return stop.value, now, resent


def _attempt(
    cell: Cell, send: Send, now: float, hazard: float, overhead: float, u: Callable[[], float]
) -> tuple[Response | Dropped, float]:
    breaks = -log(u()) / hazard if hazard > 0 else np.inf
    if breaks < overhead:
        return Dropped(now + breaks), now + breaks
    flow = cell.start(now + overhead, send.length)
    end = cell.next_event()
    if now + breaks < end:
        cell.abort(now + breaks, flow)
        return Dropped(now + breaks), now + breaks
    cell.finished(end)
    return Response(end, 201, send.offset + send.length), end
