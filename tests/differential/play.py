"""What the differential tests share: a clock that moves when told, and our side of the play."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sim.client.outcomes import Dropped, Reply
from sim.client.retry.history import History
from sim.client.retry.policy import Policy, Retrier


@dataclass
class Clock:
    """Time for a library: sleeping and working move it; what was slept is written down."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def time(self) -> float:
        return self.now


def our_waits(
    policy: Policy,
    uniforms: Sequence[float],
    took: Sequence[float],
    reply: Callable[[float], Reply] = Dropped,
) -> list[float]:
    """The waits of a policy whose every attempt fails, attempt i after ``took[i]`` seconds.

    Draw number n of the policy is ``uniforms[n - 1]``.
    """
    retrier = Retrier(policy, lambda _purpose, n: uniforms[n - 1])
    now, history = 0.0, None
    waits: list[float] = []
    for n, seconds in enumerate(took, 1):
        retrier.lets_out(now, n, history is not None)
        began, now = now, now + seconds
        if history is None:
            history = History(began, 1, reply(now), n)
        else:
            history.attempts += 1
            history.last = reply(now)
            history.n = n
        wait = retrier.next_wait(history)
        if wait is None:
            return waits
        waits.append(wait)
        now += wait
    return waits


class Failing:
    """A call that always fails; it takes the seconds of a list, then the play is over."""

    class Over(BaseException):
        """More attempts than the play has."""

    def __init__(self, clock: Clock, took: Sequence[float], error: Exception) -> None:
        self.clock = clock
        self.took: Iterator[float] = iter(took)
        self.error = error

    def __call__(self) -> None:
        seconds = next(self.took, None)
        if seconds is None:
            raise self.Over
        self.clock.now += seconds
        raise self.error
