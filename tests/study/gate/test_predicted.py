"""How often a gate that looks again and again is wrong, on nights of known laws; and its effort.

The looks are those of judge_predicted itself; only the nights are drawn instead of simulated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import log, sqrt
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
REPEATS = 100
MOST_WRONG = ERROR + 3.0 * sqrt(ERROR * (1.0 - ERROR) / REPEATS)
MEAN, SPREAD, OF_A_PAIR = 0.14, 0.08, 0.035  # as the nights of docs/gate-rates.md
PLANTED = 0.03


def even(rng: np.random.Generator, nights: int) -> Array:
    """Symmetric (a beta law of this mean and spread is nearly so), within [0, 1]."""
    both = MEAN * (1.0 - MEAN) / SPREAD**2 - 1.0
    return rng.beta(MEAN * both, (1.0 - MEAN) * both, nights)


def skewed(rng: np.random.Generator, nights: int) -> Array:
    """Every hundredth night nothing arrives; the same mean and nearly the same spread."""
    return np.where(rng.random(nights) < 0.01, 1.0, (MEAN - 0.01) / 0.99)


LAWS = pytest.mark.parametrize("law", [even, skewed])


class Drawn(Candidate):
    """A candidate whose nights are given; how many were looked at is noted."""

    def __init__(self, inputs: Inputs, values: Array, seed: int = 1) -> None:
        self.inputs, self.seed, self.looks = inputs, seed, list[int]()
        self._values = values

    @property
    def content(self) -> str:
        return "what these nights depend on"

    def values(self, asked: Objective, count: int) -> Array:
        self.looks.append(count)
        return self._values[:count]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return load_inputs(write_small(tmp_path_factory.mktemp("small")))


def stored(inputs: Inputs, values: Array, seed: int = 1, **changes: object) -> dict[str, Any]:
    its = {
        "scenario": inputs.scenario.name, "seed": seed, "measure": "failed",
        "region": region_digest(inputs.region), "values": values.tolist(),
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
        lines, _ = judged(at_most(MEAN - above), Drawn(inputs, law(rng, 400)))
        found[overall(lines)] += 1
    return found


def of_regressions(inputs: Inputs, law: Law, worse: float, *, paired: bool) -> Counter[str]:
    rng, found = np.random.default_rng(12), Counter[str]()
    for _ in range(REPEATS):
        before, after = law(rng, 400), law(rng, 400)
        if paired:  # the same nights with another app: OF_A_PAIR is the spread of the difference
            after = before + OF_A_PAIR / SPREAD * (after - MEAN)
        low = min(float(after.min()), 0.0)  # both moved alike: shares stay shares
        before, after = (np.minimum(v - low, 1.0) for v in (before, after + worse))
        baseline = stored(inputs, before, seed=1 if paired else 2)
        lines, _ = judged(no_worse(), Drawn(inputs, after), baseline)
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


@pytest.mark.parametrize(("paired", "law"), [(True, even), (True, skewed), (False, even)])
def test_a_regression_of_three_points_is_found(inputs: Inputs, law: Law, paired: bool) -> None:
    assert of_regressions(inputs, law, PLANTED, paired=paired)["fail"] / REPEATS >= 0.95


def test_nights_are_added_until_it_is_decided_and_no_more(inputs: Inputs) -> None:
    effort = Effort(first=10, batch=10, most=45)
    clear = Drawn(inputs, np.tile([0.5, 0.6], 23)[:45])
    lines, count = judged(at_most(0.1, effort), clear)
    assert (overall(lines), count, clear.looks) == ("fail", 10, [10])
    close = Drawn(inputs, np.append(np.tile([0.0, 0.2], 22), 0.1))
    lines, count = judged(at_most(0.1, effort), close)
    assert (overall(lines), count) == ("undecided", 45)
    assert lines[0].needed is None  # on its limit: no number of nights would tell
    assert close.looks == [10, 20, 30, 40, 45]  # the last look is a shorter one


def test_nights_that_none_differs_from_do_not_pass_before_rare_ones_can_be_excluded(
    inputs: Inputs,
) -> None:
    """Student's bounds have no width here: a gate passed at the first look."""
    steady = Drawn(inputs, np.full(400, 0.1))
    lines, count = judged(at_most(0.12), steady)
    assert overall(lines) == "pass"
    # one night of 100% in every 50 would lie on the limit: 0.98^count must be at most 5%
    assert count >= log(0.05) / log(0.98)


def test_undecided_says_how_many_nights_would_tell_and_with_them_it_is_told(
    inputs: Inputs,
) -> None:
    drawn = Drawn(inputs, np.tile([0.08, 0.12], 500))
    lines, _ = judged(at_most(0.12, Effort(first=20, batch=20, most=40)), drawn)
    assert lines[0].verdict == "undecided"
    assert lines[0].needed is not None
    enough = Effort(first=20, batch=2, most=lines[0].needed + 2)
    assert overall(judged(at_most(0.12, enough), drawn)[0]) == "pass"


def test_a_baseline_of_other_stations_is_not_paired(inputs: Inputs) -> None:
    values = np.linspace(0.1, 0.2, 400)
    baseline = stored(inputs, values, region="another")
    lines, _ = judged(no_worse(), Drawn(inputs, values), baseline)
    assert lines[0].paired is False


def test_what_is_the_baseline_s_own_to_the_last_file_passes_without_a_night(inputs: Inputs) -> None:
    values = np.linspace(0.1, 0.2, 12)
    candidate = Drawn(inputs, values)
    baseline = stored(inputs, values, content=candidate.content)
    lines, count = judged(no_worse(), candidate, baseline)
    assert (overall(lines), count, candidate.looks) == ("pass", 0, [])
    lines, _ = judge_predicted(no_worse(), candidate, ERROR, baseline, FILE, plant=True)
    assert candidate.looks == []  # what is planted is planted into the baseline's nights
    assert lines[0].estimate == pytest.approx(0.03)
    other_seed = stored(inputs, values, seed=2, content=candidate.content)
    assert judged(no_worse(Effort(first=2, most=12)), candidate, other_seed)[0][0].samples > 0


@pytest.mark.parametrize(
    ("nights", "changes", "said"),
    [
        (5, {}, r"has 5 nights, the gate may ask for 400.*--update-baseline"),
        (400, {"measure": "arrived"}, r"of the measure 'arrived'.*'failed'.*--update-baseline"),
        (400, {"scenario": "aceh"}, r"of the scenario 'aceh'.*'small'.*--update-baseline"),
        (400, {}, r"not between 0 and 1.*--update-baseline"),
    ],
)
def test_a_baseline_that_does_not_fit_says_what_to_do_before_a_night_is_simulated(
    inputs: Inputs, nights: int, changes: dict[str, Any], said: str
) -> None:
    candidate = Drawn(inputs, np.full(400, 0.1))
    shares = np.full(nights, 1.5 if "not between" in said else 0.1)
    with pytest.raises(BaselineError, match=said):
        judged(no_worse(), candidate, stored(inputs, shares, **changes))
    assert candidate.looks == []
