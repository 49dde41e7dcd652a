"""The kernel's nights are SimPy's to the last bit: the outcome of every station, every count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.assembly import Night
from sim.client.retry.backoff import Exponential, Fixed, Linear, Sequence
from sim.client.retry.jitter import (
    AdditiveJitter,
    DecorrelatedJitter,
    EqualJitter,
    FullJitter,
    NoJitter,
    ProportionalJitter,
)
from sim.client.retry.policy import Policy
from sim.client.retry.presets import PRESETS
from sim.client.retry.signals import RetryAfter, Rule
from sim.client.retry.stop import Stop
from sim.draws import Draws
from sim.engine import Engine, EngineError
from sim.ingest.nation import Course
from sim.kernel import tables
from sim.kernel.domain import covers
from sim.night import simulate
from sim.scenario.conduct import BUILT_IN, Conduct
from sim.scenario.inputs import load_inputs
from tests.conftest import SHIPPED, Small

BATCHINGS = (
    "per-photo", "bundle", "light", "medium-chunks", "chunks", "adaptive-chunks", "tus",
    "tus-chunks", "resumable", "tally-first", "tally-first-chunks",
)  # fmt: skip
SHAPINGS = ("at-once", "jittered-start", "slots-by-hash", "slots-by-district")


def assert_same(ours: Night, theirs: Night) -> None:
    for part in ("outcomes", "offices"):
        a, b = getattr(ours, part), getattr(theirs, part)
        assert a.dtype == b.dtype
        for name in a.dtype.names:
            np.testing.assert_array_equal(a[name], b[name], err_msg=f"{part}.{name}", strict=True)
    assert ours.values == theirs.values
    assert ours.counts == theirs.counts


def both(scenario: Any, region: Any, replication: int, **options: Any) -> tuple[Night, Night]:
    night = (scenario, region, 5, replication)
    ours = simulate(*night, engine=Engine.KERNEL, **options)
    return ours, simulate(*night, engine=Engine.SIMPY, **options)


def test_a_night_of_bandar_lampung_is_the_same() -> None:
    its = load_inputs(SHIPPED)
    assert_same(*both(its.scenario, its.region, 1))


def covered() -> list[str]:
    """The catalogue's policies that the kernel does."""
    scenario = load_inputs(SHIPPED).scenario
    conduct = BUILT_IN.conduct("none", "per-photo", "at-once")
    return [n for n, p in PRESETS.items() if not covers(scenario, conduct._replace(policy=p))]


def test_every_policy_of_the_catalogue_that_is_covered_is_the_same(small: Small) -> None:
    scenario, region = small("server: {retry_after: 40 s, workers: 1, service: 20 s}\n")
    names = covered()
    assert {"none", "fixed", "exponential", "full-jitter", "equal-jitter", "decorrelated-jitter",
            "three-retries", "server-paced"} <= set(names)  # fmt: skip
    for replication, name in enumerate(names):
        batching = BATCHINGS[replication % len(BATCHINGS)]
        conduct = BUILT_IN.conduct(name, batching, SHAPINGS[replication % len(SHAPINGS)])
        assert_same(*both(scenario, region, replication, conduct=conduct))


