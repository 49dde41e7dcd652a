"""The benchmarks of world 2 at their smallest: one cell, at four times the speed."""

from __future__ import annotations

import pytest

from benchmarks.pacing import SMALLEST, rows, ticks


@pytest.mark.slow
def test_a_replay_of_one_cell_is_told_with_its_limits() -> None:
    durations, lag, stored = rows(SMALLEST)
    assert durations.what.startswith("17 bodies at once, 1 process: transfers over 2 s")
    assert durations.target == "99%"
    assert lag.target == "p99 under 50 ms"
    assert " attempts stored" in stored.what


@pytest.mark.slow
def test_a_tick_and_a_piece_are_told_with_what_they_cost() -> None:
    (row,) = ticks(SMALLEST)
    assert row.what == "tick 10 ms, piece 16 KiB (ours)"
    assert "% of a core; behind " in row.figure
