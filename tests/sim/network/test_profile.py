"""Profiles: the value at a moment, and when it ends."""

from __future__ import annotations

from math import inf

import pytest

from sim.network.profile import Product, Shifted, Steps

DAY = Steps((0.0, 10.0, 30.0), (1.0, 0.5, 2.0), period=40.0)


def test_steps_hold_before_their_first_start_and_after_their_last() -> None:
    steps = Steps((5.0, 10.0), (1.0, 2.0))
    assert steps.segment(0.0) == (1.0, 5.0)
    assert steps.segment(5.0) == (1.0, 10.0)
    assert steps.segment(10.0) == (2.0, inf)


def test_a_period_that_begins_late_begins_with_its_last_value() -> None:
    late = Steps((10.0, 30.0), (1.0, 2.0), period=40.0)
    assert late.segment(0.0) == (2.0, 10.0)
    assert late.segment(45.0) == (2.0, 50.0)
    assert late.segment(30.0) == (2.0, 50.0)
    assert late.segment(50.0) == (1.0, 70.0)


def test_a_product_ends_where_the_first_of_its_factors_does() -> None:
    product = Product((Steps((0.0, 7.0), (3.0, 5.0)), DAY, Steps((0.0, 7.0), (2.0, 2.0))))
    assert product.segment(0.0) == (6.0, 7.0)
    assert product.segment(7.0) == (10.0, 10.0)
    assert product.segment(10.0) == (5.0, 30.0)
    assert Product(()).segment(1.0) == (1.0, inf)


def test_a_shifted_profile_runs_ahead() -> None:
    ahead = Shifted(DAY, 12.0)
    assert ahead.segment(0.0) == (0.5, 18.0)
    assert ahead.segment(20.0) == (2.0, 28.0)


def test_a_shift_that_rounding_swallows_never_stalls_a_caller() -> None:
    class Stuck:
        def segment(self, t: float) -> tuple[float, float]:
            return 1.0, t

    assert Shifted(Stuck(), 5.0).segment(100.0)[1] == pytest.approx(100.0 + 1e-9, abs=1e-12)
