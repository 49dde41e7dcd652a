from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from benchmarks import soak, soak_page
from benchmarks.soak_page import BLOCK, PAGE, PICTURE, SUMMARY, WARM, read_samples, slope

TIMES = [10.0 * n for n in range(361)]


def test_a_straight_line_has_its_slope_and_no_error_and_the_warm_up_does_not_count() -> None:
    memory = [5e7 + 1e9 * (t < WARM) + 3e6 * t / 3600 for t in TIMES]
    rise, error = slope(TIMES, memory)
    assert rise == pytest.approx(3e6)
    assert error == pytest.approx(0.0, abs=1.0)


def test_the_error_is_that_of_slopes_of_many_hours() -> None:
    chance = Random(5)
    found = [slope(TIMES, [chance.gauss(0.0, 1e5) for _ in TIMES]) for _ in range(400)]
    rises, errors = np.array(found).T
    spread = float(np.std(rises))
    # a standard deviation of 400 values is known to 3.5%, that of the mean error to less
    assert float(np.sqrt(np.mean(errors**2))) == pytest.approx(spread, rel=3 * 0.05)
    assert abs(float(np.mean(rises))) < 3 * spread / 20


def test_too_short_a_soak_has_no_slope() -> None:
    short = [t for t in TIMES if t < WARM + 2 * BLOCK]
    with pytest.raises(ValueError, match="3 are needed"):
        slope(short, short)


def test_the_page_is_what_the_samples_say() -> None:
    samples, told = read_samples(), json.loads(SUMMARY.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == soak_page.page(samples, told)
    assert PICTURE.read_text(encoding="utf-8") == soak_page.picture(samples)
    assert told["lost"] == 0
    assert told["seconds"] >= 3600


def test_a_leak_is_called_one() -> None:
    told = json.loads(SUMMARY.read_text(encoding="utf-8"))
    leaking = [replace(s, memory=s.memory + int(s.at * 3000)) for s in read_samples()]
    assert "a leak until it is explained" in soak_page.page(leaking, told)


def test_a_short_soak_uploads_attacks_and_loses_nothing(tmp_path: Path) -> None:
    samples, told = soak.soak(1.5, tmp_path)
    assert told["ready"]
    assert told["lost"] == 0
    assert set(told["uploads"]) <= {"plain 201", "tus 204"}
    assert sum(sum(ends.values()) for ends in told["attacks"].values()) >= 1
    assert samples[-1].stored == sum(told["uploads"].values())
    assert samples[-1].memory > 10_000_000
