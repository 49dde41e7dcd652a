"""A nation: its regencies, their clocks, and samples that are parts of the whole."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sim.draws import Draws
from sim.population.csv_files import RejectedRowsError
from sim.population.nation import Nation, Regency, read_nation, whole_of
from sim.population.world import draw_world
from tests.conftest import ROOT, Small

WIB = 7 * 3600.0
HEAD = "code,name,province,zone,tps,kecamatan,standing,source\n"


def regency(code: str, tps: int, kecamatan: int, ahead: float = 0.0) -> Regency:
    return Regency(code, f"R{code}", "P", ahead, tps, kecamatan, "assumed", "")


NATION = Nation("N", tuple(regency(f"{i:02d}", 40 + 13 * i, 3 + i) for i in range(8)))


@pytest.mark.parametrize(
    ("year", "regencies", "stations"), [("2020", 309, 298_939), ("2024", 515, 823_236)]
)
def test_the_shipped_nations_have_the_published_totals(
    year: str, regencies: int, stations: int
) -> None:
    nation = read_nation("N", ROOT / "scenarios" / "data" / f"nation-{year}.csv", WIB)
    assert (len(nation.regencies), nation.stations) == (regencies, stations)
    assert sum(p.tps() for p in nation.parts()) == stations
    assert {r.ahead for r in nation.regencies} == {0.0, 3600.0, 7200.0}


def test_sizes_of_2020_keep_to_what_was_published() -> None:
    with (ROOT / "scenarios" / "data" / "nation-2020.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tps = Counter[str]()
    for row in rows:
        tps[row["province"]] += int(row["tps"])
    assert tps["Jawa Timur"] == 48_607
    assert tps["Jawa Tengah"] == 44_077
    assert {r["tps"] for r in rows if r["name"] == "Kota Bandar Lampung"} == {"1700"}
    assert Counter(r["standing"] for r in rows) == {"apportioned": 289, "stated": 20}


@pytest.mark.parametrize("wanted", [1, 50, 200, 500])
def test_a_sample_has_about_so_many_stations_and_each_is_one_of_the_whole(wanted: int) -> None:
    sample = whole_of(NATION.sample(wanted), "sample")
    every = {s.code for s in whole_of(NATION.parts(), "all").stations}
    assert {s.code for s in sample.stations} <= every
    assert abs(len(sample.stations) - wanted) <= 25  # kecamatan are taken whole


def test_a_sample_of_as_many_as_there_are_is_the_whole() -> None:
    assert NATION.sample(NATION.stations) == NATION.parts()


def test_where_clocks_are_ahead_forms_are_ready_that_much_earlier(small: Small) -> None:
    scenario, _ = small()
    ready = []
    for ahead in (0.0, 7200.0):
        here = Nation("N", (regency("01", 30, 2, ahead),))
        world = draw_world(scenario, whole_of(here.parts(), "all"), Draws(1, 0))
        ready.append(world.stations.ready)
    np.testing.assert_allclose(ready[0] - ready[1], 7200.0)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("01,A,P,CET,10,2,stated,x", "zone 'CET' is none of WIB, WITA, WIT"),
        ("01,A,P,WIB,10,2,guessed,x", "standing 'guessed' is none of counted, stated"),
        ("01,A,P,WIB,10,11,stated,x", "kecamatan is 11; expected 1 to the 10 stations"),
        ("01,A,P,WIB,many,2,stated,x", "tps 'many' is not a whole number"),
        ("01,A,P,WIB,0,1,stated,x", "there are no stations"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_reason(
    tmp_path: Path, row: str, reason: str
) -> None:
    file = tmp_path / "n.csv"
    file.write_text(HEAD + row + "\n")
    with pytest.raises(RejectedRowsError, match=r"n\.csv:") as refused:
        read_nation("N", file, WIB)
    assert reason in str(refused.value)
