"""`tangguh calibrate`: its files, its table, its page; interrupted and gone on with; faults in a
line."""

from __future__ import annotations

import json
import os
import re
import signal
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports.calibration_text import TEXT
from reports.chapters import calibration
from reports.language import LANGUAGES
from tangguh.calibration_tables import print_calibration
from tests.study.calibration_tools import write_calibration
from tests.tangguh.test_commands import ENVIRONMENT, refused, tangguh

TWO = ("people", "coverage")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a calibration of two worlds, and what was printed."""
    folder = tmp_path_factory.mktemp("calibrate")
    file = write_calibration(folder, worlds=TWO)
    found = tangguh("calibrate", file, "--out", "c", "--stock", "stock", "--jobs", 1, cwd=folder)
    assert found.returncode == 0, found.stderr
    return folder, found.stdout


def test_it_leaves_everything_an_ensemble_and_a_page(done: tuple[Path, str]) -> None:
    folder, said = done
    left = {p.name for p in (folder / "c").glob("[!.]*")}
    assert left == {"calibration.json", "ensemble.json", "provenance.json", "report.html"}
    assert "Page: c/report.html" in said
    summary = json.loads((folder / "c" / "calibration.json").read_text())
    assert [w["name"] for w in summary["worlds"]] == list(TWO)
    for world in summary["worlds"]:
        for quantity in world.get("quantities", []):
            assert sum(quantity["histogram"]) == pytest.approx(1.0)
            assert 0 < quantity["overlap"] <= 1.0001


def test_the_first_paragraph_says_whether_the_mechanism_beats_the_baselines(
    done: tuple[Path, str],
) -> None:
    folder, said = done
    held = json.loads((folder / "c" / "calibration.json").read_text())["held_out"]
    first = " ".join(said.split("\n\n")[0].split())
    assert f"{held['scores']['mechanism']['crps']:.2f} stations by the mechanism" in first
    assert ("DOES NOT BEAT" in first) is not all(held["beats"].values())


def test_its_tables_fit_into_eighty_columns(
    done: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = json.loads((done[0] / "c" / "calibration.json").read_text())
    monkeypatch.setenv("COLUMNS", "80")
    summary["worlds"][0]["name"] = "airtime-server"
    print_calibration(summary, Path("report.html"))
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80
    assert "airtime-server" in said
    assert "…" not in said  # nothing is cut


def test_the_page_has_two_languages_and_loads_nothing(done: tuple[Path, str]) -> None:
    folder, _ = done
    summary = json.loads((folder / "c" / "calibration.json").read_text())
    html = (folder / "c" / "report.html").read_text()
    assert 'id="page-id"' in html
    assert 'id="page-en"' in html
    assert not re.search(r'(src|href)="(?!data:)', html)
    assert not re.search(r"\bnan\b", html, re.IGNORECASE)
    for world in summary["worlds"]:  # a world that is ruled out has no members, and a page
        world.pop("members", None)
        world["weight"] = world["weight_error"] = 0.0
    summary["reproducing"] = []
    own, english = (calibration.chapter(summary, language) for language in LANGUAGES)
    assert (own.answer, english.answer) == TEXT["weights_none"]


def test_every_sentence_is_said_in_both_languages_with_the_same_holes() -> None:
    for key, texts in TEXT.items():
        holes = [
            sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)
            for text in texts
        ]
        assert all(texts), key
        assert holes[0] == holes[1], key


def test_interrupted_it_keeps_its_nights_and_the_same_command_goes_on(
    done: tuple[Path, str], tmp_path: Path
) -> None:
    folder, _ = done
    file = write_calibration(tmp_path, worlds=TWO)
    command = ("calibrate", file.name, "--out", "c", "--stock", "stock", "--jobs", "1")
    with subprocess.Popen(
        [sys.executable, "-m", "tangguh", *command], cwd=tmp_path, env=ENVIRONMENT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            deadline = time.monotonic() + 60
            while len(list(tmp_path.glob("stock/*/*/*.npz"))) < 5:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
            os.killpg(process.pid, signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130, said
    assert "the same command goes on" in said
    again = tangguh(*command, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    same, other = (
        json.loads((where / "c" / "calibration.json").read_text()) for where in (folder, tmp_path)
    )
    for summary in (same, other):
        for world in summary["worlds"]:
            world.pop("scenario")  # its path is the only thing that differs
    assert same == other


def test_one_scenario_is_a_calibration_of_one_world(tmp_path: Path) -> None:
    write_calibration(tmp_path)
    done = tangguh("validate", "people.yaml", "calibration.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "a calibration of 1 worlds to 6 kecamatan" in done.stdout


def test_what_is_wrong_is_said_in_a_line(tmp_path: Path) -> None:
    file = write_calibration(tmp_path)
    assert "is a calibration, not a scenario" in refused("run", file, cwd=tmp_path)
    file.write_text(file.read_text().replace("people.yaml", "peple.yaml"))
    assert "there is no file peple.yaml" in refused("calibrate", file.name, cwd=tmp_path)
    csv = tmp_path / "kecamatan.csv"
    csv.write_text(csv.read_text().replace(",6,0", ",,0"))
    assert "no counted failures for 1 kecamatan" in refused(
        "calibrate", "people.yaml", cwd=tmp_path
    )
    assert "cannot be read" in refused("calibrate", "nowhere.yaml", cwd=tmp_path)
