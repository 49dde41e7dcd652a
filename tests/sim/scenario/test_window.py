"""A window of the night as it is typed: what is read, and what is answered to what cannot be."""

from __future__ import annotations

from datetime import datetime

import pytest

from sim.scenario.window import WindowError, parse_window
from tests.conftest import Small


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("13:00-15:00", "2020-12-09 13:00", "2020-12-09 15:00"),  # the scenario's first moment
        ("20:30:15-20:30:45", "2020-12-09 20:30:15", "2020-12-09 20:30:45"),
        (" 20:00 - 21:00 ", "2020-12-09 20:00", "2020-12-09 21:00"),
        ("22:00-01:30", "2020-12-09 22:00", "2020-12-10 01:30"),  # over midnight
        ("2020-12-10 09:00-12:00", "2020-12-10 09:00", "2020-12-10 12:00"),
        ("2020-12-10 9:05-9:10", "2020-12-10 09:05", "2020-12-10 09:10"),
        ("2020-12-09 20:00 - 2020-12-11 06:00", "2020-12-09 20:00", "2020-12-11 06:00"),
        ("2020-12-12 23:00-23:36:45", "2020-12-12 23:00", "2020-12-12 23:36:45"),  # to the snapshot
    ],
)
def test_a_window_is_read_in_the_scenarios_own_time(
    small: Small, text: str, begins: str, ends: str
) -> None:
    scenario, _ = small()
    found = [
        scenario.seconds(datetime.fromisoformat(moment).replace(tzinfo=scenario.start.tzinfo))
        for moment in (begins, ends)
    ]
    assert list(parse_window(text, scenario)) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'' is no window; expected something like '13:00-15:00'"),
        ("this evening", "is no window"),
        ("20:00", "is no window"),
        ("20:00-", "is no window"),
        ("20.00-21.00", "is no window"),
        ("2020-12-09-20:00-21:00", "is no window"),
        ("24:00-25:00", "2020-12-09 24:00 is no moment"),
        ("20:61-20:62", "is no moment"),
        ("2020-02-30 09:00-12:00", "2020-02-30 09:00 is no moment"),
        ("12:00-14:00", "does not lie between the scenario's start (2020-12-09 13:00)"),
        ("2020-12-12 23:00-23:59", "its snapshot (2020-12-12 23:36)"),
        ("2021-12-09 20:00-21:00", "does not lie between"),
        ("2020-12-10 12:00-2020-12-10 09:00", "does not lie between"),
        ("2020-12-10 12:00-2020-12-10 12:00", "does not lie between"),
    ],
)
def test_what_is_no_window_is_answered_with_what_was_expected(
    small: Small, text: str, said: str
) -> None:
    scenario, _ = small()
    with pytest.raises(WindowError) as error:
        parse_window(text, scenario)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
