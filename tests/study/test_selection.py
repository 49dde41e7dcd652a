"""Selection of the best: correct as often as it says, and no more nights than needed."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.selection import Selection, chances, pareto, regret


def race(rng: np.random.Generator, means: list[float], common: float) -> tuple[int, list[int]]:
    """Who is selected, and the nights of each; the nights share a part of their noise."""
    race = Selection(len(means), 1.0, 0.95, 10)
    values: list[list[float]] = [[] for _ in means]
    for _ in range(5000):
        shared = common * rng.standard_normal()
        for i in race.alive:
            values[i].append(means[i] + shared + 2.0 * rng.standard_normal())
        if len(values[race.alive[0]]) >= 10:
            race.screen([np.array(v) for v in values])
        if race.decided:
            break
    return race.alive[0], [len(v) for v in values]


def test_the_best_is_selected_as_often_as_stated() -> None:
    """The hardest case: all others exactly one indifference zone worse."""
    rng = np.random.default_rng(4)
    runs = [race(rng, [0.0, 1.0, 1.0, 1.0], 0.0) for _ in range(300)]
    right = np.mean([best == 0 for best, _ in runs])
    assert right >= 0.95 - 3 * sqrt(0.95 * 0.05 / 300)


def test_the_hopeless_drop_out_early_and_common_nights_do_not_matter() -> None:
    rng = np.random.default_rng(5)
    runs = [race(rng, [0.0, 1.0, 10.0], 20.0) for _ in range(40)]
    nights = np.mean([n for _, n in runs], axis=0)
    assert nights[2] <= 11
    assert nights[1] > 2 * nights[2]
    assert np.mean([best == 0 for best, _ in runs]) >= 0.9
    alone = np.mean([n for _, n in [race(rng, [0.0, 1.0, 10.0], 0.0) for _ in range(40)]], axis=0)
    assert nights[1] < 2 * alone[1], "noise that all share costs nothing"


def test_twins_end_with_the_first_of_them() -> None:
    twins = Selection(2, 1.0, 0.95, 5)
    values = np.arange(5.0)
    assert twins.screen([values, values]) == [1]
    assert twins.alive == [0]


def test_chances_and_regret_are_those_of_the_pairs() -> None:
    rng = np.random.default_rng(6)
    night = 50 * rng.standard_normal(400)
    best, close, far = night, night + 0.1 * rng.standard_normal(400), night + 5
    found = chances([best, close, far[:40]], 0, 1)
    assert found[2] == pytest.approx(0.0, abs=1e-3)
    assert found[0] + found[1] == pytest.approx(1.0, abs=1e-3)
    mean, low, high = regret(far, best)
    assert (mean, low, high) == pytest.approx((5.0, 5.0, 5.0))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12))
def test_the_pareto_front_is_what_its_definition_says(rows: list[tuple[int, int]]) -> None:
    front = pareto(rows)
    assert any(front)
    for row, on_front in zip(rows, front, strict=True):
        dominated = any(
            o[0] <= row[0] and o[1] <= row[1] and (o[0] < row[0] or o[1] < row[1]) for o in rows
        )
        assert on_front != dominated


def test_regret_has_students_interval() -> None:
    mean, low, high = regret(np.array([1.0, 2.0, 6.0, 99.0]), np.array([0.0, 0.0, 0.0]))
    half = 4.302653 * sqrt(7.0 / 3)  # t(0.975, 2), and the variance of 1, 2, 6
    assert (mean, low, high) == pytest.approx((3.0, 3.0 - half, 3.0 + half))
    assert regret(np.array([5.0]), np.array([3.0])) == (2.0, 2.0, 2.0)


def test_after_one_common_night_the_lower_one_is_the_best() -> None:
    assert chances([np.array([3.0]), np.array([2.9, 50.0])], 0, 1) == [0.0, 1.0]
    assert chances([np.array([3.0]), np.array([3.0])], 0, 1) == [0.5, 0.5]


def test_a_race_of_two_is_over_when_the_gap_is_more_than_its_margin() -> None:
    """Kim and Nelson: 2 eta = (2 * 0.05)**(-2 / 4) - 1, h2 = 2 eta * 4, variance of 0, 0, 2, 2, 1
    is 1; after 5 nights the margin is 1 / 10 * (h2 * 1 / 1 - 5)."""
    h2 = (0.1**-0.5 - 1) * 4
    margin = (h2 - 5) / 10
    noise = np.array([0.0, 0.0, 2.0, 2.0, 1.0]) - 1.0
    for gap, out in ((margin - 0.001, []), (margin + 0.001, [1])):
        assert Selection(2, 1.0, 0.95, 5).screen([np.zeros(5), noise + gap]) == out
