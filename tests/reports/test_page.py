"""The page: two languages, nothing from outside, and a real browser draws it without complaint."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import pytest

from reports import grid_text, replay_text, truths_page
from reports.language import LANGUAGES
from reports.page import render, write_page
from reports.text import TEXT
from sim.night import simulate
from study.nights import Variant
from study.summary import summarise
from tests.conftest import Small, app

INDONESIAN, ENGLISH = LANGUAGES


@pytest.fixture
def summary(small: Small) -> dict[str, Any]:
    scenario, region = small()
    variants = [Variant("none", "per-photo"), Variant("full-jitter", "chunks")]
    nights = {
        v: [simulate(scenario, region, 2, r, conduct=app(*v)) for r in range(4)] for v in variants
    }
    return summarise(scenario, region, variants[0], nights, 2)


def test_every_sentence_is_said_in_both_languages_with_the_same_holes() -> None:
    every = {**TEXT, **grid_text.TEXT, **truths_page.TEXT, **replay_text.TEXT}
    assert len(every) > len(TEXT)
    for key, (indonesian, english) in every.items():
        holes = [
            sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)
            for text in (indonesian, english)
        ]
        assert indonesian, key
        assert english, key
        assert holes[0] == holes[1], key


def test_numbers_are_written_as_their_readers_write_them() -> None:
    assert INDONESIAN.percent(0.125) == "12,5%"
    assert ENGLISH.percent(0.125) == "12.5%"
    assert INDONESIAN.number(1234.5, 1) == "1.234,5"
    assert ENGLISH.number(1234.5, 1) == "1,234.5"
    assert ENGLISH.signed(-0.04) == "0.0"
    assert ENGLISH.signed(2) == "+2.0"
    assert INDONESIAN.law("uniform, 1 h to 12.5 h") == "seragam, 1 jam hingga 12,5 jam"


def test_the_page_loads_nothing_from_anywhere(summary: dict[str, Any]) -> None:
    html = render(summary)
    assert not re.search(r"""(src|href)\s*=\s*["'](?!data:)[^#]""", html)
    assert not re.search(r"https?://", html)
    assert "@import" not in html
    assert len(html) < 400_000


def test_names_from_a_users_file_are_text_not_markup(summary: dict[str, Any]) -> None:
    summary["kecamatan"][0]["name"] = "<script>alert(1)</script>"
    summary["assumptions"][0]["source"] = '"><img src=x onerror=alert(1)>'
    html = render(summary)
    assert "<script>alert(1)" not in html
    assert "<img" not in html


def test_a_region_without_observations_has_a_page_too(small: Small) -> None:
    scenario, region = small("observed: {reading: unsent}\n")
    bare = scenario.model_copy(update={"observed": type(scenario.observed)()})
    night = simulate(bare, region, 2, 0)
    variant = Variant("none", "per-photo")
    html = render(summarise(bare, region, variant, {variant: [night]}, 2))
    assert "KPU counted" in html or "The model predicts" in html


@pytest.mark.browser
@pytest.mark.parametrize("width", [1100, 390])
def test_a_browser_draws_the_page_without_complaint(
    summary: dict[str, Any], browser: Any, tmp_path: Path, width: int
) -> None:
    page = write_page(tmp_path / "report.html", summary)
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
        assert len(sizes) == 5
        assert all(w > 200 and h > 20 for w, h in sizes)
        chart = browser.find_element("css selector", f"#page-{language} .progress")
        chart.send_keys("")
        first = browser.find_element("css selector", f"#page-{language} .readout").text
        chart.send_keys("\ue012\ue012\ue012")  # three times the left arrow
        second = browser.find_element("css selector", f"#page-{language} .readout").text
        assert first
        assert first != second
        browser.find_element("css selector", f"#page-{language} .switch").click()
        assert browser.execute_script(f"return document.getElementById('page-{language}').hidden")
    assert browser.get_log("browser") == []
