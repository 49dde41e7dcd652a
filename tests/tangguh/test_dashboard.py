"""The dashboards: what they count, and what reaches a terminal, a log and a narrow window."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from sim.attempts import Attempt
from sim.ledger import Cause
from sim.scenario.replay import Validity
from study.statistics import Interval
from study.sweep import Standing
from tangguh.dashboard import Dashboard
from tangguh.dashboard_replay import ReplayBoard, wanted
from tangguh.dashboard_sweep import SweepBoard


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def attempt(
    station: int, at: float, *, cause: Cause = Cause.NONE, key: str = "photo-1", offset: int = 0,
    late: float = 0.0,
) -> Attempt:  # fmt: skip
    status = 201 if cause is Cause.NONE else 0
    return Attempt(
        station, 0, False, key, "send", 1, offset, 100, at - 1, at - 1, at, at, status, cause, 100,
        late, 0.0, 0.0,
    )  # fmt: skip


PREDICTED = [
    attempt(0, 10.0), attempt(0, 20.0, key="photo-2"), attempt(1, 30.0),
    attempt(1, 40.0, offset=100), attempt(2, 45.0, cause=Cause.BREAK),
]  # fmt: skip


def board(folder: Path, hand: Hand) -> ReplayBoard:
    return ReplayBoard(
        folder / "attempts.jsonl", PREDICTED, [0, 1], begins=0.0, ends=100.0, speed=10.0,
        limits=Validity(), clock=hand,
    )  # fmt: skip


def write(folder: Path, *rows: Attempt, tail: str = "") -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "attempts.jsonl").write_text(text + tail, encoding="utf-8")


def drawn(shown: ReplayBoard | SweepBoard, width: int) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=True, no_color=True, highlight=False
    )
    with console.capture() as capture:
        console.print(shown.picture())
    return capture.get()


def longest(text: str) -> int:
    """Columns of the longest line, without its styles."""
    return max(map(len, re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()))


def test_a_station_is_sent_when_every_object_is_stored_to_its_end() -> None:
    keys = wanted(PREDICTED, [0, 1])
    assert keys == {0: {"photo-1": 100, "photo-2": 100}, 1: {"photo-1": 200}}


def test_a_replay_is_followed_beside_its_prediction(tmp_path: Path) -> None:
    hand = Hand()
    shown = board(tmp_path, hand)
    shown.follow()
    assert "simulated" in shown.line()
    write(tmp_path, attempt(0, 10.0), tail="[1, 2")
    shown.follow()  # a line that is not complete yet waits
    assert shown.now == pytest.approx(10.0)
    hand.time += 3.0
    rows = [attempt(0, 25.0, key="photo-2"), attempt(1, 39.0, cause=Cause.REFUSED, late=9.0)]
    write(tmp_path, attempt(0, 10.0), *rows)
    shown.follow()
    assert shown.now == pytest.approx(40.0)
    assert shown.left == pytest.approx(6.0)
    assert (shown.model.sent(shown.now), shown.real.sent(shown.now)) == (2, 1)
    assert shown.rates() == pytest.approx((1.0, 0.75))
    write(tmp_path, attempt(0, 10.0), *rows, attempt(2, 38.0, cause=Cause.ACCESS))
    shown.follow()  # refused by its cell: no request has reached the server
    assert shown.rates() == pytest.approx((1.0, 0.75))
    line = shown.line()
    assert "1 stations sent (predicted 2)" in line
    assert "refused 1" in line
    assert "beyond its limit: attempts late" in line
    hand.time += 60.0
    assert shown.left == 0.0


@pytest.mark.parametrize("width", [40, 60, 120])
def test_a_replays_picture_fits_the_terminal(tmp_path: Path, width: int) -> None:
    shown = board(tmp_path, Hand())
    write(tmp_path, attempt(0, 39.0, cause=Cause.REFUSED))
    shown.follow()
    text = drawn(shown, width)
    assert longest(text) <= width
    assert "refused" in text
    assert "\x1b[3" not in text  # no colour


def standing(world: str, *, decided: bool = False, alive: int = 3) -> Standing:
    return Standing(world, alive, 8, 20, 100, "full-jitter", Interval(10.0, 8.0, 12.0), decided)


def test_a_sweep_says_who_is_best_and_how_long_it_may_take() -> None:
    hand = Hand()
    shown = SweepBoard(["as-it-is", "rich"], 8, hand)
    assert shown.left is None
    for _ in range(160):
        shown.advance()
    hand.time += 16.0
    shown.say(standing("as-it-is"))
    assert shown.pace == pytest.approx(10.0)
    assert shown.left == pytest.approx((80 * 3 + 100 * 8) / 10)
    assert "3 of 8 combinations alive" in shown.line()
    assert "full-jitter: 10.0 (8.0 to 12.0) failed" in shown.line()
    shown.say(standing("as-it-is", decided=True, alive=1))
    assert shown.left == pytest.approx(80.0)
    for width in (40, 80):
        assert longest(drawn(shown, width)) <= width


def test_a_log_gets_a_plain_line_every_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand()
    monkeypatch.setattr("tangguh.dashboard.time.monotonic", hand)
    file = io.StringIO()
    with Dashboard(SweepBoard(["one"], 2), console=Console(file=file)) as dashboard:
        dashboard.refresh()
        assert file.getvalue() == ""
        hand.time += 10.0
        dashboard.refresh()
        dashboard.refresh()
    assert file.getvalue().count("\n") == 1
    assert "\x1b" not in file.getvalue()


@pytest.mark.parametrize("wanted", [True, False])
def test_an_interruption_leaves_the_terminal_as_it_was(wanted: bool) -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80, _environ={"TERM": "xterm"})
    with (
        pytest.raises(KeyboardInterrupt),
        Dashboard(SweepBoard(["one"], 2), wanted, console),
    ):
        raise KeyboardInterrupt
    hidden, shown = file.getvalue().count("\x1b[?25l"), file.getvalue().count("\x1b[?25h")
    assert hidden == shown == int(wanted)  # the cursor is there again
