"""The tables of the page about robustness are what the fuzzer and the tests say."""

from __future__ import annotations

import importlib.util

from tests.conftest import ROOT


def test_the_tables_are_made_from_the_code() -> None:
    file = ROOT / "docs" / "make_robustness.py"
    spec = importlib.util.spec_from_file_location("make_robustness", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "robustness.md").read_text(encoding="utf-8")
    assert written == module.page(), "run: python docs/make_robustness.py"
