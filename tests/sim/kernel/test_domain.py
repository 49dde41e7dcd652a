"""Which nights the kernel does, and that what is new in the model is not among them by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from sim.client.retry.backoff import Fixed
from sim.client.retry.jitter import SmoothJitter
from sim.client.retry.policy import Hedge
from sim.engine import Engine, EngineError
from sim.kernel import domain
from sim.kernel.domain import covers
from sim.network.profile import Constant
from sim.night import simulate
from sim.scenario.conduct import BUILT_IN, own_conduct
from sim.scenario.inputs import load_inputs
from tests.conftest import ROOT, Small
from tests.sim.kernel.test_same import assert_same

PLAIN = BUILT_IN.conduct("full-jitter", "chunks", "at-once")


@pytest.mark.parametrize(
    "file",
    ["bandarlampung-2020", *(f"worlds/{p.stem}" for p in ROOT.glob("scenarios/worlds/*.yaml"))],
)
@pytest.mark.parametrize(
    "variant", [None, ("full-jitter", "chunks", "at-once"), ("equal-jitter", "light", "at-once")]
)
def test_the_shipped_night_and_its_worlds_are_covered(file: str, variant: Any) -> None:
    its = load_inputs(ROOT / f"scenarios/{file}.yaml")
    conduct = own_conduct(its.scenario) if variant is None else BUILT_IN.conduct(*variant)
    assert covers(its.scenario, conduct) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"batching": BUILT_IN.batchings["parallel"]}, "batching.lanes"),
        ({"batching": BUILT_IN.batchings["hub"]}, "batching.hub"),
        ({"shaping": BUILT_IN.shapings["admission"]}, "shaping.places"),
        ({"policy": BUILT_IN.policies["aws-standard"]}, "policy.guards"),
        ({"policy": replace(PLAIN.policy, hedge=Hedge(2, 5.0))}, "policy.hedge"),
        (
            {"policy": replace(PLAIN.policy, jitter=SmoothJitter(1.0))},
            "policy.jitter: SmoothJitter",
        ),
    ],
)
def test_what_is_outside_is_named(small: Small, changes: Any, reason: str) -> None:
    assert covers(small()[0], PLAIN._replace(**changes)) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ("server: {backlog: 5}\n", "server.backlog"),
        ("network: {portable: {per_kecamatan: 1, serves: office}}\n", "network.portable.serves"),
    ],
)
def test_a_scenario_that_is_outside_is_named(small: Small, changes: str, reason: str) -> None:
    assert covers(small(changes)[0], PLAIN) == reason


def test_a_trace_is_outside(small: Small) -> None:
    assert covers(small()[0], PLAIN, Constant(1.0)) == "a trace of the cells' capacity"


def test_a_field_that_the_kernel_has_not_learnt_is_outside_unless_it_is_at_its_default(
    small: Small, monkeypatch: Any
) -> None:
    known = domain._KNOWN
    for kind, field in ((type(small()[0].server), "cancellation"), (type(PLAIN.policy), "idle")):
        less = " ".join(n for n in known[kind].split() if n != field)
        monkeypatch.setitem(known, kind, less)
    assert covers(small()[0], PLAIN) is None
    assert covers(small("server: {cancellation: true}\n")[0], PLAIN) == "server.cancellation"
    timed = PLAIN._replace(policy=replace(PLAIN.policy, idle=3.0))
    assert covers(small()[0], timed) == "policy.idle"


def test_a_law_of_a_users_own_is_outside(small: Small) -> None:
    @dataclass(frozen=True, slots=True)
    class Own(Fixed):
        def delay(self, retry: int) -> float:
            return 7.0 * retry

    own = PLAIN._replace(policy=replace(PLAIN.policy, backoff=Own(1.0)))
    assert covers(small()[0], own) == "policy.backoff: Own"


def test_outside_of_the_domain_simpy_answers_unless_the_kernel_is_insisted_on(small: Small) -> None:
    scenario, region = small("server: {backlog: 5}\n")
    with pytest.raises(EngineError, match=r"the kernel does not do server\.backlog"):
        simulate(scenario, region, 1, 0, engine=Engine.KERNEL)
    one, other = (simulate(scenario, region, 1, 0, engine=e) for e in (Engine.AUTO, Engine.SIMPY))
    assert_same(one, other)


def test_stations_that_are_ready_before_the_start_begin_with_it(small: Small) -> None:
    early = "ready: 2020-12-09 12:00 WIB"
    scenario, region = small(f"station: {{{early}, no_app: 0%}}\n")
    assert_same(
        *(simulate(scenario, region, 1, 0, engine=e) for e in (Engine.KERNEL, Engine.SIMPY))
    )
    scenario, region = small(f"station: {{{early}, no_app: 50%}}\n")
    with pytest.raises(EngineError, match="what was drawn tonight"):
        simulate(scenario, region, 1, 0, engine=Engine.KERNEL)


def test_a_sample_and_clocks_that_differ_are_simpys(small: Small) -> None:
    scenario, region = small("server: {nation: null}\n")
    with pytest.raises(EngineError, match="does not do a sample"):
        simulate(scenario, region, 1, 0, weight=2.0, engine=Engine.KERNEL)
    first, *others = region.kecamatan
    mixed = replace(region, kecamatan=(replace(first, ahead=3600.0), *others))
    with pytest.raises(EngineError, match="what was drawn tonight"):
        simulate(scenario, mixed, 1, 0, engine=Engine.KERNEL)


def test_without_numba_simpy_answers(small: Small, monkeypatch: Any) -> None:
    monkeypatch.setattr(domain, "find_spec", lambda _name: None)
    assert covers(small()[0], PLAIN) == "numba is not installed"
