"""Every command and every Python example of the documentation is run, with fewer nights."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from tests.server.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
PATIENCE = 240.0  # seconds that one command may take
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
        shown = [block.replace("\\\n", " ") for block in blocks(page, "sh")]
        lines = [line for block in shown for line in block.splitlines()]
        kept = [line.removeprefix(".venv/bin/") for line in lines if line and RUN_BY_CI not in line]
        if kept:
            found.append((page, kept))
    return found


def shortened(words: list[str], out: Path) -> list[str]:
    """The same command with one night and a folder of its own, or with a tenth of the stations."""
    if words == ["truths"]:  # each of them has a test of its own
        return [*words, "scenarios/overload/cliff.yaml"]
    if words[0] == "replay" and not {"--dry-run", "--sample"} & {*words}:
        return [*without(words, "--speed"), "--speed", "120", "--sample", "0.1"]
    if words[0] == "plan" and words[1].startswith("scenarios/"):
        return ["validate", words[1]]  # it takes minutes; tests/tangguh/test_plan.py has small ones
    if words[0] not in ("run", "compare") or words[1].endswith("grid.yaml"):
        return words
    few = without(words, "--replications", "--jobs")
    where = [] if "--out" in words else ["--out", str(out)]  # a later command reads that folder
    return [*few, "--replications", "1", "--jobs", "1", *where]


def without(words: list[str], *options: str) -> list[str]:
    """The words but for some options with their values."""
    kept = list(words)
    for option in options:
        if option in kept:
            at = kept.index(option)
            del kept[at : at + 2]
    return kept


class Terminal:
    """Runs the commands of a page as their reader does, in a folder of its own.

    A server runs on, for the commands after it, until the page is at its end; so do workers of
    Locust, each until its master has finished. Ports that a page names are replaced by free ones.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self._ports: dict[str, str] = {}
        self._servers: list[subprocess.Popen[str]] = []
        self._workers: list[subprocess.Popen[str]] = []
        self._master: tuple[subprocess.Popen[str], int] | None = None  # and how many it expects

    def run(self, line: str) -> None:
        """Carry out a line; it must succeed."""
        self.count += 1
        for named, own in self._ports.items():
            line = line.replace(named, own)
        program, *words = shlex.split(line)
        if program == "tangguh" and words[0] == "serve":
            self._serve(words)
        elif program == "tangguh":
            short = shortened(words, self.folder / f"out-{self.count}")
            done = self._start(program, short)
            said, _ = done.communicate(timeout=PATIENCE)
            # on a machine that is busy otherwise a replay may rightly find that it is not valid
            fine = (0, 3) if words[0] == "replay" and "not valid: " in said else (0,)
            assert done.returncode in fine, f"{line}\n{said}"
        elif program == "locust":
            self._locust(words)
        else:
            raise AssertionError(f"{line}: not a command that this test can run")

    def end(self) -> None:
        """End whatever still runs."""
        for process in [
            *self._servers,
            *self._workers,
            *([self._master[0]] if self._master else []),
        ]:
            process.kill()
            process.communicate()

    def _start(
        self, program: str, words: list[str], stderr: int | IO[str] = subprocess.STDOUT
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", program, *words],
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "COLUMNS": "100"},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def _serve(self, words: list[str]) -> None:
        named = words[words.index("--port") + 1] if "--port" in words else "8080"
        with (self.folder / "server.log").open("w") as log:
            process = self._start("tangguh", [*without(words, "--port"), "--port", "0"], log)
        self._servers.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), (self.folder / "server.log").read_text()
        self._ports[f":{named}"] = ":" + line.strip().rpartition(":")[2]

    def _locust(self, words: list[str]) -> None:
        """A master, or one of its workers; with the last of them it is carried out."""
        port = self._ports.setdefault("the port of Locust's master", str(free_port()))
        if "--master" in words:
            expected = int(words[words.index("--expect-workers") + 1])
            self._master = self._start("locust", [*words, "--master-bind-port", port]), expected
            return
        self._workers.append(self._start("locust", [*words, "--master-port", port]))
        assert self._master is not None, "workers come after their master"
        master, expected = self._master
        if len(self._workers) == expected:
            said, _ = master.communicate(timeout=PATIENCE)
            assert master.returncode in (0, 3), said
            for worker in self._workers:
                assert worker.wait(PATIENCE) == 0


@pytest.mark.docs
@pytest.mark.parametrize(("page", "lines"), commands(), ids=lambda v: getattr(v, "name", ""))
def test_the_commands_of_a_page_work(page: Path, lines: list[str], tmp_path: Path) -> None:
    for name in ("scenarios", "locustfiles", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("stations.csv", "my-stations.csv"):
        (tmp_path / name).write_text(STATIONS)
    for name, text in files(page):
        (tmp_path / name).write_text(text, encoding="utf-8")
    terminal = Terminal(tmp_path)
    try:
        for line in lines:
            terminal.run(line)
    finally:
        terminal.end()


@pytest.mark.docs
def test_the_cliff_page_computes_what_it_says() -> None:
    (code,) = blocks(ROOT / "docs" / "the-cliff.md", "python")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "the-cliff.md", "exec"), {})
    first, arrived = said.getvalue().split()
    assert float(first) == pytest.approx(272.0, abs=1e-6)
    assert arrived == "0"


@pytest.mark.docs
def test_the_newcomers_figure_is_drawn() -> None:
    (code,) = blocks(ROOT / "docs" / "newcomers.md", "python")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "newcomers.md", "exec"), {})
    assert said.getvalue().split() == ["<svg", "3"]
