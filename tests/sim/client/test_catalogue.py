"""Every entry of the catalogue keeps what it promises, whatever happens to it."""

from __future__ import annotations

from math import inf, isinf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.client.batching.batching import Batching
from sim.client.batching.presets import BATCHINGS
from sim.client.outcomes import Dropped, NoService, Reply, Response, TimedOut
from sim.client.retry.backoff import Exponential, Fixed, Linear, Sequence
from sim.client.retry.breakers import Breaker
from sim.client.retry.history import History
from sim.client.retry.jitter import (
    AdditiveJitter,
    DecorrelatedJitter,
    NoJitter,
    ProportionalJitter,
    SmoothJitter,
)
from sim.client.retry.policy import Policy, PolicyError, Retrier
from sim.client.retry.presets import PRESETS
from sim.client.retry.signals import Rule
from sim.client.retry.stop import Stop
from sim.client.shaping.shaping import SHAPINGS, Shaping

REPLIES: st.SearchStrategy[tuple[str, float, int, float | None]] = st.tuples(
    st.sampled_from(["drop", "late", "none", "status"]),
    st.floats(0.001, 60),
    st.integers(400, 599),
    st.none() | st.integers(0, 4000).map(float),
)


def reply(kind: str, at: float, status: int, asked: float | None) -> Reply:
    if kind == "status":
        return Response(at, status, 0, asked)
    if kind == "drop":
        return Dropped(at)
    return TimedOut(at) if kind == "late" else NoService(at)


def longest_own_wait(policy: Policy) -> float:
    """No wait of the policy's own may be longer: its cap, or what its stop rule leaves."""
    b = policy.backoff
    cap = {
        Fixed: lambda: b.delay(0),
        Sequence: lambda: max(b.delays),  # type: ignore[attr-defined]
    }.get(type(b), lambda: b.delay(10_000))()
    if isinf(cap) and not isinf(policy.stop.attempts):
        cap = b.delay(int(policy.stop.attempts))
    j = policy.jitter
    if isinstance(j, ProportionalJitter):
        cap *= 1 + j.share
    if isinstance(j, AdditiveJitter):
        cap = min(cap + j.width, j.cap)
    if isinstance(j, DecorrelatedJitter):
        cap = j.cap
    if isinstance(j, SmoothJitter):
        cap = 2.0 ** (policy.stop.attempts + 1) * j.base
    if policy.when_throttled is not None:
        cap = max(cap, policy.when_throttled.delay(10_000))
    return min(cap, policy.stop.seconds, policy.stop.slept)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(PRESETS)), st.lists(REPLIES, min_size=1, max_size=60), st.data())
def test_no_policy_breaks_its_own_rules(
    name: str, play: list[tuple[str, float, int, float | None]], data: st.DataObject
) -> None:
    policy = PRESETS[name]
    u = data.draw(st.floats(0.0001, 0.9999))
    retrier = Retrier(policy, lambda _p, _n: u)
    history: History | None = None
    now, slept = 0.0, 0.0
    for n, (kind, took, status, asked) in enumerate(play, 1):
        now = retrier.opens_at(now)
        assert now < inf
        if not retrier.lets_out(now, n, history is not None):
            now += 1.0  # withheld; it is asked again a little later
            continue
        began, now = now, now + took
        last = reply(kind, now, status, asked)
        if history is None:
            history = History(began, 1, last, n)
        else:
            history.attempts += 1
            history.last, history.n = last, n
        assert history.attempts <= policy.stop.attempts
        wait = retrier.next_wait(history)
        if wait is None:
            return
        assert wait >= 0.0
        heard = asked if policy.retry_after.rule is not Rule.IGNORE and asked else 0.0
        bound = max(longest_own_wait(policy), heard * 2, 0.0)
        if policy.retry_after.rule is Rule.NEAR:
            bound = longest_own_wait(policy) + policy.retry_after.most
        assert wait <= bound
        if kind == "status":
            invited = policy.retry_after.invites and asked is not None
            assert status in policy.retry_on or invited, "its source says not to retry this"
        slept += wait
        now += wait
        assert now - history.began <= policy.stop.seconds + 1e-6
        assert slept <= policy.stop.slept + 1e-6


@pytest.mark.parametrize("policy", PRESETS.values(), ids=lambda p: p.name)
def test_every_preset_names_its_source_and_retries_no_hopeless_status(policy: Policy) -> None:
    assert policy.source
    assert policy.family != "own"
    hopeful = {408, 409, 413, 423, 425, 429}  # 409 and 423: tus, whose offsets can be in conflict
    assert {s for s in policy.retry_on if s < 500} <= hopeful
    assert bool(policy.unfit) == (policy.hedge is not None)


