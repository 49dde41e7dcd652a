from __future__ import annotations

import numpy as np
import pytest

from study.effects.statistics import (
    Resampled,
    Sample,
    chance_best,
    chance_better,
    in_world,
    overall,
    regret_of_knowing_everything,
    weighted_percentile,
)


def test_weights_count_as_if_a_member_stood_there_as_often() -> None:
    failed = np.array([[10.0, 20.0], [40.0, 20.0]])
    weighted = Sample(1.0, np.array([0.75, 0.25]), failed)
    repeated = Sample(1.0, np.full(4, 0.25), failed[[0, 0, 0, 1]])
    a = in_world(weighted, Resampled.of({"w": weighted}, 1).by_world["w"])
    b = in_world(repeated, Resampled.of({"w": repeated}, 1).by_world["w"])
    for one, other in zip(a, b, strict=True):
        assert one["failed"]["mean"] == pytest.approx(other["failed"]["mean"])
        assert one["failed"]["p50"] == other["failed"]["p50"]
        assert one["chance_best"] == pytest.approx(other["chance_best"])
    assert [row["chance_best"] for row in a] == [0.75, 0.25]
    assert a[0]["failed"]["mean"] == 17.5
    assert a[1]["regret"]["mean"] == pytest.approx(2.5)


def test_ties_are_shared() -> None:
    failed = np.array([[1.0, 1.0, 2.0], [3.0, 2.0, 2.0]])
    assert chance_best(failed, np.array([0.5, 0.5])).tolist() == [0.25, 0.5, 0.25]
    assert chance_better(np.array([-1.0, 0.0, 1.0, 0.0]), np.full(4, 0.25)) == 0.5


def test_the_interval_of_a_mean_has_the_width_that_theory_says() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(100.0, 20.0, (200, 1))
    sample = Sample(1.0, np.full(200, 1 / 200), values)
    failed = in_world(sample, Resampled.of({"w": sample}, 1).by_world["w"])[0]["failed"]
    half = 1.96 * values.std() / np.sqrt(200)
    assert failed["high"] - failed["low"] == pytest.approx(2 * half, rel=0.1)


def test_regret_over_worlds_is_what_not_knowing_the_world_costs() -> None:
    even = np.full(2, 0.5)
    samples = {
        "air": Sample(0.75, even, np.array([[10.0, 30.0], [20.0, 40.0]])),
        "server": Sample(0.25, even, np.array([[90.0, 50.0], [80.0, 40.0]])),
    }
    first, second = overall(samples, Resampled.of(samples, 1))
    assert first["expected_regret"]["mean"] == pytest.approx(0.25 * 40)
    assert second["expected_regret"]["mean"] == pytest.approx(0.75 * 20)
    assert (first["worst_regret"]["mean"], first["worst_world"]) == (40.0, "server")
    assert (second["worst_regret"]["mean"], second["worst_world"]) == (20.0, "air")
    assert first["best"]
    assert first["failed"]["mean"] == pytest.approx(0.75 * 15 + 0.25 * 85)
    assert (first["best_in"], second["best_in"]) == (["air"], ["server"])


def test_a_worlds_interval_does_not_depend_on_the_other_worlds() -> None:
    rng = np.random.default_rng(1)
    a, b = (Sample(0.5, np.full(9, 1 / 9), rng.normal(0, 1, (9, 2))) for _ in range(2))
    alone = Resampled.of({"a": a}, 1).by_world["a"]
    both = Resampled.of({"b": b, "a": a}, 1).by_world
    assert np.array_equal(alone, both["a"])
    assert not np.array_equal(both["a"], both["b"])


def test_percentiles_and_the_value_of_perfect_foresight() -> None:
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([0.1, 0.5, 0.4])
    assert weighted_percentile(values, weights, 50) == 1.0
    assert weighted_percentile(values, weights, 51) == 2.0
    assert weighted_percentile(values, weights, 97.5) == 3.0
    failed = np.array([[10.0, 20.0], [40.0, 20.0]])
    assert regret_of_knowing_everything(failed, np.array([0.5, 0.5])) == 5.0


def test_a_constant_difference_has_no_interval_however_nights_differ() -> None:
    night = np.array([0.0, 50.0, 900.0])
    samples = {
        "a": Sample(0.5, np.full(3, 1 / 3), np.stack([night, night + 7], axis=1)),
        "b": Sample(0.5, np.full(3, 1 / 3), np.stack([night + 2, night], axis=1)),
    }
    resampled = Resampled.of(samples, 1)
    row = in_world(samples["a"], resampled.by_world["a"])[1]
    for name in ("difference", "regret"):
        assert row[name] == pytest.approx({"mean": 7.0, "low": 7.0, "high": 7.0}), name
    first, second = overall(samples, resampled)
    assert second["worst_regret"] == pytest.approx({"mean": 7.0, "low": 7.0, "high": 7.0})
    assert first["expected_regret"] == pytest.approx({"mean": 1.0, "low": 1.0, "high": 1.0})


def test_percentiles_need_no_weights_that_add_up_to_one() -> None:
    values = np.array([3.0, 1.0, 2.0])
    assert weighted_percentile(values, np.array([1.0, 5.0, 4.0]), 51) == 2.0
    assert weighted_percentile(values, np.array([1.0, 5.0, 4.0]), 50) == 1.0
