"""Importers: what was put in comes out, every bad row is named, and memory does not grow."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from sim.population.csv_files import RejectedRowsError
from study.importers.access_log import import_access_log
from study.importers.attempts import import_attempts
from study.importers.estimates import share_law
from study.importers.geography import Nearest, of_quadkey
from study.importers.histogram import LogHistogram
from study.importers.ookla import Place, import_ookla, read_places
from study.importers.opencellid import import_opencellid
from study.importers.records import Imported, Rejects, rows
from tests.conftest import ROOT

SAMPLES = ROOT / "docs" / "how-to" / "samples"
HEADER = "station,time,duration_s,bytes,photo,result,kecamatan\n"


def attempts(folder: Path, text: str) -> tuple[Imported, Rejects]:
    file = folder / "a.csv"
    file.write_text(HEADER + text)
    rejects = Rejects(file)
    return import_attempts(file, rejects), rejects


def test_the_hazards_that_made_a_log_lie_in_the_intervals_that_it_gives(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    lines, refused, hazard = [], 0.12, 1 / 90
    for i in range(3000):
        cut = rng.exponential(1 / hazard)
        need = 1.6e6 / rng.uniform(40e3, 200e3)
        if rng.uniform() < refused:
            result, took = "refused", 1.0
        elif cut < need:
            result, took = "break", cut
        else:
            result, took = "ok", need
        lines.append(f"S{i % 50},2020-12-09 19:30 WIB,{took},1600000,p{i},{result},K{i % 5}\n")
    found, rejects = attempts(tmp_path, "".join(lines))
    assert rejects.count == 0
    share = found.summary["access_failure_at_peak"]
    rate = found.summary["break_rate_at_peak"]
    assert share["low"] < refused < share["high"]
    assert rate["low"] < hazard < rate["high"]
    law = found.fragment["network"]["access_failure_at_peak"]
    assert law["standing"] == "counted"
    assert law["per"] == "kecamatan"
    a, b = law["beta"]["a"], law["beta"]["b"]
    assert a / (a + b) == pytest.approx(refused, abs=0.02)


def test_a_log_of_quiet_hours_says_more_of_the_peak(tmp_path: Path) -> None:
    text = "".join(f"S,2020-12-09 03:00 WIB,10,,,{'refused' if i < 10 else 'ok'},\n"
                   for i in range(100))  # fmt: skip
    file = tmp_path / "a.csv"
    file.write_text(HEADER + text)
    quiet = import_attempts(file, Rejects(file), lambda clock: 0.5 if clock < 6 * 3600 else 1.0)
    assert quiet.summary["access_failure_at_peak"]["share"] == pytest.approx(0.2)
    assert quiet.fragment["network"]["access_failure_at_peak"]["per"] == "night"


def test_a_photograph_is_one_size_however_often_it_was_tried(tmp_path: Path) -> None:
    found, _ = attempts(tmp_path, "A,0,1,100,p1,timeout,\nA,9,1,100,p1,ok,\nA,9,1,300,p2,ok,\n")
    assert found.summary["bytes_of_a_photograph"]["count"] == 2


def test_places_that_are_alike_have_no_law_that_is_surer_than_the_counts() -> None:
    law = share_law(1, 40, {"a": (0.0, 15.0), "b": (1.0, 13.0), "c": (0.0, 12.0)}, "x")
    assert law["beta"]["a"] + law["beta"]["b"] <= 41.1


def test_places_that_differ_have_a_wide_law() -> None:
    law = share_law(52, 300, {"a": (50.0, 100.0), "b": (1.0, 100.0), "c": (1.0, 100.0)}, "x")
    assert law["beta"]["a"] + law["beta"]["b"] < 10


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A,2020-12-09 19:30 WIB,1,100,p,vanished,K", "result 'vanished' is none of ok"),
        ("A,2020-12-09 19:30 WIB,long,100,p,ok,K", "duration_s 'long' is not a number"),
        ("A,2020-12-09 19:30 WIB,-1,100,p,ok,K", "duration_s -1 is not a number of 0 or more"),
        ("A,2020-12-09 19:30 WIB,,100,p,ok,K", "duration_s is empty"),
        ("A,yesterday,1,100,p,ok,K", "is not a date"),
        (",0,1,100,p,ok,K", "station is empty"),
        ("A,0,1,100,p,ok,K,more", "has 8 cells"),
        ("A,0", "result '' is none of"),
    ],
)
def test_a_bad_row_of_a_log_is_named_and_the_others_count(
    tmp_path: Path, row: str, reason: str
) -> None:
    found, rejects = attempts(tmp_path, f"A,0,1,100,p,ok,K\n{row}\n")
    assert found.summary["attempts"] == 1
    (reject,) = rejects.kept
    assert reject.row == 3
    assert reason in reject.reason


def test_csv_and_json_lines_say_the_same(tmp_path: Path) -> None:
    text = (SAMPLES / "attempts.jsonl").read_text()
    names = HEADER.strip().split(",")
    rows_of = [json.loads(line) for line in text.splitlines()]
    as_csv = "".join(",".join(str(r[n]) for n in names) + "\n" for r in rows_of)
    found, _ = attempts(tmp_path, as_csv)
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert import_attempts(packed, Rejects(packed)).summary == found.summary


def test_an_access_log_is_counted_by_minute_and_status() -> None:
    file = SAMPLES / "access.log"
    rejects = Rejects(file)
    found = import_access_log(file, rejects)
    lines = [line for line in file.read_text().splitlines() if '"POST' in line]
    assert rejects.count == 0
    assert found.summary["uploads"] == len(lines)
    assert found.summary["statuses"]["201"] == sum('" 201 ' in line for line in lines)
    header, table = found.tables["minutes.csv"]
    assert sum(row[1] for row in table) == len(lines)
    assert header[2:] == tuple(found.summary["statuses"])
    work = [float(line.split()[-1]) for line in lines if '" 201 ' in line]
    assert found.fragment["server"]["service"]["value"] == f"{np.mean(work):.4g} s"


def test_both_forms_of_an_access_log_say_the_same(tmp_path: Path) -> None:
    line = '192.0.2.1 - - [09/Dec/2020:18:40:12 +0700] "PUT /x HTTP/1.1" 500 2 "-" "a" 3.5 0.25\n'
    as_json = {
        "time_iso8601": "2020-12-09T18:40:12+07:00", "method": "PUT", "status": 500,
        "request_time": 3.5, "upstream_response_time": 0.25,
    }  # fmt: skip
    (tmp_path / "a.log").write_text(line)
    (tmp_path / "b.log").write_text(json.dumps(as_json) + "\n")
    one, other = (
        import_access_log(p, Rejects(p)) for p in (tmp_path / "a.log", tmp_path / "b.log")
    )
    assert one.summary == other.summary
    assert one.tables == other.tables
    assert one.summary["fault"]["events"] == 1


def test_a_log_without_the_applications_time_has_no_law_of_its_work(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    file.write_text('h - - [09/Dec/2020:18:40:12 +0700] "POST /x HTTP/1.1" 201 2 "-" "a"\n')
    found = import_access_log(file, Rejects(file))
    assert "service" not in found.fragment["server"]
    assert "no time of the application" in found.notes[0]


@pytest.mark.parametrize(
    "line",
    ["hello", '{"status": 200}', '{"status": "ok", "method": "PUT", "time": "2020-12-09"}', "{",
     'h - - [soon] "POST /x HTTP/1.1" 201 2'],
)  # fmt: skip
def test_a_line_that_is_no_request_is_a_reject(tmp_path: Path, line: str) -> None:
    file = tmp_path / "a.log"
    file.write_text(f"\n{line}\n")
    rejects = Rejects(file)
    import_access_log(file, rejects)
    assert [r.row for r in rejects.kept] == [2]


def test_a_long_log_does_not_fill_memory(tmp_path: Path) -> None:
    file = tmp_path / "big.log"
    line = 'h - - [09/Dec/2020:18:40:12 +0700] "POST /x HTTP/1.1" 201 2 "-" "a" 1.5 0.2\n'
    with file.open("w") as out:
        for _ in range(20):
            out.write(line * 1000 + "bad\n" * 200)
    tracemalloc.start()
    rejects = Rejects(file)
    found = import_access_log(file, rejects)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.summary["uploads"] == 20_000
    assert rejects.count == 4000
    assert len(rejects.kept) == 1000
    assert peak < file.stat().st_size / 2  # 1.9 MB of text


def test_quantiles_of_a_histogram_are_those_of_the_values_to_half_a_per_cent() -> None:
    values = np.random.default_rng(2).lognormal(3, 1.5, 20_000)
    histogram = LogHistogram()
    for value in values:
        histogram.add(float(value))
    for share in (0.05, 0.5, 0.95):
        assert histogram.quantile(share) == pytest.approx(np.quantile(values, share), rel=0.012)
        low, high = histogram.interval(share)
        assert low <= histogram.quantile(share) <= high
    assert histogram.mean == pytest.approx(values.mean())


def test_a_quadkey_is_its_tiles_centre() -> None:
    latitude, longitude = of_quadkey("0" * 16)
    assert latitude == pytest.approx(85.05, abs=0.01)
    assert longitude == pytest.approx(-180, abs=0.01)
    assert of_quadkey("3") == pytest.approx((-66.51, 90.0), abs=0.01)
    with pytest.raises(ValueError, match="is none"):
        of_quadkey("12x")


def test_distances_are_great_circles() -> None:
    far, index = Nearest(np.array([[0.0, 1.0], [10.0, 0.0]])).of(np.array([[0.0, 0.0]]))
    assert far[0] == pytest.approx(111.195, abs=0.01)  # a degree of the mean sphere
    assert index[0] == 0


def test_tiles_give_a_law_between_kecamatan_and_csv_and_parquet_the_same(tmp_path: Path) -> None:
    file = SAMPLES / "ookla.csv"
    centres = read_places(SAMPLES / "centres.csv", Rejects(file))
    found = import_ookla(file, Rejects(file), centres)
    packed = tmp_path / "ookla.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT * FROM read_csv('{file}')) TO '{packed}'")
    again = import_ookla(packed, Rejects(packed), centres)
    assert again.summary == found.summary
    assert found.summary["tiles"] == 60
    _, table = found.tables["kecamatan.csv"]
    assert sum(row[2] for row in table) == 60
    law = found.fragment["network"]["capacity"]
    assert law["standing"] == "assumed"  # the speed is counted; that it is the cell's is not


def test_a_tile_far_from_every_kecamatan_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_text("quadkey,avg_u_kbps,tests\n" + "0" * 16 + ",1000,1\n")
    found = import_ookla(file, Rejects(file), [Place("1", "A", "A", (-5.4, 105.2))])
    assert found.summary["tiles"] == 0
    assert found.summary["tiles_elsewhere"] == 1
    assert not found.fragment


def test_the_law_of_tiles_without_places_is_weighted_by_tests(tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_text("avg_u_kbps,tests\n1000,98\n9000,1\n9000,1\n")
    found = import_ookla(file, Rejects(file))
    assert found.summary["mbit_per_second"]["p50"] == pytest.approx(1.0)


def test_every_station_gets_its_nearest_cell_of_the_wanted_radio() -> None:
    file = SAMPLES / "cells.csv"
    stations = read_places(SAMPLES / "stations.csv", Rejects(file), "kecamatan")
    found = import_opencellid(file, Rejects(file), stations)
    _, table = found.tables["stations.csv"]
    cells = [r for _, r in rows(file, ("lat",), Rejects(file)) if r["radio"] == "LTE"]
    for (code, _, _, cell, km), station in zip(table, stations, strict=True):
        assert code == station.code
        where = np.array([[float(c["lat"]), float(c["lon"])] for c in cells])
        near = np.hypot(*(where - station.at).T * np.array([[1.0], [np.cos(np.radians(5.4))]]))
        best = cells[int(np.argmin(near))]
        assert cell == "-".join(best[c] for c in ("mcc", "net", "area", "cell"))
        assert float(km) == pytest.approx(near.min() * 111.195, abs=0.02)


def test_an_export_without_a_header_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "510.csv"
    text = (SAMPLES / "cells.csv").read_text()
    file.write_text(text.split("\n", 1)[1])
    stations = read_places(SAMPLES / "stations.csv", Rejects(file), "kecamatan")
    found = import_opencellid(file, Rejects(file), stations)
    assert found.summary["cells"] == text.count("LTE,")


def faults() -> Iterator[tuple[str, str]]:
    yield "station,time\n1,2\n", "column duration_s, result is missing"
    yield "", "is empty"


@pytest.mark.parametrize(("text", "said"), list(faults()))
def test_a_file_that_is_no_log_is_refused_as_a_whole(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text)
    with pytest.raises(RejectedRowsError, match=said):
        import_attempts(file, Rejects(file))


def test_a_file_that_only_calls_itself_parquet_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    file.write_text("hello")
    with pytest.raises(RejectedRowsError, match="cannot be read"):
        import_ookla(file, Rejects(file))


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv.gz"
    file.write_bytes(gzip.compress(b"station,time,duration_s,result\n" * 50)[:-12])
    with pytest.raises(RejectedRowsError, match="cannot be read"):
        import_attempts(file, Rejects(file))
