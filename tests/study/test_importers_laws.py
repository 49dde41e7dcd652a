"""Importers: the whole of what a small file comes to, worked out by hand."""

from __future__ import annotations

import json
from math import nan
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from study.importers.access_log import import_access_log
from study.importers.attempts import import_attempts
from study.importers.estimates import (
    lognormal_of,
    rate_interval,
    rate_law,
    share_interval,
    share_law,
)
from study.importers.geography import position
from study.importers.histogram import LogHistogram
from study.importers.ookla import Place, import_ookla, read_places
from study.importers.opencellid import import_opencellid
from study.importers.records import Rejects, rows


def test_a_share_has_the_jeffreys_interval() -> None:
    found = share_interval(3, 10)
    low, high = stats.beta(3.5, 7.5).ppf([0.025, 0.975])
    assert found == {
        "events": 3, "of": 10, "share": 0.3, "low": pytest.approx(low), "high": pytest.approx(high)
    }  # fmt: skip
    assert share_interval(0, 0) == pytest.approx(
        {"events": 0, "of": 0, "share": nan, "low": 0.0015413331, "high": 0.9984586669}, nan_ok=True
    )
    more = share_interval(5, 3)  # weighted trials may be fewer than the events
    assert more["high"] == pytest.approx(stats.beta(5.5, 0.5).ppf(0.975))


def test_a_rate_has_the_gamma_interval() -> None:
    low, middle, high = stats.gamma(4.5, scale=1 / 200).ppf([0.025, 0.5, 0.975])
    assert rate_interval(4, 200.0) == pytest.approx(
        {"events": 4, "seconds": 200.0, "rate": 0.02, "low": low, "median": middle, "high": high}
    )
    p95 = stats.gamma(4.5, scale=1 / 200).ppf(0.95)
    assert rate_law(4, 200.0, "here") == {
        "lognormal": {"median": f"{middle:.4g} per s", "p95": f"{p95:.4g} per s"},
        "per": "night",
        "standing": "counted",
        "source": "here",
    }


def test_a_law_of_few_places_is_that_of_the_night() -> None:
    places = {"a": (1.0, 10.0), "b": (2.0, 10.0), "c": (0.0, 0.0)}
    expected = {
        "beta": {"a": 3.5, "b": 17.5}, "per": "night", "standing": "counted", "source": "here"
    }  # fmt: skip
    assert share_law(3, 20, places, "here") == expected
    assert share_law(3, 20, places | {"c": (0.0, 1.0)}, "here")["per"] == "kecamatan"


def test_a_law_between_places_has_the_likeliest_parameters() -> None:
    rng = np.random.default_rng(3)
    shares = rng.beta(4.0, 12.0, 400)
    places = {str(i): (float(rng.binomial(200, p)), 200.0) for i, p in enumerate(shares)}
    law = share_law(1, 1, places, "here")["beta"]
    k, n = np.array(list(places.values())).T
    own = stats.betabinom.logpmf(k, n, law["a"], law["b"]).sum()
    for a, b in ((1.1, 1.0), (0.9, 1.0), (1.0, 1.1), (1.0, 0.9)):
        assert stats.betabinom.logpmf(k, n, law["a"] * a, law["b"] * b).sum() < own
    assert law["a"] == pytest.approx(4.0, rel=0.25)


def test_a_lognormal_without_spread_is_a_constant() -> None:
    assert lognormal_of(10.0, 10.0, "s", "night", "here", "assumed") == {
        "value": "10.0 s", "per": "night", "standing": "assumed", "source": "here"
    }  # fmt: skip
    assert lognormal_of(10.0, 20.123456, "", "photo", "here") == {
        "lognormal": {"median": 10.0, "p95": 20.12},
        "per": "photo",
        "standing": "counted",
        "source": "here",
    }


LINES = [
    {"time": "1607513999", "method": "put", "status": 201, "request_length": 1000,
     "request_time": 2.0, "upstream_response_time": 0.5},
    {"time": "1607514000", "method": "PATCH", "status": 204, "request_length": 1000,
     "request_time": 2.0, "upstream_response_time": 0.5},
    {"time": "1607514059", "request": "POST /x HTTP/1.1", "status": 502, "request_length": 7,
     "request_time": 9.0, "upstream_response_time": 9.0},
    {"time": "1607514060", "method": "PUT", "status": 429},
    {"time": "1607514060", "method": "GET", "status": 200},
    {"time": "1607514060", "method": "HEAD", "status": 200},
    {"time": "1607514060", "status": 200},
]  # fmt: skip


