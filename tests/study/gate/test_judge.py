"""Verdicts at the border: pass, fail and undecided, and what a line is called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from study.gate.declared import MeasuredRegression, MeasuredThreshold, Regression, Threshold
from study.gate.judge import (
    Line,
    measured,
    measured_regression,
    overall,
    regression,
    threshold,
    unchanged,
)

Array = NDArray[np.float64]
TIGHT: Array = np.array([0.10, 0.11, 0.10, 0.09] * 100)  # its mean 0.10 has narrow bounds


def line(verdict: Any) -> Line:
    return Line({}, "predicted", "share", 0.1, 0.0, 0.2, 0.1, True, 5, verdict)


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        (["pass", "pass"], "pass"),
        (["pass", "undecided"], "undecided"),
        (["undecided", "fail", "pass"], "fail"),
    ],
)
def test_one_failure_fails_the_gate_and_doubt_is_no_pass(verdicts: list[str], whole: str) -> None:
    assert overall([line(v) for v in verdicts]) == whole


@pytest.mark.parametrize(
    ("limit", "verdict"), [(0.11, "pass"), (0.10, "undecided"), (0.09, "fail")]
)
def test_a_mean_is_judged_by_its_bound_and_not_by_its_estimate(limit: float, verdict: str) -> None:
    asked = Threshold(measure="failed", at_most=limit, judge="mean")
    assert threshold(asked, TIGHT, 0.05).verdict == verdict
    other = Threshold(measure="arrived", at_least=1.0 - limit, judge="mean")
    assert threshold(other, 1.0 - TIGHT, 0.05).verdict == verdict


def test_bounds_of_a_share_stay_within_nothing_and_all() -> None:
    asked = Threshold(measure="failed", at_most=0.5, judge="mean")
    found = threshold(asked, np.array([0.0, 0.1, 0.9, 1.0]), 0.001)
    assert found.low is not None
    assert found.high is not None
    assert 0.0 <= found.low < 0.1 < 0.9 < found.high <= 1.0


@pytest.mark.parametrize(("nights", "verdict"), [(200, "pass"), (58, "undecided")])
def test_95_percent_of_nights_need_at_least_59_without_a_miss(nights: int, verdict: str) -> None:
    asked = Threshold(measure="failed", at_most=0.2, in_nights=0.95)  # 0.95^59 = 4.85%
    found = threshold(asked, np.full(nights, 0.2), 0.05)
    assert (found.verdict, found.unit, found.estimate) == (verdict, "chance", 1.0)
    assert (found.needed is None) == (verdict == "pass")


def test_a_regression_must_be_sure_and_of_the_stated_size() -> None:
    asked = Regression(worse_by=0.03, baseline="b")
    sure_and_large = regression(asked, TIGHT + 0.05, TIGHT, False, 0.05)
    sure_but_small = regression(asked, TIGHT + 0.02, TIGHT, False, 0.05)
    wide = np.tile([0.0, 0.0, 0.4, 0.4], 5)
    large_but_unsure = regression(asked, wide + 0.05, np.roll(wide, 1), False, 0.05)
    assert [v.verdict for v in (sure_and_large, sure_but_small, large_but_unsure)] == [
        "fail", "pass", "undecided",
    ]  # fmt: skip
    assert sure_but_small.low is not None
    assert sure_but_small.low > 0.0


def test_pairs_see_what_other_nights_hide() -> None:
    asked, nights = Regression(worse_by=0.03, baseline="b"), np.tile([0.0, 0.0, 0.4, 0.4], 20)
    assert regression(asked, nights + 0.05, nights, True, 0.05).verdict == "fail"
    assert regression(asked, nights + 0.05, np.roll(nights, 1), False, 0.05).verdict == "undecided"


def test_the_very_same_cannot_be_worse_and_needs_no_night() -> None:
    found = unchanged(Regression(worse_by=0.03, baseline="b"))
    assert (found.verdict, found.estimate, found.samples) == ("pass", 0.0, 0)


def test_fewer_arrivals_are_worse() -> None:
    asked = Regression(measure="arrived", worse_by=0.03, baseline="b")
    assert regression(asked, TIGHT - 0.05, TIGHT, True, 0.05).verdict == "fail"
    assert regression(asked, TIGHT + 0.05, TIGHT, True, 0.05).verdict == "pass"


@pytest.mark.parametrize(("requests", "verdict"), [(299, "pass"), (298, "undecided")])
def test_a_p99_of_fewer_than_299_answers_cannot_pass(requests: int, verdict: str) -> None:
    asked = MeasuredThreshold(measure="answer", quantile=0.99, at_most="2 s")
    found = measured(asked, np.full(requests, 0.1), 0.05)
    assert (found.verdict, found.estimate) == (verdict, 0.1)
    assert found.needed is None if verdict == "pass" else 299 <= found.needed <= 340  # type: ignore[operator]


def test_slow_answers_lost_objects_and_refusals_fail() -> None:
    slow = MeasuredThreshold(measure="answer", quantile=0.5, at_most="2 s")
    lost = MeasuredThreshold(measure="stored", at_least="99%")
    full = MeasuredThreshold(measure="refused", at_most="1%")
    tenth = np.array([1.0] + [0.0] * 9).repeat(20)
    found = [
        measured(slow, np.full(20, 3.0), 0.05),
        measured(lost, 1.0 - tenth, 0.05),
        measured(full, tenth, 0.05),
    ]
    assert [v.verdict for v in found] == ["fail"] * 3
    assert measured(lost, np.ones(300), 0.05).verdict == "pass"


def test_no_object_to_judge_by_is_undecided() -> None:
    found = measured(MeasuredThreshold(measure="stored", at_least="99%"), np.array([]), 0.05)
    assert (found.verdict, found.estimate, found.samples) == ("undecided", None, 0)
    assert found.needed is None


def test_answers_three_times_as_long_are_a_regression_and_the_same_are_none() -> None:
    asked = MeasuredRegression(quantile=0.9, worse_by=0.25, baseline="b")
    answers = np.random.default_rng(3).gamma(9.0, 0.1, 800)
    slower = measured_regression(asked, 3.0 * answers, answers, 0.05, seed=1)
    assert slower.verdict == "fail"
    assert slower.estimate == pytest.approx(2.0)
    assert measured_regression(asked, answers, answers, 0.05, seed=1).verdict == "pass"
