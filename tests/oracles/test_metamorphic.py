"""S1 and S2: what must stay the same, and what must not get worse, whatever the figures are."""

from __future__ import annotations

import numpy as np
import pytest

from sim.assembly import Night
from sim.ledger import State
from sim.night import simulate
from tests.conftest import Small, app

NIGHTS = 6
CALM = """
station:
  no_app: 0%
network:
  access_failure_at_peak: 0%
  break_rate_at_peak: 0 per s
server:
  fault: 0%
  outages: []
  nation: null
"""
LOSSLESS = "  radio: [{name: any, cqi: 7, share: 100%, rtt: 50 ms, loss: 0%}]\n"


def not_by_kpps(night: Night) -> int:
    return int(np.sum(night.outcomes["state"] != State.SENT_KPPS))


def mean_failures(small: Small, changes: str) -> float:
    scenario, region = small(changes)
    return float(np.mean([not_by_kpps(simulate(scenario, region, 5, r)) for r in range(NIGHTS)]))


def test_s1_without_load_breaks_and_faults_nobody_fails(small: Small) -> None:
    changes = CALM.replace("network:", "network:\n  capacity: 1 Gbit/s\n  busy_at_peak: 0%")
    changes += "client: {timeout: 10 h}\npeople:\n  kpps: {walks_to_signal: 100%, patience: 20 h}\n"
    scenario, region = small(changes)
    for replication in range(NIGHTS):
        assert not_by_kpps(simulate(scenario, region, 5, replication)) == 0


def test_s1_with_endless_capacity_failures_are_the_outside_ones_only(small: Small) -> None:
    changes = CALM.replace("no_app: 0%", "no_app: 20%")
    changes = changes.replace("network:", "network:\n  capacity: 100 Gbit/s\n  busy_at_peak: 0%")
    changes = changes.replace("server:", f"{LOSSLESS}server:\n  service: 1 ms")
    changes += "people:\n  kpps: {walks_to_signal: 0%, patience: 20 h}\n  ppk: {link: 10 Gbit/s}\n"
    scenario, region = small(changes)
    for replication in range(NIGHTS):
        outcomes = simulate(scenario, region, 5, replication).outcomes
        causes = set(outcomes["cause"][outcomes["state"] > State.SENT_PPK])
        assert causes <= {8, 9}, "only no coverage and no app remain"


def test_s1_the_same_policy_twice_is_the_same_night(small: Small) -> None:
    scenario, region = small()
    first = simulate(scenario, region, 5, 0, conduct=app("full-jitter"))
    second = simulate(scenario, region, 5, 0, conduct=app("full-jitter"))
    assert first.outcomes.tobytes() == second.outcomes.tobytes()
    assert first.values == second.values
    assert first.counts == second.counts


def test_s1_renaming_the_stations_leaves_the_law_alone(small: Small) -> None:
    scenario, region = small()
    relabelled = type(region)(
        region.name,
        region.kecamatan,
        tuple(
            type(s)(f"X-{s.code}", s.kecamatan, s.kelurahan, s.cell, s.covered)
            for s in region.stations
        ),
    )
    nights = 40
    here = np.array([not_by_kpps(simulate(scenario, region, 5, r)) for r in range(nights)])
    there = np.array([not_by_kpps(simulate(scenario, relabelled, 5, r)) for r in range(nights)])
    assert (here != there).any(), "other names are other draws"
    difference = here - there
    error = difference.std(ddof=1) / np.sqrt(nights)
    assert abs(difference.mean()) <= 3 * error


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("network: {capacity: 200 kbit/s}", "network: {capacity: 20 Mbit/s}"),
        ("client: {timeout: 20 s}", "client: {timeout: 180 s}"),
        ("station: {photo_size: 6 MB}", "station: {photo_size: 300 kB}"),
        ("people: {kpps: {patience: 1 h}}", "people: {kpps: {patience: 12 h}}"),
        ("server: {fault: 60%}", "server: {fault: 0%}"),
    ],
    ids=["capacity", "timeout", "size", "patience", "fault"],
)
def test_s2_more_of_the_good_never_means_more_failures(
    small: Small, worse: str, better: str
) -> None:
    assert mean_failures(small, better) < mean_failures(small, worse)
