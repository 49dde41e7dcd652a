"""Scenario time in the real world: from an agreed moment on, at a chosen speed."""

from __future__ import annotations

import time

import pytest

from locustfiles.clock import Clock


def test_a_second_of_real_time_is_speed_seconds_of_the_scenario(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    clock = Clock(begins=25_200.0, speed=60.0, base=1002.0)
    assert clock.now() == 25_200.0 - 120.0  # two seconds before it begins
    now = 1002.0
    assert clock.now() == 25_200.0
    now = 1012.0
    assert clock.now() == 25_800.0
    assert clock.real(600.0) == 10.0


def test_a_step_of_the_wall_clock_after_the_beginning_moves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wall, now = 5_000_000.0, 1000.0
    monkeypatch.setattr(time, "time", lambda: wall)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    clock = Clock.at_wall(0.0, 1.0, wall=5_000_003.0)
    wall += 3600.0
    now = 1003.0
    assert clock.now() == 0.0


def test_workers_whose_clocks_differ_begin_together_when_each_is_told_its_own_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    begins = []
    for ahead in (0.0, 7.5):
        monkeypatch.setattr(time, "time", lambda ahead=ahead: 5_000_000.0 + ahead)
        begins.append(Clock.at_wall(0.0, 10.0, wall=5_000_003.0 + ahead).base)
    assert begins == [1003.0, 1003.0]
