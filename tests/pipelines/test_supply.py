from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines import supply

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / "pipelines" / "github-supply-chain.yml"


def told(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [], **more}


def silent(name: str) -> dict[str, Any]:
    return {"name": name, "skip_reason": "Dependency not found"}


FOUND = {"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ([told("a"), told("b")], 0, "audit: 0 known vulnerabilities in 2 packages"),
        ([told("b", vulns=[FOUND])], 1, "b 1.0 (development): PYSEC-1, mended in 1.1, 2.0"),
        ([told("A_a", vulns=[{"id": "X"}])], 1, "A_a 1.0 (run time): X, mended in no version"),
        ([silent("a"), silent("b")], 2, "nothing was told about any of 2 packages"),
        ([told("a"), silent("b")], 2, "nothing was told about b"),
        ([told("a", vulns=[FOUND]), silent("b")], 1, "1 known vulnerabilities in 1 packages"),
    ],
)  # fmt: skip
def test_silence_about_a_package_is_not_taken_for_good_news(
    answers: list[dict[str, Any]], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert supply.judged(answers, {"a-a"}) == code
    out, err = capsys.readouterr()
    assert said in out + err
    assert ("could not ask the advisory database" in err) == (code == 2)


@pytest.mark.parametrize("said", ["", "{}", "Traceback\nOSError: no route to host"])
def test_a_database_that_cannot_be_reached_is_one_line(
    said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = subprocess.CompletedProcess([], 1, stdout=said, stderr="Traceback\nOSError: no route")
    monkeypatch.setattr(supply, "_tool", lambda words: done)
    assert supply.audit() == 2
    assert capsys.readouterr().err.splitlines() == [
        "audit: could not ask the advisory database: pip-audit: OSError: no route"
    ]


def test_pins_are_those_of_this_python_and_platform() -> None:
    text = (
        "# a comment\nnumpy==1.0 ; python_version < '3'\nnumpy==2.0 ; python_version >= '3'\n"
        "Zope.Event==6.2\npywin32==9 ; sys_platform == 'none'\n"
    )
    assert supply.pins(text) == {"numpy": "2.0", "zope-event": "6.2"}


def test_what_is_needed_at_run_time_is_what_the_project_names_and_no_tool_of_its_developers() -> (
    None
):
    found = supply.runtime()
    assert {"numpy", "starlette", "greenlet", "pydantic-core"} <= found
    assert not found & {"mypy", "ruff", "hypothesis", "selenium", "tuspy", "botocore", "tangguh"}


def test_every_dependency_is_pinned() -> None:
    pinned = supply.pins(supply.PINS.read_text(encoding="utf-8"))
    assert supply.runtime() <= set(pinned)


def test_a_version_that_is_not_the_pinned_one_is_named() -> None:
    found = supply.not_as_pinned({"numpy": "0.1"}, ["numpy", "simpy"])
    assert [re.sub(r" \d[\d.]*", " N", text, count=1) for text in found] == [
        "numpy N (pinned: 0.1)", "simpy N (pinned: no)",
    ]  # fmt: skip


def test_a_bill_has_what_is_needed_with_its_edges_and_is_valid() -> None:
    schema = pytest.importorskip("cyclonedx.schema")
    from cyclonedx.validation.json import JsonStrictValidator

    names = ("SimPy", "rich", "markdown-it-py", "Pygments", "mypy")
    whole = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {"bom-ref": "root", "name": "tangguh", "type": "application"}},
        "components": [
            {"bom-ref": f"{n}==1", "name": n, "version": "1", "type": "library",
             "purl": f"pkg:pypi/{n.lower()}@1"}
            for n in names
        ],
        "dependencies": [{"ref": "root", "dependsOn": ["mypy==1"]}],
    }  # fmt: skip
    made = supply.bill(whole, {"simpy", "rich", "markdown-it-py", "pygments"})
    assert [c["name"] for c in made["components"]] == list(names[:-1])
    edges = {edge["ref"]: edge["dependsOn"] for edge in made["dependencies"]}
    assert edges["root"] == ["SimPy==1", "rich==1"]
    assert edges["rich==1"] == ["Pygments==1", "markdown-it-py==1"]
    assert made["metadata"]["component"]["version"]
    validator = JsonStrictValidator(schema.SchemaVersion.V1_6)
    assert validator.validate_str(json.dumps(made)) is None
    made["components"][0]["type"] = "wheel"
    assert validator.validate_str(json.dumps(made)) is not None


def test_the_pipeline_asks_every_week_and_keeps_the_bill() -> None:
    tree = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert tree[True]["schedule"]  # YAML 1.1 reads "on" as true
    lines = [step.get("run", "") for step in tree["jobs"]["supply-chain"]["steps"]]
    assert "python3 dev.py audit" in lines
    written = next(line for line in lines if " sbom " in line).split()[-1]
    assert tree["jobs"]["supply-chain"]["steps"][-1]["with"]["path"] == written
    verbs = (ROOT / "dev.py").read_text(encoding="utf-8")
    for line in lines:
        assert not line or f'"{line.split()[2]}": verb_' in verbs
