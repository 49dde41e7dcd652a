"""Rates of gates on synthetic nights: seeded, and a gate whose bounds are too narrow is caught."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from benchmarks.gate_rates import CASES, WRONG, Case, Pool, Rate, page, rate
from sim.scenario.inputs import load_inputs
from study.gate.declared import Effort
from tests.conftest import write_small

Array = NDArray[np.float64]
EFFORT = Effort(first=50, batch=50, most=400)
REPEATS = 60


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """Nights with a spread of 4 points, and another app that shares most of their luck."""
    inputs = load_inputs(write_small(tmp_path_factory.mktemp("gate-rates")))
    rng = np.random.default_rng(7)
    own = np.clip(0.2 + 0.04 * rng.standard_normal(400), 0, 1)
    other = np.clip(own[:200] + 0.01 + 0.02 * rng.standard_normal(200), 0, 1)
    return Pool(inputs, own, other)


def judged(case: Case, pool: Pool) -> Rate:
    return rate(case, pool, EFFORT, WRONG, REPEATS, 3)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_wrong_verdicts_are_rare_and_a_regression_of_three_points_is_found(
    case: Case, pool: Pool
) -> None:
    its = judged(case, pool)
    low, high = its.interval
    assert its.repeats == REPEATS
    assert low <= its.share <= high
    assert its.met, (its.share, its.verdicts)
    assert EFFORT.first <= its.nights.min() <= its.nights.max() <= EFFORT.most


def test_a_gate_whose_bounds_are_student_s_at_each_look_is_noticed(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def students(values: Array, error: float, *_: float) -> tuple[float, float]:
        half = stats.t.isf(error, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
        return float(values.mean() - half), float(values.mean() + half)

    monkeypatch.setattr("study.gate.judge.of_mean", students)
    for name in ("threshold, mean exactly on the limit", "rare disasters, mean a hair above"):
        careless = judged(next(c for c in CASES if c.name.startswith(name)), pool)
        assert not careless.met
        assert careless.interval[0] > WRONG


def test_the_same_seed_gives_the_same_verdicts(pool: Pool) -> None:
    first, again = (judged(CASES[3], pool) for _ in range(2))
    assert first.verdicts == again.verdicts
    assert (first.nights == again.nights).all()


def test_the_page_shows_a_missed_target(pool: Pool) -> None:
    its = judged(CASES[1], pool)
    missed = Rate(CASES[0], its.verdicts, its.nights)  # its detections, read as false alarms
    text = page([its, missed], pool, "the command")
    found, wrong = [line for line in text.splitlines() if line.startswith("| same nights")]
    assert "| at least 95% | yes |" in found
    assert "| at most 5% | **no** |" in wrong
