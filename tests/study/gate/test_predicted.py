"""How often a gate that looks again and again is wrong, on nights of known laws; and its effort.

The looks are those of judge_predicted itself; only the nights are drawn instead of simulated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.scenario.inputs import Inputs, load_inputs
from study.gate.baseline import BaselineError
from study.gate.declared import Effort, Predicted, Regression, Threshold
from study.gate.judge import Line, overall
from study.gate.predicted import Candidate, judge_predicted, region_digest
from study.objectives import Objective
from tests.conftest import write_small

Array = NDArray[np.float64]
Law = Callable[[np.random.Generator, int], Array]
FILE = Path("baseline.json")
ERROR = 0.05
REPEATS = 400
MOST_WRONG = ERROR + 3.0 * sqrt(ERROR * (1.0 - ERROR) / REPEATS)
MEAN, SPREAD, OF_A_PAIR = 0.14, 0.08, 0.035  # as the nights of docs/gate-rates.md
PLANTED = 0.03


def normal(rng: np.random.Generator, nights: int) -> Array:
    return MEAN + SPREAD * rng.standard_normal(nights)


def skewed(rng: np.random.Generator, nights: int) -> Array:
    """Exponential, of the same mean and spread."""
    return MEAN - SPREAD + rng.exponential(SPREAD, nights)


LAWS = pytest.mark.parametrize("law", [normal, skewed])


class Drawn(Candidate):
    """A candidate whose nights are given; how many were looked at is noted."""

    def __init__(self, inputs: Inputs, values: Array, seed: int = 1) -> None:
        self.inputs, self.seed, self.looks = inputs, seed, list[int]()
        self._values = values

    def values(self, asked: Objective, count: int) -> Array:
        self.looks.append(count)
        return self._values[:count]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return load_inputs(write_small(tmp_path_factory.mktemp("small")))


def stored(inputs: Inputs, values: Array, seed: int = 1, **changes: object) -> dict[str, Any]:
    its = {
        "seed": seed, "region": region_digest(inputs.region), "measure": "failed",
        "values": values.tolist(),
    }  # fmt: skip
    return {"predicted": its | changes}


def at_most(limit: float, effort: Effort | None = None) -> Predicted:
    asked = Threshold(measure="failed", at_most=limit, judge="mean")
    return Predicted(scenario="", nights=effort or Effort(), thresholds=(asked,))


def no_worse(effort: Effort | None = None) -> Predicted:
    regression = Regression(baseline=str(FILE))  # its size is the default one: 1.5 points
    return Predicted(scenario="", nights=effort or Effort(), regression=regression)


def judged(
    part: Predicted, candidate: Candidate, baseline: dict[str, Any] | None = None
) -> tuple[list[Line], int]:
    return judge_predicted(part, candidate, ERROR, baseline, FILE)


def of_thresholds(inputs: Inputs, law: Law, above: float) -> Counter[str]:
    rng, found = np.random.default_rng(11), Counter[str]()
    for _ in range(REPEATS):
        lines, _ = judged(at_most(MEAN), Drawn(inputs, law(rng, 200) + above))
        found[overall(lines)] += 1
    return found


def of_regressions(inputs: Inputs, law: Law, worse: float, *, paired: bool) -> Counter[str]:
    rng, found = np.random.default_rng(12), Counter[str]()
    for _ in range(REPEATS):
        before, after = law(rng, 200), law(rng, 200)
        if paired:  # the same nights with another app: OF_A_PAIR is the spread of the difference
            after = before + OF_A_PAIR / SPREAD * (after - MEAN)
        baseline = stored(inputs, before, seed=1 if paired else 2)
        lines, _ = judged(no_worse(), Drawn(inputs, after + worse), baseline)
        assert lines[0].paired is paired
        found[overall(lines)] += 1
    return found


@LAWS
def test_a_mean_on_the_limit_is_called_kept_or_broken_no_more_often_than_stated(
    inputs: Inputs, law: Law
) -> None:
    found = of_thresholds(inputs, law, 0.0)
    assert found["fail"] / REPEATS <= MOST_WRONG
    assert found["pass"] / REPEATS <= MOST_WRONG


@LAWS
def test_a_mean_three_points_above_the_limit_is_found(inputs: Inputs, law: Law) -> None:
    assert of_thresholds(inputs, law, PLANTED)["fail"] / REPEATS >= 0.95


@LAWS
@pytest.mark.parametrize("paired", [True, False])
def test_an_app_that_is_not_worse_fails_no_more_often_than_stated(
    inputs: Inputs, law: Law, paired: bool
) -> None:
    assert of_regressions(inputs, law, 0.0, paired=paired)["fail"] / REPEATS <= MOST_WRONG


@LAWS
def test_on_the_same_nights_a_regression_of_three_points_is_found(inputs: Inputs, law: Law) -> None:
    assert of_regressions(inputs, law, PLANTED, paired=True)["fail"] / REPEATS >= 0.95


def test_to_look_ten_times_with_the_whole_error_each_time_would_be_wrong_too_often(
    inputs: Inputs,
) -> None:
    """What the spending is for: the same nights, judged as if each look were the only one."""
    rng, wrong = np.random.default_rng(13), 0
    for _ in range(REPEATS):
        drawn = Drawn(inputs, normal(rng, 200))
        alone = (at_most(MEAN, Effort(first=n, batch=2, most=n)) for n in range(20, 201, 20))
        wrong += any(overall(judged(part, drawn)[0]) == "fail" for part in alone)
    assert wrong / REPEATS > MOST_WRONG


def test_nights_are_added_until_it_is_decided_and_no_more(inputs: Inputs) -> None:
    effort = Effort(first=10, batch=10, most=45)
    clear = Drawn(inputs, np.tile([0.5, 0.6], 23)[:45])
    lines, count = judged(at_most(0.1, effort), clear)
    assert (overall(lines), count, clear.looks) == ("fail", 10, [10])
    close = Drawn(inputs, np.tile([0.0, 0.2], 23)[:44])
    lines, count = judged(at_most(0.1, effort), close)
    assert (overall(lines), count) == ("undecided", 45)
    assert close.looks == [10, 20, 30, 40, 45]  # the last look is a shorter one


def test_a_baseline_of_other_stations_is_not_paired(inputs: Inputs) -> None:
    values = np.linspace(0.1, 0.2, 200)
    baseline = stored(inputs, values, region="another")
    lines, _ = judged(no_worse(), Drawn(inputs, values), baseline)
    assert lines[0].paired is False


def test_a_baseline_that_is_too_short_or_of_another_measure_says_what_to_do(inputs: Inputs) -> None:
    values = np.linspace(0.1, 0.2, 200)
    with pytest.raises(BaselineError, match=r"has 5 nights, 20 are needed.*--update-baseline"):
        judged(no_worse(), Drawn(inputs, values), stored(inputs, values[:5]))
    with pytest.raises(BaselineError, match=r"is a baseline of 'arrived'.*--update-baseline"):
        judged(no_worse(), Drawn(inputs, values), stored(inputs, values, measure="arrived"))
