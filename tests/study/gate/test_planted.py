"""What a self-test plants lies just beyond what a threshold allows, and no threshold misses it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from study.gate.declared import MeasuredRegression, MeasuredThreshold, Regression, Threshold
from study.gate.judge import measured, measured_regression, regression, threshold
from study.gate.planted import (
    BEYOND,
    LONGER,
    NIGHTS,
    for_measured,
    for_measured_regression,
    for_regression,
    for_threshold,
)

Array = NDArray[np.float64]
NIGHT: Array = np.random.default_rng(1).beta(2.0, 12.0, 300)  # about 14% fail
ANSWERS: Array = np.random.default_rng(2).gamma(2.0, 0.002, 272)  # 4 ms


@pytest.mark.parametrize("limit", [0.10, 0.50, 0.90])
def test_a_mean_is_moved_beyond_its_limit_by_the_stated_points(limit: float) -> None:
    for asked, values, beyond in (
        (Threshold(measure="failed", at_most=limit, judge="mean"), NIGHT, limit + BEYOND),
        (Threshold(measure="arrived", at_least=limit, judge="mean"), 1 - NIGHT, limit - BEYOND),
    ):
        found = for_threshold(asked, values)
        # what lies beyond it already is left as it is: a plant never makes anything better
        worse = max(beyond, NIGHT.mean()) if asked.at_least is None else min(beyond, values.mean())
        assert found.values.mean() == pytest.approx(worse)
        assert ((found.values >= 0) & (found.values <= 1)).all()
        assert threshold(asked, found.values, 0.05).verdict == "fail"


@pytest.mark.parametrize(
    "asked",
    [
        Threshold(measure="failed", at_most=0.2, in_nights=0.9),
        Threshold(measure="failed", at_most=0.001, in_nights=0.5),
        Threshold(measure="arrived", at_least=0.5, in_nights=0.6),
    ],
)
def test_so_many_nights_miss_a_threshold_that_it_is_kept_in_20_points_fewer(
    asked: Threshold,
) -> None:
    values = NIGHT if asked.measure == "failed" else 1.0 - NIGHT
    found = for_threshold(asked, values)
    before = asked.met(values).mean()
    assert asked.met(found.values).mean() == pytest.approx(
        min(before, asked.in_nights - NIGHTS), abs=1.5 / len(values)
    )
    assert threshold(asked, found.values, 0.05).verdict == "fail"


@pytest.mark.parametrize(
    "asked",
    [
        Threshold(measure="failed", at_most=1.0, judge="mean"),
        Threshold(measure="failed", at_most=1.0, in_nights=0.5),
        Threshold(measure="arrived", at_least=0.0, judge="mean"),
    ],
)
def test_what_nothing_can_break_does_not_fail_whatever_is_planted(asked: Threshold) -> None:
    found = for_threshold(asked, NIGHT)
    assert threshold(asked, found.values, 0.05).verdict == "pass"


@pytest.mark.parametrize("measure", ["failed", "arrived"])
def test_a_regression_is_planted_of_twice_the_stated_size(measure: Any) -> None:
    asked = Regression(measure=measure, worse_by=0.015, baseline="b")
    values = NIGHT if measure == "failed" else 1.0 - NIGHT
    better = values - 0.01 if measure == "failed" else values + 0.01
    for now in (values, np.clip(better, 0, 1)):
        found = for_regression(asked, now, values)
        line = regression(asked, found.values, values, True, 0.05)
        assert line.estimate == pytest.approx(0.03)
        assert line.verdict == "fail"


def test_answers_of_milliseconds_are_planted_beyond_a_limit_of_seconds() -> None:
    asked = MeasuredThreshold(measure="answer", quantile=0.95, at_most="2 s")
    found = for_measured(asked, ANSWERS)
    line = measured(asked, found.values, 0.05)
    assert line.verdict == "fail"
    assert line.estimate == pytest.approx(2.0 * (1.0 + LONGER))
    assert found.by == pytest.approx(2.5 - np.quantile(ANSWERS, 0.95, method="inverted_cdf"))


@pytest.mark.parametrize(
    ("asked", "now"),
    [
        (MeasuredThreshold(measure="refused", at_most="2%"), np.zeros(272)),
        (MeasuredThreshold(measure="stored", at_least="99%"), np.ones(272)),
        (MeasuredThreshold(measure="refused", at_most="2%"), np.resize([1.0, *[0.0] * 99], 272)),
    ],
)
def test_so_many_requests_are_spoilt_that_the_share_is_beyond_the_limit(
    asked: MeasuredThreshold, now: Array
) -> None:
    found = for_measured(asked, now)
    line = measured(asked, found.values, 0.05)
    beyond = 0.07 if asked.measure == "refused" else 0.94
    assert line.estimate == pytest.approx(beyond, abs=1.0 / 272)
    assert line.verdict == "fail"
    assert found.by == (found.values != now).sum()


def test_without_objects_there_is_nothing_to_spoil() -> None:
    asked = MeasuredThreshold(measure="stored", at_least="99%")
    found = for_measured(asked, np.array([]))
    assert (found.by, len(found.values)) == (0.0, 0)


def test_answers_are_longer_by_twice_the_stated_share() -> None:
    asked = MeasuredRegression(quantile=0.95, worse_by=0.25, baseline="b")
    found = for_measured_regression(asked, ANSWERS * 1.1, ANSWERS)
    line = measured_regression(asked, found.values, ANSWERS, 0.05, 1)
    assert line.estimate == pytest.approx(0.5)
    assert line.verdict == "fail"
    assert for_measured_regression(asked, ANSWERS * 9, ANSWERS).by == 1.0  # worse than that already
