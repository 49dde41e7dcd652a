"""Injected faults: what each does and when, how several add up, and what a wrong text is told."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.faults import errors, latency, outage, reset, slow_disk
from server.faults.fault import RESET, SILENT, Fault
from server.faults.registry import EXAMPLES, FAULTS, parse_faults
from server.units import SpecError


def random() -> Random:
    return Random(7)


def test_a_healthy_server_does_nothing() -> None:
    well = Fault()
    assert (well.delay(1.0), well.error(1.0), well.disk(1.0)) == (0.0, None, 0.0)
    none = parse_faults([])
    assert (none.delay(1.0), none.error(1.0), none.disk(1.0)) == (0.0, None, 0.0)


def test_a_latency_of_one_value_is_that_value() -> None:
    fault = latency.parse("50ms", random())
    assert {fault.delay(t) for t in range(20)} == {0.05}
    assert fault.error(1.0) is None
    assert fault.disk(1.0) == 0.0


def test_a_latency_between_two_values_is_uniform_between_them() -> None:
    fault = latency.parse("20ms-80ms", random())
    delays = [fault.delay(0.0) for _ in range(10_000)]
    assert all(0.02 <= d <= 0.08 for d in delays)
    error = 0.06 / math.sqrt(12 * len(delays))
    assert abs(sum(delays) / len(delays) - 0.05) < 3 * error


def test_a_slow_disk_touches_fsyncs_only() -> None:
    fault = slow_disk.parse("5ms", random())
    assert (fault.delay(0.0), fault.error(0.0), fault.disk(0.0)) == (0.0, None, 0.005)


@pytest.mark.parametrize(("text", "status"), [("10%", 500), ("10%:502", 502)])
def test_errors_strike_their_share_with_their_status(text: str, status: int) -> None:
    fault = errors.parse(text, random())
    answers = [fault.error(0.0) for _ in range(10_000)]
    assert set(answers) == {None, status}
    error = math.sqrt(0.1 * 0.9 / len(answers))
    assert abs(answers.count(status) / len(answers) - 0.1) < 3 * error


def test_resets_close_their_share_of_connections() -> None:
    fault = reset.parse("2%", random())
    answers = [fault.error(0.0) for _ in range(10_000)]
    assert set(answers) == {None, RESET}
    error = math.sqrt(0.02 * 0.98 / len(answers))
    assert abs(answers.count(RESET) / len(answers) - 0.02) < 3 * error


def test_an_outage_strikes_from_its_beginning_until_before_its_end() -> None:
    fault = outage.parse("60s-120s", random())
    times = [0.0, 59.99, 60.0, 119.99, 120.0, 1e6]
    assert [fault.error(t) for t in times] == [None, None, 503, 503, None, None]
    assert {fault.delay(t) for t in times} == {0.0}


def test_an_outage_of_a_share_lets_the_others_through() -> None:
    fault = outage.parse("0-1h:50%", random())
    answers = [fault.error(1.0) for _ in range(10_000)]
    assert abs(answers.count(503) / len(answers) - 0.5) < 3 * math.sqrt(0.25 / len(answers))


def test_a_silent_outage_is_a_delay_without_end() -> None:
    fault = outage.parse("60s-120s:silent", random())
    assert [fault.delay(t) for t in (59.0, 61.0, 121.0)] == [0.0, SILENT, 0.0]
    assert fault.error(61.0) is None


def test_an_outage_that_resets_closes_connections() -> None:
    assert outage.parse("1min-2min:reset:100%", random()).error(90.0) == RESET


def test_several_faults_add_up_and_the_first_error_is_heard() -> None:
    several = parse_faults(
        ["latency:50ms", "latency:20ms", "slow-disk:5ms", "reset:100%", "errors:100%"]
    )
    assert several.delay(0.0) == pytest.approx(0.07)
    assert several.disk(0.0) == pytest.approx(0.005)
    assert several.error(0.0) == RESET


def test_the_same_seed_strikes_the_same_requests_and_another_seed_others() -> None:
    def course(seed: int) -> list[int | None]:
        faults = parse_faults(["errors:50%"], seed)
        return [faults.error(0.0) for _ in range(64)]

    assert course(1) == course(1)
    assert course(1) != course(2)


def test_the_draws_of_a_fault_do_not_depend_on_those_after_it() -> None:
    alone = parse_faults(["errors:50%"], 3)
    together = parse_faults(["errors:50%", "reset:50%", "latency:1ms-9ms"], 3)
    for _ in range(64):
        struck = alone.error(0.0)
        heard = together.error(0.0)
        assert heard == 500 if struck else heard in (None, RESET)


def test_two_faults_of_the_same_kind_do_not_strike_together() -> None:
    both = parse_faults(["errors:50%:501", "errors:50%:502"], 3)
    assert {both.error(0.0) for _ in range(64)} == {None, 501, 502}


def test_every_fault_has_an_example_that_it_understands() -> None:
    assert set(EXAMPLES) == set(FAULTS)
    for name, example in EXAMPLES.items():
        assert example.startswith(f"{name}:")
        parse_faults([example])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", "unknown fault '', expected one of latency, errors, outage, slow-disk, reset"),
        ("slowdisk:5ms", "did you mean 'slow-disk'?"),
        ("latency", "expected something like 'latency:50ms'"),
        ("latency:", "expected something like 'latency:50ms'"),
        ("latency:50", "'50' has no unit"),
        ("latency:50 msec", "unknown unit 'msec'"),
        ("latency:-50ms", "not a duration"),
        ("latency:80ms-20ms", "ends before it begins"),
        ("latency:1ms-2ms-3ms", "not a duration"),
        ("latency:nan", "not a duration"),
        ("latency:" + "9" * 400 + "h", "too long a time"),
        ("slow-disk:fast", "not a duration"),
        ("errors:10", "expected something like '10%'"),
        ("errors:0%", "more than 0%"),
        ("errors:101%", "at most 100%"),
        ("errors:10%:200", "expected 400 to 599"),
        ("errors:10%:", "expected 400 to 599"),
        ("reset:x", "not a share"),
        ("outage:60s", "expected something like '60s-120s'"),
        ("outage:120s-60s", "ends before it begins"),
        ("outage:60s-120s:quiet", "expected one of 503, reset, silent"),
        ("outage:60s-120s:50%:60%", "says a thing twice"),
        ("outage:60s-120s:silent:reset", "says a thing twice"),
    ],
)
def test_a_wrong_fault_is_answered_with_one_line(text: str, answer: str) -> None:
    assert answer in said(text)


def said(text: str) -> str:
    """What a text is answered with; nothing, if it is a fault."""
    try:
        parse_faults([text])
    except SpecError as error:
        return str(error)
    return ""


@given(st.text(max_size=30), st.sampled_from(["", *FAULTS]))
def test_no_text_is_answered_with_anything_but_a_fault_or_one_line(text: str, name: str) -> None:
    assert len(said(f"{name}:{text}").splitlines()) <= 1


def test_the_faults_of_a_run_are_told_apart_by_their_place() -> None:
    delays = parse_faults(["latency:0-1s", "latency:0-1s"], 1)
    seen = [delays.delay(0.0) for _ in range(8)]
    assert all(one != other for one, other in pairwise(seen))
