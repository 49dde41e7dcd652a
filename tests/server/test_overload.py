"""Overload controllers: traces by hand, properties, and goodput at twice the capacity."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.overload.codel import Codel
from server.overload.controller import Controller
from server.overload.fixed import Fixed
from server.overload.gradient import Gradient
from server.overload.registry import CONTROLLERS, parse_limit
from server.overload.waiting import FIRST, LONGEST, MEMORY, Waiting
from server.units import SpecError


class NoSpread(Random):
    """Every spread is the least of its range."""

    def uniform(self, a: float, b: float) -> float:
        return a


def waiting() -> Waiting:
    return Waiting(NoSpread())


# Waiting


def test_before_anybody_has_left_everybody_is_told_the_first_wait() -> None:
    line = waiting()
    line.entered(0.0)
    assert [line.wait(0.0) for _ in range(3)] == [FIRST, FIRST, FIRST]


def test_places_come_free_at_those_inside_over_the_time_of_one() -> None:
    line = waiting()
    for _ in range(8):
        line.entered(0.0)
    line.left(2.0)
    line.left(2.0)
    # 8 were inside for 2 s, forgotten with 10 s; 2 left at the end of it
    spent = 8 * MEMORY * (1.0 - math.exp(-0.2))
    assert line.rate(2.0) == pytest.approx(6 * 2 / spent)


def saturated(random: Random) -> Waiting:
    """100 s of 10 inside at a time, of whom 50 a second leave and are replaced: 0.2 s each."""
    line = Waiting(random)
    for _ in range(10):
        line.entered(0.0)
    for i in range(1, 5001):
        line.left(i / 50)
        line.entered(i / 50)
    return line


def test_a_line_at_fifty_places_a_second_moves_by_a_fiftieth_a_refusal() -> None:
    line = saturated(NoSpread())
    assert line.rate(100.0) == pytest.approx(50.0, rel=0.01)
    told = [line.wait(100.0) for _ in range(500)]
    assert told[0] == 1.0  # the least that Retry-After can say
    assert told[-1] == pytest.approx(10.0, rel=0.01)
    assert line.wait(104.0) == pytest.approx(6.0, rel=0.05)  # 4 s of the line have passed


def test_what_was_learnt_outlasts_a_quiet_hour() -> None:
    line = saturated(NoSpread())
    for _ in range(10):
        line.left(100.0)
    line.entered(3700.0)
    assert line.rate(3700.0) == pytest.approx(1 / 0.2, rel=0.05)


def test_a_server_that_stalls_tells_longer_and_longer_waits() -> None:
    line = saturated(NoSpread())
    rates = [line.rate(100.0 + stall) or 0.0 for stall in (0, 5, 10, 20)]
    assert all(later < 0.7 * sooner for sooner, later in pairwise(rates))


def test_nobody_is_sent_away_for_longer_than_the_longest_wait_and_its_spread() -> None:
    line = Waiting(Random(1))
    line.entered(0.0)
    line.left(50.0)
    told = [line.wait(50.0) for _ in range(10_000)]
    assert max(told) <= 2 * LONGEST
    assert min(told) >= 1.0


def test_those_refused_together_come_back_more_slowly_than_places_come_free() -> None:
    line = saturated(Random(5))
    back = Counter(int(line.wait(100.0)) for _ in range(1000))
    later = [back[second] for second in range(2, 20)]
    # ln 2 of the rate of 50 a second: the mean of 18 counts, each of variance 34.7 at most
    expected = 50 * math.log(2)
    assert abs(sum(later) / 18 - expected) < 3 * math.sqrt(expected / 18)
    assert max(back) <= 40  # twice the 20 s that 1,000 need at 50 a second


# Fixed


def test_the_limit_plus_first_is_refused_and_a_place_given_back_lets_one_in() -> None:
    gate = Fixed(2, waiting())
    assert [gate.admit(0.0), gate.admit(0.0), gate.admit(0.0)] == [None, None, FIRST]
    gate.done(1.0, 0.1, ok=True)
    assert gate.admit(1.0) is None
    assert gate.admit(1.0) is not None


# CoDel


def test_codel_follows_a_trace_worked_out_by_hand() -> None:
    gate = Codel(0.005, 0.100, waiting())
    trace = [
        # now, delay, kept
        (0.000, 0.004, True),  # opens the first interval, to 0.100
        (0.050, 0.050, True),  # its least is 4 ms
        (0.101, 0.020, True),  # judged: 4 ms is not above 5; second interval, to 0.201
        (0.150, 0.030, True),  # least 20 ms
        (0.202, 0.040, True),  # judged: 20 ms, overloaded; but the first is never dropped
        (0.210, 0.011, False),  # more than 2 x 5 ms
        (0.220, 0.010, True),  # not more than 2 x 5 ms
        (0.230, 0.001, True),  # the queue has run empty: least 1 ms
        (0.303, 0.050, True),  # judged: 1 ms, not overloaded
        (0.310, 0.050, True),
    ]
    assert [gate.queued(now, delay) for now, delay, _ in trace] == [kept for *_, kept in trace]


@given(
    st.lists(st.tuples(st.floats(1e-6, 0.3), st.floats(0.0, 0.2)), min_size=1, max_size=200),
)
def test_codel_drops_only_what_waited_long_after_an_interval_whose_least_delay_was_high(
    steps: list[tuple[float, float]],
) -> None:
    gate = Codel(0.005, 0.100, waiting())
    now, intervals, begun = 0.0, [[math.nan]], -math.inf
    for gap, delay in steps:
        now += gap
        opens = now > begun + gate.interval
        if opens:
            intervals.append([])
            begun = now
        kept = gate.queued(now, delay)
        intervals[-1].append(delay)
        overloaded = min(intervals[-2]) > gate.target
        assert kept == (opens or not (overloaded and delay > 2 * gate.target))


# Gradient


def test_gradient_follows_windows_worked_out_by_hand() -> None:
    gate = Gradient(20, 200, waiting())
    gate.learn(0.010, busiest=20)
    assert gate.limit == pytest.approx(0.8 * 20 + 0.2 * (20 + 4))  # 20.8: no queue, it grows
    assert gate.long == pytest.approx(0.010)
    gate.learn(0.030, busiest=20)  # the mean of both is 20 ms: 1.5 x 20 / 30 is 1
    assert gate.long == pytest.approx(0.020)
    assert gate.limit == pytest.approx(20.8 + 0.8)
    gate.learn(0.200, busiest=22)  # long 80 ms, gradient 0.6
    assert gate.long == pytest.approx(0.080)
    assert gate.limit == pytest.approx(0.8 * 21.6 + 0.2 * (0.6 * 21.6 + 4))
    gate.learn(0.020, busiest=22)  # long 65 ms is more than twice 20 ms: 5% down
    assert gate.long == pytest.approx(0.065 * 0.95)


def test_a_server_that_uses_less_than_half_its_limit_keeps_it() -> None:
    gate = Gradient(20, 200, waiting())
    gate.learn(0.010, busiest=9)
    assert gate.limit == 20.0


def test_a_window_needs_a_second_and_ten_stored_uploads() -> None:
    gate = Gradient(20, 200, waiting())
    for _ in range(20):
        assert gate.admit(0.0) is None
    assert gate.admit(0.0) is not None
    for _ in range(9):
        gate.done(2.0, 0.01, ok=True)
    gate.done(2.0, 9.0, ok=False)  # a client that left says nothing about the server
    gate.done(2.0, 0.0, ok=True)  # nor does an object that was stored before
    assert gate.long == 0.0
    gate.done(2.0, 0.01, ok=True)
    assert gate.long == pytest.approx(0.01)
    assert gate.limit == pytest.approx(20.8)


@given(st.lists(st.tuples(st.floats(1e-4, 10.0), st.integers(0, 300)), max_size=300))
def test_the_gradient_limit_stays_within_its_bounds(windows: list[tuple[float, int]]) -> None:
    gate = Gradient(20, 200, waiting())
    for short, busiest in windows:
        gate.learn(short, busiest)
        assert 20.0 <= gate.limit <= 200.0


# All of them


SPECS = ["none", "fixed:7", "codel:5ms/100ms", "gradient:5-40"]


@settings(max_examples=50)
@given(
    spec=st.sampled_from(SPECS),
    steps=st.lists(
        st.tuples(st.floats(0.0, 1.0), st.booleans(), st.floats(0.0, 2.0), st.booleans()),
        max_size=200,
    ),
)
def test_every_controller_counts_who_is_in_and_tells_the_others_a_wait(
    spec: str, steps: list[tuple[float, bool, float, bool]]
) -> None:
    gate = parse_limit(spec, Random(3))
    now, inside = 0.0, 0
    for gap, arrives, seconds, ok in steps:
        now += gap
        if arrives:
            told = gate.admit(now)
            if told is None:
                inside += 1
            else:
                assert 1.0 <= told <= 2 * LONGEST
        elif inside:
            gate.queued(now, seconds)
            gate.done(now, seconds, ok)
            inside -= 1
        assert gate.in_progress == inside
        assert gate.retry_after(now) >= 1.0
        if isinstance(gate, Fixed):
            assert inside <= gate.limit


def test_the_same_seed_tells_the_same_waits() -> None:
    told = []
    for _ in range(2):
        gate = parse_limit("fixed:1", Random(9))
        told.append([gate.admit(t / 10) for t in range(50)])
    assert told[0] == told[1]


# What is typed


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("none", Controller),
        ("fixed:200", Fixed),
        ("codel", Codel),
        ("codel:5ms/100ms", Codel),
        ("gradient", Gradient),
        ("gradient:20-200", Gradient),
    ],
)
def test_a_limit_is_made_from_its_text(text: str, kind: Callable[..., Controller]) -> None:
    assert type(parse_limit(text, Random(1))) is kind


def test_the_values_of_a_limit_are_those_that_were_typed() -> None:
    fixed = parse_limit("fixed:7", Random(1))
    codel = parse_limit("codel:20ms/0.5s", Random(1))
    gradient = parse_limit("gradient:5-40", Random(1))
    assert isinstance(fixed, Fixed)
    assert isinstance(codel, Codel)
    assert isinstance(gradient, Gradient)
    assert fixed.limit == 7
    assert (codel.target, codel.interval) == (0.020, 0.5)
    assert (gradient.least, gradient.most, gradient.limit) == (5, 40, 5.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "unknown limit '', expected one of none, fixed, codel, gradient"),
        ("fixd:3", "did you mean 'fixed'?"),
        ("fixed", "as in 'fixed:200'"),
        ("fixed:0", "whole number, 1 or more"),
        ("fixed:-3", "whole number, 1 or more"),
        ("fixed:1e3", "whole number, 1 or more"),
        ("none:3", "takes no value"),
        ("codel:5ms", "expected '5ms/100ms'"),
        ("codel:5/100ms", "'5' has no unit"),
        ("codel:5ms/4ms", "interval must be longer"),
        ("codel:0/4ms", "interval must be longer"),
        ("gradient:20", "expected '20-200'"),
        ("gradient:200-20", "ends below its beginning"),
    ],
)
def test_a_wrong_limit_is_answered_with_one_line(text: str, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_limit(text, Random(1))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_registry_has_every_controller() -> None:
    assert list(CONTROLLERS) == ["none", "fixed", "codel", "gradient"]
