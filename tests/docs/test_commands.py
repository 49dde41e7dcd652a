"""Every command and every Python example of the documentation is run, with fewer nights."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
RUN_BY_CI = "python3 dev.py"  # .ci/run and the user run these; they would run this very test
STATIONS = "code,kecamatan,kelurahan\n" + "".join(
    f"{n:03d},{'Kemiling' if n % 2 else 'Panjang'},Kelurahan {n % 3}\n" for n in range(1, 13)
)


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def files(page: Path) -> list[tuple[str, str]]:
    """The files that a page shows whole: blocks with a name, such as ```yaml my-app.yaml."""
    return re.findall(
        r"```(?:yaml|python|csv) (\S+)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL
    )


def commands() -> list[tuple[Path, list[str]]]:
    """The tangguh commands of each block of a page, in order."""
    found = []
    for page in PAGES:
        lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
        kept = [line.removeprefix(".venv/bin/") for line in lines if line and RUN_BY_CI not in line]
        if kept:
            found.append((page, kept))
    return found


def shortened(words: list[str], out: Path) -> list[str]:
    """The same command with one night and a folder of its own."""
    if words == ["truths"]:  # each of them has a test of its own
        return [*words, "scenarios/overload/cliff.yaml"]
    if words[0] not in ("run", "compare") or words[1].endswith("grid.yaml"):
        return words
    for option in ("--replications", "--jobs"):
        if option in words:
            at = words.index(option)
            del words[at : at + 2]
    return [*words, "--replications", "1", "--jobs", "1", "--out", str(out)]


@pytest.mark.docs
@pytest.mark.parametrize(("page", "lines"), commands(), ids=lambda v: getattr(v, "name", ""))
def test_the_commands_of_a_page_work(page: Path, lines: list[str], tmp_path: Path) -> None:
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    for name in ("stations.csv", "my-stations.csv"):
        (tmp_path / name).write_text(STATIONS)
    for name, text in files(page):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for number, line in enumerate(lines):
        words = shlex.split(line)
        assert words[0] == "tangguh", f"{page}: {line}: not a command that this test can run"
        arguments = shortened(words[1:], tmp_path / f"out-{number}")
        done = subprocess.run(
            [sys.executable, "-m", "tangguh", *arguments],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "COLUMNS": "100"},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, f"{page}: {line}\n{done.stdout}{done.stderr}"


@pytest.mark.docs
def test_the_cliff_page_computes_what_it_says() -> None:
    (code,) = blocks(ROOT / "docs" / "the-cliff.md", "python")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "the-cliff.md", "exec"), {})
    first, arrived = said.getvalue().split()
    assert float(first) == pytest.approx(272.0, abs=1e-6)
    assert arrived == "0"
