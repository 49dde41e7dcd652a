"""The delay law of a policy, as it comes out of the policy itself.

Rule of this file: numbers; nothing is formatted.
"""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

import numpy as np

from sim.client.outcomes import Dropped
from sim.client.retry.history import History
from sim.client.retry.policy import Policy, Retrier
from sim.draws import Draws, uniform

_SEED: Final = 1
ATTEMPT: Final = 1.0
"""Seconds that every attempt takes in vain; an assumption, for the picture only."""


class Delay(NamedTuple):
    """The wait before one retry: percentiles 5, 50 and 95 over stations, seconds, and the share of
    stations whose policy still retries."""

    low: float
    middle: float
    high: float
    share: float


def delay_law(policy: Policy, retries: int = 10, stations: int = 400) -> list[Delay]:
    """The waits of stations whose attempts all fail by a lost connection, retry by retry; it ends
    where no station retries any more.

    Parameters
    ----------
    retries : how many at most.
    stations : how many app processes, each with draws of its own.
    """
    waits: list[list[float]] = [[] for _ in range(retries)]
    for i in range(stations):
        retrier = Retrier(policy, partial(uniform, Draws(_SEED, 0).key(f"delay/{i}")))
        now, history = 0.0, None
        for n in range(1, retries + 1):
            retrier.lets_out(now, n, history is not None)
            began, now = now, now + ATTEMPT
            if history is None:
                history = History(began, 1, Dropped(now), n)
            else:
                history.attempts, history.last, history.n = n, Dropped(now), n
            wait = retrier.next_wait(history)
            if wait is None:
                break
            waits[n - 1].append(wait)
            now += wait
    found = []
    for of_retry in waits:
        if not of_retry:
            break
        low, middle, high = np.percentile(of_retry, (5, 50, 95))
        found.append(Delay(float(low), float(middle), float(high), len(of_retry) / stations))
    return found
