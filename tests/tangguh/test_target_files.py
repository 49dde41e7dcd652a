"""Target files at the front door: validated, described to editors, shown before they are used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from locustfiles.targets.target import REFERENCE
from tests.conftest import write_small
from tests.tangguh.test_commands import refused, tangguh

TUS = REFERENCE.parent / "examples" / "tus-server.yaml"


def test_validate_tells_what_a_target_holds_or_what_is_wrong_with_it(tmp_path: Path) -> None:
    assert tangguh("validate", TUS, cwd=tmp_path).stdout == (
        f"{TUS}: good; a target with tus; devices need tps, kecamatan\n"
    )
    bad = tmp_path / "bad.yaml"
    bad.write_text("target: bad\nplain: {path: '/{tpss}'}\n")
    assert refused("validate", bad, cwd=tmp_path) == (
        f"{bad}:2:15: plain.path: unknown placeholder '{{tpss}}'; did you mean 'tps'?\n"
    )


def test_a_target_is_no_scenario_and_the_other_way_round(tmp_path: Path) -> None:
    assert "`tangguh replay --target` takes it" in refused("run", TUS, cwd=tmp_path)
    small = write_small(tmp_path)
    words = ("replay", small, "--host", "http://127.0.0.1:9", "--target", small, "--dry-run")
    assert refused(*words, cwd=tmp_path) == (
        f"{small}:1:1: is not a target: a file that describes a server begins with 'target: NAME'\n"
    )


def test_editors_get_a_schema_of_targets(tmp_path: Path) -> None:
    schema = json.loads(tangguh("schema", "--of", "target", cwd=tmp_path).stdout)
    assert {"plain", "tus", "ietf", "turns", "login"} <= set(schema["properties"])
    assert schema["then"] == {"required": ["target"]}
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--target", TUS), "tus-server takes no object in one request, as batching 'per-photo'"),
        (("--host", "http://sirekap.example.org"), "sirekap.example.org"),
        (("--host", "http://127.0.0.1/api"), "has a path"),
    ],
)
def test_a_replay_that_cannot_be_is_refused_in_one_line(
    tmp_path: Path, options: tuple[str | Path, ...], reason: str
) -> None:
    words = ("replay", write_small(tmp_path), "--host", "http://127.0.0.1:9", *options, "--dry-run")
    said = refused(*words, cwd=tmp_path)
    assert reason in said
    assert said.count("\n") == 1
