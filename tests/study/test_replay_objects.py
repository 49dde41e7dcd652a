"""Objects, curves and parts of a log, against small logs that can be reckoned by hand."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ledger import Cause
from study.replay.causes import divide, emulator, failures, group_of
from study.replay.curves import arrivals, at_once, peak, rates, served_in
from study.replay.objects import Sent, by_object, extents, stored, wasted
from study.replay.samples import bootstrap, compare_samples, distances, distribution
from tests.study.replay_tools import failed, row

INF = np.inf


def test_the_parts_of_a_sojourn_add_up_to_it_and_are_where_they_belong() -> None:
    rows = [
        failed(0.0, 10.0, Cause.BREAK),
        failed(25.0, 45.0, Cause.REFUSED, status=503),
        failed(50.0, 80.0, Cause.TIMEOUT, sent=100, left=60.0),
        row(90.0, 100.0, drain_late=0.01),
    ]
    sent = Sent(rows)
    parts = divide(sent, 60.0)
    assert dict(parts) == pytest.approx(
        {
            "failed_break": 10.0,
            "waiting_link": 15.0,
            "failed_refused": 20.0,
            "waiting_server": 5.0 + 10.0,
            "failed_no_answer": 30.0,
            "setup": 1.0,
            "transfer": 8.0,
            "emulator": 0.6,
            "server": 0.4,
            "unexplained": 0.0,
        }
    )
    assert sum(parts.values()) == pytest.approx(sent.sojourn)


def test_a_pause_after_a_success_has_no_reason_and_is_unexplained() -> None:
    chunks = [row(0.0, 10.0, length=50, sent=50), row(13.0, 20.0, offset=50, length=50, sent=50)]
    assert divide(Sent(chunks), 1.0)["unexplained"] == pytest.approx(3.0)


@given(
    st.lists(
        st.tuples(st.floats(-5, 50), st.floats(0.1, 90), st.sampled_from(list(Cause))),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_the_log_says_the_parts_add_up(steps: list[tuple[float, float, Cause]]) -> None:
    now, rows = 0.0, []
    for gap, long, cause in steps:
        rows.append(row(now + gap, now + gap + long, cause=cause, joined=nan, left=nan))
        now = rows[-1].at
    sent = Sent(rows)
    assert sum(divide(sent, 7.0).values()) == pytest.approx(sent.sojourn, abs=1e-9)


def test_bytes_are_wasted_unless_they_bring_the_object_further() -> None:
    again = [failed(0.0, 5.0, Cause.BREAK), row(9.0, 20.0)]
    assert wasted(by_object(again)) == {(0, "photo-1"): 40}
    resumed = [failed(0.0, 5.0, Cause.BREAK), row(9.0, 20.0, offset=40, length=60, sent=60)]
    assert wasted(by_object(resumed)) == {(0, "photo-1"): 0}
    twice = [row(0.0, 5.0), row(9.0, 20.0, status=200)]
    assert wasted(by_object(twice)) == {(0, "photo-1"): 100}
    in_vain = [failed(0.0, 5.0, Cause.BREAK, offset=30, length=70)]
    assert wasted(by_object(in_vain)) == {(0, "photo-1"): 40}


def test_an_object_is_stored_by_the_success_that_reaches_its_last_byte() -> None:
    whole = by_object([failed(0.0, 5.0, Cause.BREAK), row(9.0, 20.0), row(30.0, 40.0)])
    assert stored(whole, extents(whole), ())[0, "photo-1"].sojourn == 20.0
    cut = by_object([failed(0.0, 5.0, Cause.BREAK)])
    assert stored(cut, extents(cut, whole), ()) == {}


def test_an_object_in_pieces_may_have_one_more_piece_than_the_window_saw() -> None:
    first = row(0.0, 5.0, length=50, sent=50)
    second = row(5.0, 9.0, offset=50, length=50, sent=50, n=2)
    pieces = by_object([first, second])
    assert stored(pieces, extents(pieces), ()) == {}
    assert stored(pieces, extents(pieces), {0})[0, "photo-1"].sojourn == 9.0
    went_on = by_object([first, second, row(9.0, 15.0, key="photo-2", n=3)])
    assert (0, "photo-1") in stored(went_on, extents(went_on), ())


def test_uploads_at_once_are_the_exact_means_over_the_parts() -> None:
    rows = [row(-1.0, 10.0), row(4.0, 15.0), row(20.0, 29.0, joined=nan, left=nan)]
    borders = np.array([0.0, 5.0, 10.0, 20.0, 30.0])  # bodies: 0 to 10 and 5 to 15
    assert at_once(rows, borders).tolist() == [1.0, 2.0, 0.5, 0.0]
    assert peak(rows) == 2
    assert peak([]) == 0


def test_requests_count_when_they_reach_the_server_in_its_own_time() -> None:
    rows = [
        row(0.0, 10.0),
        failed(2.0, 3.0, Cause.REFUSED, status=503, joined=nan, left=nan),
        failed(2.0, 9.0, Cause.ACCESS, joined=nan, left=nan),
    ]
    assert arrivals(rows).tolist() == [1.0, 3.0]
    assert rates(rows, np.array([0.0, 2.0, 4.0]), 60.0).tolist() == [30.0, 30.0]
    assert served_in([row(0.0, 10.0, drain_late=0.002)], 60.0) == pytest.approx([1 / 60 - 0.002])


def test_failures_are_set_side_by_side_by_station_object_and_number() -> None:
    predicted = [failed(0.0, 5.0, Cause.BREAK), row(9.0, 20.0, n=2)]
    measured = [
        failed(0.0, 5.0, Cause.BREAK),
        failed(9.0, 20.0, Cause.REFUSED, n=2, status=503),
        row(30.0, 40.0, n=3),
    ]
    found = failures(predicted, measured)
    cells = {(c["predicted"], c["measured"]): c["count"] for c in found["matrix"]}
    assert cells == {("break", "break"): 1, ("none", "refused"): 1, ("absent", "none"): 1}
    assert found["only_measured"] == [
        {"cause": "refused", "status": 503, "count": 1, "of_the_server": True}
    ]
    assert found["only_predicted"] == []


def test_the_generators_lateness_is_in_milliseconds_of_real_time() -> None:
    late = emulator([row(0.0, 9.0, join_late=0.004, drain_late=0.001), row(9.0, 20.0)])
    assert late["join_late"]["mean"] == pytest.approx(2.0)
    assert late["drain_late"]["n"] == 1
    assert late["drain_late"]["p50"] == pytest.approx(1.0)


def test_what_was_never_sent_stays_in_the_distance_and_in_the_curve() -> None:
    predicted, measured = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, INF, INF])
    assert distances(predicted, measured)["ks"] == 0.5
    drawn = distribution(predicted, measured)
    assert (drawn["predicted"][-1], drawn["measured"][-1]) == (0.75, 0.5)
    found = compare_samples(predicted, measured, np.arange(4), 1)
    assert (found["measured"]["n"], found["measured"]["of"]) == (2, 4)
    assert found["paired"]["n"] == 2


def test_samples_without_anything_sent_have_no_distance_in_seconds() -> None:
    nothing = np.array([INF, INF])
    found = compare_samples(nothing, nothing, np.arange(2), 1)
    assert (found["ks"], found["wasserstein"], found["paired"]["mean"]) == (0.0, None, None)
    assert found["distribution"]["seconds"] == []
    empty = np.array([])
    assert compare_samples(empty, empty, np.array([], dtype=np.int64), 1)["ks"] is None


def test_the_bootstrap_interval_covers_the_mean_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    groups = np.repeat(np.arange(40), 3)
    runs, inside = 200, 0
    for run in range(runs):
        values = np.repeat(rng.normal(1.0, 1.0, 40), 3) + rng.normal(0.0, 0.3, 120)
        low, high = bootstrap(values, groups, run)
        inside += low <= 1.0 <= high
    error = np.sqrt(0.95 * 0.05 / runs)
    assert inside / runs == pytest.approx(0.94, abs=3 * error)  # 40 groups: a little under 95%


@pytest.mark.parametrize(
    ("part", "group"),
    [
        ("emulator", "emulator"),
        ("unexplained", "unexplained"),
        ("server", "server"),
        ("waiting_server", "server"),
        ("failed_refused", "server"),
        ("failed_break", "link"),
        ("setup", "link"),
    ],
)
def test_each_part_of_a_difference_is_somebodys_doing(part: str, group: str) -> None:
    assert group_of(part) == group