@pytest.mark.parametrize(
    ("backoff", "expected"),
    [
        (Linear(30.0, 100.0), [30.0, 60.0, 90.0, 100.0]),
        (Exponential(1.0, 2.0, 120.0, at_once=1), [0.0, 2.0, 4.0, 8.0]),
        (Sequence((0.0, 1.0, 3.0)), [0.0, 1.0, 3.0, inf]),
        (Fixed(30.0), [30.0] * 4),
    ],
)
def test_backoff_laws(backoff: Exponential, expected: list[float]) -> None:
    assert [backoff.delay(i) for i in range(4)] == expected


def test_pollys_smooth_jitter_doubles_from_its_base() -> None:
    """Its factor 1 / 1.4 puts the medians near whole powers of two times the base."""
    jitter = SmoothJitter(1.0)
    medians = []
    for step in range(4):
        waits = []
        for i in range(20_001):
            u, previous = (i + 0.5) / 20_001, ((i * 7919) % 20_001 + 0.5) / 20_001
            history = History(0.0, 1, Dropped(0.0), 1)
            if step:
                history.step = step - 1
                jitter.spread(0.0, history, previous)
            history.step = step
            waits.append(jitter.spread(0.0, history, u))
        medians.append(sorted(waits)[10_000])
    assert medians == pytest.approx([1.0, 1.0, 2.0, 4.0], rel=0.16)


def test_a_breaker_opens_waits_and_tries() -> None:
    memory = Breaker(0.5, 4, 60.0, calls=4, trials=2).begin()
    for t in range(4):
        assert memory.opens_at(float(t)) == t
        memory.failed(float(t), Dropped(float(t)))
    assert memory.opens_at(4.0) == 63.0  # tripped at 3
    assert memory.opens_at(63.0) == 63.0
    memory.succeeded(63.0, 0.0)
    memory.succeeded(64.0, 0.0)  # two good trials close it
    assert memory.opens_at(65.0) == 65.0


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Policy("p"), "at once for ever"),
        (lambda: Policy("p", backoff=Fixed(-1.0)), "backoff.seconds is -1.0"),
        (lambda: Policy("p", stop=Stop(attempts=float("nan"))), "^stop.attempts is nan; it must"),
        (lambda: Policy("p", timeout=-1.0), "^timeout is -1.0; it must be a number of 0 or more$"),
        (
            lambda: Policy("p", backoff=Fixed(1.0), guards=(Breaker(-0.5, 4, 60.0),)),
            "^Breaker.ratio is -0.5; it must be a number of 0 or more$",
        ),
        (lambda: Batching("b", lanes=0), "at least 1"),
        (lambda: Batching("b", chunk=10), "resumes"),
        (lambda: Shaping("s", slots=4), "width"),
    ],
)
def test_impossible_constants_are_refused(make: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        make()  # type: ignore[operator]


def test_a_part_that_gives_a_negative_wait_is_named() -> None:
    class Backwards(NoJitter):
        def spread(self, delay: float, history: History, u: float) -> float:
            return -1.0 if history.step < 9 else 1.0

    policy = Policy("mine", backoff=Fixed(1.0), jitter=Backwards())
    with pytest.raises(PolicyError, match="policy 'mine' waits"):
        Retrier(policy, lambda _p, _n: 0.5).next_wait(History(0.0, 1, Dropped(0.0), 1))


@given(st.sampled_from(sorted(BATCHINGS)), st.lists(st.integers(1, 30_000_000), min_size=1))
def test_no_batching_loses_a_byte(name: str, sizes: list[int]) -> None:
    batching = BATCHINGS[name]
    objects = [o for o in batching.objects(sizes) if o.key != "tally"]
    assert len({o.key for o in objects}) == len(objects)
    share = sum(o.size for o in objects) / sum(sizes)
    if batching.compression == "original":
        assert share == 1.0
    else:
        assert share <= 1.0


@given(
    st.sampled_from(sorted(SHAPINGS)),
    st.floats(0, 1e6),
    st.floats(0.001, 0.999),
    st.integers(0, 19),
    st.floats(0.001, 0.999),
)
def test_no_shaping_begins_before_the_photographs_are_ready(
    name: str, ready: float, hashed: float, district: int, u: float
) -> None:
    shaping = SHAPINGS[name]
    start = shaping.start(ready, hashed, district, u)
    longest = shaping.spread + shaping.slots * shaping.width
    assert ready <= start <= ready + longest + 1e-6
    if shaping.slots > 1:
        own = int(hashed * shaping.slots) if shaping.by == "hash" else district % shaping.slots
        assert int(start // shaping.width) % shaping.slots == own
