"""Admission by token: as many as there are places, in the order of their asking."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.ingest.admission import Admission


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.floats(0, 50), st.integers(0, 9), st.booleans()), max_size=80),
)
def test_never_more_than_the_places_hold_a_token(
    places: int, script: list[tuple[float, int, bool]]
) -> None:
    tokens, holding, now = Admission(places, 1e9), set[int](), 0.0
    for gap, who, asks in script:
        now += gap
        if asks:
            wait = tokens.ask(now, who)
            if wait is None:
                holding.add(who)
            else:
                assert wait >= 1.0
                assert who not in holding
        else:
            tokens.give_back(now, who)
            holding.discard(who)
        assert len(holding) <= places


def test_the_first_who_asked_is_the_first_admitted() -> None:
    tokens = Admission(1, 1e9)
    assert tokens.ask(0.0, 1) is None
    assert tokens.ask(1.0, 2) is not None
    assert tokens.ask(2.0, 3) is not None
    tokens.give_back(10.0, 1)
    assert tokens.ask(11.0, 3) is not None, "2 stands before it"
    assert tokens.ask(12.0, 2) is None


def test_who_does_not_come_back_loses_its_place_and_a_lease_ends() -> None:
    tokens = Admission(1, 100.0)
    assert tokens.ask(0.0, 1) is None
    wait = tokens.ask(1.0, 2)
    assert wait is not None
    assert tokens.ask(90.0, 3) is not None
    assert tokens.ask(102.0, 3) is not None or wait < 101.0 / 2.5
    assert tokens.ask(300.0, 3) is None
