"""Predicted and measured side by side: equal ones agree, a slower server is found and explained."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.ledger import OUTCOMES
from sim.night import Window, simulate
from sim.population.region import Region
from sim.scenario.agreement import Limits
from sim.scenario.ingest_model import IngestModel
from sim.scenario.model import Scenario
from study.replay.compare import STATES, NothingToCompareError, compare
from study.replay.setting import Side
from tests.conftest import Small
from tests.study.replay_tools import BEGINS, ENDS, FAST, SLOW, row, setting_of, side_of

Worlds = tuple[Scenario, Region, Side, Side]


@pytest.fixture
def worlds(small: Small) -> Worlds:
    scenario, region = small("server: {outages: []}\n")
    fast, slow = (side_of(scenario, region, model) for model in (FAST, SLOW))
    return scenario, region, fast, slow


def test_the_same_night_agrees_with_itself_in_every_line(worlds: Worlds) -> None:
    scenario, _, fast, _ = worlds
    found = compare(fast, fast, setting_of(scenario))
    assert found["agrees"]
    assert [line["value"] for line in found["lines"]] == [1.0] + [0.0] * 6
    assert found["causes"]["difference"] == 0.0
    assert {(c["predicted"], c["measured"]) for c in found["failures"]["matrix"]} == {
        (c["predicted"],) * 2 for c in found["failures"]["matrix"]
    }
    assert found["sojourn"]["station"]["ks"] == 0.0
    course = found["concurrency"]
    assert course["max_difference"] == 0.0
    assert set(course["peak"]) == {"predicted", "measured"}
    assert len(course["seconds"]) == len(course["predicted"]) == len(course["measured"])
    assert (course["seconds"][0], course["seconds"][-1] < ENDS) == (BEGINS, True)
    assert found["setting"]["title"] == scenario.title.model_dump()


def test_a_slower_server_disagrees_and_the_causes_add_up_to_the_difference(worlds: Worlds) -> None:
    scenario, _, fast, slow = worlds
    found = compare(fast, slow, setting_of(scenario))
    assert not found["agrees"]
    causes = found["causes"]
    parts = {p["part"]: p["difference"] for p in causes["parts"]}
    assert sum(parts.values()) == pytest.approx(causes["difference"], abs=1e-9)
    assert parts["server"] > 5.0
    assert abs(parts["unexplained"]) < 1e-9
    only_real = {(f["cause"], f["status"]) for f in found["failures"]["only_measured"]}
    assert ("refused", 503) in only_real
    assert parts["failed_refused"] > 0.0
    paired = found["sojourn"]["object"]["paired"]
    assert paired["low"] <= paired["mean"] == pytest.approx(causes["difference"])
    assert found["response"]["measured"]["p50"] > found["response"]["predicted"]["p50"]


def test_what_is_counted_twice_agrees(worlds: Worlds) -> None:
    scenario, region, fast, slow = worlds
    found = compare(fast, slow, setting_of(scenario))
    assert sum(map(sum, found["matrix"])) == found["stations"]
    for i, state in enumerate(STATES):
        assert found["outcomes"][state]["predicted"] == sum(found["matrix"][i])
        assert found["outcomes"][state]["measured"] == sum(line[i] for line in found["matrix"])
    for side in ("predicted", "measured"):
        assert (
            sum(k["attempts"][side] for k in found["kecamatan"])
            == (found["attempts"]["total"][side])
        )
        assert sum(k["wasted"][side] for k in found["kecamatan"]) == found["bytes"]["wasted"][side]
        assert sum(k["bytes"][side] for k in found["kecamatan"]) == found["bytes"]["sent"][side]
        assert sum(k["concurrency"][side] for k in found["kecamatan"]) == pytest.approx(
            found["concurrency"]["mean"][side]
        )
    assert sum(k["stations"] for k in found["kecamatan"]) == found["stations"]
    both_sent = {row.station for row in fast.attempts}
    for k in found["kecamatan"]:
        index = [its.name for its in region.kecamatan].index(k["name"])
        here = fast.outcomes["kecamatan"] == index
        assert k["stations"] == len(both_sent & set(fast.outcomes["station"][here].tolist()))
        assert k["response"]["measured"] > k["response"]["predicted"]
    for part in found["causes"]["parts"]:
        assert part["low"] <= part["difference"] + 1e-9
        assert part["difference"] <= part["high"] + 1e-9
        assert part["difference"] == pytest.approx(part["measured"] - part["predicted"])
    server = [k["groups"]["server"] for k in found["kecamatan"]]
    assert min(server) <= found["causes"]["groups"]["server"] <= max(server)
    assert {k["name"] for k in found["kecamatan"]} <= {k.name for k in region.kecamatan}


def test_bytes_wasted_by_the_log_are_those_of_the_ledger(small: Small) -> None:
    scenario, region = small("server: {outages: []}\n")
    from sim.ingest.build import build_ingest

    window = Window(0.0, 10 * 3600.0, lambda: build_ingest(SLOW, 60.0), keeps_partial=False)
    night = simulate(scenario, region, 4, 0, window=window)
    side = Side(night.attempts, night.outcomes, region)
    found = compare(side, side, setting_of(scenario))
    sent = int(night.outcomes["bytes_wasted"].sum() + night.outcomes["bytes_acked"].sum())
    assert found["bytes"]["sent"]["measured"] == pytest.approx(sent, rel=1e-6)
    assert night.outcomes["bytes_wasted"].sum() > 1e6
    # a body that came whole and was answered too late is kept by the ledger, and sent again
    assert found["bytes"]["wasted"]["measured"] == pytest.approx(
        int(night.outcomes["bytes_wasted"].sum()), rel=0.02
    )


def test_a_summary_is_plain_json(worlds: Worlds) -> None:
    scenario, _, fast, slow = worlds
    found = compare(fast, slow, setting_of(scenario))
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_limits_can_be_changed_and_each_says_its_reason(worlds: Worlds) -> None:
    from dataclasses import replace

    scenario, _, fast, slow = worlds
    lenient = Limits.model_validate(
        dict.fromkeys(Limits.model_fields, "100%") | {"same_outcome": 0}
    )
    found = compare(fast, slow, replace(setting_of(scenario), limits=lenient))
    assert {line["limit"] for line in found["lines"]} == {0.0, 1.0}
    assert all(len(line["reason"]) > 20 for line in found["lines"])
    assert found["setting"]["limits"]["sojourn_ks"] == 1.0


def test_an_invalid_generator_is_said_and_does_not_change_the_figures(worlds: Worlds) -> None:
    from dataclasses import replace

    scenario, _, fast, _ = worlds
    bad = {"schedule_lag_p99_ms": {"value": 80.0, "limit": 50.0, "ok": False}}
    found = compare(fast, fast, replace(setting_of(scenario), validity=bad))
    assert not found["valid"]
    assert found["agrees"]
    lost = compare(fast, fast, replace(setting_of(scenario), wrong=["a worker was lost"]))
    assert (lost["valid"], lost["wrong"]) == (False, ["a worker was lost"])


def test_a_sample_is_compared_with_the_same_stations_of_the_prediction(worlds: Worlds) -> None:
    scenario, region, fast, slow = worlds
    chosen = list(range(0, 30, 3))
    part = Side([r for r in slow.attempts if r.station in chosen], slow.outcomes[chosen], region)
    found = compare(fast, part, setting_of(scenario))
    assert found["stations"] <= len(chosen)
    whole = compare(fast, slow, setting_of(scenario))
    assert found["attempts"]["total"]["predicted"] < whole["attempts"]["total"]["predicted"]


def test_a_server_that_knows_early_spares_the_second_body(small: Small) -> None:
    scenario, region = small("server: {outages: []}\n")
    slow = {"workers": 8, "service": "900 ms", "service_law": "exponential"}
    knows, reads = (
        side_of(
            scenario,
            region,
            IngestModel.model_validate({"ingest": "slow", "early_duplicates": early, **slow}),
        )
        for early in (True, False)
    )
    duplicates = [[r for r in side.attempts if r.status == 200] for side in (knows, reads)]
    assert all(duplicates)
    assert all(r.sent == 0 and r.at - r.began < 10.0 for r in duplicates[0])
    assert all(r.sent == r.length for r in duplicates[1])
    found = compare(reads, knows, setting_of(scenario))
    assert found["bytes"]["wasted"]["measured"] < found["bytes"]["wasted"]["predicted"]


def test_the_rest_of_the_nation_loads_the_server_and_is_not_compared(worlds: Worlds) -> None:
    scenario, region, fast, _ = worlds
    others = [row(BEGINS + 60.0 * i, BEGINS + 60.0 * i + 30.0, station=30 + i) for i in range(20)]
    with_them = fast._replace(attempts=[*fast.attempts, *others])
    alone, beside = (compare(side, side, setting_of(scenario)) for side in (fast, with_them))
    assert len(region.stations) == 30
    for name in ("stations", "attempts", "bytes", "sojourn", "kecamatan"):
        assert beside[name] == alone[name]
    assert beside["response"]["measured"]["of"] == alone["response"]["measured"]["of"] + 20
    assert beside["concurrency"]["mean"]["measured"] > alone["concurrency"]["mean"]["measured"]


def test_sides_that_cannot_be_compared_are_refused_with_a_reason(worlds: Worlds) -> None:
    scenario, region, fast, _ = worlds
    fewer = Side(fast.attempts, fast.outcomes[:-1], region)
    with pytest.raises(NothingToCompareError, match="measured that were not predicted"):
        compare(fewer, fast, setting_of(scenario))
    idle = Side([], np.zeros(3, OUTCOMES), region)
    with pytest.raises(NothingToCompareError, match="no station made a request"):
        compare(idle, idle, setting_of(scenario))
