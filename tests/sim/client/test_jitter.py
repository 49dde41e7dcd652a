"""Each jitter at the ends and in the middle of its draw."""

from __future__ import annotations

from math import sqrt, tanh

import pytest

from sim.client.outcomes import Dropped
from sim.client.retry.history import History
from sim.client.retry.jitter import (
    AdditiveJitter,
    DecorrelatedJitter,
    EqualJitter,
    FullJitter,
    Jitter,
    NoJitter,
    ProportionalJitter,
    SmoothJitter,
)


@pytest.mark.parametrize(
    ("jitter", "expected"),
    [
        (NoJitter(), [8.0, 8.0, 8.0]),
        (FullJitter(), [0.0, 2.0, 8.0]),
        (EqualJitter(), [4.0, 5.0, 8.0]),
        (ProportionalJitter(0.25), [6.0, 7.0, 10.0]),
        (AdditiveJitter(4.0), [8.0, 9.0, 12.0]),
        (AdditiveJitter(4.0, cap=8.5), [8.0, 8.5, 8.5]),
        (DecorrelatedJitter(2.0), [2.0, 3.0, 6.0]),  # U(2, 3 * 2)
        (DecorrelatedJitter(2.0, cap=2.5), [2.0, 2.5, 2.5]),
    ],
)
def test_a_delay_of_8_seconds_is_spread_by_its_law(jitter: Jitter, expected: list[float]) -> None:
    waits = []
    for u in (0.0, 0.25, 1.0):
        waits.append(jitter.spread(8.0, History(0.0, 1, Dropped(0.0), 1), u))
    assert waits == pytest.approx(expected)


def test_a_decorrelated_wait_reaches_three_times_the_one_before() -> None:
    history = History(0.0, 1, Dropped(0.0), 1)
    jitter = DecorrelatedJitter(2.0, cap=40.0)
    assert jitter.spread(0.0, history, 1.0) == 6.0
    assert jitter.spread(0.0, history, 1.0) == 18.0
    assert jitter.spread(0.0, history, 0.5) == 28.0  # 2 + (54 - 2) / 2
    assert jitter.spread(0.0, history, 1.0) == 40.0


def test_pollys_law_is_that_of_its_source() -> None:
    history = History(0.0, 1, Dropped(0.0), 1)
    risen = 2**0.25 * tanh(sqrt(4 * 0.25))
    assert SmoothJitter(3.0).spread(0.0, history, 0.25) == pytest.approx(risen * 3.0 / 1.4)
    history.step = 2
    more = 2**2.01 * tanh(sqrt(4 * 2.01)) - risen
    assert SmoothJitter(3.0).spread(0.0, history, 0.01) == pytest.approx(more * 3.0 / 1.4)
