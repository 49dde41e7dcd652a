"""What the server sees of a window at speed K with a sample S: S times K times the requests a
second of the real evening, as the server itself counts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from sim.attempts import Attempt
from tests.locustfiles.evening import Played, play, write_evening
from tests.server.running import Running, running

pytestmark = pytest.mark.realtime

WINDOW, SECONDS = "18:00-18:05", 300.0  # all have sent by then: none is under way at its end
FAST_CELLS = "network: {capacity: 1 Mbit/s}\n"
CASES = {"whole": (30.0, 1.0), "half": (30.0, 0.5), "faster": (60.0, 1.0), "both": (60.0, 0.5)}


class Case(NamedTuple):
    played: Played
    requests: int  # as the server counts them
    received: int  # bytes of bodies


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Case]]:
    folder = tmp_path_factory.mktemp("rate")
    scenario = write_evening(folder / "evening", FAST_CELLS)
    with ExitStack() as stack:
        servers: dict[str, Running] = {}
        jobs = {}
        for name, (speed, share) in CASES.items():
            own = folder / name
            own.mkdir()
            servers[name] = stack.enter_context(running(own))
            jobs[name] = {
                "scenario": str(scenario), "url": servers[name].url, "window": WINDOW, "seed": 3,
                "speed": speed, "share": share, "batching": "per-photo", "run": "",
            }  # fmt: skip
        played = play(jobs, folder / "out")
        yield {name: Case(played[name], *counted(servers[name])) for name in CASES}


def counted(server: Running) -> tuple[int, int]:
    """Requests for uploads and bytes of their bodies, from the server's own metrics."""
    text = server.ask("GET", "/metrics").body.decode()
    requests = re.findall(r'^tangguh_requests_total\{route="plain"[^}]*\} (\S+)$', text, re.M)
    received = re.findall(r"^tangguh_received_bytes_total (\S+)$", text, re.M)
    return int(sum(map(float, requests))), int(sum(map(float, received)))


def reached(rows: list[Attempt]) -> list[Attempt]:
    """Attempts of which the server saw anything."""
    return [row for row in rows if row.joined == row.joined]


@pytest.mark.parametrize("name", CASES)
def test_the_server_counts_the_requests_of_the_log_and_those_that_were_predicted(
    cases: dict[str, Case], name: str
) -> None:
    case = cases[name]
    measured, predicted = reached(case.played.measured), reached(case.played.predicted)
    assert len(measured) > 15
    assert case.requests == len(measured)
    assert len(predicted) == len(measured)
    assert case.received <= sum(row.sent for row in measured)
    assert case.received == pytest.approx(sum(row.sent for row in measured), rel=0.02)


@pytest.mark.parametrize("name", CASES)
def test_the_rate_is_speed_times_sample_times_that_of_the_real_evening(
    cases: dict[str, Case], name: str
) -> None:
    speed, share = CASES[name]
    evening = reached(cases["whole"].played.predicted)
    (stations,) = cases[name].played.stations
    of_sample = sum(row.station in stations for row in evening) / len(evening)
    rate = cases[name].requests / (SECONDS / speed)
    assert rate == pytest.approx(of_sample * speed * len(evening) / SECONDS, rel=1e-9)
    assert len(stations) == 24 * share
    assert of_sample == pytest.approx(share, abs=0.15)  # stations differ


def test_a_sample_is_the_same_night_for_fewer_stations(cases: dict[str, Case]) -> None:
    everybody, half = (cases[name].played for name in ("whole", "half"))
    chosen = set(half.stations[0])
    assert half.predicted == [row for row in everybody.predicted if row.station in chosen]
    assert half.outcomes[1]["station"].tolist() == sorted(chosen)


def test_speed_changes_nothing_but_the_servers_own_time(cases: dict[str, Case]) -> None:
    slow, fast = (cases[name].played.predicted for name in ("whole", "faster"))
    for one, other in zip(slow, fast, strict=True):
        assert (one.station, one.key, one.n, one.cause, one.sent) == (
            other.station, other.key, other.n, other.cause, other.sent,
        )  # fmt: skip
        if one.status:
            assert other.served_in == pytest.approx(2 * one.served_in, rel=1e-6)
