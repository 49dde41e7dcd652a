"""A known server is found again from its log, in light and in heavy load, and predicts better."""

from __future__ import annotations

import numpy as np
import pytest

from sim.attempts import Attempt
from sim.draws import Draws
from sim.ingest.build import build_ingest
from sim.ledger import Cause
from sim.scenario.ingest_model import IngestModel, read_ingest_model, to_yaml
from study.queue_fit import densities, in_flight, mean_work, starts
from study.refit import CLOSE, FEWEST, RefitError, refit
from study.replay.compare import compare
from study.server_log import server_log
from tests.conftest import ROOT, Small
from tests.study.replay_tools import SPEED, failed, row, setting_of, side_of

N = 2500


def known(**changes: object) -> IngestModel:
    said: dict[str, object] = {
        "ingest": "known",
        "workers": 4,
        "service": "20 ms",
        "per_megabyte": "8 ms",
        "overhead": "5 ms",
    }
    return IngestModel.model_validate(said | changes)


def log_of(model: IngestModel, load: float, seed: int = 1, n: int = N) -> list[Attempt]:
    """Poisson arrivals of photographs at a server, as a replay's log: bodies that take 40 s of
    scenario time, ``load`` of the workers' capacity."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(np.log(1.6e6), 0.44, n).astype(int)  # as scenarios/bandarlampung-2020
    work = (model.service + model.per_megabyte * size.mean() / 1e6) * SPEED
    arrived = np.cumsum(rng.exponential(work / (load * model.workers), n))
    server = build_ingest(model, SPEED).server
    key = Draws(seed, 0).key("device")
    rows = []
    for i, (now, length) in enumerate(zip(arrived.tolist(), size.tolist(), strict=True)):
        answer = server.submit(now, key, i, (i, "photo-1", 0), size=length)
        rows.append(
            row(
                now - 41.0,
                answer.at,
                station=i,
                length=length,
                sent=length,
                left=now,
                status=answer.status,
                cause=Cause.NONE if answer.refusal is None else Cause.REFUSED,
            )
        )
    return rows


@pytest.mark.parametrize("load", [0.3, 0.95])
@pytest.mark.parametrize(
    ("law", "cv"), [("exponential", None), ("lognormal", 0.4), ("deterministic", None)]
)
def test_a_known_server_is_found_again(load: float, law: str, cv: float | None) -> None:
    truth = known(service_law=law, cv=cv)
    found = refit(log_of(truth, load), SPEED)
    model = found.model
    assert (model.workers, model.service_law) == (4, law)
    mean = truth.service + truth.per_megabyte * 1.76  # what the mean photograph costs
    assert model.service + model.per_megabyte * 1.76 == pytest.approx(mean, rel=0.08)
    assert model.service + model.overhead == pytest.approx(0.025, rel=0.15)
    if load > 0.5:  # only a busy server tells its overhead from its work whatever the law
        assert model.overhead == pytest.approx(0.005, abs=0.0015)
    if cv is not None:
        assert model.cv == pytest.approx(cv, rel=0.1)
    assert found.diagnostics["close"]
    assert load > 0.5 or found.diagnostics["ks"] < CLOSE


def test_intervals_contain_the_truth() -> None:
    found = refit(log_of(known(), 0.9, seed=5), SPEED).estimates
    for name, value in (("service", 0.020), ("per_megabyte", 0.008), ("overhead", 0.005)):
        estimate = found[name]
        assert estimate.low is not None
        assert estimate.high is not None
        slack = 0.25 * max(estimate.high - estimate.low, 2e-4)
        assert estimate.low - slack <= value <= estimate.high + slack, name


def test_a_server_that_was_never_busy_shows_at_least_so_many_workers() -> None:
    found = refit(log_of(known(workers=64), 0.05), SPEED)
    workers = found.estimates["workers"]
    assert not workers.known
    assert "at least" in workers.note
    assert workers.high is None
    assert found.model.workers == found.diagnostics["most_at_once"] < 64
    assert "at least" in to_yaml(found.model, found.notes())


def test_overhead_and_service_are_one_figure_where_nothing_tells_them_apart() -> None:
    found = refit(log_of(known(workers=64, service_law="deterministic"), 0.05), SPEED)
    assert not found.estimates["overhead"].known
    assert found.model.overhead == 0.0
    assert found.model.service == pytest.approx(0.025, rel=0.02)


def test_a_full_queue_and_a_deadline_are_seen_in_who_was_refused() -> None:
    full = refit(log_of(known(queue=3), 1.3), SPEED)
    assert full.model.queue == 3
    assert full.diagnostics["refused"] > 100
    late = refit(log_of(known(deadline="60 ms"), 1.3), SPEED)
    assert late.model.deadline == pytest.approx(0.060, rel=0.05)
    assert late.model.queue is None


def test_slots_are_seen_in_who_was_turned_away() -> None:
    rng = np.random.default_rng(2)
    rows, ends = [], list[float]()
    for i, now in enumerate(np.cumsum(rng.exponential(4.0, 1500)).tolist()):
        ends = [t for t in ends if t > now]
        nan = float("nan")
        if len(ends) >= 12:
            rows.append(failed(now - 1, now, Cause.REFUSED, status=503, joined=nan, left=nan))
            continue
        ends.append(now + 40.0)
        rows.append(row(now - 1, now + 41.0 + rng.exponential(), station=i, left=now + 40.0))
    found = refit(rows, 1.0)
    assert found.model.slots == 12
    assert found.estimates["slots"].low == found.estimates["slots"].high == 12


def test_a_client_that_left_and_a_duplicate_are_work_but_tell_no_time() -> None:
    rows = [
        row(0.0, 10.0, length=50, sent=50, left=9.0),
        failed(0.0, 12.0, Cause.TIMEOUT, sent=100, left=8.0, station=1),
        row(20.0, 30.0, status=200, length=50, sent=50, left=29.0),
        row(20.0, 30.0, kind="offset", length=0),
        failed(20.0, 30.0, Cause.BREAK, station=2),
    ]
    served = server_log(rows, 2.0).served
    assert served.arrived.tolist() == [4.0, 4.5, 14.5]
    assert served.new.tolist() == [False, True, False]
    assert np.isnan(served.answered[0])
    assert starts(served, 1, 0.0, 3.0).tolist() == [4.0, 7.0, 14.5]
    assert in_flight(served) == 1


def test_a_server_that_knows_an_upload_before_its_body_is_recognised() -> None:
    plain = log_of(known(), 0.3, n=200)
    again = [r._replace(began=r.began + 1e5, left=r.left + 1e5, at=r.at + 1e5) for r in plain[:5]]
    late = refit([*plain, *(r._replace(status=200) for r in again)], SPEED)
    assert not late.model.early_duplicates
    early = refit([*plain, *(r._replace(status=200, sent=9000) for r in again)], SPEED)
    assert early.model.early_duplicates
    assert early.estimates["early_duplicates"].note == "5 of 5 that were stored already"
    assert not refit(plain, SPEED).estimates["early_duplicates"].known


def test_lateness_of_the_last_byte_is_the_emulators_not_the_servers() -> None:
    served = server_log([row(0.0, 60.0, left=48.0, drain_late=0.05)], 60.0).served
    assert served.answered[0] - served.arrived[0] == pytest.approx(12 / 60 - 0.05)


def test_work_by_size_is_never_negative() -> None:
    size = np.linspace(1.0, 3.0, 50)
    assert mean_work(3.0 - 0.5 * size, size)[1] == 0.0
    service, slope = mean_work(2.0 * size - 1.0, size)
    assert service == 0.0
    assert slope == pytest.approx(1.5, abs=0.2)  # through the origin
    assert mean_work(np.full(50, 4.0), np.ones(50)) == (4.0, 0.0)


def test_a_few_pauses_of_the_server_do_not_decide_its_law() -> None:
    rng = np.random.default_rng(3)
    ratio = rng.lognormal(-0.02, 0.2, 2000)
    ratio[:20] = 50.0
    law, cv, _, regular = densities(ratio, np.ones(2000), 1e-3)
    assert law == "lognormal"
    assert cv == pytest.approx(0.2, rel=0.1)
    assert not regular[:20].any()


def test_too_short_a_log_is_refused_with_a_remedy() -> None:
    with pytest.raises(RefitError, match=f"9 uploads were stored, a fit needs {FEWEST}; replay"):
        refit(log_of(known(), 0.5, n=9), SPEED)


def test_bodies_of_one_size_say_so() -> None:
    rows = [r._replace(length=1_000_000, sent=1_000_000) for r in log_of(known(), 0.5)]
    found = refit(rows, SPEED)
    assert found.model.per_megabyte == 0.0
    assert "one size" in found.estimates["per_megabyte"].note


def test_the_next_prediction_with_it_is_closer_on_fresh_draws(small: Small) -> None:
    scenario, region = small("server: {outages: []}\n")
    truth = known(workers=2, service="60 ms", service_law="lognormal", cv=0.5)
    prior = read_ingest_model(ROOT / "scenarios" / "ingest" / "reference.yaml").value
    seen = side_of(scenario, region, truth, seed=3)
    fitted = refit(seen.attempts, SPEED, source="window 15:00 to 21:00").model
    setting = setting_of(scenario)
    measured = side_of(scenario, region, truth, seed=8)
    before, after = (
        compare(side_of(scenario, region, model, seed=8), measured, setting)
        for model in (prior, fitted)
    )
    assert after["response"]["wasserstein"] < before["response"]["wasserstein"] / 3
    assert abs(after["causes"]["difference"]) < abs(before["causes"]["difference"]) / 3
    apart = [found["sojourn"]["object"]["wasserstein"] for found in (before, after)]
    assert apart[1] < apart[0] / 2
