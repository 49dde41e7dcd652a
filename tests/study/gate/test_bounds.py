"""Bounds against values in closed form, and the error that is spent over the looks."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest

from study.gate.bounds import of_chance, of_difference, of_mean, of_quantile, spent


@pytest.mark.parametrize(("first", "batch", "most"), [(20, 20, 200), (10, 7, 100), (50, 5, 50)])
def test_the_errors_of_all_looks_add_up_to_the_whole_and_grow(
    first: int, batch: int, most: int
) -> None:
    looks = 1 + -(-(most - first) // batch)
    parts = [spent(0.05, look, most, first, batch) for look in range(1, looks + 1)]
    assert sum(parts) == pytest.approx(0.05, abs=1e-12)
    assert all(part > 0.0 for part in parts)
    assert parts[0] <= 0.05 * first / most + 1e-12  # little at first: less than its share of nights


def test_the_first_look_spends_what_o_brien_and_fleming_s_shape_says() -> None:
    # 2 (1 - Phi(z / sqrt(t))) with z = 1.959964 (two-sided 5%) and t = 1/4: 2 (1 - Phi(3.919928))
    assert spent(0.05, 1, 100, 25, 25) == pytest.approx(8.857e-5, rel=1e-3)


def test_the_mean_s_bound_is_student_s() -> None:
    low, high = of_mean(np.array([1.0, 2.0, 3.0]), 0.05)
    half = 2.919986 / sqrt(3.0)  # t at 95% with 2 degrees of freedom, standard deviation 1
    assert (low, high) == pytest.approx((2.0 - half, 2.0 + half), abs=1e-6)
    assert of_mean(np.array([1.0]), 0.05) == (-inf, inf)


def test_two_samples_of_the_same_size_and_spread_have_both_their_degrees_of_freedom() -> None:
    one = np.array([1.0, 2.0, 3.0])
    low, high = of_difference(one + 1.0, one, 0.05)
    half = 2.131847 * sqrt(2.0 / 3.0)  # t at 95% with 4 degrees of freedom
    assert (low, high) == pytest.approx((1.0 - half, 1.0 + half), abs=1e-6)


def test_samples_without_spread_differ_by_what_they_differ() -> None:
    assert of_difference(np.full(3, 0.5), np.full(4, 0.25), 0.05) == (0.25, 0.25)


@pytest.mark.parametrize("nights", [1, 10, 59, 200])
def test_a_chance_that_always_or_never_came_true_has_clopper_s_and_pearson_s_closed_bounds(
    nights: int,
) -> None:
    root = 0.05 ** (1.0 / nights)
    assert of_chance(nights, nights, 0.05) == pytest.approx((root, 1.0))
    assert of_chance(0, nights, 0.05) == pytest.approx((0.0, 1.0 - root))


def test_once_in_two_nights_is_bounded_by_the_roots_of_squares() -> None:
    # P(B >= 1) = 1 - (1 - p)^2 = 5% below, P(B <= 1) = 1 - p^2 = 5% above
    assert of_chance(1, 2, 0.05) == pytest.approx((1.0 - sqrt(0.95), sqrt(0.95)))


def test_a_p99_needs_299_values_before_its_largest_is_an_upper_bound() -> None:
    assert of_quantile(np.arange(298.0), 0.99, 0.05)[1] == inf  # 0.99^298 = 5.003%
    assert of_quantile(np.arange(299.0), 0.99, 0.05)[1] == 298.0  # 0.99^299 = 4.953%


def test_a_median_of_five_lies_between_the_least_and_the_largest() -> None:
    # each end is missed with the chance 1/32 = 3.1%
    assert of_quantile(np.array([5.0, 1.0, 4.0, 2.0, 3.0]), 0.5, 0.05) == (1.0, 5.0)
    assert of_quantile(np.array([5.0, 1.0, 4.0, 2.0, 3.0]), 0.5, 0.03) == (-inf, inf)


def test_a_quantile_s_bounds_miss_no_more_often_than_the_error_whatever_the_law() -> None:
    rng, true, repeats = np.random.default_rng(5), -np.log(0.1), 2000  # p90 of an exponential law
    bounds = [of_quantile(rng.exponential(size=60), 0.9, 0.05) for _ in range(repeats)]
    most = 0.05 + 3.0 * sqrt(0.05 * 0.95 / repeats)
    assert np.mean([low > true for low, _ in bounds]) <= most
    assert np.mean([high < true for _, high in bounds]) <= most


def test_what_never_came_stays_in_the_order() -> None:
    values = np.array([1.0] * 50 + [inf] * 50)
    low, high = of_quantile(values, 0.9, 0.05)
    assert (low, high) == (inf, inf)
