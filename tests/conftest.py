"""A small region for tests that need whole nights (2 kecamatan, 30 stations, the shipped priors),
and a real browser for the pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.population.csv_files import read_region
from sim.population.region import Region
from sim.scenario.conduct import BUILT_IN, Conduct
from sim.scenario.loader import read
from sim.scenario.model import Scenario

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "scenarios" / "bandarlampung-2020.yaml"
KECAMATAN = "code,name,tps,failed,blank_spots\n01,Hulu,18,6,2\n02,Hilir,12,1,0\n"

Small = Callable[..., tuple[Scenario, Region]]


def write_small(folder: Path, changes: str = "") -> Path:
    """A scenario file of the small region, with more YAML appended."""
    (folder / "kecamatan.csv").write_text(KECAMATAN)
    file = folder / "small.yaml"
    text = f"extends: {SHIPPED}\nname: small\n"
    if "region:" not in changes:
        text += "region: {kecamatan: kecamatan.csv, kelurahan: null}\n"
    file.write_text(text + changes)
    return file


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """Make the small scenario and its region, with changes given as YAML."""

    def make(changes: str = "") -> tuple[Scenario, Region]:
        scenario = read(write_small(tmp_path, changes), Scenario).value
        region = read_region(
            "Small", tps=None, kecamatan=tmp_path / "kecamatan.csv", kelurahan=None
        )
        return scenario, region

    return make


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One browser for all tests of a module: each start takes half a second."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("no chromium and chromedriver on this machine")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    session = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield session
    session.quit()


@pytest.fixture
def browser(chromium: Any) -> Any:
    """The browser as it was when it began: an empty page, its own size, no log."""
    chromium.get("about:blank")
    chromium.delete_all_cookies()
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    chromium.get_log("browser")
    return chromium


def app(policy: str, batching: str = "per-photo", shaping: str = "at-once") -> Conduct:
    """What an app does, by the names of the built-in catalogue."""
    return BUILT_IN.conduct(policy, batching, shaping)
