"""Capacity traces: read as mahimahi writes them, made with the statistics of real uplinks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.draws import Draws
from sim.network.profile import Steps
from sim.network.traces import TraceError, Uplink, mean_rate, read_trace, relative, write_trace


def test_traces_are_read_as_mahimahi_writes_them(tmp_path: Path) -> None:
    file = tmp_path / "t.trace"
    file.write_text("1\n500\n1000\n1500\n2000\n2000\n")
    trace = read_trace(file)
    assert trace.values == (3 * 1500.0, 3 * 1500.0)
    assert trace.period == 2.0
    assert trace.segment(2.5) == (4500.0, 3.0)
    for text, place in (
        ("1\nx\n", ":2:1: 'x'"),
        ("5\n4\n", ":2:1: timestamps"),
        ("", ":1:1: is empty"),
    ):
        file.write_text(text)
        with pytest.raises(TraceError) as error:
            read_trace(file)
        assert place in str(error.value)


def test_synthetic_traces_have_the_statistics_that_they_are_made_for(tmp_path: Path) -> None:
    rates = Uplink(300_000.0, 0.5, phi=0.84, outages=2 / 600).rates(40_000, Draws(1, 0), "test")
    up = rates[rates > 0]
    assert up.mean() == pytest.approx(300_000, rel=0.05)
    assert up.std() / up.mean() == pytest.approx(0.5, rel=0.1)
    logs = np.log(up)
    assert np.corrcoef(logs[:-1], logs[1:])[0, 1] == pytest.approx(0.84, abs=0.03)
    begins = ((rates[1:] == 0) & (rates[:-1] > 0)).sum()
    assert begins == pytest.approx(2 / 600 * len(up), abs=3 * np.sqrt(2 / 600 * len(up)))
    write_trace(tmp_path / "t.trace", rates[:600])
    again = read_trace(tmp_path / "t.trace")
    assert mean_rate(again) == pytest.approx(rates[:600].mean(), rel=0.01)
    assert mean_rate(relative(again)) == pytest.approx(1.0)


def test_bins_may_be_of_any_length_and_the_last_one_is_shorter(tmp_path: Path) -> None:
    file = tmp_path / "t.trace"
    file.write_text("400\n500\n501\n1000\n1200\n")
    trace = read_trace(file, 0.5)
    assert trace.starts == (0.0, 0.5, 1.0)
    assert trace.values == pytest.approx((2 * 1500 / 0.5, 2 * 1500 / 0.5, 1500 / 0.2))
    assert trace.period == 1.2
    file.write_text("0\n0\n1000\n")
    assert read_trace(file).values == (4500.0,)
    file.write_text("0\n100\n")
    assert read_trace(file).values == pytest.approx((2 * 1500 / 0.1,))


def test_a_file_that_is_no_trace_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "t.trace"
    for content, line, reason in (
        (b"1\n2\n\xff\n", 1, "is not a mahimahi trace: not plain ASCII"),
        (b"0\n0\n", 2, "the last timestamp, the trace's length, is 0"),
        (b"1\n1234567890123\n", 2, "'1234567890123' is not a millisecond timestamp"),
        (b"1\n" + b"x" * 30, 2, f"'{'x' * 20}' is not a millisecond timestamp"),
        (b"1\n3\n2\n1\n", 3, "timestamps must not decrease"),
    ):
        file.write_bytes(content)
        with pytest.raises(TraceError) as error:
            read_trace(file)
        assert (error.value.file, error.value.line) == (file, line)
        assert error.value.reason == reason
        assert str(error.value) == f"{file}:{line}:1: {reason}"
    with pytest.raises(TraceError, match="cannot be read: No such file") as error:
        read_trace(tmp_path / "none.trace")
    assert error.value.line == 1
    file.write_bytes(b"1\n999999999999\n")  # twelve digits are a time, if a late one
    assert read_trace(file, 1e9).period == 999_999_999.999


def test_the_mean_weighs_each_value_by_its_time() -> None:
    trace = Steps((0.0, 1.0), (10.0, 40.0), period=4.0)
    assert mean_rate(trace) == pytest.approx((10 + 3 * 40) / 4)
    assert relative(trace) == Steps((0.0, 1.0), (10 / 32.5, 40 / 32.5), 4.0)
    with pytest.raises(ValueError, match="the trace carries nothing"):
        relative(Steps((0.0,), (0.0,), period=4.0))
    assert mean_rate(relative(Steps((0.0,), (0.5,), period=4.0))) == 1.0


def test_opportunities_are_spread_over_their_second(tmp_path: Path) -> None:
    file = tmp_path / "t.trace"
    write_trace(file, np.array([2250.0, 2250.0, 0.0, 3000.0]))
    assert file.read_text() == "1000\n1500\n2000\n3500\n4000\n"


def test_outages_take_seconds_out_of_a_course_and_change_nothing_else() -> None:
    steady = Uplink(1000.0, 0.5, outages=0.0).rates(2000, Draws(7, 1), "a")
    broken = Uplink(1000.0, 0.5, outages=1 / 60).rates(2000, Draws(7, 1), "a")
    assert (steady > 0).all()
    up = broken > 0
    assert 0 < up.sum() < 2000
    assert np.array_equal(steady[up], broken[up])
    other = Uplink(1000.0, 0.5, outages=0.0).rates(2000, Draws(7, 1), "b")
    assert not np.isclose(steady, other).any()


def test_a_course_is_the_same_in_every_version() -> None:
    """Recorded when the draws were keyed: a change here changes everybody's replications."""
    course = Uplink(1000.0, 0.5, outages=1 / 20).rates(60, Draws(7, 1), "a")
    assert course[:3] == pytest.approx([634.164185, 830.071896, 1022.866617])
    assert [int(t) for t in np.flatnonzero(course == 0)] == [19, 20, 21, 22, 23, 24, 45, 46, 47, 48]


def test_outages_have_a_pareto_length_between_the_shortest_and_the_longest() -> None:
    link = Uplink(1000.0, 0.5, shortest=2.0, longest=50.0, tail=1.5)
    assert link._length(0.0) == 2.0
    assert link._length(1.0) == pytest.approx(50.0)
    for u in (0.2, 0.5, 0.9):
        longer = (2.0 / link._length(u)) ** 1.5  # of the law without its cut
        assert (1 - longer) / (1 - (2.0 / 50.0) ** 1.5) == pytest.approx(u)


def test_a_link_is_down_for_as_long_as_its_outage_lasts() -> None:
    """Outages of exactly 5 s that begin whenever they may: the link never comes up."""
    always = Uplink(1000.0, 0.5, outages=1.0, shortest=5.0, longest=5.0)
    assert not always.rates(100, Draws(7, 1), "a").any()
    seldom = Uplink(1000.0, 0.5, outages=1 / 50, shortest=5.0, longest=5.0)
    down = seldom.rates(2000, Draws(7, 1), "a") == 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], down.astype(int), [0]])))
    lengths = edges[1::2] - edges[::2]
    assert len(lengths) > 10
    assert set(lengths % 5) == {0}, "an outage may follow another one at once"
