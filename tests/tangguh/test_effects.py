"""`tangguh compare --ensemble`: the same members for everybody, what is left, how it fails."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from sim.scenario.inputs import load_inputs
from study.calibration.ensemble_file import Calibrated, CalibratedWorld, MemberNight, write_ensemble
from study.patchwork import Patchwork
from tests.conftest import write_small
from tests.tangguh.test_commands import refused, tangguh

WORLDS = {
    "air": "network: {capacity: {lognormal: {median: 1 Mbit/s, p95: 3 Mbit/s}, per: kecamatan}}\n",
    "breaks": "network: {break_rate_at_peak: {loguniform: [1/60 per s, 1/20 per s]}}\n",
}


def write_worlds(folder: Path) -> Path:
    scenario = write_small(folder)
    (folder / "worlds").mkdir()
    for name, change in WORLDS.items():
        (folder / "worlds" / f"{name}.yaml").write_text(
            f"extends: ../small.yaml\nname: {name}\n{change}"
        )
    return scenario


def write_calibrated(folder: Path) -> Path:
    """An ensemble of two members of the world `air`, in `folder/calibration`."""
    file = folder / "worlds" / "air.yaml"
    members = (
        MemberNight(Patchwork(1, {"01": 5}), 0.05, 0.9),
        MemberNight(Patchwork(2), 0.05, 0.1),
    )
    world = CalibratedWorld("air", file, load_inputs(file).loaded.digest, 1.0, members)
    (folder / "calibration").mkdir()
    write_ensemble(folder / "calibration", Calibrated("small", 3, "unsent", (world,)))
    return folder / "calibration"


def test_every_policy_meets_the_nights_of_every_world(tmp_path: Path) -> None:
    scenario = write_worlds(tmp_path)
    command = ["compare", scenario, "--ensemble", "worlds", "--policy", "none,full-jitter",
               "--batching", "per-photo,chunks", "-n", 6, "--jobs", 2]  # fmt: skip
    done = tangguh(*command, "--out", "a", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "12 prior nights, 2 worlds" in done.stdout
    assert "nothing was fitted" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    found = json.loads((tmp_path / "a" / "effects.json").read_text())
    assert [w["world"] for w in found["worlds"]] == ["air", "breaks"]
    assert len(found["pairs"]) == 6
    for rows in [w["rows"] for w in found["worlds"]] + [found["overall"]]:
        assert [r["name"] for r in rows] == found["names"]
        assert abs(sum(r["chance_best"] for r in rows) - 1) < 1e-9
        assert rows[0]["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
    best = found["overall"][found["choice"]]
    assert best["expected_regret"]["mean"] == min(
        r["expected_regret"]["mean"] for r in found["overall"]
    )
    rows = list(csv.DictReader((tmp_path / "a" / "effects.csv").read_text().splitlines()))
    assert len(rows) == 12
    page = (tmp_path / "a" / "report.html").read_text()
    assert "penyesalan harapan" in page
    assert "expected regret" in page
    again = tangguh(*command, "--out", "b", cwd=tmp_path)
    assert again.stderr == ""  # nothing was simulated again, so there was nothing to count
    same = json.loads((tmp_path / "b" / "effects.json").read_text())
    assert {**same, "command": 0} == {**found, "command": 0}


def test_a_calibrated_ensemble_is_compared_in_its_own_nights(tmp_path: Path) -> None:
    scenario = write_worlds(tmp_path)
    folder = write_calibrated(tmp_path)
    done = tangguh(
        "compare", scenario, "--ensemble", folder, "--batching", "per-photo,chunks", "--jobs", 1,
        "--out", "c", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "2 calibrated nights, 1 world" in done.stdout
    found = json.loads((tmp_path / "c" / "effects.json").read_text())
    assert (found["calibrated"], found["seed"]) == (True, 3)
    kept = {p.name for p in (tmp_path / "out" / "cache").glob("*/*.json")}
    assert kept == {f"{n.name()}.json" for n in (Patchwork(1, {"01": 5}), Patchwork(2))}


def test_wrong_ensembles_are_refused_in_one_line(tmp_path: Path) -> None:
    scenario = write_worlds(tmp_path)
    two = ["--batching", "per-photo,chunks"]
    gone = refused("compare", scenario, "--ensemble", "gone", *two, cwd=tmp_path)
    assert "there is no such folder" in gone
    (tmp_path / "empty").mkdir()
    empty = refused("compare", scenario, "--ensemble", "empty", *two, cwd=tmp_path)
    assert "no scenario" in empty
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "ensemble.json").write_text("{}")
    bad = refused("compare", scenario, "--ensemble", "bad", *two, cwd=tmp_path)
    assert "is not an ensemble" in bad
    one = refused("compare", scenario, "--ensemble", "worlds", cwd=tmp_path)
    assert "one variant only" in one
    (tmp_path / "own.yaml").write_text(
        "extends: small.yaml\nname: own\npolicies: {mine: {backoff: {fixed: {seconds: 7 s}}}}\n"
    )
    mine = refused(
        "compare", "own.yaml", "--ensemble", "worlds", "--policy", "none,mine", cwd=tmp_path
    )
    assert "does not know 'mine'" in mine
    (tmp_path / "other.csv").write_text("code,name,tps,failed,blank_spots\n09,Lain,5,1,0\n")
    (tmp_path / "other.yaml").write_text(
        "extends: small.yaml\nname: other\nregion: {kecamatan: other.csv}\n"
    )
    unlike = refused("compare", "other.yaml", "--ensemble", "worlds", *two, cwd=tmp_path)
    assert "has other stations" in unlike