# A server and a network at every edge that a night can meet, drawn freely.
SCENARIOS = st.fixed_dictionaries(
    {
        "slots": st.sampled_from([1, 3, 500]),
        "workers": st.sampled_from([1, 2, 100]),
        "queue": st.sampled_from([0, 2, 1000]),
        "service": st.sampled_from(["0.1 s", "5 s", "40 s"]),
        "service_law": st.sampled_from(["exponential", "deterministic"]),
        "deadline": st.sampled_from(["5 s", "60 s", "500 s"]),
        "fault": st.sampled_from(["0%", "20%"]),
        "retry_after": st.sampled_from(["null", "7 s", "300 s"]),
        "busy_status": st.sampled_from([429, 503]),
        "cancellation": st.sampled_from(["true", "false"]),
        "keeps_partial": st.sampled_from(["true", "false"]),
        "pipe": st.sampled_from(["50 kbit/s", "2 Mbit/s", "8 Gbit/s"]),
        "nation": st.sampled_from(["null", "{stations: 300}", "{stations: 3000}"]),
    }
)
BACKOFFS = st.one_of(
    st.builds(Fixed, st.floats(0.0, 200.0)),
    st.builds(Linear, st.floats(0.1, 9.0), st.sampled_from([60.0, 900.0])),
    st.builds(Exponential, st.floats(0.1, 9.0), st.floats(1.0, 3.0), st.floats(10.0, 900.0),
              st.sampled_from([0.0, 2.0])),
    st.builds(Sequence, st.sampled_from([(0.0, 3.0, 10.0, 60.0), (5.0,)])),
)  # fmt: skip
JITTERS = st.one_of(
    st.just(NoJitter()),
    st.just(FullJitter()),
    st.just(EqualJitter()),
    st.builds(DecorrelatedJitter, st.floats(0.1, 9.0), st.floats(10.0, 900.0)),
    st.builds(ProportionalJitter, st.floats(0.0, 1.0)),
    st.builds(AdditiveJitter, st.floats(0.0, 9.0), st.floats(10.0, 900.0)),
)
POLICIES = st.builds(
    Policy,
    name=st.just("drawn"),
    backoff=BACKOFFS,
    jitter=JITTERS,
    stop=st.builds(
        Stop,
        st.sampled_from([1.0, 4.0, 30.0]),
        st.sampled_from([120.0, float("inf")]),
        st.sampled_from([300.0, float("inf")]),
        st.sampled_from([100.0, float("inf")]),
    ),
    when_throttled=st.none() | BACKOFFS,
    retry_on=st.sampled_from([frozenset(), frozenset({429, 503}), frozenset({500, 503, 504})]),
    retry_after=st.builds(
        RetryAfter,
        st.sampled_from(Rule),
        st.sampled_from([0.0, 1.0]),
        st.sampled_from([20.0, float("inf")]),
        st.sampled_from([frozenset(), frozenset({429})]),
        st.booleans(),
    ),
    timeout=st.sampled_from([None, 3.0, 45.0]),
    idle=st.sampled_from([float("inf"), 10.0]),
    progress_restarts=st.booleans(),
)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    server=SCENARIOS,
    policy=POLICIES,
    batching=st.sampled_from(BATCHINGS),
    shaping=st.sampled_from(SHAPINGS),
    replication=st.integers(0, 10**6),
)
def test_any_night_is_the_same(
    small: Small, server: dict[str, Any], policy: Policy, batching: str, shaping: str,
    replication: int,
) -> None:  # fmt: skip
    said = ", ".join(f"{name}: {value}" for name, value in server.items())
    scenario, region = small(f"server: {{{said}}}\n")
    conduct = BUILT_IN.conduct("none", batching, shaping)._replace(policy=policy)
    assert covers(scenario, conduct) is None
    assert_same(*both(scenario, region, replication, conduct=conduct))


@pytest.mark.parametrize(
    "changes",
    [
        "people: {ppk: {web_operators: 2, mobile_operators: 0}}\n",
        "people: {ppk: {web_operators: 0, mobile_operators: 3, cannot_use: 0%}}\n",
        "people: {ppk: {hours: []}}\n",
        "people: {kpps: {patience: 20 min, press_again: 1 s}}\n",
        "station: {no_app: 60%, no_signal: 50%}\n",
        "network: {tls: none, access_failure_at_peak: 95%, break_rate_at_peak: 1/5 per s}\n",
        "server: {outages: []}\n",
        "snapshot: 2020-12-12 10:00 WIB\n",
    ],
)
def test_people_and_places_of_other_kinds_are_the_same(small: Small, changes: str) -> None:
    scenario, region = small(changes)
    for replication in range(3):
        assert_same(*both(scenario, region, replication))


LINKS = "network: {portable: {per_kecamatan: 2, reach: 30%%, works: 80%%, %s}}\n"


