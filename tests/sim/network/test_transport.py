"""The laws of a TCP connection, against values worked out by hand."""

from __future__ import annotations

from math import inf

import pytest

from sim.network.transport import mathis, pftk, setup_time, slow_start_rounds


def test_without_loss_nothing_caps_a_transfer() -> None:
    assert mathis(0.1, 0.0) == inf
    assert pftk(0.1, 0.0) == inf
    assert pftk(0.1, 1.0) < inf


def test_periodic_loss_allows_the_rate_of_mathis() -> None:
    assert mathis(0.2, 0.04) == pytest.approx(1400 / 0.2 * 1.5**0.5 / 0.2)
    assert mathis(0.2, 0.04, mss=700) == pytest.approx(mathis(0.2, 0.04) / 2)


def test_the_probability_of_a_timeout_is_one_at_most() -> None:
    # loss 0.5: 1400 / (0.3 * sqrt(2 * 2 * 0.5 / 3) + 1 * (1 * 0.5 * (1 + 32 * 0.25)))
    assert pftk(0.3, 0.5) == pytest.approx(1400 / (0.3 * 0.6666667**0.5 + 4.5))
    # loss 0.02: 3 * sqrt(3 * 2 * 0.02 / 8) = 0.367423, times 0.02 * (1 + 32 * 0.0004)
    assert pftk(0.2, 0.02) == pytest.approx(1400 / (0.0326599 + 0.0074425), rel=1e-5)
    # a timer of 3 s weighs three times as much
    assert pftk(0.2, 0.02, rto=3.0) == pytest.approx(1400 / (0.0326599 + 0.0223276), rel=1e-5)


@pytest.mark.parametrize(
    ("size", "rounds"), [(0, 0), (1, 1), (14_000, 1), (14_001, 2), (42_000, 2), (98_001, 4)]
)
def test_the_window_doubles_each_round_trip(size: int, rounds: int) -> None:
    assert slow_start_rounds(size) == rounds


@pytest.mark.parametrize(("tls", "trips"), [("none", 2), ("1.3", 3), ("1.2", 4)])
def test_an_attempt_pays_for_its_handshakes_and_its_slow_start(tls: str, trips: int) -> None:
    assert setup_time(0.1, 42_000, 1e9, tls) == pytest.approx(0.1 * (trips + 2))
    # a path of 100 kB/s * 0.1 s holds 10 kB: the window covers it after one round trip
    assert setup_time(0.1, 42_000, 1e5, tls) == pytest.approx(0.1 * (trips + 1))
    assert setup_time(0.1, 0, 1e5, tls) == pytest.approx(0.1 * trips)


def test_tls_1_3_is_what_is_meant_where_nothing_is_said() -> None:
    assert setup_time(0.1, 0, 1e5) == setup_time(0.1, 0, 1e5, "1.3")
