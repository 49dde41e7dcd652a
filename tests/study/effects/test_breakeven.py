"""Break-evens of made-up members whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.quantities import SHARE_KIND
from study.effects.breakeven import by_quantity, by_world_weight, differences, verdict
from study.effects.features import Feature
from study.effects.statistics import Resampled, Sample

COVERAGE = Feature("station.no_signal", SHARE_KIND, log=False)
CAPACITY = Feature("network.capacity", SHARE_KIND, log=True)


def sample(difference: np.ndarray, weight: float = 1.0) -> Sample:
    """Two policies; the second is the first less the difference."""
    n = len(difference)
    failed = np.stack([100.0 + difference, np.full(n, 100.0)], axis=1)
    return Sample(weight, np.full(n, 1.0 / n), failed)


def looked_for(feature: Feature, x: np.ndarray, d: np.ndarray, tests: int = 20):
    its = {"w": sample(d)}
    boot = Resampled.of(its, 1).by_world["w"]
    return by_quantity(feature, x, d, its["w"].weights, boot, tests)


def test_the_value_at_which_the_difference_changes_its_sign_is_found_with_its_interval() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(40):
        x = rng.uniform(0.0, 0.3, 80)
        found = looked_for(COVERAGE, x, 300.0 * (x - 0.12) + rng.normal(0, 10, 80))
        assert found is not None
        assert found["below"] < 0 < found["above"]
        assert found["from"] < found["low"] < found["at"] < found["high"] < found["to"]
        covered += found["low"] <= 0.12 <= found["high"]
    assert covered >= 33  # of 40 at 95%: three standard errors below 38 are 33.9


def test_a_quantity_of_orders_of_magnitude_turns_on_its_own_scale() -> None:
    rng = np.random.default_rng(2)
    x = 10 ** rng.uniform(3, 6, 100)
    found = looked_for(CAPACITY, x, -20.0 * (np.log10(x) - 4.5) + rng.normal(0, 3, 100))
    assert found is not None
    assert np.log10(found["at"]) == pytest.approx(4.5, abs=0.1)
    assert found["below"] > 0 > found["above"]


def test_noise_without_a_turn_hardly_ever_makes_a_statement() -> None:
    rng = np.random.default_rng(3)
    made = sum(
        looked_for(COVERAGE, rng.uniform(0, 1, 60), rng.normal(0, 10, 60)) is not None
        for _ in range(300)
    )
    assert made <= 3


def test_a_policy_that_wins_at_every_value_turns_nowhere() -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(0.0, 0.3, 80)
    assert looked_for(COVERAGE, x, -50.0 + 100.0 * x + rng.normal(0, 5, 80)) is None
    assert looked_for(COVERAGE, np.full(80, 0.2), rng.normal(0, 5, 80)) is None


def test_the_weight_of_a_world_at_which_two_policies_are_even_is_exact() -> None:
    rng = np.random.default_rng(5)
    samples = {
        "air": sample(-30.0 + rng.normal(0, 3, 50), 0.6),
        "server": sample(10.0 + rng.normal(0, 3, 50), 0.2),
        "people": sample(-10.0 + rng.normal(0, 3, 50), 0.2),
    }
    found = by_world_weight("server", samples, Resampled.of(samples, 1), (0, 1))
    assert found is not None
    means = {w: float((s.failed[:, 0] - s.failed[:, 1]).mean()) for w, s in samples.items()}
    rest = 0.75 * means["air"] + 0.25 * means["people"]
    assert found["at"] == pytest.approx(rest / (rest - means["server"]))
    assert found["low"] < found["at"] < found["high"]
    assert found["now"] == 0.2
    at = found["at"]
    assert at * means["server"] + (1 - at) * rest == pytest.approx(0.0, abs=1e-9)
    assert by_world_weight("people", samples, Resampled.of(samples, 1), (0, 1)) is None
    alone = {"air": sample(np.full(5, -1.0))}
    assert by_world_weight("air", alone, Resampled.of(alone, 1), (0, 1)) is None


def test_the_verdict_of_a_pair_follows_its_intervals() -> None:
    def interval(low: float, high: float) -> dict[str, float]:
        return {"mean": (low + high) / 2, "low": low, "high": high}

    assert verdict({"a": interval(-5, -1), "b": interval(-9, -2)}) == "first"
    assert verdict({"a": interval(-5, -1), "b": interval(0, 0)}) == "first"
    assert verdict({"a": interval(5, 9)}) == "second"
    assert verdict({"a": interval(-5, -1), "b": interval(1, 2)}) == "mixed"
    assert verdict({"a": interval(-5, 1), "b": interval(-1, 2)}) == "unclear"
    assert verdict({"a": interval(0, 0)}) == "same"


def test_one_night_tells_no_difference() -> None:
    samples = {"w": sample(np.array([-40.0])), "x": sample(np.array([30.0, 31.0]), 0.5)}
    resampled = Resampled.of(samples, 1)
    found = differences(samples, resampled, (0, 1))
    assert found["w"] == {"mean": -40.0, "low": -40.0, "high": 0.0}
    assert verdict({"w": found["w"], "x": {"mean": 0.0, "low": -1.0, "high": 1.0}}) == "unclear"
    assert by_world_weight("x", samples, resampled, (0, 1)) is None


def test_differences_are_paired_so_that_what_all_nights_share_cancels() -> None:
    rng = np.random.default_rng(6)
    shared = rng.normal(0, 300, 30)
    failed = np.stack([500 + shared, 497 + shared + rng.normal(0, 1, 30)], axis=1)
    samples = {"w": Sample(1.0, np.full(30, 1 / 30), failed)}
    found = differences(samples, Resampled.of(samples, 1), (0, 1))["w"]
    assert 1.5 < found["low"] < found["mean"] < found["high"] < 4.5
