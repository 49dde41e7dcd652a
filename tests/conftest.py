"""A small region for tests that need whole nights: 2 kecamatan, 30 stations, the shipped priors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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


def app(policy: str, batching: str = "per-photo", shaping: str = "at-once") -> Conduct:
    """What an app does, by the names of the built-in catalogue."""
    return BUILT_IN.conduct(policy, batching, shaping)
