"""The progress page in a real browser, while photographs come in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.running import Running, eventually, running

STATIONS = {f"1871-{n:03d}": f"token-of-station-{n:03d}" for n in range(1, 13)}
KECAMATAN = ("Panjang", "Telukbetung Selatan", "Kemiling")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """Twelve stations in three kecamatan, two photographs each."""
    devices = tmp_path / "devices.csv"
    rows = [f"{tps},{KECAMATAN[n % 3]},{token}" for n, (tps, token) in enumerate(STATIONS.items())]
    devices.write_text("\n".join(["tps,kecamatan,token", *rows]) + "\n")
    with running(tmp_path, "--devices", str(devices), "--photos", "2") as server:
        yield server


def send(server: Running, tps: str, photo: int) -> None:
    said = server.ask(
        "POST",
        f"/v1/tps/{tps}/photo-{photo}",
        b"x" * 1000,
        Authorization=f"Bearer {STATIONS[tps]}",
    )
    assert said.status == 201


def text(browser: Any, selector: str) -> str:
    return str(
        browser.execute_script(
            "const e = document.querySelector(arguments[0]); return e ? e.innerText : ''", selector
        )
    )


def resize(browser: Any, width: int) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500},
    )


def offline(browser: Any, yes: bool) -> None:
    browser.execute_cdp_cmd("Network.enable", {})
    browser.set_network_conditions(offline=yes, latency=0, throughput=10_000_000)


@pytest.mark.browser
def test_numbers_move_by_themselves_in_both_languages_without_complaint(
    server: Running, browser: Any
) -> None:
    resize(browser, 1100)
    send(server, "1871-001", 1)
    browser.get(server.url)
    assert "1 dari 12 TPS (8,3%)" in text(browser, "#totals")
    browser.execute_script("window.still = true")
    browser.find_element("id", "sort-behind").send_keys("")  # the keyboard's focus is on a link
    send(server, "1871-001", 2)
    send(server, "1871-002", 1)
    eventually(lambda: "2 dari 12 TPS (16,7%)" in text(browser, "#totals"))
    assert "1 TPS (2 foto)" in text(browser, "#totals")
    assert browser.execute_script("return window.still")  # it was not loaded anew
    assert browser.execute_script("return document.activeElement.id") == "sort-behind"
    bars = browser.execute_script(
        "return [...document.querySelectorAll('#live .bar')].map(bar =>"
        " [...bar.children].map(part => part.getBoundingClientRect().width))"
    )
    widths = [[round(part / bar[0], 2) for part in bar[1:]] for bar in bars]
    assert widths == [[], [0.25, 0.25], [0.25]]  # Kemiling, Panjang, Telukbetung Selatan
    for language, words in (("en", "2 of 12 polling stations"), ("id", "2 dari 12 TPS")):
        browser.find_element("id", "switch").click()
        eventually(lambda words=words: words in text(browser, "#totals"))  # type: ignore[misc]
        assert browser.execute_script("return document.documentElement.lang") == language
    assert browser.get_log("browser") == []


@pytest.mark.browser
def test_no_width_of_a_phone_overflows(server: Running, browser: Any) -> None:
    for n, tps in enumerate(STATIONS):
        send(server, tps, 1)
        if n % 3:
            send(server, tps, 2)
    for width in (320, 360, 390, 560, 561, 768):
        resize(browser, width)
        for language in ("id", "en"):
            browser.get(f"{server.url}/?lang={language}")
            assert "Telukbetung Selatan" in text(browser, "#live")
            assert browser.execute_script("return document.documentElement.scrollWidth") == width
    assert browser.get_log("browser") == []


def looked_at_again(browser: Any) -> None:
    """As if its tab had come to the front: the page refreshes itself without its five seconds."""
    browser.execute_script("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.browser
def test_the_page_says_that_it_is_old_when_the_server_is_gone_and_recovers(
    tmp_path: Path, browser: Any
) -> None:
    with running(tmp_path) as server:
        browser.get(server.url)
        assert "Belum ada TPS" in text(browser, "#totals")
        offline(browser, True)
        looked_at_again(browser)
        eventually(lambda: "terputus" in text(browser, "#state"))
        server.ask("POST", "/v1/tps/S1/photo-1", b"x")
        offline(browser, False)
        looked_at_again(browser)
        eventually(lambda: "1 dari 1 TPS" in text(browser, "#totals"))
        eventually(lambda: text(browser, "#state") == "")
        assert text(browser, "#live tbody").startswith("tanpa kecamatan")


@pytest.mark.browser
def test_without_a_script_the_page_is_whole_and_sorts_by_keyboard(
    server: Running, browser: Any
) -> None:
    send(server, "1871-001", 1)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(server.url)
    rows = [row.text for row in browser.find_elements("css selector", "tbody th")]
    assert rows == ["Kemiling", "Panjang", "Telukbetung Selatan"]
    browser.find_element("id", "sort-latest").send_keys("\ue007")  # Enter

    def first() -> bool:
        found = browser.find_elements("css selector", "tbody th")
        return bool(found) and found[0].text == "Panjang"

    eventually(first)
    assert browser.find_element("id", "sort-latest").get_attribute("aria-current") == "true"
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
