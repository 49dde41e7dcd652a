"""The evening or the operators: what simulated nights and bare counts tell of it."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from sim.assembly import OFFICES, Night
from sim.ledger import OUTCOMES, State
from sim.population.region import Kecamatan, Region, Station
from sim.scenario.inputs import load_inputs
from sim.scenario.model import Scenario
from study.evidence.districts import bounds, operators_pace, parts, split
from tests.conftest import SHIPPED, Small

TPS = 100


def region(*failed: int | None) -> Region:
    districts = tuple(Kecamatan(str(k), f"K{k}", TPS, f) for k, f in enumerate(failed))
    stations = tuple(Station(f"{k}-{i}", k, str(k)) for k in range(len(failed)) for i in range(TPS))
    return Region("test", districts, stations)


def night(sent_kpps: list[int], sent_ppk: list[int]) -> Night:
    rows = np.zeros(TPS * len(sent_kpps), OUTCOMES)
    for k, (own, office) in enumerate(zip(sent_kpps, sent_ppk, strict=True)):
        its = rows[k * TPS : (k + 1) * TPS]
        its["kecamatan"] = k
        its["state"] = State.FAILED
        its["state"][:own] = State.SENT_KPPS
        its["state"][own : own + office] = State.SENT_PPK
    rows["sent_s"] = nan
    return Night(rows, np.zeros(0, OFFICES), {}, {})


@pytest.fixture
def scenario(small: Small) -> Scenario:
    return small()[0]


def test_failed_is_what_the_evening_left_less_what_the_operators_sent(scenario: Scenario) -> None:
    y, e, o = parts(night([60, 40], [10, 50]), scenario, region(30, 10))
    assert y.tolist() == pytest.approx([0.3, 0.1])
    assert e.tolist() == pytest.approx([0.4, 0.6])
    assert o.tolist() == pytest.approx([0.1, 0.5])


def test_where_operators_do_nothing_the_evening_makes_all_differences(scenario: Scenario) -> None:
    nights = [night([60, 40, 90], [0, 0, 0])]
    found = split(nights, np.ones(1), scenario, region(40, 60, 10))
    assert found.evening == pytest.approx(1.0)
    assert found.operators == pytest.approx(0.0)
    assert found.told_by_counts == pytest.approx(1.0)
    assert found.like_counted is not None
    assert found.like_counted[0] == pytest.approx(1.0)


def test_after_an_even_evening_the_operators_make_all_differences(scenario: Scenario) -> None:
    found = split([night([50, 50], [10, 40])], np.ones(1), scenario, region(40, 10))
    assert found.evening == pytest.approx(0.0)
    assert found.operators == pytest.approx(1.0)


def test_a_bad_night_is_not_taken_for_a_bad_kecamatan(scenario: Scenario) -> None:
    nights = [night([90, 90], [0, 0]), night([10, 10], [0, 20])]
    assert split(nights, np.ones(2), scenario, region(1, 1)).evening == pytest.approx(0.0)


def test_where_nothing_differs_there_is_nothing_to_explain(scenario: Scenario) -> None:
    found = split([night([50, 50], [0, 0])], np.ones(1), scenario, region(50, 50))
    assert found.evening is found.operators is None
    assert bounds(region(50, 50), sent_before=0.4, pace=1000) is None


def test_a_night_without_weight_does_not_count(scenario: Scenario) -> None:
    nights = [night([60, 40], [0, 0]), night([50, 50], [10, 40])]
    found = split(nights, np.array([0.0, 1.0]), scenario, region(40, 10))
    assert found.evening == pytest.approx(0.0)


def test_the_parts_of_a_mixture_add_up(scenario: Scenario) -> None:
    rng = np.random.default_rng(1)
    nights = [night(list(rng.integers(20, 80, 6)), list(rng.integers(0, 20, 6))) for _ in range(5)]
    found = split(nights, np.ones(5), scenario, region(*[None] * 6))
    assert found.evening is not None
    assert found.operators is not None
    assert found.evening + found.operators == pytest.approx(1.0)
    assert found.like_counted is None


def test_counts_without_room_for_the_operators_leave_all_to_the_evening() -> None:
    found = bounds(region(60, 20), sent_before=0.599, pace=1000)
    assert found is not None
    assert found.evening_least == pytest.approx(1.0, abs=0.02)
    assert found.evening_most == pytest.approx(1.0, abs=0.02)
    assert found.above == ("K0",)


def test_the_more_the_operators_sent_the_less_the_counts_tell() -> None:
    found = bounds(region(60, 20), sent_before=0.4, pace=1000)
    assert found is not None
    assert found.evening_least == pytest.approx(0.0, abs=1e-6)  # 0.6 everywhere, evened out by none
    assert found.evening_most == pytest.approx(2.0)
    assert found.worked_off == 40


def test_a_slow_pace_narrows_the_range() -> None:
    wide, narrow = (bounds(region(60, 20), 0.4, pace) for pace in (1000.0, 25.0))
    assert wide is not None
    assert narrow is not None
    assert wide.evening_least < narrow.evening_least <= narrow.evening_most < wide.evening_most


def test_contradictions_and_missing_counts_have_no_bounds() -> None:
    assert bounds(region(60, 20), sent_before=0.7, pace=1000) is None  # fewer left than failed
    assert bounds(region(60, None), sent_before=0.4, pace=1000) is None
    assert bounds(region(60, 20), sent_before=0.4, pace=1.0) is None  # nobody could send 40


def test_in_bandar_lampung_five_kecamatan_had_a_worse_evening_whatever_operators_did() -> None:
    inputs = load_inputs(SHIPPED)
    pace = operators_pace(inputs.scenario)
    assert pace == pytest.approx(2 * 14.6125 * 60 / 22)  # two people, 09:00 to 23:36:45, 22 minutes
    found = bounds(inputs.region, 0.56, pace)
    assert found is not None
    assert found.worked_off == 213
    assert found.evening_spread == pytest.approx(0.044, abs=0.001)
    assert "Panjang" in found.above
    assert len(found.above) == 5
    assert found.evening_least < 0 < 1 < found.evening_most
