"""The architecture's pictures are what the code is now."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
MAKER = runpy.run_path(str(DOCS / "make_rooms.py"))


@pytest.mark.parametrize("name", sorted(MAKER["PICTURES"]))
def test_a_picture_of_the_architecture_is_what_its_script_makes_of_the_imports(name: str) -> None:
    made = MAKER["PICTURES"][name]()
    assert (DOCS / "images" / name).read_text(encoding="utf-8") == made, "python docs/make_rooms.py"


def test_the_arrows_are_the_imports() -> None:
    arrows = MAKER["arrows"]()
    assert ("study", "sim") in arrows
    assert ("sim", "study") not in arrows
    assert ("tangguh", "sim") not in MAKER["essential"](arrows), "said by the way over reports"
