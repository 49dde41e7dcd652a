"""A disk that fills up in the middle, and one that may not be written to: really mounted ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from study.nights import recall
from tests.locustfiles.evening import write_evening
from tests.robustness.command import carry_out
from tests.robustness.jobs import performed
from tests.robustness.templates import GRID, Template
from tests.server.running import running
from tests.tangguh.replaying import ENVIRONMENT

UNSHARE = ["unshare", "--user", "--map-root-user", "--mount"]
RUN = ["run", "whole.yaml", "-n", "3", "-j", "1", "--no-compare", "--out"]
SIZES = (4, 12, 16, 28, 60, 120)
"""KiB: from too small for the provenance to too small for the page."""


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = [*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not can_mount(), reason="this machine lets nobody mount a disk")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Template(tmp_path_factory.mktemp("template")).folder("plain")
    (folder / "grid.yaml").write_text(GRID)
    return folder


def perform(folder: Path, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The commands of some jobs, each on a disk of its own."""
    return performed("small_disk", folder, jobs, within=UNSHARE)


def scratch(folder: Path) -> list[Path]:
    """Files that are half written: under the name that they have until they are whole."""
    return [p for p in folder.rglob(".*") if re.search(r"\.\d+$", p.name)]


def test_a_run_that_fills_the_disk_says_so_and_goes_on_where_there_is_room(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [
        {"options": f"size={size}k", "from": str(plain), "words": [*RUN, "disk/o"],
         "keep": str(tmp_path / f"kept-{size}")}
        for size in SIZES
    ]  # fmt: skip
    monkeypatch.chdir(plain)
    assert carry_out([*RUN, tmp_path / "whole"]).code == 0
    whole = (tmp_path / "whole" / "outcomes.parquet").read_bytes()
    finished = []
    for job, ended in zip(jobs, perform(tmp_path, jobs), strict=True):
        said = [line for line in ended["err"].splitlines() if not line.startswith("nights")]
        assert (ended["code"], ended["escaped"], len(said)) == (2, "", 1), ended
        assert re.fullmatch(r"tangguh: disk/o/\S+: No space left on device; .*", said[0])
        kept = Path(str(job["keep"])) / "o"
        assert scratch(kept) == []
        nights = sorted(kept.glob("parts/*/*.npz"))
        for night in nights:
            recall(night)
        finished.append(len(nights))
        again = carry_out(
            [*RUN, kept, *(["--resume"] if (kept / "provenance.json").exists() else [])]
        )
        assert again.code == 0, again.err
        assert (kept / "outcomes.parquet").read_bytes() == whole
    assert finished == sorted(finished)
    assert {0, 3} < {*finished}


FULL = """\
mkdir disk && mount -t tmpfs -o size=36k none disk || exit 99
"$@" --out disk/o
code=$?
ls -A disk/o
exit $code
"""


@pytest.mark.realtime
@pytest.mark.slow
def test_a_replay_that_fills_the_disk_ends_and_says_so(tmp_path: Path) -> None:
    scenario = write_evening(tmp_path / "evening")
    (tmp_path / "server").mkdir()
    with running(tmp_path / "server") as server:
        done = subprocess.run(
            [*UNSHARE, "sh", "-c", FULL, "sh", sys.executable, "-m", "tangguh", "replay",
             str(scenario), "--host", server.url, "--window", "18:00-18:10", "--speed", "60"],
            cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=90,
        )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.splitlines()[-1] == (
        "tangguh: disk/o: the replay was ended, because its results could not be written (is the "
        "disk full?); what was measured until then is in attempts.jsonl"
    )
    left = set(done.stdout.splitlines()[-6:])
    assert {"attempts.jsonl", "predicted.jsonl"} <= left
    assert not {"outcomes.npy", "replay.json"} & left
    assert not [name for name in left if re.search(r"\.\d+$", name)]


@pytest.mark.parametrize("options", ["size=40k", "size=1m,ro"])
def test_other_commands_say_so_too(plain: Path, tmp_path: Path, options: str) -> None:
    commands = (
        ["compare", "grid.yaml", "-j", "1", "--cache", "disk/cache", "--out", "disk/o"],
        ["run", "whole.yaml", "-n", "20", "-j", "2", "--no-compare", "--out", "disk/o"],
        ["import", "attempts", "attempts.csv", "--out", "disk/a/b"],
        ["init", "tps.csv", "--date", "2029-02-14", "--out", "disk/init"],
        ["devices", "listed.yaml", "--out", "disk/devices.csv"],
    )
    small = options.replace("40k", "4k")
    jobs = [
        {"options": options if "-j" in words else small, "from": str(plain), "words": words,
         "keep": str(tmp_path / str(n))}
        for n, words in enumerate(commands)
    ]  # fmt: skip
    for job, ended in zip(jobs, perform(tmp_path, jobs), strict=True):
        if ended["code"] == 0:  # a small file fits
            assert "ro" not in options
            continue
        assert (ended["code"], ended["escaped"]) == (2, ""), ended
        assert "disk" in ended["err"], ended
        reason = os.strerror(30) if "ro" in options else os.strerror(28)
        assert reason in ended["err"], ended
        assert scratch(Path(str(job["keep"]))) == []
