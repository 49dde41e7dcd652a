"""What is known of a candidate: rounding, bounds, and each objective by its own share."""

from __future__ import annotations

import numpy as np
import pytest

from study.objectives import Objective, reaches
from study.plan.judged import Judged, Seen, effective_nights, front, judge, nights_needed
from tests.study.plan.plan_tools import even, part, plan_file, world

ONE = {"size": {"small": 1.0, "large": 2.0}}
TWO = [
    {"measure": "failed", "at_most": "10%", "in_nights": "50%"},
    {"measure": "arrived", "at_least": "90%", "in_nights": "90%"},
]


def judged(met: list[list[bool]], count: int | None = None, **changed: object) -> Judged:
    """One candidate of a plan by the first nights of those given."""
    array = np.array(met, bool)
    whole = even(array.shape[1])
    its = whole if count is None else part(whole, count)
    shown = array[:, : len(its.nights)]
    seen = Seen(its, shown.astype(float), shown)
    return judge(plan_file(ONE, **changed), ("small",), [seen], [whole], count is None)


def test_eight_nights_of_ten_reach_80_percent_however_their_weights_are_summed() -> None:
    weights = [0.1] * 10
    total = sum(weights[:8])
    assert total < 0.8  # 0.7999999999999999
    assert reaches(total, 0.8)
    assert not reaches(0.8 - 1e-6, 0.8)
    seen = np.array([[True] * 8 + [False] * 2])
    found = judge(plan_file(ONE), ("small",), [Seen(even(10), seen * 1.0, seen)], [even(10)], True)
    assert found.margin == pytest.approx(0.0, abs=1e-12)
    assert found.lows[0] == pytest.approx(judged([[False] * 2 + [True] * 8]).lows[0])


def test_an_objective_is_met_at_its_limit_however_shares_are_rounded() -> None:
    asked = Objective.model_validate({"measure": "arrived", "at_least": "57%"})
    assert asked.met(np.array([57 * 0.01, 0.57, 0.5699])).tolist() == [True, True, False]
    most = Objective.model_validate({"measure": "failed", "at_most": "30%"})
    assert most.met(np.array([0.1 + 0.2, 0.3, 0.301])).tolist() == [True, True, False]


def test_bounds_are_clopper_and_pearsons_at_the_part_of_the_error_of_a_candidate() -> None:
    """All of 40 met: the bound is error^(1/40); with 2 candidates each has half of 5%."""
    found = judged([[True] * 40])
    assert found.lows[0] == pytest.approx(0.025 ** (1 / 40))
    assert found.verdict == "meets"


def test_few_nights_confirm_nobody_but_may_show_that_a_candidate_is_short() -> None:
    assert judged([[True] * 40], count=30).verdict == "undecided"
    assert judged([[False] * 8 + [True] * 32], count=8).verdict == "short"


def test_a_candidate_just_below_the_asked_share_in_few_nights_is_not_given_up() -> None:
    """7 of 10 met is less than 80%, and a further 30 of 30 would make 37 of 40."""
    unlucky = judged([[False] * 3 + [True] * 37], count=10, error="20%")
    assert unlucky.margin < 0
    assert unlucky.verdict == "undecided"
    assert unlucky.reachable
    assert judged([[False] * 3 + [True] * 37], error="20%").verdict == "meets"


def test_what_all_nights_cannot_confirm_any_more_is_told_from_what_they_can() -> None:
    """At 5% over 2 candidates 40 nights may miss 80% in two; the third is one too many."""
    two = [[False] * 2 + [True] * 38]
    three = [[False] * 3 + [True] * 37]
    assert judged(two, count=10).reachable
    assert judged(two).verdict == "meets"
    assert not judged(three, count=10).reachable
    assert judged(three, count=10).verdict == judged(three).verdict == "undecided"


def test_each_objective_is_judged_by_its_own_share_of_nights() -> None:
    """30 of 40 is plenty for 50%, and far too little for 90%."""
    often, always = [True] * 30 + [False] * 10, [True] * 40
    effort = {"nights": 40, "few": 10, "trials": 1, "confirmations": 1}
    good = judged([often, always], objectives=TWO, effort=effort)
    assert good.verdict == "meets"
    assert good.chances == pytest.approx((0.75, 1.0))
    assert good.chance == pytest.approx(0.75)  # both in the same night
    assert judged([always, often], objectives=TWO, effort=effort).verdict == "short"


def test_the_margin_is_that_of_the_objective_which_is_furthest_behind() -> None:
    met = [[True] * 30 + [False] * 10, [True] * 34 + [False] * 6]
    assert judged(met, objectives=TWO).margin == pytest.approx(0.85 - 0.9)


def test_a_world_of_small_weight_cannot_make_up_for_one_of_large_weight() -> None:
    heavy, light = world([0.25] * 4, "heavy", 0.9), world([0.25] * 4, "light", 0.1, 4)
    met, missed = np.array([[True] * 4]), np.array([[False] * 4])
    file = plan_file(ONE)
    seen = [Seen(heavy, missed * 1.0, missed), Seen(light, met * 1.0, met)]
    found = judge(file, ("small",), seen, [heavy, light], True)
    assert found.chances[0] == pytest.approx(0.1)
    assert found.worlds == {"heavy": (0.0,), "light": (1.0,)}


def test_uneven_weights_are_worth_fewer_nights() -> None:
    assert effective_nights([even(10)]) == 10
    assert effective_nights([world([0.5, 0.125, 0.125, 0.125, 0.125])]) == 3  # 1 / 0.3125
    assert effective_nights([world([0.5, 0.5], share=0.5), world([0.5, 0.5], share=0.5)]) == 4


def test_the_nights_that_are_needed_are_enough_and_one_less_is_not() -> None:
    file = plan_file(ONE)
    needed = nights_needed(file)
    assert 0.025 ** (1 / needed) >= 0.8 > 0.025 ** (1 / (needed - 1))


def test_the_front_has_nobody_that_another_beats_in_cost_and_chance() -> None:
    def candidate(cost: float, missed: int) -> Judged:
        name = f"{cost:g}"
        file = plan_file({"size": {name: cost}})
        met = np.array([[True] * (10 - missed) + [False] * missed])
        return judge(file, (name,), [Seen(even(10), met * 1.0, met)], [even(10)], True)

    cheap, worse, dear = candidate(1, 5), candidate(2, 6), candidate(3, 0)
    assert front([dear, worse, cheap]) == [cheap, dear]
