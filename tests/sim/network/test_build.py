"""From a scenario to cells: every figure arrives where its law wants it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.draws import Draws
from sim.network.build import Radio, build_cells, build_congestion, build_radio, office_cell
from sim.network.profile import Steps
from sim.network.radio import peak_rates
from sim.network.transport import pftk, setup_time
from sim.population.world import Cells, draw_world
from tests.conftest import Small

RADIO = Radio(
    cqi=(5, 12, 9),
    shares=(0.2, 0.3, 0.5),
    rtt=(0.3, 0.1, 0.2),
    caps=(1e5, 2e5, 3e5),
    relative_peaks=(0.5, 2.0, 1.0),
    tls="1.2",
)
HOUR = 3600.0
LOADS = ((0, 0.3), (6, 0.5), (9, 0.7), (17, 0.85), (19, 1.0), (22, 0.7))  # by the local clock


def load_at(hour: float) -> float:
    return [load for since, load in LOADS if since <= hour % 24][-1]


def test_an_attempts_setup_follows_its_class() -> None:
    # 1 MB/s * 0.5 * 0.3 s = 150 kB on the path: four rounds of slow start, and four of TLS 1.2
    assert RADIO.setup(0, 1e6) == pytest.approx(0.3 * (4 + 4))
    assert RADIO.setup(1, 1e6) == setup_time(0.1, 2e6 * 0.1, 2e6, "1.2")


def test_the_best_class_is_the_one_with_the_highest_indicator() -> None:
    assert RADIO.best() == 1
    assert RADIO.office_setup() == pytest.approx(0.1 * 4)


def test_nothing_moves_faster_than_the_best_cell_or_the_best_cap() -> None:
    assert RADIO.fastest(np.array([1e4, 2e4])) == 4e4
    assert RADIO.fastest(np.array([1e6, 1e3])) == 3e5


def test_radio_classes_are_those_of_the_scenario(small: Small) -> None:
    network = small()[0].network
    radio = build_radio(network)
    assert radio.cqi == (12, 7, 3)
    assert radio.shares == pytest.approx((0.3, 0.5, 0.2))
    assert radio.rtt == pytest.approx((0.05, 0.1, 0.3))
    expected = [pftk(r, p) for r, p in ((0.05, 0.003), (0.1, 0.005), (0.3, 0.01))]
    assert radio.caps == pytest.approx(expected)
    assert radio.relative_peaks == pytest.approx(peak_rates(1.0, (12, 7, 3), (0.3, 0.5, 0.2)))
    assert radio.tls == network.tls == "1.2"


def test_citizens_leave_of_each_cell_what_the_hour_says(small: Small) -> None:
    scenario, _ = small()
    starts_at = scenario.clock_offset() / HOUR
    cells = Cells(
        kecamatan=np.array([0, 1]),
        capacity=np.array([1000.0, 4000.0]),
        busy_at_peak=np.array([0.8, 0.5]),
        phase=np.array([0.0, 0.5]),
    )
    rate = 2.0  # relative peak of class 1
    for hour in (0.5, 8.5, 17.5, 32.5):  # hours of scenario time
        built = build_cells(scenario, cells, RADIO, None)
        for cell, capacity, busy in zip(built, (1000.0, 4000.0), (0.8, 0.5), strict=True):
            cell.start(hour * HOUR, 10.0, 1)
            left = 1.0 - busy * load_at(starts_at + hour)
            took = cell.next_event() - hour * HOUR
            assert took == pytest.approx(10.0 / (capacity * rate * left), rel=1e-4)


def test_cells_share_a_trace_but_not_its_moments(small: Small) -> None:
    scenario, _ = small()
    cells = Cells(
        kecamatan=np.array([0, 0]),
        capacity=np.array([1000.0, 1000.0]),
        busy_at_peak=np.array([0.0, 0.0]),
        phase=np.array([0.0, 0.5]),
    )
    trace = Steps((0.0, 12 * HOUR), (0.5, 1.5), period=24 * HOUR)
    first, second = build_cells(scenario, cells, RADIO, trace)
    for cell, factor in ((first, 0.5), (second, 1.5)):
        cell.start(0.0, 10.0, 1)
        assert cell.next_event() == pytest.approx(10.0 / (2000.0 * factor))


def test_the_loss_of_a_class_caps_its_flows(small: Small) -> None:
    cells = Cells(np.array([0]), np.array([1e9]), np.array([0.0]), np.array([0.0]))
    (cell,) = build_cells(small()[0], cells, RADIO, None)
    cell.start(0.0, 1e5, 2)
    assert cell.next_event() == pytest.approx(1e5 / 3e5)


def test_an_offices_line_is_a_cell_of_one_class() -> None:
    line = office_cell(500.0)
    line.start(0.0, 1000.0)
    assert line.next_event() == 2.0


def test_the_background_keeps_its_hours_day_after_day_to_the_horizon(small: Small) -> None:
    scenario, region = small()
    world = draw_world(scenario, region, Draws(1, 0))
    congestion = build_congestion(scenario, world)
    assert len(congestion) == len(region.kecamatan) == 2
    refused = world.kecamatan["network.access_failure_at_peak"]
    broken = world.kecamatan["network.break_rate_at_peak"]
    assert [c.refused_at_peak for c in congestion] == list(refused)
    assert [c.break_rate_at_peak for c in congestion] == list(broken)
    offset = scenario.clock_offset()
    for hour in np.arange(-30.5, scenario.horizon / HOUR + 1):
        value, ends = congestion[1].shape.segment(float(hour) * HOUR)
        assert value == pytest.approx(load_at(hour + offset / HOUR)), hour
        assert ends <= (hour + 10) * HOUR, "the course does not stop before the horizon"


def test_the_background_changes_at_the_minute_that_is_said(small: Small) -> None:
    changed = 'network: {shape: [{since: "00:30", load: 20%}, {since: "17:45", load: 80%}]}\n'
    scenario, region = small(changed)
    shape = build_congestion(scenario, draw_world(scenario, region, Draws(1, 0)))[0].shape
    at = 17.75 * HOUR - scenario.clock_offset()
    assert shape.segment(at - 1.0) == (0.2, at)
    assert shape.segment(at)[0] == 0.8
    assert shape.segment(at) == (0.8, at + 6.75 * HOUR)
