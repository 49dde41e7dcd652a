"""PS3, the cliff: 85 photographs of 2 MB on 5 Mbit/s end together at 272 s; cut at 60 s, nobody's
arrives, while one at a time 18 do. With 20 photographs the end is at 64 s: still nobody."""

import pytest

from docs.make_pictures import arrived_one_by_one, arrived_together
from sim.network.cell import Cell


@pytest.mark.parametrize(("stations", "end"), [(85, 272.0), (20, 64.0)])
def test_all_end_together(stations: int, end: float) -> None:
    cell = Cell([5e6 / 8])
    for _ in range(stations):
        cell.start(0.0, 2e6)
    assert cell.next_event() == pytest.approx(end, rel=1e-12)
    assert len(cell.finished(cell.next_event())) == stations


@pytest.mark.parametrize("stations", [85, 20])
def test_with_a_time_out_of_60_s_nobody_arrives_together_and_18_one_by_one(stations: int) -> None:
    assert arrived_together(60.0, stations) == 0
    assert arrived_one_by_one(60.0, stations) == 18
