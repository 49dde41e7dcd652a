"""Counted bins, the distance of two curves, and where flood and hump come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.night import simulate
from sim.population.csv_files import RejectedRowsError
from sim.scenario.inputs import load_inputs
from study.arrivals import (
    AS_DECLARED,
    Bins,
    binned,
    compare,
    distances,
    features,
    read_bins,
    without,
)
from study.nights import Variant
from study.stock import Stage
from tests.conftest import ROOT, Small

BINS = ROOT / "scenarios" / "data" / "sirekap-2024-arrivals.csv"
SHIPPED = ROOT / "scenarios" / "sirekap-2024-arrivals.yaml"
OUTAGE = """server:
  nation: null
  fault: 0%
  outages: [{name: all, begins: 2020-12-09 14:00 WIB, ends: 2020-12-09 21:00 WIB, severity: 100%}]
people:
  ppk:
    cannot_use: 0%
    hours: [{begins: 2020-12-11 09:00 WIB, ends: 2020-12-11 21:00 WIB}]
    starts: 2020-12-11 09:00 WIB
    stuck_after: 10 d
"""


def bins(*counts: float) -> Bins:
    begins = np.arange(len(counts), dtype=np.float64) * 600.0
    return Bins(begins, np.array(counts, dtype=np.float64))


def stage(small: Small, changes: str) -> Stage:
    scenario, region = small(changes)
    return Stage(scenario, region, Variant("none", "per-photo"))


def test_the_shipped_bins_are_all_of_11_013_arrivals() -> None:
    scenario = load_inputs(SHIPPED).scenario
    found = read_bins(BINS, scenario)
    assert found.counts.sum() == 11_013
    shape = features(scenario, found)
    assert shape["in outage first"] < 0.001
    assert shape["flood after origin-exposed"] > 1.5
    assert shape["operators' hours of 16 February"] > 0.25


def test_the_curve_climbs_evenly_within_a_bin_and_rests_between_bins() -> None:
    found = Bins(np.array([0.0, 1800.0]), np.array([1.0, 3.0]))
    by = found.by(np.array([-1.0, 300.0, 600.0, 1200.0, 1800.0, 2400.0, 9000.0]))
    assert by.tolist() == pytest.approx([0.0, 0.125, 0.25, 0.25, 0.25, 1.0, 1.0])


def test_a_curve_is_at_no_distance_from_itself_and_an_hour_from_itself_an_hour_later() -> None:
    first, later = bins(1, 2, 3), bins(0, 0, 0, 0, 0, 0, 1, 2, 3)
    assert distances(first, first) == (0.0, 0.0)
    ks, hours = distances(first, later)
    assert ks == pytest.approx(1.0)
    assert hours == pytest.approx(1.0)


def test_a_simulated_night_is_binned_like_the_counts(small: Small) -> None:
    its = stage(small, "")
    night = simulate(its.scenario, its.region, 1, 0)
    sent = night.outcomes["sent_s"]
    end = 40 * 3600.0
    found = binned(night, end)
    assert found is not None
    assert found.counts.sum() == np.sum(sent < end)
    arrived = np.sort(sent[sent < end])
    middle = float(arrived[len(arrived) // 2])
    assert found.by(np.array([middle]))[0] == pytest.approx(0.5, abs=0.2)


def test_the_flood_comes_of_the_outage_and_the_hump_of_the_operators(small: Small) -> None:
    ways = without(stage(small, OUTAGE))
    nights = {
        name: [simulate(s.scenario, s.region, 1, r) for r in range(3)] for name, s in ways.items()
    }
    observed = binned(nights[AS_DECLARED][0], 3.4 * 86400)
    assert observed is not None
    found = compare(ways[AS_DECLARED].scenario, observed, nights)["ways"]

    def median(way: str, name: str) -> float:
        return float(found[way]["features"][name]["median"])

    hump = "operators' hours of 11 December"
    assert median(AS_DECLARED, "in outage all") == 0.0
    assert median("without outages", "in outage all") > 0.3
    assert median(AS_DECLARED, hump) > 0.1
    assert median("without operators", hump) == 0.0
    assert median("without outages", hump) < median(AS_DECLARED, hump)
    assert found[AS_DECLARED]["ks"]["low"] == 0.0  # the observed curve is one of its nights


def test_leaving_a_mechanism_out_changes_nothing_else(small: Small) -> None:
    ways = without(stage(small, OUTAGE))
    declared, calm = ways[AS_DECLARED].scenario, ways["without outages"].scenario
    assert not any(o.enabled for o in calm.server.outages)
    assert calm.people == declared.people
    assert ways["without operators"].scenario.server == declared.server


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected the header"),
        ("time,n\n", "expected the header"),
        ("begins,arrivals\nsoon,3\n", "b.csv:2:1: 'soon,3' is not a bin"),
        ("begins,arrivals\n2020-12-09 14:00,some\n", "is not a bin"),
        ("begins,arrivals\n2020-12-09 14:00,-1\n", "not negative"),
        ("begins,arrivals\n2020-12-09 14:00,1\n2020-12-09 14:00,1\n", "b.csv:3:1: "),
        ("begins,arrivals\n2020-12-09 14:00,0\n", "no arrivals"),
    ],
)
def test_wrong_bins_are_refused_by_row(small: Small, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "b.csv").write_text(text)
    with pytest.raises(RejectedRowsError, match=said):
        read_bins(tmp_path / "b.csv", small()[0])
