"""A server's work has the law, the size and the overhead that its model says; and M/M/c holds."""

from __future__ import annotations

from math import factorial, sqrt

import numpy as np
import pytest

from sim.draws import Draws
from sim.ingest.build import build_ingest
from sim.ingest.pipe import Pipe
from sim.ingest.server import Refusal, Server
from sim.ingest.workers import Workers
from sim.scenario.ingest_model import IngestModel
from tests.oracles.tools import Array, batch_means

N = 20_000
KEY = Draws(5, 0).key("device")


def works(server: Server, size: int) -> Array:
    """Seconds from the body to the answer of requests that never meet."""
    gap = 1e4
    times = [
        server.submit(i * gap, KEY, i, (i, "photo-1", 0), size=size).at - i * gap for i in range(N)
    ]
    return np.array(times)


def model(**changes: object) -> IngestModel:
    said: dict[str, object] = {"ingest": "m", "workers": 1, "service": "2 s"}
    return IngestModel.model_validate(said | changes)


@pytest.mark.parametrize(
    ("law", "cv"),
    [("deterministic", None), ("exponential", None), ("lognormal", 0.4), ("lognormal", 1.5)],
)
def test_work_has_the_mean_and_the_variation_of_its_law(law: str, cv: float | None) -> None:
    known = model(service_law=law, cv=cv, per_megabyte="4 s", overhead="3 s")
    found = works(build_ingest(known, 1.0).server, 500_000) - 3.0
    mean = 2.0 + 0.5 * 4.0
    wanted = {"deterministic": 0.0, "exponential": 1.0}.get(law, cv or 0.0)
    assert found.mean() == pytest.approx(mean, abs=3 * wanted * mean / sqrt(N) + 1e-6)
    ratio = found / mean
    squares = (ratio - ratio.mean()) ** 2  # the variance's standard error from its own terms
    error = squares.std() / sqrt(N)
    assert squares.mean() == pytest.approx(wanted**2, abs=3 * error + 1e-6)


def test_a_replay_at_speed_k_multiplies_every_time_of_the_server() -> None:
    known = model(service_law="deterministic", overhead="1 s", per_megabyte="4 s", deadline="9 s")
    ingest = build_ingest(known, 60.0)
    assert ingest.server.submit(0.0, KEY, 1, (0, "a", 0), size=1_000_000).at == 60 * (2 + 4 + 1)
    assert ingest.server.workers.deadline == 60 * 9
    assert ingest.pipe.share() == Pipe().share()


def test_the_overhead_delays_every_answer_and_occupies_nobody() -> None:
    server = Server(Workers(1, queue=0), 10.0, exponential=False, overhead=5.0)
    answers = [server.submit(t, KEY, 1, (int(t), "a", 0)) for t in (0.0, 1.0, 10.0)]
    assert [a.at for a in answers] == [15.0, 6.0, 25.0]
    assert [a.refusal for a in answers] == [None, Refusal.BUSY, None]


def test_only_a_server_that_knows_early_answers_without_the_body() -> None:
    for early in (True, False):
        server = build_ingest(model(early_duplicates=early), 1.0).server
        done = server.submit(0.0, KEY, 1, (0, "a", 0)).at
        assert not server.knows(done - 1e-9, (0, "a", 0))
        assert server.knows(done, (0, "a", 0)) is early
        assert server.duplicates == early


def test_slots_and_queue_are_those_of_the_model_and_may_be_missing() -> None:
    limited = build_ingest(model(slots=7, queue=3), 1.0)
    assert (limited.slots.capacity, limited.server.workers.queue) == (7, 3)
    free = build_ingest(model(), 1.0)
    assert (free.slots.capacity, free.server.workers.queue) == (None, None)


@pytest.mark.parametrize(("c", "load"), [(1, 0.7), (4, 3.0), (8, 7.2)])
def test_response_times_of_an_m_m_c_server_are_erlangs(c: int, load: float) -> None:
    known = model(workers=c, service="0.5 s", per_megabyte="1 s")  # mean 1 s with half a megabyte
    server = build_ingest(known, 1.0).server
    n = 60_000
    arrivals = np.cumsum(np.random.default_rng(7).exponential(1 / load, n)).tolist()
    responses = [
        server.submit(t, KEY, i, (i, "a", 0), size=500_000).at - t for i, t in enumerate(arrivals)
    ]
    mean, error = batch_means(np.array(responses))
    tail = load**c / factorial(c) * c / (c - load)
    waits = tail / (sum(load**k / factorial(k) for k in range(c)) + tail)
    assert mean == pytest.approx(1 + waits / (c - load), abs=3 * error)
