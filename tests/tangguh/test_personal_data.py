"""Lists of stations and logs hold more than is asked for: names, phones, devices. None is kept."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from tangguh.cli import app
from tests.conftest import SHIPPED
from tests.leaks import leaks

PERSONS = ("Siti Aminah", "0812-5550-1234", "imei-356938035643809", "203.0.113.77", "siti.aminah")


def tangguh(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_search_finds_a_word_in_every_form(tmp_path: Path) -> None:
    word = PERSONS[0]
    (tmp_path / "plain.txt").write_text(f"by {word}!")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(word.encode()))
    with zipfile.ZipFile(tmp_path / "packed.npz", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("part", word * 9)
    table = tmp_path / "rows.parquet"
    duckdb.sql(f"COPY (SELECT '{word}' AS name FROM range(99)) TO '{table}' (COMPRESSION zstd)")
    (tmp_path / "coded.json").write_text("eHggU2l0aSBBbWluYWggeHg=")
    assert leaks([word], tmp_path, f"said {word}") == [
        f"{word} in coded.json", f"{word} in output", f"{word} in packed.gz",
        f"{word} in packed.npz/part", f"{word} in plain.txt", f"{word} in rows.parquet",
    ]  # fmt: skip
    assert leaks(["Budi"], tmp_path) == []


@pytest.fixture
def stations(tmp_path: Path) -> Path:
    """A list of stations as an election commission has it; one row cannot be used."""
    file = tmp_path / "given" / "stations.csv"
    file.parent.mkdir()
    person = ",".join(PERSONS[:3])
    rows = [f"{n:03},Hulu,{'maybe' if n == 5 else 'yes'},{person}" for n in range(1, 9)]
    file.write_text("\n".join(["code,kecamatan,coverage,operator,phone,device", *rows]) + "\n")
    return file


def test_a_run_and_its_report_keep_no_more_of_a_list_of_stations_than_is_asked_for(
    tmp_path: Path, stations: Path
) -> None:
    out = tmp_path / "out"
    said = tangguh(
        "init", stations, "--date", "2029-02-14", "--out", out, "--name", "contoh",
        "--skip-rejects",
    )  # fmt: skip
    scenario = out / "contoh.yaml"
    said += tangguh("devices", scenario, "--out", out / "devices.csv")
    said += tangguh(
        "run", scenario, "--replications", 2, "--jobs", 1, "--no-compare", "--out", out / "run"
    )
    said += tangguh("report", out / "run", "--out", out / "report")
    assert leaks(PERSONS, out, said) == []
    assert leaks(["Hulu"], out)  # the search would have found them


ATTEMPTS = [
    {"station": "001", "time": f"2020-12-09T19:{n:02}:00+07:00", "duration_s": 3.0, "bytes": 1000,
     "result": "refused" if n % 3 else "ok", "operator": PERSONS[0], "phone": PERSONS[1],
     "device": PERSONS[2], "address": PERSONS[3]}
    for n in range(50)
]  # fmt: skip
LINE = (
    '{0} - {1} [09/Dec/2020:19:{n:02}:00 +0700] "POST /upload?by={1} HTTP/1.1" {status} 12 '
    '"https://x/{1}" "App/1 ({2})" 0.5 0.1'
)


def test_an_import_of_phones_logs_keeps_no_device_and_no_name(tmp_path: Path) -> None:
    file = tmp_path / "attempts.jsonl"
    rows = [*ATTEMPTS, {**ATTEMPTS[0], "station": ""}, {**ATTEMPTS[0], "time": ""}]
    file.write_text("\n".join(map(json.dumps, rows)) + "\n")
    said = tangguh("import", "attempts", file, "--out", tmp_path / "made")
    assert "2 rows" in said
    assert leaks(PERSONS, tmp_path / "made", said) == []


def test_an_import_of_an_access_log_keeps_no_address_and_no_user(tmp_path: Path) -> None:
    file = tmp_path / "access.log"
    lines = [
        LINE.format(PERSONS[3], PERSONS[4], PERSONS[2], n=n, status=200 if n % 5 else "2x0")
        for n in range(50)
    ]
    file.write_text("\n".join([*lines, f"{PERSONS[3]} said nonsense of {PERSONS[4]}"]) + "\n")
    said = tangguh("import", "access-log", file, "--out", tmp_path / "made")
    assert "11 rows" in said
    assert leaks(PERSONS, tmp_path / "made", said) == []


def test_an_import_of_a_map_of_cells_keeps_the_places_of_stations_only(tmp_path: Path) -> None:
    samples = SHIPPED.parent.parent / "docs" / "how-to" / "samples"
    file, head, *rows = (
        tmp_path / "stations.csv",
        *(samples / "stations.csv").read_text().splitlines(),
    )
    assert head == "code,kecamatan,kelurahan,latitude,longitude"
    person = ",".join(PERSONS[:3])
    file.write_text("\n".join([f"{head},operator,phone,device", *(f"{r},{person}" for r in rows)]))
    cells = samples / "cells.csv"
    said = tangguh("import", "opencellid", cells, "--stations", file, "--out", tmp_path / "made")
    assert leaks(PERSONS, tmp_path / "made", said) == []
