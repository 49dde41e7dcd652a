"""The client, driven by any world at all: it never repeats acknowledged bytes, never waits into the
past, never acts after its patience, and always ends with an outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.client.actions import Ask, Send, Wait
from sim.client.batching.batching import TALLY
from sim.client.batching.compression import compressed
from sim.client.batching.pieces import Object, Resume
from sim.client.batching.presets import BATCHINGS, CHUNK_BYTES
from sim.client.outcomes import Dropped, Ending, NoService, Outcome, Response, TimedOut, Woken
from sim.client.retry.backoff import Exponential, Fixed
from sim.client.retry.history import History
from sim.client.retry.jitter import DecorrelatedJitter, EqualJitter, FullJitter
from sim.client.retry.policy import Policy
from sim.client.retry.presets import PRESETS
from sim.client.retry.signals import TRANSIENT, RetryAfter, Rule
from sim.client.retry.stop import Stop
from sim.client.workflow import Crew, upload


@dataclass
class Course:
    """What happened to a client in a scripted world."""

    ending: Ending
    sends: list[Send]
    times: list[float]
    end: float


SCRIPT = st.lists(
    st.tuples(
        st.sampled_from(["ok", "ok", "drop", "timeout", "none", 500, 503, 429, 404]),
        st.floats(0.001, 100),
        st.floats(0, 1),
    ),
    max_size=60,
)


LOST: dict[str, Callable[[float], Outcome]] = {
    "drop": Dropped,
    "timeout": TimedOut,
    "none": NoService,
}


def refused(now: float, status: object) -> Response:
    return Response(now, int(str(status)), 0, 5.0)


def failure(now: float, what: object) -> Outcome:
    return LOST[str(what)](now) if str(what) in LOST else refused(now, what)


def play(
    objects: list[Object], policy: Policy, crew: Crew, script: list[tuple[object, float, float]]
) -> Course:
    """A world that follows the script and then accepts everything; partial bytes are kept."""
    client = upload(objects, policy, crew, 60.0, lambda p, n: ((p ^ n) % 1000 + 0.5) / 1000)
    kept: dict[str, int] = {}
    sends: list[Send] = []
    times: list[float] = []
    now, step = 0.0, 0
    action = next(client)
    while True:
        answer: Outcome
        if isinstance(action, Wait):
            assert action.until >= now or not sends
            now = max(now, action.until)
            answer = Woken(now)
        else:
            if isinstance(action, Send):
                sends.append(action)
            times.append(now)
            what, took, part = script[step] if step < len(script) else ("ok", 1.0, 1.0)
            step += 1
            now += took
            had = kept.get(action.key, 0)
            if isinstance(action, Ask):
                good = Response(now, 204, had)
                answer = good if what == "ok" else failure(now, what)
            elif what == "ok":
                kept[action.key] = action.offset + action.length
                answer = Response(now, 201, kept[action.key])
            else:
                kept[action.key] = max(had, action.offset + int(part * action.length))
                answer = failure(now, what)
        try:
            action = client.send(answer)
        except StopIteration as stop:
            return Course(stop.value, sends, times, now)


sizes = st.lists(st.integers(1, 3_000_000), min_size=1, max_size=4)
crews = st.builds(
    Crew,
    starts=st.floats(0, 1000),
    gives_up=st.floats(0, 20_000),
    press_again=st.floats(1, 2000) | st.just(inf),
)


@settings(max_examples=300, deadline=None)
@given(sizes, st.sampled_from(sorted(BATCHINGS)), st.sampled_from(sorted(PRESETS)), crews, SCRIPT)
def test_a_client_keeps_its_promises_in_any_world(
    photos: list[int],
    scheme: str,
    policy: str,
    crew: Crew,
    script: list[tuple[object, float, float]],
) -> None:
    objects = BATCHINGS[scheme].objects(photos)
    course = play(objects, PRESETS[policy], crew, script)
    assert course.ending in Ending
    assert all(t < crew.gives_up for t in course.times), "nothing is begun after patience has ended"
    assert all(0 < s.length <= s.total - s.offset for s in course.sends)
    if course.ending is Ending.SENT:
        assert {s.key for s in course.sends} == {o.key for o in objects}
    by_key = {o.key: o for o in objects}
    furthest: dict[str, int] = {}
    for send in course.sends:
        obj = by_key[send.key]
        if obj.resume is Resume.NONE:
            assert send.offset == 0
            assert send.length == send.total
        else:
            if obj.chunk is not None:
                assert send.length <= max(obj.chunk, obj.grows_to)
            assert send.offset >= furthest.get(send.key, 0), "no acknowledged byte is sent again"
            furthest[send.key] = send.offset


@pytest.mark.parametrize("scheme", sorted(BATCHINGS))
def test_schemes_send_every_byte_once_in_a_good_world(scheme: str) -> None:
    batching = BATCHINGS[scheme]
    course = play(
        batching.objects([1_600_000, 700_000, CHUNK_BYTES]), PRESETS["none"], Crew(5.0), []
    )
    photos = [compressed(s, batching.compression) for s in (1_600_000, 700_000, CHUNK_BYTES)]
    assert course.ending is Ending.SENT
    tally = sum(s.length for s in course.sends if s.key == TALLY)
    assert sum(s.length for s in course.sends) - tally == sum(photos)
    assert (course.sends[0].key == TALLY) == scheme.startswith("tally")
    assert course.times[0] == 5.0


def test_a_server_that_says_yes_but_keeps_nothing_does_not_trap_a_chunked_client() -> None:
    crew = Crew(0.0, gives_up=1000.0, press_again=60.0)
    client = upload(
        [Object("photo-1", 10, 5, Resume.IETF)], PRESETS["none"], crew, 60.0, lambda _p, _n: 0.5
    )
    action, now, sends = next(client), 0.0, 0
    ending = None
    while ending is None:
        try:
            if isinstance(action, Wait):
                now = max(now, action.until)
                action = client.send(Woken(now))
            else:
                sends += 1
                action = client.send(Response(now, 200, 0))
        except StopIteration as stop:
            ending = stop.value
    assert ending is Ending.GAVE_UP
    assert sends < 25


def test_the_crew_presses_again_when_the_app_has_stopped() -> None:
    crew = Crew(0.0, gives_up=10_000.0, press_again=600.0)
    script: list[tuple[object, float, float]] = [("drop", 1.0, 0.0)] * 3
    course = play([Object("photo-1", 10)], PRESETS["none"], crew, script)
    assert course.ending is Ending.SENT
    gaps = [b - a - 1.0 for a, b in zip(course.times, course.times[1:], strict=False)]
    assert all(300 <= gap <= 900 for gap in gaps)
    assert [s.attempt for s in course.sends] == [1, 1, 1, 1]


@given(st.integers(100, 599))
def test_only_transient_statuses_are_retried(status: int) -> None:
    policy = Policy("p", backoff=Fixed(1.0))
    script: list[tuple[object, float, float]] = [(status, 1.0, 0.0)]
    if 200 <= status < 300:
        return
    course = play([Object("photo", 10)], policy, Crew(0.0), script)
    assert course.ending is (Ending.SENT if status in TRANSIENT else Ending.GAVE_UP)


def test_the_servers_retry_after_is_a_lower_bound_of_the_wait() -> None:
    for jitter, longest in ((0.0, 5.0), (0.5, 7.5)):
        policy = Policy("p", backoff=Fixed(1.0), retry_after=RetryAfter(jitter=jitter))
        course = play([Object("photo", 10)], policy, Crew(0.0), [(503, 1.0, 0.0)])
        assert 5.0 <= course.times[1] - 1.0 <= longest
    deaf = Policy("p", backoff=Fixed(1.0), retry_after=RetryAfter(Rule.IGNORE))
    assert play([Object("photo", 10)], deaf, Crew(0.0), [(503, 1.0, 0.0)]).times[1] == 2.0


@given(st.integers(0, 3000), st.floats(0, 1), st.floats(0, 1000))
def test_backoffs_and_jitters_stay_in_their_bounds(retry: int, u: float, previous: float) -> None:
    delay = Exponential(1.0, 2.0, 60.0).delay(retry)
    assert delay == min(60.0, 2.0 ** min(retry, 10))
    history = History(0.0, retry + 1, Dropped(0.0), 1, retry, memo=previous)
    assert 0 <= FullJitter().spread(delay, history, u) <= delay
    assert delay / 2 <= EqualJitter().spread(delay, history, u) <= delay
    assert 1.0 <= DecorrelatedJitter(1.0, 60.0).spread(delay, history, u) <= 60.0


def test_a_policy_stops_by_attempts_or_by_time_whichever_is_first() -> None:
    always: list[tuple[object, float, float]] = [("drop", 1.0, 0.0)] * 50
    by_count = play(
        [Object("p", 1)], Policy("p", backoff=Fixed(1.0), stop=Stop(attempts=4)), Crew(0.0), always
    )
    assert len(by_count.sends) == 4
    by_time = play(
        [Object("p", 1)], Policy("p", backoff=Fixed(1.0), stop=Stop(seconds=9.0)), Crew(0.0), always
    )
    assert by_time.times[-1] <= 9.0
    assert len(by_time.sends) == 5