@pytest.mark.parametrize(
    "changes",
    [
        "serves: stations",
        "serves: blank-spots, comes: 6 h, goes: 7 h",
        "serves: stations, rate: 300 kbit/s, comes: 2 h, goes: 5 h, bring: 1 h",
        "serves: stations, rate: 100 kbit/s, rtt: 600 ms, loss: 3%",
    ],
)
@pytest.mark.parametrize("variant", [("none", "per-photo"), ("full-jitter", "chunks")])
def test_portable_links_are_the_same(small: Small, changes: str, variant: tuple[str, str]) -> None:
    scenario, region = small(LINKS % changes + "station: {no_signal: 30%}\n")
    conduct = BUILT_IN.conduct(*variant, "at-once")
    for replication in range(3):
        ours, theirs = both(scenario, region, replication, conduct=conduct)
        assert_same(ours, theirs)
    with pytest.raises(EngineError, match=r"network\.portable with a shaping"):
        both(scenario, region, 0, conduct=BUILT_IN.conduct(*variant, "jittered-start"))


def test_a_night_put_together_from_others_is_the_same(small: Small) -> None:
    scenario, region = small()
    others = {
        "places": {region.kecamatan[0].code: 7},
        "quantities": {"server.fault": Draws(1, 5), "network.capacity": Draws(1, 6)},
    }
    assert_same(*both(scenario, region, 2, **others))


def test_a_night_with_too_little_room_is_begun_again(small: Small, monkeypatch: Any) -> None:
    scenario, region = small("server: {workers: 1, service: 60 s, deadline: 900 s}\n")
    conduct = BUILT_IN.conduct("fixed", "chunks", "at-once")
    asked = []
    build = tables.build

    def narrow(*its: Any) -> Any:
        asked.append(its[-1])
        state = build(*its)
        if len(asked) == 1:  # as if only so much room had been made
            state.night["n_events"] = 30
        return state

    monkeypatch.setattr("sim.kernel.night.build", narrow)
    assert_same(*both(scenario, region, 0, conduct=conduct))
    assert asked == [1, 4]


def test_a_law_of_delays_that_goes_on_behind_its_table_is_simpys(small: Small) -> None:
    scenario, region = small("server: {outages: [], fault: 100%, nation: null}\n")
    law = Linear(0.001)
    policy = Policy("slow", backoff=law, retry_on=frozenset({500}))
    conduct = Conduct(policy, *BUILT_IN.conduct("none", "per-photo", "at-once")[1:])
    assert covers(scenario, conduct) is None
    with pytest.raises(EngineError, match="what was drawn tonight"):
        simulate(scenario, region, 5, 0, conduct=conduct, engine=Engine.KERNEL)
    bounded = conduct._replace(policy=replace(policy, stop=Stop(attempts=500)))
    assert_same(*both(scenario, region, 0, conduct=bounded))


@pytest.mark.parametrize("ahead", [0.0, 3600.0])
def test_a_region_under_a_nations_course_brings_the_same_to_the_server(
    small: Small, ahead: float
) -> None:
    scenario, region = small(
        "server: {slots: 1, workers: 1, service: 20 s, queue: 0, nation: null}\n"
        "network: {portable: {per_kecamatan: 1, works: 100%, reach: 100%}}\n"
    )
    elsewhere = tuple(replace(k, ahead=ahead) for k in region.kecamatan)
    region = replace(region, kecamatan=elsewhere)
    rng = np.random.default_rng(3)
    minutes = 60 * 24
    others = Course(
        flows=(rng.integers(0, 4, minutes // 5) * 40.0).repeat(5).tolist(),
        refused=(rng.random(minutes) * 0.5).tolist(),
        full=(rng.random(minutes) * 0.3).tolist(),
        ahead=(rng.random(minutes - 7) * 90.0).tolist(),
        step=55.0,
    )
    for name in ("full-jitter", "none"):
        conduct = BUILT_IN.conduct(name, "chunks", "at-once")
        ours, theirs = both(scenario, region, 1, others=others, conduct=conduct)
        assert_same(ours, theirs)
        assert ours.counted is not None
        assert theirs.counted is not None
        for part in theirs.counted.__slots__:
            assert getattr(ours.counted, part) == getattr(theirs.counted, part), part
        assert sum(ours.counted.refused)
        assert sum(ours.counted.full)
