"""The page beside Locust's own: its curves, and a real replay that is watched in a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from locustfiles.web.course import PARTS, Course
from sim.attempts import Attempt
from sim.ledger import Cause
from tests.locustfiles.evening import write_evening
from tests.server.running import Running, running
from tests.tangguh.replaying import PATIENCE, replaying


def attempt(at: float, cause: Cause = Cause.NONE, kind: str = "send") -> Attempt:
    return Attempt(0, 0, False, "photo", kind, 1, 0, 9, at, at, at, at, 201, cause, 9)


def test_a_course_counts_attempts_where_they_ended() -> None:
    course = Course(100.0, 100.0 + 20.0 * PARTS, 10.0)  # a part lasts two seconds of real time
    course.add([attempt(100.0), attempt(119.0, Cause.BREAK), attempt(120.0, kind="offset")])
    course.add([attempt(121.0, Cause.ACCESS), attempt(99.0), attempt(100.0 + 20.0 * PARTS)])
    curves = course.curves(3)
    assert curves == {"rate": [1.0, 0.5, 0.0], "stored": [1, 1, 1], "failed": [1, 2, 2]}
    assert len(course.curves()["rate"]) == PARTS


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    folder = tmp_path / "server"
    folder.mkdir()
    with running(folder) as server:
        yield server


@pytest.mark.realtime
@pytest.mark.browser
def test_a_replay_is_watched_in_a_browser_in_both_languages(
    tmp_path: Path, server: Running, browser: Any
) -> None:
    scenario = write_evening(tmp_path / "evening")
    words = ("--host", server.url, "--window", "18:00-18:04", "--speed", 24, "--web")
    with replaying(scenario, *words, out=tmp_path / "out") as replay:
        assert replay.process.stderr is not None
        said = replay.process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/replay", said)
        assert found, said
        replay.until_it_sends()
        browser.get(found[0])
        deadline = time.monotonic() + PATIENCE
        while browser.execute_script(
            "return document.querySelectorAll('section path.real[d^=M]').length"
        ) != 3:  # fmt: skip
            assert time.monotonic() < deadline
            time.sleep(0.1)
        drawn = "return document.querySelector('section path.model').getAttribute('d').match(/L/g)"
        assert len(browser.execute_script(drawn)) == PARTS - 1
        assert "terprediksi" in browser.find_element("tag name", "main").text
        browser.execute_script("document.getElementById('language').click()")
        assert "predicted" in browser.find_element("tag name", "main").text
        assert browser.execute_script("return document.documentElement.lang") == "en"
        named = "return performance.getEntriesByType('resource').map(e => new URL(e.name).host)"
        assert len(set(browser.execute_script(named))) == 1  # nothing from elsewhere
        assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []
        code, _ = replay.ended()  # a browser beside it may well make the run invalid
    assert code in (0, 3)
    assert (tmp_path / "out" / "report.html").exists()
