"""Options as they are typed, and as they travel to the process that carries them out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from locustfiles.options import add_options, from_options, to_options
from locustfiles.settings import Settings, SettingsError, make_ready, settle
from tests.conftest import write_small

URL = "http://127.0.0.1:8123"


def parsed(*words: str) -> Any:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default=None)  # Locust's own
    add_options(parser)
    return parser.parse_args(list(words))


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return write_small(tmp_path)


def test_settings_that_travel_as_options_arrive_as_they_were(scenario: Path) -> None:
    ready = settle(
        scenario, URL, window="20:00:30-2020-12-10 01:10", speed=0.1 + 0.2, share=1 / 3, seed=7,
        replication=4, policy="full-jitter", batching="tus", shaping="admission", nation=True,
        insecure=True, max_rate=77.7, max_bandwidth=1e7 / 3,
    )  # fmt: skip
    again = from_options(parsed(*to_options(ready)))
    assert again.settings == ready.settings
    assert again.conduct == ready.conduct


@pytest.mark.parametrize("run", ["", "-abc"])
def test_the_name_of_a_run_travels_also_if_it_is_empty(scenario: Path, run: str) -> None:
    ready = settle(scenario, URL, window="20:00-20:10", run=run)
    assert from_options(parsed(*to_options(ready))).settings.run == run


def test_two_replays_have_different_names(scenario: Path) -> None:
    names = {settle(scenario, URL, window="20:00-20:10").settings.run for _ in range(5)}
    assert len(names) == 5


@pytest.mark.parametrize("missing", ["scenario", "window", "host"])
def test_what_a_replay_needs_is_asked_for_by_name(scenario: Path, missing: str) -> None:
    words = {"scenario": str(scenario), "window": "20:00-20:10", "host": URL}
    del words[missing]
    with pytest.raises(SettingsError, match=f"^--{missing}: is missing"):
        from_options(parsed(*(f"--{name}={value}" for name, value in words.items())))


def test_a_worker_with_other_files_than_the_leaders_refuses(scenario: Path) -> None:
    settings = settle(scenario, URL, window="20:00-20:10").settings
    assert make_ready(Settings(**settings.plain())).settings == settings
    scenario.write_text(scenario.read_text() + "client: {policy: full-jitter}\n")
    with pytest.raises(SettingsError, match="other files than the one that leads"):
        make_ready(settings)


def test_a_name_is_the_same_station_in_every_process_and_ends_with_the_run(scenario: Path) -> None:
    ready = settle(scenario, URL, window="20:00-20:10", run="-x")
    first, beyond = ready.station(0), ready.station(len(ready.inputs.region.stations) + 4)
    assert (first.code, first.run) == (ready.inputs.region.stations[0].code, "-x")
    assert first.kecamatan == "Hulu"
    assert (beyond.code, beyond.run) == ("nation-000004", "-x")
