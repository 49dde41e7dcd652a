"""Evidence files: switched on and off, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.errors import ScenarioError
from study.evidence.declared import UnknownObservationError, by_name, choose, read_evidence
from tests.conftest import ROOT

SHIPPED = ROOT / "scenarios" / "evidence" / "bandarlampung-2020.yaml"
ONE = """evidence: one
title: {id: satu, en: one}
observations:
  - name: a
    says: {id: a, en: a}
    kind: progress
    at: 2020-12-10 15:30 WIB
    share: 50%
    discrepancy: 5%
    standing: stated
    source: "somebody"
"""


def wrong(folder: Path, old: str, new: str) -> str:
    file = folder / "wrong.yaml"
    file.write_text(ONE.replace(old, new))
    with pytest.raises(ScenarioError) as error:
        read_evidence(file)
    return str(error.value)


def test_every_observation_has_a_source_and_a_standing_and_says_something_in_two_languages() -> (
    None
):
    for o in read_evidence(SHIPPED).observations:
        assert o.source
        assert o.says.id
        assert o.says.en


def test_observations_are_switched_by_the_file_and_by_names() -> None:
    evidence = read_evidence(SHIPPED)
    everything = [o.name for o in evidence.observations]
    assert choose(evidence) == everything
    assert choose(evidence, only=["text-app"]) == ["text-app"]
    assert choose(evidence, without=everything[1:]) == everything[:1]
    assert [o.name for o in by_name(evidence, ["text-app"])] == ["text-app"]


def test_one_that_the_file_switches_off_counts_only_when_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "off.yaml"
    file.write_text(ONE + "    enabled: false\n")
    evidence = read_evidence(file)
    assert choose(evidence) == []
    assert choose(evidence, only=["a"]) == ["a"]


def test_what_the_counts_have_said_already_is_left_out_after_a_fit_to_them() -> None:
    left = choose(read_evidence(SHIPPED), fitted_to_counts=True)
    assert "progress-12-december" not in left
    assert "district-spread" not in left
    assert "text-app" in left


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownObservationError, match="did you mean 'text-app'"):
        choose(read_evidence(SHIPPED), without=["text-ap"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: progress", "kind: progres", "does not match any of the expected tags: 'progress'"),
        ("share: 50%", "share: 150%", "wrong.yaml:8:12: "),
        ("discrepancy: 5%", "discrepancy: 0%", "nothing is known exactly"),
        ("    at: 2020-12-10 15:30 WIB\n", "", "missing key 'at'"),
        ("share: 50%", "share: 50%\n    extra: 1", "unknown key 'extra'"),
        ("2020-12-10 15:30 WIB", "2020-12-10 15:30", "time zone"),
        ("observations:", "observation:", "observation"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    message = wrong(tmp_path, old, new)
    assert "wrong.yaml:" in message
    assert said in message


def test_two_observations_of_one_name_are_refused(tmp_path: Path) -> None:
    second = ONE[ONE.index("  - name: a") :]
    assert "two observations are called 'a'" in wrong(tmp_path, ONE, ONE + second)
