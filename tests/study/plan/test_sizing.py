"""The sizing sheet: weights, headroom, what passed in vain, and where the nation is from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.assembly import Night
from sim.ledger import OUTCOMES
from sim.night import simulate
from sim.scenario.inputs import load_inputs
from study.plan.declared import Headroom, PlanFile
from study.plan.sizing import nation_of, size
from tests.conftest import SHIPPED, Small
from tests.study.plan.plan_tools import plan_file


def night(requests: int, megabytes: int = 0) -> Night:
    """A night with a peak of so many requests per minute and so many bytes in ten minutes."""
    nothing: Any = None
    counts = {
        "peak_requests_per_minute": requests,
        "peak_slots": requests,
        "peak_bytes_per_10_minutes": megabytes * 1_000_000,
    }
    return Night(np.zeros(3, OUTCOMES), nothing, {}, counts)


def row(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(r for r in rows if r["name"] == name)


def test_a_night_that_weighs_little_does_not_make_the_size() -> None:
    heavy, rare = night(60), night(6000)
    many = size([(heavy, 0.5), (heavy, 0.46), (rare, 0.04)], Headroom(), None)
    assert row(many, "requests")["peak"] == 1.0
    assert row(many, "requests")["high"] == 100.0
    often = size([(heavy, 0.9), (rare, 0.1)], Headroom(), None)
    assert row(often, "requests")["peak"] == 100.0


def test_every_row_has_its_own_headroom_and_the_nation_by_its_stations() -> None:
    nation = {"factor": 100.0}
    rows = size([(night(600, 75), 1.0)], Headroom(requests=2.0, bandwidth=3.0), nation)
    assert row(rows, "requests") == {
        "name": "requests", "unit": "1/s", "peak": 10.0, "headroom": 2.0, "sized": 20.0,
        "nation": 2000.0, "low": 10.0, "high": 10.0,
    }  # fmt: skip
    assert row(rows, "bandwidth")["peak"] == pytest.approx(1e6)  # 75 MB in 600 s
    assert row(rows, "bandwidth")["sized"] == pytest.approx(3e6)
    assert row(rows, "connections")["headroom"] == 1.5


def test_bandwidth_counts_what_was_refused_and_sent_again(small: Small) -> None:
    """A server that stores nothing needs a pipe all the same."""
    scenario, region = small(
        "server: {workers: 1, queue: 0, service: 10 h, nation: null, outages: []}\n"
        "client: {policy: full-jitter}\n"
    )
    found = simulate(scenario, region, 1, 0)
    rows = size([(found, 1.0)], Headroom(), None)
    stored = float(found.outcomes["bytes_acked"].sum())
    assert row(rows, "disk")["peak"] == stored
    carried = row(rows, "bandwidth")["peak"] * 600.0 / 8.0
    assert carried > stored  # in ten minutes alone more than is ever stored


def test_the_nation_is_that_of_the_scenario_and_says_so() -> None:
    inputs = load_inputs(SHIPPED)
    its = nation_of(inputs)
    assert its is not None
    assert its["stations"] == 297_239 + 1_700
    assert its["factor"] == pytest.approx((297_239 + 1_700) / 1_700)
    assert (its["scenario"], its["standing"]) == ("bandarlampung-2020", "counted")


def test_one_number_is_the_headroom_of_all() -> None:
    assert plan_file({"a": {"b": 1.0}}, headroom=2).headroom == Headroom(
        requests=2.0, connections=2.0, bandwidth=2.0, disk=2.0
    )
    named = plan_file({"a": {"b": 1.0}}, headroom={"disk": 3})
    assert named.headroom.disk == 3.0
    assert named.headroom.requests == 1.5
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        plan_file({"a": {"b": 1.0}}, headroom=0.5)
    with pytest.raises(ValueError, match="valid"):
        PlanFile.model_validate({"headroom": True})