def test_an_access_log_comes_to_its_counts_and_laws(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    file.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    rejects = Rejects(file)
    found = import_access_log(file, rejects)
    assert [(r.row, r.reason) for r in rejects.kept] == [(7, "neither method nor request is there")]
    assert found.summary["uploads"] == 4
    assert found.summary["other_requests"] == 2
    assert found.summary["busiest_minute"] == 2
    assert found.summary["statuses"] == {"201": 1, "204": 1, "429": 1, "502": 1}
    assert found.summary["fault"]["events"] == 1
    assert found.summary["bytes_of_a_request"]["count"] == 2, "of successes"
    server, station = found.fragment["server"], found.fragment["station"]
    assert server["fault"] == share_law(1, 4, {}, "a.log: 4 uploads, 1 of them 500 or 502")
    assert server["service"] == {
        "value": "0.5 s",
        "per": "night",
        "standing": "counted",
        "source": "a.log: mean of 2 times of the application; 95% below 0.501 s",
    }
    law = station["photo_size"]
    assert law["per"] == "photo"
    assert law["source"] == "a.log: 2 requests, with their headers"
    value = str(law.get("value") or law["lognormal"]["median"])
    assert float(value.removesuffix(" B")) == pytest.approx(1000, rel=0.01)
    assert found.tables["minutes.csv"] == (
        ("minute", "uploads", "201", "204", "429", "502"),
        [
            ("2020-12-09T11:39:00+00:00", 1, 1, 0, 0, 0),
            ("2020-12-09T11:40:00+00:00", 2, 0, 1, 0, 1),
            ("2020-12-09T11:41:00+00:00", 1, 0, 0, 1, 0),
        ],
    )
    assert found.notes == []


def test_an_empty_access_log_says_zero(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    file.write_text("\n")
    found = import_access_log(file, Rejects(file))
    assert (found.summary["uploads"], found.summary["busiest_minute"]) == (0, 0)
    assert found.fragment == {}


def test_a_log_of_attempts_comes_to_its_counts_and_laws(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        "station,time,duration_s,bytes,photo,result,kecamatan\n"
        "A,0,10,1000,,OK,K\n"
        "A,0,10,1000,,ok,K\n"  # without a number: the same size is the same photograph
        "A,0,10,1000,p2,ok,K\n"
        "B,0,5,1000,p1,Break,L\n"
        "B,0,1,,p1,refused,\n"
        "B,0,60,,p1,time-out,L\n"
    )
    rejects = Rejects(file)
    found = import_attempts(file, rejects)
    results = found.summary["results"]
    assert sum(results.values()) + rejects.count == 6
    assert (found.summary["stations"], found.summary["kecamatan"]) == (2, 2)
    assert (results["ok"], results["break"], results["refused"]) == (3, 1, 1)
    assert found.summary["bytes_of_a_photograph"]["count"] == 3
    total = sum(results.values())
    source = f"a.csv: {total} attempts of 2 stations"
    network = found.fragment["network"]
    assert network["access_failure_at_peak"] == share_law(1, total, {}, source)
    seconds = 35.0 + 60.0 * results["timeout"]
    assert network["break_rate_at_peak"] == rate_law(1, seconds, source)
    law = found.fragment["station"]["photo_size"]
    assert law["per"] == "photo"
    assert law["source"] == "a.csv: 3 photographs"
    value = str(law.get("value") or law["lognormal"]["median"])
    assert value.endswith(" B")


@pytest.mark.parametrize("said", ["no_coverage", "no coverage", "NO-COVERAGE"])
def test_results_may_be_written_with_blanks_or_bars(tmp_path: Path, said: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"station,time,duration_s,result\nA,0,1,{said}\n")
    plain = tmp_path / "b.csv"
    plain.write_text("station,time,duration_s,result\nA,0,1,no-coverage\n")
    assert (
        import_attempts(file, Rejects(file)).summary["results"]
        == import_attempts(plain, Rejects(plain)).summary["results"]
    )


@pytest.mark.parametrize("at", [(-90.0, -180.0), (90.0, 180.0), (0.0, 0.0)])
def test_the_ends_of_the_earth_are_places(at: tuple[float, float]) -> None:
    assert position(*at) == at


@pytest.mark.parametrize("at", [(-90.1, 0.0), (90.1, 0.0), (0.0, -180.1), (0.0, 180.1)])
def test_what_is_beyond_them_is_not(at: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        position(*at)


def test_a_histogram_of_nothing_but_zeros_is_at_zero() -> None:
    histogram = LogHistogram()
    for _ in range(10):
        histogram.add(0.0)
    assert histogram.quantile(0.5) == 0.0


def test_one_bad_line_of_json_does_not_end_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"a": 1}\nnot json\n[2]\n{"a": 3}\n')
    rejects = Rejects(file)
    assert [(n, row["a"]) for n, row in rows(file, ("a",), rejects)] == [(1, "1"), (4, "3")]
    assert [r.row for r in rejects.kept] == [2, 3]
    assert rejects.kept[0].reason.startswith("is not JSON: ")
    assert rejects.kept[1].reason == "is no object of JSON"


def test_tiles_elsewhere_do_not_end_the_file_and_places_share_what_is_theirs(
    tmp_path: Path,
) -> None:
    file = tmp_path / "o.csv"
    file.write_text(
        "tile_y,tile_x,avg_u_kbps,tests\n0,0,1000,1\n-5.4,105.2,2000,3\n-5.4,105.2,4000,1\n"
    )
    rejects = Rejects(file)
    found = import_ookla(file, rejects, [Place("1", "A", "A", (-5.4, 105.2))])
    assert found.summary["tiles_elsewhere"] == 1
    assert found.summary["tiles"] == 2
    assert found.summary["tests"] == 4.0
    header, table = found.tables["kecamatan.csv"]
    assert header == ("code", "name", "tiles", "tests", "median_kbps")
    assert table[0][:4] == ("1", "A", 2, 4)
    middle = found.summary["mbit_per_second"]
    assert middle["p50"] == pytest.approx(2.0), "three of four tests"
    file.write_text("avg_u_kbps,tests\n1000,10\n2000,80\n4000,10\n")
    spread = import_ookla(file, Rejects(file)).summary["mbit_per_second"]
    assert (spread["p5"], spread["p50"], spread["p95"]) == pytest.approx((1.0, 2.0, 4.0))


def test_no_tiles_are_no_law(tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_text("tile_y,tile_x,avg_u_kbps,tests\n0,0,1000,1\n")
    found = import_ookla(file, Rejects(file), [Place("1", "A", "A", (-5.4, 105.2))])
    assert (found.summary["tiles"], found.summary["tests"]) == (0, 0.0)
    assert found.fragment == {}


def test_a_place_with_a_bad_coordinate_is_named(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("code,name,latitude,longitude\n1,A,-5.4,105.2\n2,B,-95,105.2\n3,C\n")
    rejects = Rejects(file)
    assert [p.code for p in read_places(file, rejects)] == ["1"]
    assert [r.row for r in rejects.kept] == [3, 4]
    assert all(r.reason for r in rejects.kept)
    assert rejects.kept[0].reason != rejects.kept[1].reason


def test_stations_and_cells_are_counted_and_listed(tmp_path: Path) -> None:
    file = tmp_path / "cells.csv"
    file.write_text(
        "radio,mcc,net,area,cell,lon,lat,range\n"
        "lte,510,1,2,3,105.2,-5.4,1000\n"
        "LTE,510,1,2,4,105.3,-5.4,\n"
        "GSM,510,1,2,5,105.2,-5.4,1000\n"
        "LTE,510,1,2,6,east,-5.4,1000\n"
    )
    rejects = Rejects(file)
    stations = [Place("s1", "A", "A", (-5.4, 105.21)), Place("s2", "A", "A", (-5.4, 105.22))]
    found = import_opencellid(file, rejects, stations)
    assert [r.row for r in rejects.kept] == [5]
    assert "lon" in rejects.kept[0].reason
    assert found.summary["cells"] == 2
    assert found.summary["stations"] == 2
    assert found.summary["cells_used"] == 1
    header, table = found.tables["stations.csv"]
    assert header == ("code", "kecamatan", "kelurahan", "cell", "cell_km")
    assert [row[3] for row in table] == ["510-1-2-3", "510-1-2-3"]


def test_attempts_belong_to_their_kecamatan_and_seconds_since_1970_are_of_western_indonesia(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.csv"
    rows_of = "".join(
        f"S,{17 * 3600},1,{'refused' if i < n else 'ok'},K{n}\n"
        for n in (1, 2, 5)
        for i in range(10)
    )
    file.write_text("station,time,duration_s,result,kecamatan\n" + rows_of)
    asked: list[float] = []

    def load(clock: float) -> float:
        asked.append(clock)
        return 1.0

    found = import_attempts(file, Rejects(file), load)
    assert set(asked) == {0.0}, "17:00 UTC is midnight there"
    law = found.fragment["network"]["access_failure_at_peak"]
    places = {f"K{n}": (float(n), 10.0) for n in (1, 2, 5)}
    assert law == share_law(8, 30, places, "a.csv: 30 attempts of 1 stations")
