"""What each kind of observation reads off a night, and what it says of a value."""

from __future__ import annotations

import csv
from math import inf, nan

import numpy as np
import pytest
from scipy import stats

from sim.assembly import OFFICES, Night
from sim.client.retry.presets import PRESETS
from sim.draws import Draws
from sim.ledger import OUTCOMES, State
from sim.night import simulate
from sim.population.world import draw_world
from sim.scenario.conduct import BUILT_IN
from study.evidence.channel import VARIANT, other_channel
from study.evidence.declared import read_evidence
from study.evidence.kinds import Member, Observation, unsent_shares
from tests.conftest import ROOT, Small

SHIPPED = ROOT / "scenarios" / "evidence" / "bandarlampung-2020.yaml"
HOUR = 3600.0


def shipped(name: str) -> Observation:
    return next(o for o in read_evidence(SHIPPED).observations if o.name == name)


def member(
    small: Small, sent: list[float], *, by: State = State.SENT_KPPS, tally: float = nan
) -> Member:
    """The small region's first stations sent at these hours, the rest not."""
    scenario, region = small()
    world = draw_world(scenario, region, Draws(1, 0))
    rows = np.zeros(len(region.stations), OUTCOMES)
    rows["station"] = np.arange(len(rows))
    rows["kecamatan"] = region.kecamatan_of()
    rows["state"] = State.FAILED
    rows["sent_s"] = rows["tally_s"] = nan
    rows["sent_s"][: len(sent)] = np.array(sent) * HOUR
    rows["state"][: len(sent)] = by
    channel = rows.copy()
    channel["tally_s"] = tally
    offices = np.zeros(0, OFFICES)
    return Member(
        scenario, region, world, Night(rows, offices, {}, {}), Night(channel, offices, {}, {})
    )


def test_progress_counts_what_had_arrived_by_its_time(small: Small) -> None:
    night = member(small, [1, 2, 26, 27])  # the 10th, 15:30, is 26.5 h after the polls close
    assert shipped("progress-10-december").predict(night) == pytest.approx(3 / 30)


def test_the_text_app_reads_the_other_channel_and_not_sirekap(small: Small) -> None:
    assert shipped("text-app").predict(member(small, [], tally=1.0)) == 1.0
    assert shipped("text-app").predict(member(small, [1.0] * 30)) == 0.0


def test_a_window_counts_arrivals_inside_it_and_the_operators_only_where_it_says_so(
    small: Small,
) -> None:
    assert shipped("outage-9-december").predict(member(small, [1, 2, 8])) == pytest.approx(2 / 30)
    web = shipped("outage-10-december")  # 10 December 08:00 is hour 19
    assert web.predict(member(small, [20, 20])) == 0.0
    assert web.predict(member(small, [20, 20], by=State.SENT_PPK)) == pytest.approx(2 / 30)


def test_the_upload_time_is_per_photograph_from_readiness(small: Small) -> None:
    night = member(small, [2.0])
    photos = len(night.world.stations.sizes[0])
    night.night.outcomes["ready_s"] = HOUR
    assert shipped("thirty-minutes").predict(night) == pytest.approx(HOUR / photos)


def test_where_no_crew_got_through_the_upload_time_is_the_whole_horizon(small: Small) -> None:
    night = member(small, [])
    assert shipped("thirty-minutes").predict(night) == night.scenario.horizon


def test_the_survey_is_compared_with_the_stations_without_coverage(small: Small) -> None:
    assert shipped("blank-spots").predict(member(small, [])) == 2.0  # as the small region says


def test_the_spread_is_that_of_the_kecamatan_not_of_the_stations(small: Small) -> None:
    night = member(small, [1.0] * 18)  # all of the first kecamatan, none of the second
    assert unsent_shares(night.night, night.scenario, night.region).tolist() == [0.0, 1.0]
    assert shipped("district-spread").predict(night) == 0.5


