"""What a retry policy may know: the course of the piece that is being sent, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.client.outcomes import Reply

Draw = Callable[[int, int], float]
"""(purpose, n) to a value of U(0, 1): the station's keyed draws."""


@dataclass(slots=True)
class History:
    """One piece (a photograph, a chunk, a bundle) on its way.

    Attributes
    ----------
    began : when its first attempt began, seconds of scenario time.
    attempts : attempts that have ended, all without success.
    last : the reply to the latest of them.
    n : the number of the latest attempt among all attempts of this client, for keyed draws.
    step : which delay of the backoff law is next; it starts again when a server pushes back.
    slept : all waits until now, seconds.
    memo : what the jitter law carries from one wait to the next.
    paid : what the latest retry took from each budget.
    """

    began: float
    attempts: int
    last: Reply
    n: int
    step: int = 0
    slept: float = 0.0
    memo: float = 0.0
    paid: tuple[float, ...] = ()
