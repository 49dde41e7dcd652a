"""Refusals and breaks follow the background's load at that moment, and its peak value."""

from __future__ import annotations

from math import exp, inf

import pytest

from sim.network.hazards import CALM, Congestion
from sim.network.profile import Steps

CROWDED = Congestion(Steps((0.0, 10.0), (0.5, 1.0)), refused_at_peak=0.4, break_rate_at_peak=0.1)


def test_access_is_refused_as_often_as_the_load_of_that_moment_says() -> None:
    assert CROWDED.refused(0.0, 0.1999)
    assert not CROWDED.refused(0.0, 0.2)
    assert CROWDED.refused(10.0, 0.3999)
    assert not CROWDED.refused(10.0, 0.4)


def test_breaks_are_exponential_at_the_rate_of_the_transfers_start() -> None:
    assert CROWDED.break_after(0.0, exp(-1.0)) == pytest.approx(20.0)
    assert CROWDED.break_after(10.0, exp(-2.0)) == pytest.approx(20.0)
    frequent = Congestion(Steps((0.0,), (1.0,)), 0.0, 5.0)  # a rate above 1 per second, too
    assert frequent.break_after(0.0, exp(-1.0)) == pytest.approx(0.2)


def test_on_a_calm_line_nothing_happens() -> None:
    assert CALM.break_after(5.0, 1e-9) == inf
    assert not CALM.refused(5.0, 1e-9)
