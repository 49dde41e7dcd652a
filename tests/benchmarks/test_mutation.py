"""The mutation page counts what mutmut wrote, and calls equivalent only what its rules say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.mutation import Mutant, class_of, mutants, package, rule, table, wilson

SOURCE = """def x_f__mutmut_orig(a):
    return a + 1
def x_f__mutmut_1(a):
    return a - 1
def x_f__mutmut_2(a):
    return a + 2
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "mutants" / "sim" / "network"
    folder.mkdir(parents=True)
    (folder / "f.py").write_text(SOURCE)
    codes = {"sim.network.f.x_f__mutmut_1": 1, "sim.network.f.x_f__mutmut_2": 0}
    (folder / "f.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))
    spans = {"x_f__mutmut_orig": [1, 2], "x_f__mutmut_1": [3, 4], "x_f__mutmut_2": [5, 6]}
    (folder / "f.py.spans").write_text(json.dumps({"spans": spans}))
    (folder / "g.py.meta").write_text(json.dumps({"exit_code_by_key": {"x": None}}))
    return tmp_path


def test_a_survivor_is_shown_by_the_lines_that_differ(tree: Path) -> None:
    killed, survived = mutants(tree, {})
    assert (killed.outcome, survived.outcome) == ("killed", "survived")
    assert survived.file == "sim/network/f.py"
    assert (survived.before, survived.after) == ("return a + 1", "return a + 2")


def test_a_later_run_replaces_the_first(tree: Path) -> None:
    later = {"sim.network.f.x_f__mutmut_2": 36}
    assert [m.outcome for m in mutants(tree, later)] == ["killed", "timed out"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('raise ValueError("a")', 'raise ValueError("XXaXX")', "wording or place of an error"),
        ("for a in zip(x, y, strict=True):", "for a in zip(x, y, ):", "a safeguard's own argument"),
        ("for a in zip(x, y, strict=True):", "for a in zip(x, strict=True):", ""),
        ("if a < b:", "if a <= b:", "a tie of two numbers"),
        ("if a >= b and c < d:", "if a > b and c < d:", "a tie of two numbers"),
        ("if a < b:", "if a >= b:", ""),
        ("return a + 1", "return a + 2", ""),
    ],
)
def test_only_what_a_rule_names_is_equivalent(before: str, after: str, expected: str) -> None:
    assert rule(before, after) == expected


def test_a_reason_by_hand_is_for_that_change_in_that_file_only(tree: Path) -> None:
    survived = list(mutants(tree, {}))[1]
    by_hand = {("sim/network/f.py", "return a + 1", "return a + 2"): "two is one here"}
    assert class_of(survived, by_hand) == "two is one here"
    elsewhere = Mutant(survived.name, "sim/network/h.py", 0, survived.before, survived.after)
    assert class_of(elsewhere, by_hand) == "not equivalent"


def test_the_table_adds_up(tree: Path) -> None:
    found = list(mutants(tree, {}))
    assert "| sim/network | 2 | 1 | 0 | 1 | 0 | 0 | 50.0% | 50.0% |" in table(found, {})
    by_hand = {("sim/network/f.py", "return a + 1", "return a + 2"): "two is one here"}
    assert "| **all** | 2 | 1 | 0 | 1 | 1 | 0 | 50.0% | 100.0% |" in table(found, by_hand)
    assert package("study/selection.py") == "study/selection.py"
    low, high = wilson(found)
    assert (low, high) == pytest.approx((0.0945, 0.9055), abs=1e-3)
