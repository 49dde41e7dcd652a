"""The page of the evidence in a real browser: both languages, no complaint, no hole unfilled."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from reports.evidence_page import render_evidence, write_evidence_page
from sim.scenario.inputs import load_inputs
from study.evidence.declared import choose, read_evidence
from study.evidence.study import Worlds, study
from tests.conftest import ROOT, write_small

SHIPPED = ROOT / "scenarios" / "evidence" / "bandarlampung-2020.yaml"


@pytest.fixture
def summary(tmp_path: Path) -> dict[str, Any]:
    inputs = load_inputs(write_small(tmp_path))
    evidence = read_evidence(SHIPPED)
    on = choose(evidence, without=["thirty-minutes"])
    worlds = Worlds({"small": inputs}, {"small": 1.0})
    return study(
        worlds, evidence, on, 3, seed=1, jobs=1, stock=tmp_path / "stock", finished=lambda: None
    )


def test_the_page_says_every_observation_in_both_languages(summary: dict[str, Any]) -> None:
    html = render_evidence(summary)
    for observation in summary["observations"]:
        for text in observation["says"].values():
            assert html.count(text.replace("'", "&#39;")) >= 3
    visible = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    assert not re.search(r"\{\w+\}|\bnan\b|\bNone\b", visible)
    assert "tidak dipakai" in html
    assert render_evidence(json.loads(json.dumps(summary, allow_nan=False))) == html


@pytest.mark.browser
def test_a_browser_draws_it_without_complaint(
    browser: Any, summary: dict[str, Any], tmp_path: Path
) -> None:
    page = write_evidence_page(tmp_path / "page.html", summary)
    browser.get(page.as_uri())
    browser.find_element("css selector", "#page-id .switch").click()
    assert browser.find_element("id", "page-en").is_displayed()
    wide = browser.execute_script("return document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    assert browser.get_log("browser") == []
