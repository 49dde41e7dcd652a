"""Quantities and laws: what is read, what is refused, and that writing and reading agree."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.scenario.laws import Uncertain
from sim.scenario.quantities import (
    BytesPerSecond,
    Instant,
    Number,
    Seconds,
    Share,
    parse_bytes,
    parse_hazard,
    parse_instant,
    parse_rate,
    parse_seconds,
    parse_share,
)

Law = TypeAdapter[Uncertain[float]]
RATES: TypeAdapter[Uncertain[BytesPerSecond]] = TypeAdapter(Uncertain[BytesPerSecond])
SECONDS: TypeAdapter[Uncertain[Seconds]] = TypeAdapter(Uncertain[Seconds])
NUMBERS: TypeAdapter[Uncertain[Number]] = TypeAdapter(Uncertain[Number])
SHARES: TypeAdapter[Uncertain[Share]] = TypeAdapter(Uncertain[Share])
INSTANTS: TypeAdapter[Uncertain[Instant]] = TypeAdapter(Uncertain[Instant])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (parse_bytes("2 MB"), 2e6),
        (parse_bytes("256 KiB"), 262_144),
        (parse_seconds("1 h 30 min"), 5400),
        (parse_seconds("250 ms"), 0.25),
        (parse_rate("5 Mbit/s"), 625_000),
        (parse_rate("600 kB/s"), 600_000),
        (parse_share("12.5%"), 0.125),
        (parse_hazard("1/600 per s"), 1 / 600),
        (parse_hazard("2 per 10 min"), 1 / 300),
        (parse_instant("2020-12-09 13:00 WIB").timestamp(), 1_607_493_600),
        (parse_instant("2020-12-09 14:00 WITA").timestamp(), 1_607_493_600),
        (parse_instant("2020-12-09 06:00 Z").timestamp(), 1_607_493_600),
    ],
)
def test_quantities_are_read_with_their_units(value: float, expected: float) -> None:
    assert value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["", "MB", "2", "2 mb", "-1 MB", "1e999 MB", "nan MB", "2 MB 3", True, None, []]
)
def test_what_is_no_quantity_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_bytes(text)


LAWS = [
    (NUMBERS, {"uniform": [1, 5]}),
    (NUMBERS, {"loguniform": [0.1, 30]}),
    (NUMBERS, {"lognormal": {"median": 3, "p95": 12}}),
    (NUMBERS, {"beta": {"a": 3, "b": 4, "low": 2, "high": 10}}),
    (NUMBERS, {"triangular": [0, 1, 5]}),
    (NUMBERS, {"choice": {3: "90%", 4: "10%"}}),
    (SHARES, {"beta": {"a": 6, "b": 2}, "per": "kecamatan", "standing": "assumed", "source": "x"}),
    (RATES, "5 Mbit/s"),
]


@pytest.mark.parametrize(("adapter", "written"), LAWS)
def test_a_law_means_what_its_values_average_to(
    adapter: TypeAdapter[Uncertain[float]], written: object
) -> None:
    law = adapter.validate_python(written)
    u = (np.arange(400_000) + 0.5) / 400_000
    values = law.ppfs(u)
    assert values.mean() == pytest.approx(law.mean(), rel=5e-3)
    assert (np.diff(values) >= 0).all()
    assert law.ppf(0.25) == pytest.approx(values[100_000], rel=1e-4)


@pytest.mark.parametrize(("adapter", "written"), LAWS)
def test_a_law_survives_writing_reading_and_pickling(
    adapter: TypeAdapter[Uncertain[float]], written: object
) -> None:
    law = adapter.validate_python(written)
    again = adapter.validate_python(adapter.dump_python(law, mode="json"))
    for copy in (again, pickle.loads(pickle.dumps(law))):
        assert copy == law
        assert hash(copy) == hash(law)
        assert copy.ppf(0.3) == law.ppf(0.3)
        assert (copy.per, copy.standing, copy.source) == (law.per, law.standing, law.source)


def test_a_law_of_moments_is_in_posix_seconds() -> None:
    law = INSTANTS.validate_python({"uniform": ["2020-12-09 13:00 WIB", "2020-12-09 15:00 WIB"]})
    assert law.ppf(0.5) == parse_instant("2020-12-09 14:00 WIB").timestamp()
    assert law.words == "uniform, 2020-12-09 13:00 WIB to 2020-12-09 15:00 WIB"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"lognormal": {"median": "2 s", "p95": "1 s"}}, "needs 0 < median < p95"),
        ({"uniform": ["2 s", "1 s"]}, "must not exceed"),
        ({"loguniform": ["0 s", "1 s"]}, "needs 0 < first"),
        ({"triangular": ["1 s", "9 s", "2 s"]}, "needs low <= mode"),
        ({"choice": {"1 s": "90%"}}, "add up to 90%, not 100%"),
        ({"beta": {"a": 0, "b": 1, "low": "0 s", "high": "1 s"}}, "must be positive"),
        ({"standing": "assumed"}, "has no value"),
    ],
)
def test_laws_that_make_no_sense_are_refused(written: object, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        SECONDS.validate_python(written)


@given(st.floats(0.001, 1e9), st.floats(1.001, 100), st.floats(1e-9, 1 - 1e-9))
def test_a_lognormal_has_the_percentiles_that_it_is_given_by(
    median: float, factor: float, u: float
) -> None:
    law = NUMBERS.validate_python({"lognormal": {"median": median, "p95": median * factor}})
    assert law.ppf(0.5) == pytest.approx(median, rel=1e-9)
    assert law.ppf(0.95) == pytest.approx(median * factor, rel=1e-9)
    assert 0 < law.ppf(u) < float("inf")
