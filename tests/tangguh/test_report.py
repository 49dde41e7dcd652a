"""`tangguh report`: its files, that it can be made again, and its faults in a line."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tangguh.cli import main
from tests.conftest import write_small
from tests.reports.conftest import make
from tests.tangguh.test_commands import tangguh


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of three nights in `run`."""
    folder = tmp_path_factory.mktemp("report")
    make(folder, "run", write_small(folder), "-n", 3, "--no-compare", "--jobs", 1, "--out", "run")
    return folder


def refused(*words: str, cwd: Path) -> str:
    """The one message of a command that must exit 2, in this process."""
    err = io.StringIO()
    argv, sys.argv = sys.argv, ["tangguh", *words]
    try:
        with (
            contextlib.chdir(cwd),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as end,
        ):
            main()
    finally:
        sys.argv = argv
    assert end.value.code == 2
    return err.getvalue()


def test_it_leaves_a_page_two_pdfs_figures_and_where_they_are_from(place: Path) -> None:
    done = tangguh("report", "run", "--out", "all", cwd=place)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"Report: all/{name}" for name in ("report.html", "laporan.pdf", "report.pdf")
    ]
    figures = {p.name for p in (place / "all" / "figures").iterdir()}
    assert {f"1-progress.{e}" for e in ("svg", "png", "csv")} <= figures
    data = (place / "all" / "figures" / "1-kecamatan.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(data.splitlines()))
    assert {row[0] for row in rows[1:]} == {"Hulu", "Hilir"}
    found = json.loads((place / "all" / "report.json").read_text())
    assert found["results"][0]["kind"] == "run"
    assert found["results"][0]["provenance"]["identity"]["seed"] == 1
    assert (place / "all" / "provenance.json").is_file()
    assert found["results"][0]["tables"] == ["run/outcomes.parquet"]
    make(place, "report", "run", "--out", "all", "--format", "html")


def test_the_language_that_is_asked_for_is_shown_first(place: Path) -> None:
    make(place, "report", "run", "--language", "en", "--format", "html", "--out", "en")
    html = (place / "en" / "report.html").read_text()
    assert '<html lang="en">' in html
    assert html.index('id="page-en"') < html.index('id="page-id"')
    assert not list((place / "en").glob("*.pdf"))


def test_without_typst_the_page_is_written_and_a_line_says_what_to_install(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.chapters.registry import ReportError
    from tangguh.reporting import make_report

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ReportError, match=r"pip install typst.*--format html"):
        make_report([place / "run"], "id", "html,pdf", place / "bare")
    assert (place / "bare" / "report.html").is_file()


def test_faults_of_the_command_line_are_a_line_each(place: Path) -> None:
    (place / "broken").mkdir(exist_ok=True)
    (place / "broken" / "summary.json").write_text("{")
    (place / "other").mkdir(exist_ok=True)
    (place / "other" / "summary.json").write_text("{}")
    for words, said in (
        (["nowhere"], "there is no such folder"),
        (["."], "holds no result to report on; looked for"),
        (["broken"], "is not JSON"),
        (["other"], "is no summary of a run"),
        (["run", "--format", "doc"], "takes html, pdf and csv"),
        (["run", "--format", ""], "takes html, pdf and csv"),
        (["run", "--out", "run"], "holds something else"),
        (["run", "--out", "small.yaml"], "is a file"),
    ):
        message = refused("report", *words, cwd=place)
        assert said in message
        assert message.count("\n") == 1


def test_only_a_changed_result_is_called_damaged_and_our_own_faults_are_not(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.chapters import registry
    from reports.chapters.chapter import Chapter
    from study.files import DamagedFileError
    from tangguh.reporting import make_report

    changed = Path(shutil.copytree(place / "run", place / "changed"))
    summary = json.loads((changed / "summary.json").read_text())
    summary["title"]["id"] = "Diubah"
    (changed / "summary.json").write_text(json.dumps(summary))
    make_report([changed], "id", "html", place / "warned")
    assert "summary.json tidak lagi seperti" in (place / "warned" / "report.html").read_text()
    del summary["outcomes"]["failed"]["mean"]
    (changed / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(DamagedFileError, match=r"changed/summary\.json: is damaged"):
        make_report([changed], "id", "html", place / "refused")

    def faulty(*_: object) -> Chapter:
        raise KeyError("ours")

    broken = replace(registry.kind_of("run"), chapter=faulty)
    monkeypatch.setattr(registry, "KINDS", (broken,))
    with pytest.raises(KeyError, match="ours"):
        make_report([place / "run"], "id", "html", place / "ours")


def test_the_table_behind_a_run_becomes_a_csv_with_a_row_for_each_station(place: Path) -> None:
    make(place, "report", "run", "--format", "csv", "--out", "table")
    text = (place / "table" / "data" / "1-outcomes.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 3 * 30
    assert {row["kecamatan"] for row in rows} == {"Hulu", "Hilir"}
    assert {row["replication"] for row in rows} == {"0", "1", "2"}
    assert not (place / "table" / "report.html").exists()
    broken = Path(shutil.copytree(place / "run", place / "no-table"))
    (broken / "outcomes.parquet").write_text("PAR1")
    said = refused("report", "no-table", "--format", "csv", "--out", "no", cwd=place)
    assert "no-table/outcomes.parquet: is damaged" in said


def test_boundaries_give_the_page_and_the_figures_a_map(place: Path) -> None:
    def square(west: float, name: str) -> dict[str, object]:
        ring = [[west, -5.4], [west + 0.1, -5.4], [west + 0.1, -5.3], [west, -5.4]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"kec": name}, "geometry": shape}

    features = [square(105.2, "HULU"), square(105.3, "Kec. Hilir")]
    collection = {"type": "FeatureCollection", "features": features}
    (place / "b.geojson").write_text(json.dumps(collection))
    words = ["--boundaries", "b.geojson", "--format", "html", "--out"]
    make(place, "report", "run", *words, "map")
    assert (place / "map" / "figures" / "1-kecamatan-tiles-map.svg").is_file()
    assert (place / "map" / "report.html").read_text().count("b.geojson") >= 2
    (place / "b.geojson").write_text(json.dumps(collection | {"features": features[:1]}))
    assert "b.geojson: has no polygon for Hilir" in refused("report", "run", *words, "x", cwd=place)
