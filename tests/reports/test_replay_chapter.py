"""The chapter of a replay: verdict first, everything named, also where nothing was sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reports.chapters import replay
from reports.document import markdown
from reports.language import LANGUAGES, Language
from reports.replay_said import duration, verdict
from reports.replay_text import TEXT, name_of
from study.replay.causes import ABSENT, GROUPS, PARTS
from study.replay.compare import STATES, compare
from tests.conftest import Small
from tests.study.replay_tools import FAST, SLOW, setting_of, side_of

INDONESIAN, ENGLISH = LANGUAGES
BAD = {"schedule_lag_p99_ms": {"value": 81.5, "limit": 50.0, "ok": False}}


@pytest.fixture
def summary(small: Small) -> dict[str, Any]:
    scenario, region = small("server: {outages: []}\n")
    fast, slow = (side_of(scenario, region, model) for model in (FAST, SLOW))
    setting = replace(
        setting_of(scenario),
        sample=0.25,
        host="http://127.0.0.1:8000",
        validity={"schedule_lag_p99_ms": {"value": 3.25, "limit": 50.0, "ok": True}},
        provenance={"versions": {"tangguh": "0.1"}, "command": "tangguh replay"},
    )
    return compare(fast, slow, setting)


def test_everything_that_a_summary_can_name_has_a_sentence() -> None:
    from sim.ledger import Cause
    from sim.scenario.agreement import Limits

    causes = [cause.name.lower() for cause in Cause] + ["no_answer", ABSENT]
    assert [c for c in causes if f"cause_{c}" not in TEXT] == []
    assert [s for s in STATES if s not in TEXT] == []
    for name in Limits.model_fields:
        assert {name, f"reason_{name}"} <= TEXT.keys()
    for part in (*PARTS, "failed_refused"):
        assert name_of(part, "id") != name_of(part, "en")
    because = TEXT["because"][0]
    assert all(f"{{{group}}}" in because for group in GROUPS)


def told(summary: dict[str, Any], language: Language) -> str:
    """The chapter as Markdown: all that is said in it."""
    chapter = replay.chapter(summary, language)
    said = (chapter.answer, chapter.recommendation, chapter.certainty)
    return "\n".join([*said, markdown(chapter.title, chapter.blocks)])


def test_the_verdict_comes_first_and_says_what_is_beyond_its_limit(summary: dict[str, Any]) -> None:
    said = verdict(summary, "en")
    assert said.startswith("Prediction and measurement differ: ")
    assert replay.chapter(summary, ENGLISH).answer.startswith(said)
    bad = [line["name"] for line in summary["lines"] if line["agrees"] is False]
    assert all(TEXT[name][1] in said for name in bad)
    assert f"| {TEXT['no'][1]} |" in told(summary, ENGLISH)


def test_an_invalid_run_is_said_before_anything_else(summary: dict[str, Any]) -> None:
    broken = summary | {"valid": False, "validity": BAD, "wrong": ["a worker was <lost>"]}
    chapter = replay.chapter(broken, INDONESIAN)
    assert chapter.answer.startswith(TEXT["invalid"][0])
    assert "a worker was <lost>" in chapter.certainty
    assert "| 81,5 | 50,0 | TIDAK |" in told(broken, INDONESIAN)


def test_equal_sides_agree(small: Small) -> None:
    scenario, region = small("server: {outages: []}\n")
    fast = side_of(scenario, region, FAST)
    same = compare(fast, fast, setting_of(scenario))
    # fewer than 20 stations were sent: their distribution judges nothing
    assert verdict(same, "en").startswith("Prediction and measurement agree: 4 of 4")
    said = told(same, INDONESIAN)
    assert TEXT["only_none"][0] in said
    assert TEXT["no"][0] not in said


def test_the_setting_says_what_the_rate_at_the_server_means(summary: dict[str, Any]) -> None:
    assert "dipercepat 60 kali (berlangsung 6,0 menit), dengan 25% TPS" in told(summary, INDONESIAN)
    assert "here 15 times the rate of that night" in told(summary, ENGLISH)


def test_a_window_in_which_nothing_was_sent_has_a_chapter(small: Small) -> None:
    scenario, region = small("server: {outages: []}\nnetwork: {access_failure_at_peak: 100%}\n")
    fast = side_of(scenario, region, FAST)
    nothing = replace(setting_of(scenario), begins=3 * 3600.0)
    rows = [r._replace(cause=r.cause.ACCESS, status=0, sent=0) for r in fast.attempts]
    states = fast.outcomes.copy()
    states["state"] = 2
    idle = fast._replace(attempts=rows, outcomes=states)
    found = compare(idle, idle, nothing)
    assert found["sojourn"]["station"]["paired"]["n"] == 0
    assert verdict(found, "id") in told(found, INDONESIAN)


def test_durations_are_in_the_unit_that_a_person_would_take() -> None:
    assert duration(38.0, INDONESIAN) == "38 detik"
    assert duration(90.5, ENGLISH) == "90.5 s"
    assert duration(750.0, INDONESIAN) == "12,5 menit"
    assert duration(3600.0, ENGLISH) == "1 h"
    assert duration(10_800.0, ENGLISH) == "3 h"
