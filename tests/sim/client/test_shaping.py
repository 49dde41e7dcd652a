"""Shapings: when a station begins, and which constants cannot be."""

from __future__ import annotations

import pytest

from sim.client.shaping.shaping import Shaping


@pytest.mark.parametrize(
    ("constants", "reason"),
    [
        ({"slots": 0}, "slots must be at least 1"),
        ({"places": -1}, "places at least 0"),
        ({"slots": 2}, "slots need a width of more than 0 s"),
        ({"slots": 2, "width": -1.0}, "slots need a width of more than 0 s"),
        ({"spread": -0.5}, "spread must be at least 0 s"),
        ({"lease": 0.0}, "and lease more"),
    ],
)
def test_constants_that_cannot_be_are_refused(constants: dict[str, float], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Shaping("s", **constants)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "constants", [{}, {"slots": 2, "width": 0.5}, {"spread": 0.5}, {"lease": 0.5}, {"places": 1}]
)
def test_everything_above_the_limits_is_allowed(constants: dict[str, float]) -> None:
    assert Shaping("s", **constants).name == "s"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ready", "expected"),
    [
        (10.0, 150.0),  # window 0; its own is the next: 1, half of it put off
        (100.0, 100.0),  # within its own: at once
        (199.9, 199.9),
        (200.0, 350.0),  # window 2 of 2 is 0 again
    ],
)
def test_a_station_begins_in_its_own_window_or_at_once_if_it_is_within(
    ready: float, expected: float
) -> None:
    two = Shaping("s", slots=2, width=100.0)
    assert two.start(ready, 0.75, 0, 0.5) == expected
    by_district = Shaping("s", slots=2, width=100.0, by="district")
    assert by_district.start(ready, 0.1, 5, 0.5) == expected


def test_the_spread_is_added_to_whatever_the_start_is() -> None:
    assert Shaping("s", spread=60.0).start(10.0, 0.9, 3, 0.25) == 25.0
    assert Shaping("s", slots=2, width=100.0, spread=60.0).start(10.0, 0.75, 0, 0.5) == 180.0