@pytest.mark.parametrize(
    ("name", "fits", "fits_not"),
    [
        ("progress-10-december", 0.53, 0.90),
        ("text-app", 0.99, 0.70),
        ("overseers-photographs", 0.80, 0.30),
        ("blank-spots", 22.0, 500.0),
        ("outage-9-december", 0.02, 0.60),
        ("thirty-minutes", 1800.0, 20.0),
        ("district-spread", 0.14, 0.35),
    ],
)
def test_a_value_near_what_was_stated_is_likelier_than_one_far_off(
    name: str, fits: float, fits_not: float
) -> None:
    observation = shipped(name)
    assert observation.log_likelihood(fits) > observation.log_likelihood(fits_not) + 2
    assert -inf < observation.log_likelihood(fits_not)


def test_a_bound_is_not_overshot() -> None:
    app = shipped("overseers-photographs")  # at least 59%
    assert app.log_likelihood(0.9) == pytest.approx(app.log_likelihood(1.0), abs=0.05)


def test_the_likelihood_of_a_share_integrates_to_one() -> None:
    grid = np.linspace(-1, 2, 3001)
    density = [np.exp(shipped("progress-10-december").log_likelihood(x)) for x in grid]
    assert np.trapezoid(density, grid) == pytest.approx(1.0, abs=1e-6)


def test_the_stated_spread_is_that_of_the_counts() -> None:
    with (ROOT / "scenarios/data/bandarlampung-kecamatan.csv").open() as file:
        shares = [int(r["failed"]) / int(r["tps"]) for r in csv.DictReader(file)]
    stated = shipped("district-spread")
    assert stated.kind == "spread"
    assert stated.deviation == pytest.approx(np.std(shares), abs=0.001)


def test_the_other_channel_meets_the_same_night_with_another_server(small: Small) -> None:
    scenario, region = small("server: {fault: 10%}\nstation: {no_app: 50%}\n")
    channel = other_channel(scenario)
    own, other = (draw_world(s, region, Draws(3, 1)) for s in (scenario, channel))
    assert other.stations.ready.tolist() == own.stations.ready.tolist()
    assert other.cells.capacity.tolist() == own.cells.capacity.tolist()
    assert other.kecamatan["network.access_failure_at_peak"].tolist() == (
        own.kecamatan["network.access_failure_at_peak"].tolist()
    )
    assert other.stations.has_app.all()
    assert channel.server.nation is None
    assert channel.server.outages == ()
    assert VARIANT.policy in PRESETS


def test_a_tally_passes_cells_that_hold_photographs_up(small: Small) -> None:
    slow = "network: {capacity: 20 kbit/s, access_failure_at_peak: 10%}\n"
    scenario, region = small(slow)
    night = simulate(other_channel(scenario), region, 1, 0, conduct=BUILT_IN.conduct(*VARIANT))
    rows = night.outcomes
    assert np.mean(rows["tally_s"] <= 12 * HOUR) > 0.9
    assert np.mean(rows["sent_s"] <= 12 * HOUR) < 0.2


def test_a_tally_does_not_pass_where_there_is_no_coverage(small: Small) -> None:
    scenario, region = small("people: {kpps: {walks_to_signal: 0%}}\n")
    night = simulate(other_channel(scenario), region, 1, 0, conduct=BUILT_IN.conduct(*VARIANT))
    dark = ~draw_world(scenario, region, Draws(1, 0)).stations.covered
    assert dark.sum() == 2
    assert np.isnan(night.outcomes["tally_s"][dark]).all()


def test_a_count_without_signal_is_lognormal_with_one_added_to_both() -> None:
    observed = next(o for o in read_evidence(SHIPPED).observations if o.kind == "coverage")
    expected = stats.norm(0, np.log(observed.factor)).logpdf(np.log((observed.stations + 1) / 21))
    assert observed.log_likelihood(20.0) == pytest.approx(expected)
    assert np.isfinite(observed.log_likelihood(0.0))


def test_the_spread_between_kecamatan_is_likeliest_where_it_was_seen() -> None:
    observed = next(o for o in read_evidence(SHIPPED).observations if o.kind == "spread")
    at = [observed.log_likelihood(observed.deviation + d) for d in (-0.02, 0.0, 0.02)]
    assert at[1] > at[0] == pytest.approx(at[2])
