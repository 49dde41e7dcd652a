"""Predictions of other regions and their scores, by hand and against their definitions."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from sim.assembly import OFFICES, Night
from sim.draws import Draws
from sim.ledger import OUTCOMES
from sim.night import simulate
from sim.population.region import Kecamatan, Region
from sim.population.world import draw_world
from sim.scenario.quantities import parse_instant
from study.progress.clocks import local_seconds, on_the_clock_of, zone_of
from study.progress.points import Point
from study.progress.predict import Curves
from study.progress.score import crps, crps_uniform, quantiles, score, total
from tests.conftest import Small

NONE = np.zeros(0)


def even(n: int) -> np.ndarray:
    return np.full(n, 1 / n)


def slow_crps(x: np.ndarray, w: np.ndarray, y: float) -> float:
    apart = np.abs(x[:, None] - x[None, :])
    return float(w @ np.abs(x - y) - 0.5 * w @ apart @ w)


def test_the_score_is_its_definition() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        x, w, y = rng.uniform(0, 1, 9), rng.dirichlet(np.ones(9)), rng.uniform(0, 1)
        assert crps(x, w, y) == pytest.approx(slow_crps(x, w, y), abs=1e-12)


def test_a_certain_forecast_is_scored_by_its_error() -> None:
    assert crps(np.array([0.3]), even(1), 0.5) == pytest.approx(0.2)


def test_the_uniform_reference_is_that_of_a_fine_uniform_sample() -> None:
    x = (np.arange(4000) + 0.5) / 4000
    for y in (0.0, 0.2, 0.5, 1.0):
        assert crps_uniform(y) == pytest.approx(crps(x, even(4000), y), abs=1e-6)


def test_a_true_forecast_covers_as_it_says_and_scores_better_than_a_narrow_one() -> None:
    rng = np.random.default_rng(5)
    true, narrow = [], []
    for _ in range(2000):
        sample, y = rng.normal(0.5, 0.1, 200), float(rng.normal(0.5, 0.1))
        true.append(score(sample, even(200), y, NONE))
        narrow.append(score(0.5 + (sample - 0.5) / 5, even(200), y, NONE))
    found = total(true, [str(i) for i in range(2000)])
    # 2,000 trials: 3 standard errors are 3.4, 2.7 and 1.5 points, and 200 members add about 1
    assert found.coverage == pytest.approx((0.5, 0.8, 0.95), abs=0.035)
    assert abs(found.bias) < 3 * 0.1 / np.sqrt(2000) + 0.002
    assert found.crps < total(narrow, [str(i) for i in range(2000)]).crps


def test_quantiles_follow_the_weights() -> None:
    assert quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.1, 0.8, 0.1]), (0.5, 0.85, 0.95)) == (
        1.0,
        2.0,
        3.0,
    )


def test_a_region_with_many_points_weighs_no_more_than_another() -> None:
    right, wrong = (score(np.array([x]), even(1), 0.5, NONE) for x in (0.5, 0.9))
    found = total([right, right, right, wrong], ["A", "A", "A", "B"])
    assert found.bias == pytest.approx(0.2)
    assert found.coverage == (0.5, 0.5, 0.5)
    assert found.others is None


def test_other_regions_are_scored_on_the_points_that_have_some() -> None:
    first = score(np.array([0.5]), even(1), 0.5, np.array([0.7]))
    second = score(np.array([0.9]), even(1), 0.5, NONE)
    found = total([first, second], ["A", "B"])
    assert found.with_others == 1
    assert found.others == pytest.approx(0.2)
    assert found.crps_with_others == pytest.approx(0.0)


def curves(sent_hours: list[list[float]]) -> Curves:
    """One night; a list of hours a kecamatan of ten stations."""
    region = Region("r", tuple(Kecamatan(str(k), str(k), 10) for k in range(len(sent_hours))), ())
    rows = np.zeros(10 * len(sent_hours), OUTCOMES)
    rows["sent_s"] = np.nan
    for k, hours in enumerate(sent_hours):
        rows["kecamatan"][10 * k : 10 * k + 10] = k
        rows["sent_s"][10 * k : 10 * k + len(hours)] = np.array(hours) * 3600
    return Curves(region, [Night(rows, np.zeros(0, OFFICES), {}, {})] * 300, even(300))


def test_a_nation_is_the_nights_mean_and_a_small_region_as_uneven_as_a_kecamatan() -> None:
    its = curves([[1.0] * 10, []])  # all of one kecamatan, none of the other
    nation = its.of_region("nation", 298_939, 7200.0, 1)
    assert nation.tolist() == [0.5] * 300
    village = its.of_region("village", 70, 7200.0, 1)
    assert set(village) == {0.0, 1.0}
    city = its.of_region("city", 7_000, 7200.0, 1)
    assert np.std(city) == pytest.approx(0.5 / np.sqrt(round(7000 / 70.47)), rel=0.13)


def test_a_regions_kecamatan_are_the_same_at_all_its_times_and_differ_from_anothers() -> None:
    its = curves([[1.0] * 10, [5.0] * 10, []])
    early, late = (its.of_region("A", 140, h * 3600.0, 1) for h in (2, 6))
    assert (late >= early).all()
    assert its.of_region("B", 140, 7200.0, 1).tolist() != early.tolist()
    assert its.of_region("A", 140, 7200.0, 1).tolist() == early.tolist()


def test_nothing_has_come_in_before_the_first() -> None:
    assert curves([[1.0], [2.0]]).of_region("A", None, 0.0, 1).max() == 0.0


def test_on_anothers_clock_the_outage_comes_later_and_the_evening_does_not(small: Small) -> None:
    scenario, region = small()
    moved = on_the_clock_of(scenario, timedelta(hours=9))
    for before, after in zip(scenario.server.outages, moved.server.outages, strict=True):
        assert after.begins - before.begins == after.ends - before.ends == timedelta(hours=2)
    assert moved.start == scenario.start
    ours, theirs = (draw_world(s, region, Draws(1, 0)).stations.ready for s in (scenario, moved))
    assert ours.tolist() == theirs.tolist()
    assert on_the_clock_of(scenario, timedelta(hours=7)) is scenario


def test_a_later_outage_lets_the_first_of_a_zone_through(small: Small) -> None:
    scenario, region = small(
        "server: {outages: [{name: all, begins: 2020-12-09 16:00 WIB, "
        "ends: 2020-12-10 13:00 WIB, severity: 100%}], nation: null}\n"
    )
    sent = []
    for hours in (7, 9):
        night = simulate(on_the_clock_of(scenario, timedelta(hours=hours)), region, 1, 0)
        sent.append(np.nansum(night.outcomes["sent_s"] < 5.0 * 3600))
    assert sent[0] < sent[1]


def test_a_moment_is_read_on_the_regions_own_clock(small: Small) -> None:
    scenario, _ = small()
    at = parse_instant("2020-12-09 14:00 WITA")  # 13:00 WIB, an hour after their polls closed
    assert local_seconds(scenario, at, timedelta(hours=8)) == 3600.0
    assert local_seconds(scenario, at, timedelta(hours=7)) == 0.0


@pytest.mark.parametrize(
    ("region", "hours"),
    [("Bali (Pilgub)", 8), ("Papua Barat", 9), ("Kab Malaka", 7), ("Kalimantan Tengah", 7)],
)
def test_a_province_has_its_own_clock_whoever_publishes(region: str, hours: int) -> None:
    at = datetime.fromisoformat("2020-12-10T12:00:00+07:00")
    point = Point(2, region, "Sirekap", at, None, 0.5, "", ())
    assert zone_of(point.region, point.at) == timedelta(hours=hours)
