"""A result knows whether it is still what its command wrote, and who is to blame if it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from study import seal
from study.files import DamagedFileError, write_json
from study.store import command_of


@pytest.fixture
def result(tmp_path: Path) -> Path:
    write_json(tmp_path / "provenance.json", {"command": ["run", "a b.yaml"], "identity": 1})
    write_json(tmp_path / "summary.json", {"title": "x"})
    seal.seal(tmp_path / "summary.json")
    return tmp_path / "summary.json"


def test_a_sealed_result_is_as_written_until_somebody_changes_it(result: Path) -> None:
    assert seal.as_written(result)
    assert not seal.altered(result)
    assert json.loads(result.with_name("provenance.json").read_text())["identity"] == 1
    result.write_text(result.read_text().replace("x", "y"))
    assert not seal.as_written(result)
    assert seal.altered(result)


def test_a_seal_takes_the_place_of_what_is_no_seal(result: Path) -> None:
    write_json(result.with_name("provenance.json"), {"identity": 1, "sealed": None})
    seal.seal(result)
    assert seal.as_written(result)


def test_a_result_without_a_seal_is_not_known_to_be_altered(tmp_path: Path) -> None:
    write_json(tmp_path / "summary.json", {})
    assert not seal.as_written(tmp_path / "summary.json")
    assert not seal.altered(tmp_path / "summary.json")
    (tmp_path / "provenance.json").write_text("{")
    assert not seal.altered(tmp_path / "summary.json")


def test_a_fault_on_a_result_as_written_is_ours_and_passes(result: Path) -> None:
    with pytest.raises(KeyError, match="gone"), seal.blaming([result], "run it again"):
        raise KeyError("gone")


def test_a_fault_on_another_result_is_called_damage_with_the_files_name(result: Path) -> None:
    result.write_text("{}")
    with (
        pytest.raises(DamagedFileError, match=r"summary\.json: is damaged.*gone.*run it again"),
        seal.blaming([result], "run it again"),
    ):
        raise KeyError("gone")


def test_code_that_has_changed_since_is_another_version(
    result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "_code", lambda: "another")
    assert not seal.altered(result)
    with pytest.raises(DamagedFileError, match="another version"), seal.blaming([result], "again"):
        raise TypeError


def test_the_command_of_a_folder_is_one_that_a_shell_takes(result: Path) -> None:
    assert command_of(result.parent) == "tangguh run 'a b.yaml'"
    write_json(result.with_name("provenance.json"), {"command": [1]})
    assert command_of(result.parent) == ""
    assert command_of(result.parent / "gone") == ""
