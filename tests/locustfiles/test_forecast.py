from __future__ import annotations

from math import nan

import numpy as np
import pytest

from locustfiles.forecast import forecast
from sim.attempts import Attempt
from sim.ledger import Cause


def attempt(
    began: float, joined: float = nan, left: float = nan, sent: int = 0, cause: Cause = Cause.NONE
) -> Attempt:
    at = left + 1.0 if left == left else began + 1.0
    return Attempt(
        0, 0, False, "photo-1", "send", 1, 0, sent, began, joined, left, at, 201, cause, sent
    )


def test_nothing_planned_is_no_load() -> None:
    found = forecast([], 10.0)
    assert (found.requests, found.volume, found.peak_rate, found.peak_bodies) == (0, 0.0, 0.0, 0)


def test_a_device_without_a_connection_asks_nobody() -> None:
    unheard = [attempt(0.0, cause=Cause.ACCESS), attempt(0.0, cause=Cause.NO_COVERAGE)]
    assert forecast([*unheard, attempt(0.0)], 1.0).requests == 1


def test_speed_shortens_time_and_raises_rates() -> None:
    rows = [attempt(float(t), t + 1.0, t + 11.0, 1_000_000) for t in range(0, 600, 5)]
    slow, fast = forecast(rows, 1.0), forecast(rows, 61.0)
    assert slow.peak_rate == 1.0  # one in five seconds
    assert fast.peak_rate == 13.0  # 61 seconds in one
    assert slow.peak_bandwidth == pytest.approx(200_000.0)  # two bodies at once
    assert fast.peak_bandwidth == pytest.approx(12.2e6, rel=0.02)
    assert slow.peak_bodies == fast.peak_bodies == 2
    assert slow.volume == fast.volume == 120e6
    assert slow.lasts == pytest.approx(61.0 * fast.lasts)


def test_the_fullest_second_may_begin_anywhere() -> None:
    rows = [attempt(0.0, t, t + 0.1, 10) for t in (0.9, 0.95, 1.0, 1.7, 1.89, 1.9, 2.5)]
    assert forecast(rows, 1.0).peak_rate == 5.0  # 0.9 to 1.89; 1.9 is a second later


def test_a_body_that_takes_no_time_counts_in_full() -> None:
    assert forecast([attempt(0.0, 1.0, 1.0, 500)], 1.0).peak_bandwidth == pytest.approx(500.0)


def test_the_peaks_are_those_of_brute_force() -> None:
    rng = np.random.default_rng(7)
    joined = rng.uniform(0, 50, 80)
    left = joined + rng.uniform(0.05, 6, 80)
    sent = rng.integers(1000, 9000, 80)
    rows = [attempt(j - 0.5, j, e, int(s)) for j, e, s in zip(joined, left, sent, strict=True)]
    found = forecast(rows, 2.0)
    t = np.arange(-1.0, 30.0, 0.001)[:, None]
    j, e = joined[None, :] / 2, left[None, :] / 2

    def share(moment: np.ndarray) -> np.ndarray:
        return np.clip((moment - j) / (e - j), 0, 1)

    within = ((share(t + 1) - share(t)) * sent).sum(axis=1)
    assert found.peak_bandwidth == pytest.approx(within.max(), rel=1e-3)
    assert found.peak_bandwidth >= within.max() - 1e-6
    assert found.peak_bodies == ((t >= j) & (t < e)).sum(axis=1).max()
    assert found.peak_rate == ((j >= t) & (j < t + 1)).sum(axis=1).max()


def test_what_will_be_sent_is_told_with_its_units() -> None:
    rows = [attempt(0.0, 0.0, 60.0, 6_000_000), attempt(30.0, 30.0, 90.0, 6_000_000)]
    assert forecast(rows, 6.0, 0.25).describe("http://127.0.0.1:8080") == [
        "will send to http://127.0.0.1:8080: 2 requests with 12 MB in 15 s",
        "  at most  1 requests/s, 9.6 Mbit/s, 2 bodies at once",
        "  speed 6, sample 0.25: the server sees 1.5 times the rate of the real night",
    ]


def test_a_speed_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        forecast([], 0.0)
