"""What replay and refit print: 80 columns, the verdict, and what the log cannot tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.replay_said import verdict
from study.refit import refit
from study.replay.compare import compare
from tangguh.replay_tables import print_refit, print_replay
from tests.conftest import Small
from tests.study.replay_tools import FAST, SLOW, SPEED, setting_of, side_of


@pytest.fixture(autouse=True)
def eighty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def summary(small: Small) -> dict[str, Any]:
    scenario, region = small("server: {outages: []}\n")
    fast, slow = (side_of(scenario, region, model) for model in (FAST, SLOW))
    lag = {"schedule_lag_p99_ms": {"value": 81.5, "limit": 50.0, "ok": False}}
    return compare(fast, slow, replace(setting_of(scenario), validity=lag))


def test_a_replay_is_told_in_eighty_columns_and_ends_with_its_verdict(
    summary: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    print_replay(summary, Path("out/report.html"))
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80
    assert "…" not in said
    words = " ".join(said.split())
    assert verdict(summary, "en") in words
    assert "81.5" in said
    assert "[status 503]" in words
    assert words.endswith("Page: out/report.html")
    measured = summary["outcomes"]["sent_kpps"]["measured"]
    row = next(line for line in said.splitlines() if "sent by KPPS" in line)
    assert f" {measured} " in row


def test_a_refit_says_what_it_found_and_what_the_log_cannot_tell(
    small: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, region = small("server: {outages: []}\n")
    found = refit(side_of(scenario, region, FAST).attempts, SPEED)
    print_refit(found)
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80
    words = " ".join(said.replace("│", " ").split())
    assert "never busy" in words
    assert "it describes this server" in words
    print_refit(replace(found, diagnostics={**found.diagnostics, "close": False}))
    assert "not a queue with workers" in " ".join(capsys.readouterr().out.split())
