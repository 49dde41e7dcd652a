"""The page of a replay: verdict first, two languages, drawn by a real browser without complaint."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from reports.language import LANGUAGES
from reports.replay_curves import duration
from reports.replay_page import render_replay, verdict, write_replay_page
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


def test_the_verdict_comes_first_and_says_what_is_beyond_its_limit(summary: dict[str, Any]) -> None:
    html = render_replay(summary)
    said = verdict(summary, "en")
    assert said.startswith("Prediction and measurement differ: ")
    assert str(escape(said)) in html
    assert html.index(str(escape(said))) < html.index(TEXT["lines_title"][1])
    bad = [line["name"] for line in summary["lines"] if line["agrees"] is False]
    assert all(TEXT[name][1] in said for name in bad)


def test_an_invalid_run_is_said_before_anything_else(summary: dict[str, Any]) -> None:
    broken = summary | {"valid": False, "validity": BAD, "wrong": ["a worker was <lost>"]}
    html = render_replay(broken)
    assert verdict(broken, "id") == TEXT["invalid"][0]
    assert "a worker was &lt;lost&gt;" in html
    assert "81,5" in html
    assert '<td class="worse-text">TIDAK</td>' in html


def test_equal_sides_agree_on_the_page_too(small: Small) -> None:
    scenario, region = small("server: {outages: []}\n")
    fast = side_of(scenario, region, FAST)
    same = compare(fast, fast, setting_of(scenario))
    # fewer than 20 stations were sent: their distribution judges nothing
    assert verdict(same, "en").startswith("Prediction and measurement agree: 4 of 4")
    html = render_replay(same)
    assert TEXT["only_none"][0] in html
    assert "worse-text" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def test_the_setting_says_what_the_rate_at_the_server_means(summary: dict[str, Any]) -> None:
    html = render_replay(summary)
    assert "dipercepat 60 kali (berlangsung 6,0 menit), dengan 25% TPS" in html
    assert "here 15 times the rate of that night" in html


def test_a_window_in_which_nothing_was_sent_has_a_page(small: Small) -> None:
    scenario, region = small("server: {outages: []}\nnetwork: {access_failure_at_peak: 100%}\n")
    fast = side_of(scenario, region, FAST)
    nothing = replace(setting_of(scenario), begins=3 * 3600.0)
    rows = [r._replace(cause=r.cause.ACCESS, status=0, sent=0) for r in fast.attempts]
    states = fast.outcomes.copy()
    states["state"] = 2
    idle = fast._replace(attempts=rows, outcomes=states)
    found = compare(idle, idle, nothing)
    assert found["sojourn"]["station"]["paired"]["n"] == 0
    assert verdict(found, "id") in render_replay(found)


def test_durations_are_in_the_unit_that_a_person_would_take() -> None:
    assert duration(38.0, INDONESIAN) == "38 detik"
    assert duration(90.5, ENGLISH) == "90.5 s"
    assert duration(750.0, INDONESIAN) == "12,5 menit"
    assert duration(3600.0, ENGLISH) == "1 h"
    assert duration(10_800.0, ENGLISH) == "3 h"


def test_the_page_loads_nothing_from_anywhere_and_escapes_names(summary: dict[str, Any]) -> None:
    summary["kecamatan"][0]["name"] = "<script>alert(1)</script>"
    html = render_replay(summary)
    assert "<script>alert(1)" not in html
    assert not re.search(r"""(src|href)\s*=\s*["'](?!data:)[^#]""", html)
    assert len(html) < 600_000


@pytest.mark.browser
@pytest.mark.parametrize("width", [1100, 390])
def test_a_browser_draws_the_page_without_complaint(
    summary: dict[str, Any], browser: Any, tmp_path: Path, width: int
) -> None:
    page = write_replay_page(tmp_path / "report.html", summary)
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    browser.get(page.as_uri())
    for language in ("id", "en"):
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        sizes = browser.execute_script(
            "return [...document.querySelectorAll(`#page-${arguments[0]} .chart`)]"
            ".map(e => e.getBoundingClientRect()).map(b => [b.width, b.height])",
            language,
        )
        assert len(sizes) == 7
        assert all(w > 200 and h > 20 for w, h in sizes)
        lines = browser.execute_script(
            "return [...document.querySelectorAll(`#page-${arguments[0]} polyline`)]"
            ".map(e => e.getBBox()).map(b => [b.width, b.height])",
            language,
        )
        assert len(lines) == 6
        assert all(w > 50 and h > 1 for w, h in lines)
        chart = browser.find_element("css selector", f"#page-{language} .progress")
        chart.send_keys("")
        first = browser.find_element("css selector", f"#page-{language} .readout").text
        chart.send_keys("\ue012\ue012\ue012")  # three times the left arrow
        second = browser.find_element("css selector", f"#page-{language} .readout").text
        assert first
        assert first != second
        browser.find_element("css selector", f"#page-{language} .switch").click()
    assert browser.get_log("browser") == []
