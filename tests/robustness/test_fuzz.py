"""The fuzzer itself, a small campaign of it, and that the page about it says what the code says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.robustness.fuzz import cases, one
from tests.robustness.subjects import SUBJECTS
from tests.robustness.templates import Template

SEED = 2020
CASES = {"shipped": 1}
"""Of each quick subject in a folder; of those not named 2. Campaigns by hand have many more
(docs/robustness.md)."""
QUICK = [s for s in SUBJECTS if s.quick]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("fuzz").resolve())


@pytest.mark.parametrize("folder", sorted({s.folder for s in QUICK}))
def test_a_broken_file_is_taken_or_refused_in_lines_with_a_place(
    template: Template, folder: str
) -> None:
    found = [
        (case.subject.name, case.number, case.mutations, case.fault, case.ended)
        for subject in QUICK
        if subject.folder == folder
        for case in cases(template, subject, CASES.get(folder, 2), SEED)
        if case.fault
    ]
    assert found == []


def test_a_case_is_a_function_of_its_seed(template: Template) -> None:
    subject = next(s for s in SUBJECTS if s.name == "kecamatan")
    first, again = (one(template, subject, 5, SEED) for _ in range(2))
    assert replace(first, seconds=0.0) == replace(again, seconds=0.0)
    assert one(template, subject, 6, SEED).broken != first.broken
