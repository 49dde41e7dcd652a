"""What is ignored of a checker's words, and why."""

from __future__ import annotations

import re

from tests.conftest import ROOT

ROOMS = (
    "tangguh", "sim", "study", "reports", "locustfiles", "server", "benchmarks", "pipelines",
)  # fmt: skip
BARE = re.compile(r"# type: ignore\[[^\]]+\](?!  # \S)|# type: ignore(?!\[)")


def test_whoever_ignores_a_type_says_why() -> None:
    files = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    assert len(files) > 200
    bare = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if BARE.search(line)
    ]
    assert bare == []
