"""The ready pipelines: their scripts are run as a runner does, with smaller gates in place."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.conftest import write_small
from tests.server.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
FILES = ("github-actions.yml", "gitlab-ci.yml")
PATIENCE = 240.0  # seconds that a whole job may take
SETUP = "python3 dev.py setup"  # makes the environment that this test already has
APP = """gate: app-release
title: {id: Rilis, en: Release}
predicted:
  scenario: small.yaml
  nights: {first: 10, batch: 10, most: 10}
  regression: {measure: failed, worse_by: 1.5%, baseline: app.json}
"""
SERVER = """gate: server-release
title: {id: Rilis, en: Release}
measured:
  thresholds:
    - {measure: refused, at_most: 4%}
"""


def jobs(name: str) -> dict[str, tuple[dict[str, str], list[str]]]:
    """Of each job, by its part: its variables, and the lines of its script."""
    tree = yaml.safe_load((ROOT / "pipelines" / name).read_text(encoding="utf-8"))
    if name.startswith("github"):
        return {
            part: (job["env"], [step["run"] for step in job["steps"] if "run" in step])
            for part, job in tree["jobs"].items()
        }
    return {
        part.removeprefix("gate-"): (job["variables"], job["script"])
        for part, job in tree.items()
        if part.startswith("gate-")
    }


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with an environment whose ``tangguh`` is the one under test."""
    for name in ("scenarios", "locustfiles", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    write_small(tmp_path)
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "server.yaml").write_text(SERVER)
    program = tmp_path / ".venv" / "bin" / "tangguh"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tangguh "$@"\n')
    program.chmod(0o755)
    return tmp_path


@pytest.fixture
def runner(clone: Path) -> Iterator[Any]:
    """Runs a job's lines in one shell that stops at the first failure; ends what is left."""
    started: list[subprocess.Popen[str]] = []

    def run(lines: list[str], variables: dict[str, str]) -> tuple[int, str]:
        shell = subprocess.Popen(
            ["bash", "-e", "-o", "pipefail", "-c", "\n".join(lines)],
            cwd=clone,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "COLUMNS": "100",
                **variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(shell)
        said, _ = shell.communicate(timeout=PATIENCE)
        return shell.returncode, said

    yield run
    for shell in started:
        try:
            os.killpg(shell.pid, signal.SIGKILL)  # the server that a job leaves behind
        except ProcessLookupError:
            continue  # the job left none
        shell.wait(PATIENCE)


def tangguh(clone: Path, *words: str) -> None:
    done = subprocess.run(
        [str(clone / ".venv/bin/tangguh"), *words],
        cwd=clone,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def cases(clone: Path, part: str) -> list[str]:
    """The names of the test cases in the JUnit file that a job keeps."""
    suites = ElementTree.parse(clone / "out" / f"gate-{part}.xml").getroot()
    return [case.attrib["name"] for case in suites.iter("testcase")]


@pytest.mark.parametrize("name", FILES)
def test_a_pipeline_names_gates_and_scenarios_that_are_there(name: str) -> None:
    found = jobs(name)
    assert list(found) == ["app", "server"]
    for variables, lines in found.values():
        assert SETUP in lines
        for word in ("GATE", "SCENARIO"):
            assert word not in variables or (ROOT / variables[word]).is_file(), variables[word]


@pytest.mark.parametrize("name", FILES)
def test_a_pipeline_keeps_what_its_gates_write_even_if_they_fail(name: str) -> None:
    text = (ROOT / "pipelines" / name).read_text(encoding="utf-8")
    for part, (_, lines) in jobs(name).items():
        script = "\n".join(lines)
        for written in re.findall(r"--(?:out|junit) (\S+)", script):
            assert text.count(written) > script.count(written), f"{part}: {written} is not kept"
    assert text.count("if: always()") + len(re.findall("artifacts:\n *when: always", text)) == 2


def app_job(name: str) -> tuple[dict[str, str], list[str]]:
    variables, lines = jobs(name)["app"]
    ours = {"GATE": "app.yaml", "GITHUB_STEP_SUMMARY": "out/gate-app.md"}
    return {**variables, **ours}, [line for line in lines if line != SETUP]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_the_job_of_an_app_passes(name: str, clone: Path, runner: Any) -> None:
    variables, lines = app_job(name)
    tangguh(clone, "gate", "app.yaml", "--update-baseline")
    code, said = runner(lines, variables)
    assert code == 0, said
    assert len(cases(clone, "app")) == 1
    assert "### Gate app-release: PASS" in (clone / "out/gate-app.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_job_of_an_app_that_has_become_worse_fails_and_says_so(
    clone: Path, runner: Any
) -> None:
    variables, lines = app_job(FILES[0])
    tangguh(clone, "gate", "app.yaml", "--update-baseline")
    worse = "extends: small.yaml\nname: worse\nclient: {policy: none, batching: bundle}\n"
    (clone / "worse.yaml").write_text(worse)
    (clone / "app.yaml").write_text(APP.replace("small.yaml", "worse.yaml"))
    code, said = runner([line for line in lines if "--self-test" not in line], variables)
    assert code == 1, said
    suites = ElementTree.parse(clone / "out/gate-app.xml").getroot()
    (failure,) = suites.iter("failure")
    assert failure.attrib["message"] in said
    assert "### Gate app-release: FAIL" in (clone / "out/gate-app.md").read_text(encoding="utf-8")


@pytest.mark.realtime
@pytest.mark.parametrize("name", FILES[:1])  # the other's lines are the same; half the time
def test_the_job_of_a_server_replays_and_judges(name: str, clone: Path, runner: Any) -> None:
    variables, lines = jobs(name)["server"]
    port = str(free_port())
    short = [
        line.replace("--port 8080", f"--port {port}").replace(
            "tangguh replay", "tangguh replay --speed 60 --sample 0.2"
        )
        for line in lines
        if line != SETUP
    ]
    code, said = runner(
        short,
        {
            **variables,
            "GATE": "server.yaml",
            "HOST": f"http://127.0.0.1:{port}",
            "GITHUB_STEP_SUMMARY": "out/gate-server.md",
        },
    )
    if code == 3 and "not valid: " in said:
        return  # on a machine that is busy otherwise a replay may rightly find that it is not valid
    assert code == 0, said
    assert cases(clone, "server") == ["refused at most 4%"]
    summary = (clone / "out/gate-server.md").read_text(encoding="utf-8")
    assert "### Gate server-release: PASS" in summary
