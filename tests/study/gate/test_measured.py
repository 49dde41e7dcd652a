"""What a replay says of a server: which objects count, and which the window's end cut off."""

from __future__ import annotations

import numpy as np
import pytest

from sim.attempts import Attempt
from sim.ledger import OUTCOMES, Cause, State
from sim.population.region import Region
from study.gate.measured import fates
from study.replay.setting import Side
from tests.conftest import Small
from tests.study.replay_tools import failed, row


@pytest.fixture
def region(small: Small) -> Region:
    return small()[1]


def side(region: Region, *rows: Attempt, state: State = State.FAILED) -> Side:
    outcomes = np.zeros(1, OUTCOMES)
    outcomes["state"] = state
    return Side(list(rows), outcomes, region)


def test_what_was_stored_counts(region: Region) -> None:
    assert fates(side(region, row(0, 9), state=State.SENT_KPPS)).tolist() == [1.0]
    again = [failed(0, 9, Cause.BREAK), row(20, 29)]
    assert fates(side(region, *again, state=State.SENT_KPPS)).tolist() == [1.0]


@pytest.mark.parametrize("cause", [Cause.ACCESS, Cause.BREAK, Cause.TIMEOUT])
def test_an_object_that_the_link_failed_before_the_window_s_end_is_no_evidence(
    region: Region, cause: Cause
) -> None:
    assert fates(side(region, failed(0, 9, cause))).size == 0


@pytest.mark.parametrize(
    "cause", [Cause.REFUSED, Cause.OUTAGE, Cause.FAULT, Cause.RESET, Cause.REJECTED]
)
def test_an_object_that_the_server_failed_is_not_stored(region: Region, cause: Cause) -> None:
    assert fates(side(region, failed(0, 9, cause, status=503, sent=100))).tolist() == [0.0]


def test_a_server_that_is_silent_after_the_last_byte_has_not_stored(region: Region) -> None:
    assert fates(side(region, failed(0, 9, Cause.TIMEOUT, sent=100))).tolist() == [0.0]


def test_an_object_that_was_left_for_a_later_one_is_not_stored(region: Region) -> None:
    rows = failed(0, 9, Cause.BREAK), row(20, 29, key="photo-2")
    assert fates(side(region, *rows)).tolist() == [0.0, 1.0]


def test_a_first_piece_alone_is_not_a_whole_object(region: Region) -> None:
    pieces = row(0, 9, length=50), failed(20, 29, Cause.FAULT, offset=50, length=50, status=500)
    assert fates(side(region, *pieces)).tolist() == [0.0]
    cut = row(0, 9, length=50), failed(20, 29, Cause.BREAK, offset=50, length=50)
    assert fates(side(region, *cut)).size == 0
