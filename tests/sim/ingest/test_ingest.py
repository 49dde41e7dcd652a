"""The server: workers, slots with a backlog, pipe, outages, duplicates, the nation."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ingest.nation import STEP, Nation, course
from sim.ingest.outages import Outage, current, severity_for_all
from sim.ingest.pipe import Pipe
from sim.ingest.server import Refusal, Server
from sim.ingest.slots import Entry, Slots
from sim.ingest.workers import Fate, Workers


def test_work_for_a_client_that_left_is_done_unless_cancellation_is_on() -> None:
    deaf, alert = Workers(1), Workers(1, cancellation=True)
    for workers in (deaf, alert):
        workers.submit(0.0, 10.0)
        workers.submit(0.0, 10.0, client_gone=5.0)
    assert deaf.submit(0.0, 1.0).at == 21.0
    assert alert.submit(0.0, 1.0).at == 11.0
    assert (deaf.busy_time, alert.busy_time) == (21.0, 11.0)


def test_a_client_that_leaves_in_mid_service_frees_its_worker() -> None:
    workers = Workers(1, cancellation=True)
    verdict = workers.submit(0.0, 10.0, client_gone=4.0)
    assert (verdict.at, verdict.fate) == (4.0, Fate.CANCELLED)
    assert workers.submit(0.0, 1.0).started == 4.0


def test_the_backlog_counts_who_waits_now() -> None:
    workers = Workers(2, queue=2)
    fates = [workers.submit(0.0, 10.0).fate for _ in range(5)]
    assert fates == [Fate.SERVED] * 4 + [Fate.FULL]
    assert (workers.backlog(5.0), workers.backlog(10.0)) == (2, 0)


def test_others_work_ahead_delays_a_request_once() -> None:
    workers = Workers(1)
    assert workers.submit(0.0, 1.0, ahead=30.0).at == 31.0
    assert workers.submit(0.0, 1.0, ahead=30.0).at == 32.0


def test_slots_let_the_longest_waiting_in_and_forget_who_withdrew() -> None:
    slots = Slots(1, backlog=2)
    entered = [slots.enter(name) for name in "abcd"]
    assert entered == [Entry.IN, Entry.WAITING, Entry.WAITING, Entry.REFUSED]
    assert slots.withdraw("b")
    assert not slots.withdraw("b")
    assert slots.leave() == "c"
    assert slots.leave() is None
    assert (slots.inside, slots.peak) == (0, 1)


def test_a_pipe_tells_news_only_and_only_when_it_binds() -> None:
    pipe = Pipe(100.0, binding_below=30.0, resolution=0.05)
    pipe.local = 2
    assert pipe.news() is None  # 50 each binds nobody
    pipe.local = 10
    assert pipe.news() == 10.0
    pipe.nation = 0.3
    assert pipe.news() is None  # within five per cent
    pipe.nation = 90.0
    assert pipe.news() == 1.0
    pipe.local, pipe.nation = 0, 0.0
    assert pipe.news() == inf


def test_an_outage_of_the_web_spares_the_app_and_the_worst_one_counts() -> None:
    web = Outage(0.0, 10.0, 0.9, web_only=True)
    mild, bad = Outage(0.0, 10.0, 0.2), Outage(5.0, 8.0, 0.7)
    assert current([web], 1.0, web=False) is None
    assert current([web, mild], 1.0, web=True) is web
    assert current([mild, bad], 6.0, web=False) is bad
    assert current([mild, bad], 10.0, web=False) is None
    assert severity_for_all([web, mild, bad], 6.0) == 0.7


def test_the_door_refuses_by_share() -> None:
    server = Server(Workers(1), 1.0, fault=0.25, outages=[Outage(0.0, 10.0, 0.5)])
    refusals = [server.door(1.0, 1234, n, web=False) for n in range(4000)]
    outage = sum(r is Refusal.OUTAGE for r in refusals) / 4000
    fault = sum(r is Refusal.FAULT for r in refusals) / 4000
    assert outage == pytest.approx(0.5, abs=3 * (0.25 / 4000) ** 0.5)
    assert fault == pytest.approx(0.125, abs=3 * (0.11 / 4000) ** 0.5)
    silent = Server(Workers(1), 1.0, outages=[Outage(0.0, 10.0, 1.0, silent=True)])
    assert silent.door(1.0, 1, 1, web=False) is Refusal.SILENCE


def test_a_photograph_that_is_stored_is_recognised_by_its_key() -> None:
    server = Server(Workers(1), 10.0, exponential=False)
    first = server.submit(0.0, 1, 1, (7, "photo-1", 0), gone=5.0)
    assert (first.at, first.status) == (10.0, 201)  # its client has left, the work is done
    again = server.submit(20.0, 1, 2, (7, "photo-1", 0))
    assert (again.at, again.status, server.duplicates) == (21.0, 200, 1)
    assert server.submit(40.0, 1, 3, (8, "photo-1", 0)).status == 201


def test_what_is_not_stored_says_so() -> None:
    full = Server(Workers(1, queue=0), 10.0, exponential=False, busy_status=429)
    full.submit(0.0, 1, 1, (1, "a", 0))
    assert full.submit(0.0, 1, 2, (2, "a", 0)) == (0.0, 429, Refusal.BUSY)
    late = Server(Workers(1, None, 5.0), 10.0, exponential=False)
    late.submit(0.0, 1, 1, (1, "a", 0))
    assert late.submit(0.0, 1, 2, (2, "a", 0)) == (5.0, 504, Refusal.BUSY)
    assert (2, "a", 0) not in late.stored


HOUR = 3600.0


def nation(requests: float = 9e5) -> Nation:
    return Nation(
        requests=requests,
        ready_by=lambda t: min(max((t - HOUR) / (6 * HOUR), 0.0), 1.0),
        ready_end=7 * HOUR,
        size=1.6e6,
        free_rate=1.25e5,
        timeout=60.0,
        retry_every=600.0,
        patience=5 * HOUR,
    )


@given(
    st.floats(1e7, 1e10),
    st.floats(10, 1e5),
    st.floats(1, 1000),
    st.floats(0.05, 5),
    st.floats(0, 1),
)
def test_the_nations_requests_are_done_waiting_trying_or_lost(
    pipe: float, slots: float, workers: float, service: float, severity: float
) -> None:
    who = nation()
    load = course(
        who, 200 * HOUR, pipe=pipe, slots=slots, workers=workers, service=service, queue=1e4,
        outages=[Outage(2 * HOUR, 5 * HOUR, severity)],
    )  # fmt: skip
    for i in range(0, len(load.done), 50):
        arrived = who.requests * who.ready_by((i + 1) * STEP)
        queued = load.ahead[i] * workers / service
        total = load.done[i] + load.orbit[i] + load.lost[i] + queued
        assert total == pytest.approx(arrived, rel=1e-6, abs=1e-3)
    assert all(0 <= r <= 1 for r in (*load.refused, *load.full))
    assert all(n <= slots * (1 + 1e-9) for n in load.flows)


def test_after_an_outage_the_nation_floods_the_server() -> None:
    quiet = course(nation(), 24 * HOUR, pipe=1e9, workers=1e4, service=1.0)
    broken = course(
        nation(), 24 * HOUR, pipe=1e9, workers=1e4, service=1.0,
        outages=[Outage(2 * HOUR, 5 * HOUR, 1.0)],
    )  # fmt: skip
    at = int(5 * HOUR / STEP)
    assert broken.done[at - 1] == pytest.approx(broken.done[int(2 * HOUR / STEP) - 1])
    rate_after = broken.done[at + 5] - broken.done[at]
    assert rate_after > 2 * (quiet.done[at + 5] - quiet.done[at])


def test_an_exhausted_pipe_carries_its_capacity_and_no_more() -> None:
    load = course(nation(), 24 * HOUR, pipe=2e7)
    at = int(5 * HOUR / STEP)
    done = (load.done[at] - load.done[at - 10]) / (10 * STEP)
    assert done == pytest.approx(2e7 / 1.6e6, rel=1e-6)
    assert 2e7 / load.flows[at] < nation().free_rate
