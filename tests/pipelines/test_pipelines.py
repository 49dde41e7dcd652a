"""The ready pipelines: their scripts are run as a runner does, with smaller gates in place."""

from __future__ import annotations

import os
import re
import shutil
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
  nights: {first: 10, batch: 10, most: 20}
  regression: {measure: failed, worse_by: 20%, baseline: app.json}
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
    """The names of the test cases in a JUnit file that a job keeps."""
    suites = ElementTree.parse(clone / "out" / f"{part}.xml").getroot()
    return [case.attrib["name"] for case in suites.iter("testcase")]


@pytest.mark.parametrize("name", FILES)
def test_a_pipeline_names_gates_and_scenarios_that_are_there(name: str) -> None:
    found = jobs(name)
    assert list(found) == ["app", "server"]
    for variables, lines in found.values():
        assert SETUP in lines
        for word in ("GATE", "SCENARIO"):
            assert word not in variables or (ROOT / variables[word]).is_file(), variables[word]


def test_both_pipelines_run_the_same_lines() -> None:
    """So that what is found of one, by running it, holds for the other."""
    github, gitlab = (jobs(name) for name in FILES)
    for part, (variables, lines) in github.items():
        shell = [line for step in lines for line in step.strip().splitlines()]
        summary = f"out/gate-{part}.md"  # GitLab has no page of a job: it is kept as a file
        same = [line.replace('"$GITHUB_STEP_SUMMARY"', summary).strip() for line in shell]
        assert gitlab[part] == (variables, same)


@pytest.mark.parametrize(
    ("name", "schema"), [(FILES[0], "vendor.github-workflows"), (FILES[1], "vendor.gitlab-ci")]
)
def test_a_pipeline_is_what_its_service_s_schema_asks_for(name: str, schema: str) -> None:
    pytest.importorskip("check_jsonschema")
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    done = subprocess.run(
        [*words, str(ROOT / "pipelines" / name)], capture_output=True, text=True, check=False,
        timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", FILES)
def test_a_pipeline_holds_no_secret_and_prints_none(name: str) -> None:
    text = (ROOT / "pipelines" / name).read_text(encoding="utf-8")
    assert "set -x" not in text
    for line in (line for _, lines in jobs(name).values() for line in lines):
        assert not re.search(r"\benv\b|\bprintenv\b|(?i:token|secret|password|api_key)", line)


@pytest.mark.parametrize("name", FILES)
def test_a_pipeline_keeps_what_its_gates_write_even_if_they_fail(name: str) -> None:
    text = (ROOT / "pipelines" / name).read_text(encoding="utf-8")
    for part, (_, lines) in jobs(name).items():
        script = "\n".join(lines)
        for written in re.findall(r"--(?:out|junit) (\S+)", script):
            assert text.count(written) > script.count(written), f"{part}: {written} is not kept"
    assert text.count("if: always()") + len(re.findall("artifacts:\n *when: always", text)) == 2


def app_job() -> tuple[dict[str, str], list[str]]:
    variables, lines = jobs(FILES[0])["app"]
    ours = {"GATE": "app.yaml", "GITHUB_STEP_SUMMARY": "out/gate-app.md"}
    return {**variables, **ours}, [line for line in lines if line != SETUP]


@pytest.mark.slow
def test_the_job_of_an_app_passes_and_fails_when_the_app_has_become_worse(
    clone: Path, runner: Any
) -> None:
    variables, lines = app_job()
    tangguh(clone, "gate", "app.yaml", "--update-baseline")
    code, said = runner(lines, variables)
    assert code == 0, said
    assert len(cases(clone, "gate-app")) == len(cases(clone, "self-test-app")) == 1
    summary = (clone / "out/gate-app.md").read_text(encoding="utf-8")
    assert "# Self-test of gate app-release: SOUND" in summary
    assert "# Gate app-release: PASS" in summary

    with (clone / "small.yaml").open("a") as scenario:
        scenario.write("station: {no_app: 100%}\npeople: {ppk: {hours: []}}\n")
    shutil.rmtree(clone / "out")
    code, said = runner([line for line in lines if "--self-test" not in line], variables)
    assert code == 1, said
    suites = ElementTree.parse(clone / "out/gate-app.xml").getroot()
    (failure,) = suites.iter("failure")
    assert failure.attrib["message"] in said
    assert "# Gate app-release: FAIL" in (clone / "out/gate-app.md").read_text(encoding="utf-8")


KEY = "a-key-that-nobody-may-read"


@pytest.mark.realtime
def test_the_job_of_a_server_replays_and_judges_and_shows_no_key(clone: Path, runner: Any) -> None:
    variables, lines = jobs(FILES[0])["server"]
    port = str(free_port())
    target = (ROOT / "locustfiles/targets/reference.yaml").read_text(encoding="utf-8")
    with_key = target.replace("headers:\n", "headers:\n  X-Key: ${API_KEY}\n", 1)
    (clone / "target.yaml").write_text(with_key, encoding="utf-8")
    short = [
        line.replace("--port 8080", f"--port {port}").replace(
            "tangguh replay", "tangguh replay --speed 120 --sample 0.2 --target target.yaml"
        )
        for line in lines
        if line != SETUP
    ]
    code, said = runner(
        short,
        {
            **variables,
            "API_KEY": KEY,
            "GATE": "server.yaml",
            "HOST": f"http://127.0.0.1:{port}",
            "GITHUB_STEP_SUMMARY": "out/gate-server.md",
        },
    )
    assert KEY not in said
    kept = [path for path in (clone / "out").rglob("*") if path.is_file()]
    assert (clone / "out" / "replay" / "replay.json") in kept
    assert [path for path in kept if KEY.encode() in path.read_bytes()] == []
    if code == 3 and "not valid: " in said:
        return  # on a machine that is busy otherwise a replay may rightly find that it is not valid
    assert code == 0, said
    assert cases(clone, "gate-server") == ["refused at most 4%"]
    summary = (clone / "out/gate-server.md").read_text(encoding="utf-8")
    assert "# Self-test of gate server-release: SOUND" in summary
    assert "# Gate server-release: PASS" in summary
