"""Whole nights: common random numbers, people's rules, accounts that add up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from simpy import Event

from sim.assembly import Night
from sim.draws import Draws
from sim.ledger import Cause, State
from sim.link import Link
from sim.network.traces import read_trace, relative
from sim.night import simulate
from sim.people.ppk import Office
from sim.population.world import draw_world
from sim.scenario.conduct import BUILT_IN
from tests.conftest import ROOT, SHIPPED, Small, app


def test_two_policies_share_each_stations_night(small: Small) -> None:
    scenario, region = small()
    one = simulate(scenario, region, 3, 1, conduct=app("none", "bundle"))
    other = simulate(scenario, region, 3, 1, conduct=app("full-jitter", "chunks"))
    assert (one.outcomes["ready_s"] == other.outcomes["ready_s"]).all()
    assert one.values == other.values
    assert one.counts["cells"] == other.counts["cells"]
    world, again = (draw_world(scenario, region, Draws(3, 1)) for _ in range(2))
    assert world.stations.sizes == again.stations.sizes
    assert (world.cells.capacity == again.cells.capacity).all()


def test_another_night_and_another_seed_are_other_nights(small: Small) -> None:
    scenario, region = small()
    nights = [
        simulate(scenario, region, s, r).outcomes["ready_s"] for s, r in ((3, 1), (3, 2), (4, 1))
    ]
    assert (nights[0] != nights[1]).all()
    assert (nights[0] != nights[2]).all()


@pytest.mark.parametrize("batching", ["per-photo", "chunks", "tally-first"])
def test_the_accounts_of_every_station_add_up(small: Small, batching: str) -> None:
    scenario, region = small("server: {keeps_partial: true}\n")
    night = simulate(scenario, region, 3, 0, conduct=app("full-jitter", batching))
    rows = night.outcomes
    world = draw_world(scenario, region, Draws(3, 0))
    sent = rows["state"] <= State.SENT_PPK
    assert (np.isfinite(rows["sent_s"]) == sent).all()
    assert (rows["cause"][sent] == Cause.NONE).all()
    assert (rows["cause"][~sent] != Cause.NONE).all()
    assert (rows["attempts"][rows["state"] == State.NOT_ATTEMPTED] == 0).all()
    assert (rows["sent_s"][sent] > rows["ready_s"][sent]).all()
    assert rows["attempts"].sum() == night.counts["attempts"]
    if batching == "chunks":
        for row, sizes in zip(rows, world.stations.sizes, strict=True):
            if row["state"] == State.SENT_KPPS and not night.counts["duplicates"]:
                assert row["bytes_acked"] == sum(sizes)


def test_a_station_without_the_app_is_handed_over_untried(small: Small) -> None:
    scenario, region = small("station: {no_app: 100%}\npeople: {ppk: {cannot_use: 100%}}\n")
    rows = simulate(scenario, region, 3, 0).outcomes
    assert (rows["state"] == State.NOT_ATTEMPTED).all()
    assert (rows["cause"] == Cause.NO_APP).all()
    assert (rows["handed_over_s"] == rows["ready_s"]).all()


def test_blank_spots_fail_for_want_of_coverage_unless_the_crew_walks(small: Small) -> None:
    rest = "people: {kpps: {walks_to_signal: %s}, ppk: {cannot_use: 100%%}}\n"
    stay, walk = (simulate(*small(rest % share), 3, 0).outcomes for share in ("0%", "100%"))
    blank = stay["cause"] == Cause.NO_COVERAGE
    assert blank.sum() == 2  # as surveyed in the small region's first kecamatan
    assert (stay["kecamatan"][blank] == 0).all()
    assert (stay["state"][blank] == State.FAILED).all()
    assert not (walk["cause"] == Cause.NO_COVERAGE).any()


def test_operators_send_in_their_hours_only_and_from_the_queue_that_was_handed_over(
    small: Small,
) -> None:
    scenario, region = small(
        "station: {no_app: 100%}\npeople: {ppk: {cannot_use: 0%, handling: 10 min}}\n"
    )
    rows = simulate(scenario, region, 3, 0).outcomes
    sent = rows["sent_s"][rows["state"] == State.SENT_PPK]
    hours = scenario.people.ppk.hours[0]
    assert len(sent) > 20
    assert (sent > scenario.seconds(hours.begins)).all()
    assert not (rows["state"] == State.SENT_KPPS).any()


def test_a_stuck_pleno_turns_to_excel_after_permission(small: Small) -> None:
    changes = (
        "station: {no_app: 100%}\nserver: {fault: 100%}\n"
        "people: {ppk: {cannot_use: 0%, stuck_after: 2 h, permission: 3 h, handling: 5 min}}\n"
    )
    scenario, region = small(changes)
    night = simulate(scenario, region, 3, 0)
    pleno = scenario.seconds(scenario.people.ppk.pleno)
    assert night.offices["excel_s"] == pytest.approx(pleno + 5 * 3600)
    assert (night.outcomes["state"] > State.SENT_PPK).all()
    assert night.outcomes["excel"].sum() >= len(region.stations) - 4  # two may be in hand each
    assert (night.offices["complete_s"] > night.offices["excel_s"]).all()


def test_who_hands_over_after_the_permission_is_typed_and_who_sends_later_changes_no_pleno(
    small: Small,
) -> None:
    crews = (
        "station: {no_app: 0%%, photo_size: 100 kB}\n"
        "people: {kpps: {patience: %s, walks_to_signal: 100%%}, ppk: "
        "{cannot_use: 100%%, stuck_after: 1 min, permission: 1 min, excel_per_station: 1 min}}\n"
    )
    never = "server: {fault: 100%, outages: []}\n"
    night = simulate(*small(crews % "70 h" + never), 3, 0)
    after = night.outcomes["handed_over_s"] > night.offices["excel_s"].min()
    assert after.any()
    assert night.outcomes["excel"][after].all()
    late = (
        "network: {capacity: 1 Gbit/s}\nserver: {fault: 0%, nation: null, outages: [{name: long, "
        "begins: 2020-12-09 13:00 WIB, ends: 2020-12-12 12:00 WIB, severity: 100%}]}\n"
    )
    night = simulate(*small(crews % "90 h" + late), 3, 0)
    assert (night.outcomes["state"] == State.SENT_KPPS).all()
    assert night.offices["complete_s"].max() < night.outcomes["sent_s"].min()


def test_a_pleno_is_complete_when_its_last_station_has_arrived(small: Small) -> None:
    scenario, region = small("server: {outages: [], fault: 0%, nation: null}\n")
    night = simulate(scenario, region, 3, 0, conduct=app("full-jitter", "chunks"))
    for office in night.offices:
        rows = night.outcomes[night.outcomes["kecamatan"] == office["kecamatan"]]
        if (rows["state"] <= State.SENT_PPK).all():
            assert office["complete_s"] == rows["sent_s"].max()


def test_a_tally_is_known_no_later_than_its_photographs(small: Small) -> None:
    scenario, region = small()
    rows = simulate(scenario, region, 3, 0, conduct=app("full-jitter", "tally-first")).outcomes
    known = np.isfinite(rows["tally_s"])
    sent = np.isfinite(rows["sent_s"])
    assert known.sum() >= sent.sum()
    assert (rows["tally_s"][sent] <= rows["sent_s"][sent]).all()


def missing(night: Night) -> int:
    return int((night.outcomes["state"] != State.SENT_KPPS).sum())


def test_a_saturated_pipe_keeps_stations_from_sending(small: Small) -> None:
    free, full = (
        missing(simulate(*small(f"server: {{outages: [], pipe: {pipe}}}\n"), 3, 0))
        for pipe in ("100 Gbit/s", "100 Mbit/s")
    )
    assert full > free


def test_every_entry_of_the_catalogue_runs_a_night(small: Small) -> None:
    scenario, region = small()
    tried = [app(name, "chunks") for name in BUILT_IN.policies]
    tried += [app("full-jitter", name) for name in BUILT_IN.batchings]
    tried += [app("full-jitter", "per-photo", name) for name in BUILT_IN.shapings]
    for conduct in tried:
        night = simulate(scenario, region, 3, 0, conduct=conduct)
        assert len(night.outcomes) == len(region.stations), conduct
        assert night.counts["attempts"] == night.outcomes["attempts"].sum(), conduct


def test_a_trace_drives_the_cells(small: Small) -> None:
    scenario, region = small()
    trace = relative(read_trace(ROOT / "scenarios" / "traces" / "lte-drive.trace"))
    with_trace = simulate(scenario, region, 3, 0, trace=trace)
    without = simulate(scenario, region, 3, 0)
    assert (with_trace.outcomes["ready_s"] == without.outcomes["ready_s"]).all()
    assert with_trace.outcomes["sent_s"].tobytes() != without.outcomes["sent_s"].tobytes()
    assert SHIPPED.exists()


def test_another_operator_of_the_web_page_leaves_those_of_the_app_their_draws(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[tuple[bool, int]] = []

    def operator(self: Office, link: Link, sizes: object, its: object) -> Iterator[Event]:
        keys.append((link.web, link.key))
        yield Event(self.env)

    monkeypatch.setattr(Office, "operator", operator)
    found = []
    for web, mobile in ((1, 1), (2, 1), (1, 2)):
        keys.clear()
        changes = f"people: {{ppk: {{web_operators: {web}, mobile_operators: {mobile}}}}}\n"
        simulate(*small(changes), 3, 0)
        assert len(set(keys)) == len(keys) == 2 * (web + mobile)
        found.append(set(keys))
    assert found[0] < found[1]
    assert found[0] < found[2]
