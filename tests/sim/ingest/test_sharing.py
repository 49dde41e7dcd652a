"""A server shared with those who are not simulated: what is counted, what a sample stands for."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ingest.nation import STEP, Course
from sim.ingest.sharing import Arrivals, Counter, defect, seen_by
from sim.ingest.workers import Fate, Sampled, Workers


def test_every_second_of_a_flow_is_counted_once() -> None:
    counter = Counter(600.0, 5.0)
    spans = [(0.0, 3.0), (4.0, 21.5), (59.0, 190.25)]
    for began, ended in spans:
        counter.carried(began, ended)
    total = sum(e - b for b, e in spans)
    assert sum(counter.flows) == pytest.approx(total)
    assert counter.arrivals().flows.sum() * STEP == pytest.approx(total)
    assert np.sum(counter.course(3.0).flows) * 5.0 == pytest.approx(3.0 * total)


def test_the_course_tells_the_wait_as_it_drains_and_the_shares_that_were_turned_away() -> None:
    counter = Counter(60.0, 5.0)
    counter.asked(10.0, 20.0, full=False)
    counter.asked(11.0, 19.0, full=True)
    counter.knocked(12.0, refused=True)
    counter.knocked(12.5, refused=False)
    counter.knocked(1e9, refused=False)  # a device runs ahead of the snapshot
    course = counter.course(1.0)
    assert course.at(course.ahead, 9.0) == 0.0
    assert course.at(course.ahead, 12.0) == pytest.approx(17.5)  # at the middle of 10 to 15 s
    assert course.at(course.ahead, 40.0) == 0.0
    assert course.at(course.full, 12.0) == course.at(course.refused, 12.0) == 0.5


def test_a_region_meets_the_flows_of_the_others_only() -> None:
    course = Course([100.0, 100.5, 200.0, 9.0], [0.1], [0.2], [3.0], step=5.0)
    own = seen_by(course, 0.25, negligible=10.0)
    assert own.flows == [75.0, 75.0, 150.0, 0.0]  # a change of less than 1% is not worth telling
    assert (own.refused, own.full, own.ahead, own.step) == ([0.1], [0.2], [3.0], 5.0)


def test_the_defect_is_the_share_of_requests_that_came_at_another_time() -> None:
    early, late = np.zeros(120), np.zeros(120)
    early[:10], late[70:80] = 5.0, 5.0
    both = Arrivals(early, early), Arrivals(late, late)
    assert defect(both[0], both[0]) == 0.0
    assert defect(*both) == 1.0
    assert defect(both[0].times(3.0), both[0]) == pytest.approx(0.5)
    assert defect(Arrivals.total(both), Arrivals.total(both[::-1])) == 0.0


@pytest.mark.parametrize("load", [0.5, 2.0])
def test_a_sample_waits_as_long_as_the_whole(load: float) -> None:
    """Deterministic arrivals and work: 20 workers and all requests, or one in ten of them."""
    every, service = 0.5 / load, 10.0
    whole = Workers(20, queue=60, deadline=1e9)
    sample = Sampled(20, queue=60, deadline=1e9, cancellation=False, weight=10.0)
    waits: dict[str, list[float]] = {"whole": [], "sample": []}
    lost = {"whole": 0, "sample": 0}
    for i in range(4000):
        for name, server in (("whole", whole), ("sample", sample)):
            if name == "sample" and i % 10:
                continue
            verdict = server.submit(i * every, service)
            lost[name] += verdict.fate is Fate.FULL
            if verdict.fate is Fate.SERVED:
                waits[name].append(verdict.started - i * every)
    assert lost["sample"] / 400 == pytest.approx(lost["whole"] / 4000, abs=0.02)
    assert np.mean(waits["sample"]) == pytest.approx(np.mean(waits["whole"]), abs=service * 0.3)
