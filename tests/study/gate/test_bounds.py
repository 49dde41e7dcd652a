"""Bounds against values in closed form, and how often they are wrong over many looks."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, exp, inf, log, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from study.gate.bounds import capital, enough, of_chance, of_mean, of_quantile

Array = NDArray[np.float64]
Law = Callable[[np.random.Generator, int], Array]


def bernoulli(rng: np.random.Generator, nights: int) -> Array:
    return (rng.random(nights) < 0.3).astype(np.float64)


def normal(rng: np.random.Generator, nights: int) -> Array:
    """Symmetric, with the spread of docs/gate-rates.md."""
    return np.clip(0.5 + 0.08 * rng.standard_normal(nights), 0.0, 1.0)


def long_tail(rng: np.random.Generator, nights: int) -> Array:
    """Log-normal (standard deviation of the logarithm 1), cut at 1."""
    return np.minimum(0.1 * rng.lognormal(0.0, 1.0, nights), 1.0)


def disasters(rng: np.random.Generator, nights: int) -> Array:
    """Every twentieth night the server is down; no other differs from the next."""
    return np.where(rng.random(nights) < 0.05, 1.0, 0.1)


LAWS = pytest.mark.parametrize("law", [bernoulli, normal, long_tail, disasters])


@LAWS
def test_the_true_mean_is_outside_at_any_of_many_looks_no_more_often_than_stated(law: Law) -> None:
    rng, repeats, wrong_low, wrong_high = np.random.default_rng(4), 1000, 0, 0
    true = float(law(np.random.default_rng(5), 4_000_000).mean())
    for _ in range(repeats):
        nights, looks = law(rng, 400), (20, 40, 60, 80, 120, 160, 200, 300, 400)
        wrong_low += any(capital(nights[:n], true) >= -log(0.05) for n in looks)
        wrong_high += any(capital(1.0 - nights[:n], 1.0 - true) >= -log(0.05) for n in looks)
    most = 0.05 + 3.0 * sqrt(0.05 * 0.95 / repeats)
    assert wrong_low / repeats <= most
    assert wrong_high / repeats <= most


def test_student_s_bound_would_be_below_the_mean_of_nights_with_rare_disasters() -> None:
    """What the bets are for: a third of the time 20 nights have none, and no spread."""
    rng, repeats = np.random.default_rng(6), 500
    nights = [disasters(rng, 20) for _ in range(repeats)]
    half = 1.729 / sqrt(20)  # Student's t at 95% with 19 degrees of freedom
    below = np.mean([v.mean() + half * v.std(ddof=1) < 0.145 for v in nights])
    assert below > 0.3
    assert np.mean([of_mean(v, 0.05)[1] < 0.145 for v in nights]) <= 0.05


@pytest.mark.parametrize("chance", [0.05, 0.3, 0.9])
def test_the_capital_is_on_average_1_if_the_mean_is_what_was_bet_against(chance: float) -> None:
    nights = 12  # all 2^12 courses of coins, by how many came up
    made = [
        comb(nights, k) * chance**k * (1 - chance) ** (nights - k)
        * exp(capital(np.repeat([1.0, 0.0], [k, nights - k]), chance))
        for k in range(nights + 1)
    ]  # fmt: skip
    assert sum(made) == pytest.approx(1.0)


@pytest.mark.parametrize("nights", [1, 20, 200])
def test_nights_that_are_all_the_worst_are_bounded_by_the_equation_of_the_bets(nights: int) -> None:
    low, high = of_mean(np.ones(nights), 0.05)
    assert high == 1.0
    shares = np.array([1 / k for k in range(1, 8)]) / sum(1 / k for k in range(1, 8))
    fractions = np.array([0.5**k for k in range(7)])
    made = float(shares @ (1.0 - fractions + fractions / low) ** nights)
    assert made == pytest.approx(20.0, rel=1e-4)


def test_bounds_mirror_each_other_move_with_their_range_and_do_not_mind_the_order() -> None:
    values = np.random.default_rng(2).random(50) ** 2
    low, high = of_mean(values, 0.05)
    assert low < values.mean() < high
    assert of_mean(1.0 - values, 0.05) == pytest.approx((1.0 - high, 1.0 - low))
    assert of_mean(2.0 * values - 1.0, 0.05, -1.0, 1.0) == pytest.approx(
        (2 * low - 1, 2 * high - 1)
    )
    assert of_mean(values[::-1], 0.05) == pytest.approx((low, high))


def test_more_nights_and_a_larger_error_make_bounds_narrower() -> None:
    values = np.tile([0.1, 0.2], 200)
    wide, narrow, careless = (
        of_mean(values[:100], 0.05),
        of_mean(values, 0.05),
        of_mean(values, 0.2),
    )
    assert wide[0] < narrow[0] < careless[0] < 0.15 < careless[1] < narrow[1] < wide[1]


def test_without_nights_nothing_is_known_and_values_out_of_range_are_refused() -> None:
    assert of_mean(np.array([]), 0.05, -1.0, 1.0) == (-1.0, 1.0)
    with pytest.raises(ValueError, match="outside 0 to 1"):
        of_mean(np.array([0.5, 1.2]), 0.05)


@pytest.mark.parametrize(("limit", "above"), [(0.2, False), (0.1, True)])
def test_the_number_of_nights_that_would_tell_does_tell_and_half_of_it_does_not(
    limit: float, above: bool
) -> None:
    few = np.tile([0.1, 0.15, 0.2], 4)
    needed = enough(few, limit, 0.05)
    assert needed is not None
    low, high = of_mean(np.resize(few, needed + 3 - needed % 3), 0.05)
    assert low > limit if above else high < limit
    low, high = of_mean(np.resize(few, needed // 2), 0.05)
    assert low < limit < high


def test_no_number_of_nights_tells_a_mean_on_its_limit() -> None:
    assert enough(np.tile([0.1, 0.2], 10), 0.15, 0.05) is None
    assert enough(np.zeros(10), 0.0, 0.05) is None


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
