"""`tangguh evidence` and `tangguh arrivals`: weights and shapes, kept nights, one-line faults."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sim.scenario.errors import ScenarioError, UserFaultError
from sim.scenario.inputs import load_inputs
from study.calibration.ensemble_file import Calibrated, CalibratedWorld, MemberNight, write_ensemble
from study.patchwork import Patchwork
from tangguh.studies import weigh_worlds
from tests.conftest import ROOT, write_small
from tests.tangguh.test_commands import refused, tangguh

SHIPPED = ROOT / "scenarios" / "evidence" / "bandarlampung-2020.yaml"
DARK = """name: dark
people: {kpps: {walks_to_signal: 0%}}
region: {kecamatan: dark.csv, kelurahan: null}
"""


@pytest.fixture
def worlds(tmp_path: Path) -> Path:
    """Two worlds of the small region: as it is, and with hardly any signal."""
    write_small(tmp_path)
    (tmp_path / "dark.csv").write_text(
        "code,name,tps,failed,blank_spots\n01,Hulu,18,6,15\n02,Hilir,12,1,10\n"
    )
    (tmp_path / "dark.yaml").write_text("extends: small.yaml\n" + DARK)
    return tmp_path


COMMAND = ("evidence", SHIPPED, "small.yaml", "dark.yaml", "-n", 8, "--jobs", 1)


def result(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "evidence.json").read_text())
    return found


def test_a_world_without_signal_loses_its_weight_and_the_text_app_alone_says_so(
    worlds: Path,
) -> None:
    done = tangguh(*COMMAND, "--only", "text-app,blank-spots", "--out", "e", cwd=worlds)
    assert done.returncode == 0, done.stderr
    assert "Page: e/report.html" in done.stdout
    found = json.loads((worlds / "e" / "evidence.json").read_text())
    assert found["on"] == ["text-app", "blank-spots"]
    assert found["worlds"]["dark"]["weight"] < 0.001
    moves = {row["name"]: row for row in found["movements"]}
    assert moves["text-app"]["rules_out"] == ["dark"]
    assert not moves["outage-10-december"]["on"]
    assert len(found["worlds"]["small"]["nights"]["text-app"]) == 8
    page = (worlds / "e" / "report.html").read_text()
    assert "aplikasi teks milik KPU kota memuat seluruh 1.700 TPS" in page
    assert "the city&#39;s own text app had all 1,700 stations" in page


def test_other_switches_weigh_the_same_nights_anew(worlds: Path) -> None:
    first = tangguh(*COMMAND, "--only", "blank-spots", "--out", "a", cwd=worlds)
    assert first.returncode == 0, first.stderr
    stock = sorted(p for p in (worlds / "out/cache/nights").rglob("*.npz"))
    assert len(stock) == 2 * 2 * 8
    stamps = [p.stat().st_mtime_ns for p in stock]
    again = tangguh(*COMMAND, "--without", "blank-spots", "--out", "b", cwd=worlds)
    assert again.returncode == 0, again.stderr
    assert [p.stat().st_mtime_ns for p in stock] == stamps
    a, b = (json.loads((worlds / f / "evidence.json").read_text()) for f in "ab")
    assert a["worlds"]["small"]["nights"] == b["worlds"]["small"]["nights"]
    assert a["worlds"]["small"]["weight"] != b["worlds"]["small"]["weight"]


def test_a_calibrated_ensemble_is_weighed_by_its_members_and_not_by_the_counts_again(
    worlds: Path,
) -> None:
    file = worlds / "small.yaml"
    members = tuple(
        MemberNight(Patchwork(r, {"01": r + 7}), 0.05, w) for r, w in ((3, 0.75), (9, 0.25))
    )
    world = CalibratedWorld("small", file, load_inputs(file).loaded.digest, 1.0, members)
    (worlds / "c").mkdir()
    write_ensemble(worlds / "c", Calibrated("x", 5, "unsent", (world,)))
    done = tangguh("evidence", SHIPPED, "--ensemble", "c", "--jobs", 1, "--out", "e", cwd=worlds)
    assert done.returncode == 0, done.stderr
    found = json.loads((worlds / "e" / "evidence.json").read_text())
    assert found["ensemble"] == "calibrated"
    assert found["seed"] == 5
    assert found["worlds"]["small"]["night_weights"] == [0.75, 0.25]
    assert "district-spread" not in found["on"]
    assert "progress-10-december" in found["on"]
    points = "region,election,percent,datetime_local\nA,Sirekap 2020,50,2020-12-10 15:30\n"
    (worlds / "points.csv").write_text(points)
    scored = tangguh("validate-progress", "points.csv", "--scenario", "small.yaml", "--ensemble",
                     "c", "--jobs", 1, "--out", "v", cwd=worlds)  # fmt: skip
    assert scored.returncode == 0, scored.stderr
    summary = json.loads((worlds / "v" / "validation.json").read_text())
    assert list(summary["nights"].values()) == [2]
    assert "Calibrated ensemble" in scored.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["small.yaml", "--only", "tex-app"], "did you mean 'text-app'?"),
        ([], "name either worlds"),
    ],
)
def test_what_cannot_be_weighed_is_said_in_a_line(
    worlds: Path, arguments: list[object], said: str
) -> None:
    assert said in refused("evidence", SHIPPED, *arguments, cwd=worlds)


@pytest.mark.parametrize(
    ("file", "scenarios", "ensemble", "said"),
    [
        (SHIPPED, ["small.yaml"], "c", "name either worlds"),
        (SHIPPED, ["small.yaml", "small.yaml"], None, "another world is called 'small'"),
        (SHIPPED, ["nowhere.yaml"], None, "nowhere.yaml:1:1: cannot be read"),
        (SHIPPED, ["."], None, "is a file of evidence, not a scenario"),
        (Path("small.yaml"), ["small.yaml"], None, "missing key 'evidence'"),
        (SHIPPED, [], "none", "cannot be read"),
    ],
)
def test_every_fault_of_the_files_has_its_reason(
    worlds: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: Path,
    scenarios: list[str],
    ensemble: str | None,
    said: str,
) -> None:
    monkeypatch.chdir(worlds)
    (worlds / "zz.yaml").write_text(SHIPPED.read_text())
    with pytest.raises((ScenarioError, UserFaultError), match=re.escape(said)):
        weigh_worlds(
            file,
            [Path(s) for s in scenarios],
            ensemble=None if ensemble is None else Path(ensemble),
            only=None, without=None, replications=2, seed=1, jobs=1,
            out=worlds / "e", stock=worlds / "s",
        )  # fmt: skip


def test_arrivals_are_compared_and_written(worlds: Path) -> None:
    (worlds / "bins.csv").write_text(
        "# made for this test\nbegins,arrivals\n2020-12-09 16:00,3\n2020-12-09 21:00,9\n"
    )
    done = tangguh("arrivals", "small.yaml", "bins.csv", "-n", 3, "--jobs", 1, "--out", "a",
                   cwd=worlds)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "flood after" in done.stdout
    found = json.loads((worlds / "a" / "arrivals.json").read_text())
    assert set(found["ways"]) == {"as declared", "without outages", "without operators"}
    assert found["observed"]["in outage app-9-december"] == pytest.approx(0.25)
