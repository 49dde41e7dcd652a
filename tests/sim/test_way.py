"""What is counted over a night, whichever server answers."""

from __future__ import annotations

import pytest

from sim.night import simulate
from sim.way import Counts
from tests.conftest import Small


def test_bytes_are_spread_over_the_minutes_in_which_they_passed() -> None:
    counts = Counts()
    counts.carried(30.0, 150.0, 1200.0)  # half of the first minute, the second, half of the third
    counts.carried(60.0, 60.0, 7.0)
    assert dict(counts.bytes_per_minute) == {0: 300.0, 1: 607.0, 2: 300.0}


def test_the_busiest_minutes_are_minutes_on_end() -> None:
    counts = Counts()
    for minute, size in ((0, 5.0), (1, 1.0), (8, 4.0), (30, 6.0)):
        counts.carried(60.0 * minute, 60.0 * minute, size)
    assert counts.most_bytes(1) == 6.0
    assert counts.most_bytes(10) == 10.0
    assert Counts().most_bytes(10) == 0.0


def test_a_night_counts_what_was_sent_again_and_what_was_never_finished(small: Small) -> None:
    scenario, region = small("client: {policy: full-jitter}\nserver: {fault: 60%}\n")
    night = simulate(scenario, region, 1, 0)
    rows = night.outcomes
    per_station = rows["bytes_acked"] + rows["bytes_wasted"]
    assert rows["bytes_wasted"].sum() > 0
    busiest = night.counts["peak_bytes_per_10_minutes"]
    assert 0 < busiest <= per_station.sum() + len(rows)  # whole bytes are written down


def test_bytes_that_were_refused_count_as_carried(small: Small) -> None:
    """A server that stores nothing has carried bytes all the same."""
    scenario, region = small(
        "server: {workers: 1, queue: 0, service: 10 h, nation: null, outages: []}\n"
    )
    night = simulate(scenario, region, 1, 0)
    assert night.outcomes["bytes_acked"].sum() < night.outcomes["bytes_wasted"].sum()
    assert night.counts["peak_bytes_per_10_minutes"] > 0


@pytest.mark.parametrize("minutes", [1, 10])
def test_no_stretch_is_busier_than_all_of_it(minutes: int) -> None:
    counts = Counts()
    counts.carried(0.0, 3600.0, 3600.0)
    assert counts.most_bytes(minutes) == pytest.approx(60.0 * minutes)
