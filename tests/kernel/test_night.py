"""The kernel's nights are SimPy's, to the last bit. Compiled once in a process (minutes, then
cached beside the kernel)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("numba")

from kernel.digest import STORED, digest
from kernel.night import simulate, supported
from sim.assembly import Night
from sim.draws import Draws
from sim.night import simulate as by_simpy
from sim.scenario.conduct import BUILT_IN, own_conduct

CHANGES = {
    "as shipped": "",
    "exact work and a scarce server": (
        "server: {service_law: deterministic, slots: 3, workers: 1, queue: 1, service: 40 s}\n"
    ),
    "a server that notices who has left": (
        "server: {cancellation: true, workers: 1, service: 45 s, deadline: 20 s}\n"
    ),
    "a scarce pipe": "server: {pipe: 200 kbit/s, slots: 40}\n",
    "few operators": "people: {ppk: {web_operators: 0, mobile_operators: 1}}\n",
}


def assert_same(ours: Night, theirs: Night) -> None:
    for part in ("outcomes", "offices"):
        a, b = getattr(ours, part), getattr(theirs, part)
        assert a.dtype == b.dtype
        for name in a.dtype.names:
            np.testing.assert_array_equal(a[name], b[name], err_msg=f"{part}.{name}", strict=True)
    assert ours.values == theirs.values
    assert ours.counts == theirs.counts


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_night_is_simpys_to_the_last_bit(small, changes):
    scenario, region = small(changes)
    for seed in range(12):
        assert_same(simulate(scenario, region, seed, 0), by_simpy(scenario, region, seed, 0))


@pytest.mark.parametrize("batching", ["per-photo", "bundle", "tally-first"])
@pytest.mark.parametrize("shaping", ["at-once", "jittered-start", "slots-by-hash"])
def test_batchings_and_shapings_inside_the_domain_are_the_same(small, batching, shaping):
    scenario, region = small()
    conduct = BUILT_IN.conduct("none", batching, shaping)
    assert supported(scenario, conduct) is None
    for r in range(4):
        assert_same(
            simulate(scenario, region, 1, r, conduct=conduct),
            by_simpy(scenario, region, 1, r, conduct=conduct),
        )


def test_a_patchwork_night_is_the_same(small):
    scenario, region = small()
    others = {
        "places": {region.kecamatan[0].code: 7},
        "quantities": {"server.fault": Draws(1, 5), "network.capacity": Draws(1, 6)},
    }
    assert_same(
        simulate(scenario, region, 1, 2, **others), by_simpy(scenario, region, 1, 2, **others)
    )


def test_what_is_outside_the_domain_is_named_and_refused(small):
    scenario, region = small()
    conduct = BUILT_IN.conduct("full-jitter", "per-photo", "at-once")
    assert supported(scenario, conduct) == "a policy that retries by itself"
    with pytest.raises(ValueError, match="retries by itself"):
        simulate(scenario, region, 1, 0, conduct=conduct)
    own = own_conduct(scenario)
    lanes = own._replace(batching=replace(own.batching, lanes=2))
    assert supported(scenario, lanes) == "lanes"


def test_the_model_has_not_changed_since_the_kernel_was_last_held_to_it():
    assert digest() == STORED.read_text(encoding="utf-8").strip(), (
        "sim/ has changed: re-read the change, mend kernel/, run tests/kernel, and then "
        "`python -m kernel.digest > kernel/mirrored.txt`"
    )
