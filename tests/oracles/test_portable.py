"""PL1 to PL4: portable links. A link of C bytes/s that k uploads of s bytes share from the same
moment ends them all at k s / C (processor sharing); twice the links end them in half of that; of
stations without coverage the links mend exactly the share that they reach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.assembly import Night
from sim.ledger import Cause, State
from sim.night import simulate
from tests.conftest import Small

STATIONS = (18, 12)  # of the small region's two kecamatan
SIZE, RATE = 2e6, 1e6 / 8
COMES = 11 * 3600.0
CALM = """network:
  capacity: 1 Gbit/s
  busy_at_peak: 0%
  access_failure_at_peak: 0%
  break_rate_at_peak: 0 per s
"""
WORLD = """
station: {{photos: {photos}, photo_size: 2 MB, no_app: 0%, no_signal: 100%}}
client: {{policy: none, batching: per-photo, timeout: 10 h}}
network:
  tls: none
  portable:
    per_kecamatan: {links}
    serves: {serves}
    reach: {reach}
    bring: 0 s
    works: {works}
    rate: 1 Mbit/s
    rtt: 0 s
    loss: 0%
    comes: 11 h
    goes: {goes}
server:
  {{pipe: 100 Gbit/s, slots: 1000000, workers: 1000, service: 0 s, service_law: deterministic,
    fault: 0%, outages: [], nation: null}}
people:
  kpps: {{walks_to_signal: 0%, patience: 15 h, press_again: 20 h}}
  ppk: {{cannot_use: 100%}}
"""


USUAL = {"works": "100%", "photos": 1, "goes": "20 h", "serves": "blank-spots"}


def night(small: Small, links: int, reach: str, **other: object) -> Night:
    """All crews are ready before the links come, so all begin at the same moment."""
    scenario, region = small(WORLD.format(links=links, reach=reach, **{**USUAL, **other}))
    return simulate(scenario, region, 5, 0)


def ends(found: Night, k: int) -> list[float]:
    """Seconds from the links' coming to each arrival in a kecamatan, in order."""
    rows = found.outcomes[found.outcomes["kecamatan"] == k]
    return sorted(float(t) - COMES for t in rows["sent_s"][rows["state"] == State.SENT_KPPS])


@pytest.mark.parametrize("links", [1, 2, 3, 6])
def test_pl1_pl2_uploads_that_share_a_link_end_when_processor_sharing_says(
    small: Small, links: int
) -> None:
    found = night(small, links, "100%")
    for k, stations in enumerate(STATIONS):
        assert stations % links == 0  # so that each link has as many
        expected = stations / links * SIZE / RATE
        assert ends(found, k) == pytest.approx([expected] * stations, rel=1e-9)


def test_pl1_links_that_cannot_be_dealt_evenly_have_one_upload_more_or_less(small: Small) -> None:
    found = night(small, 5, "100%")
    expected = [3 * SIZE / RATE] * 6 + [4 * SIZE / RATE] * 12  # 18 = 4 + 4 + 4 + 3 + 3
    assert ends(found, 0) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("links", [0, 1, 2, 3, 4])
def test_pl3_of_stations_without_coverage_the_links_mend_exactly_the_share_they_reach(
    small: Small, links: int
) -> None:
    found = night(small, links, "25%")
    rows = found.outcomes
    for k, stations in enumerate(STATIONS):
        its = rows[rows["kecamatan"] == k]
        reached = int(links * stations / 4 + 0.5)
        assert (its["state"] == State.SENT_KPPS).sum() == reached
        assert (its["cause"] == Cause.NO_COVERAGE).sum() == stations - reached
    assert found.counts.get("portable_sent", 0) == (rows["state"] == State.SENT_KPPS).sum()


def test_pl3_a_link_without_service_mends_nothing(small: Small) -> None:
    none, dead = night(small, 0, "25%"), night(small, 3, "25%", works="0%")
    assert dead.outcomes.tobytes() == none.outcomes.tobytes()
    assert dead.counts["portable_links"] == 0


def test_pl4_nothing_is_begun_at_a_link_that_has_gone(small: Small) -> None:
    """The first photographs of 18 stations end together after 288 s, their link goes after 60 s;
    what is under way is carried, the second photographs are not begun."""
    found = night(small, 1, "100%", photos=2, goes="11 h 1 min")
    rows = found.outcomes
    assert (rows["state"] == State.FAILED).all()
    assert (rows["cause"] == Cause.NO_COVERAGE).all()  # of their own phones, which go on in vain
    assert (rows["bytes_acked"] == SIZE).all()
    expected = np.repeat([n * SIZE / RATE for n in STATIONS], STATIONS)
    assert rows["airtime_s"] == pytest.approx(expected)


def test_pl4_who_has_coverage_goes_on_with_the_phone_when_the_link_has_gone(small: Small) -> None:
    changes = WORLD.format(
        links=1, reach="100%", works="100%", photos=2, goes="11 h 1 min", serves="stations"
    ).replace("no_signal: 100%", "no_signal: 0%")
    scenario, region = small(changes.replace("network:\n", CALM))
    rows = simulate(scenario, region, 5, 0).outcomes
    blank = rows["cause"] == Cause.NO_COVERAGE
    assert blank.sum() == 2  # as surveyed
    assert (rows["state"][~blank] == State.SENT_KPPS).all()
    # the first photographs are known to the server, so the phone's first answers come at once
    assert (rows["sent_s"][~blank] - COMES).max() < 18 * SIZE / RATE + 60.0


def test_pl4_links_come_by_the_clock_of_their_kecamatan(small: Small) -> None:
    changes = WORLD.format(links=1, reach="100%", **USUAL)
    scenario, region = small(changes)
    first, second = region.kecamatan
    eastern = replace(region, kecamatan=(replace(first, ahead=3600.0), second))
    found = simulate(scenario, eastern, 5, 0)
    assert ends(found, 0) == pytest.approx([18 * SIZE / RATE - 3600.0] * 18)
    assert ends(found, 1) == pytest.approx([12 * SIZE / RATE] * 12)
