"""What every page has: two languages, numbers as they are read, nothing from outside."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
from typing import Any

import pytest

import reports
from reports.chapters import run
from reports.language import LANGUAGES
from sim.night import simulate
from study.nights import Variant
from study.summary import summarise
from tests.conftest import Small

INDONESIAN, ENGLISH = LANGUAGES


def _tables() -> dict[str, dict[str, Any]]:
    """Every table of sentences in the package."""
    found = {}
    for module in pkgutil.walk_packages(reports.__path__, "reports."):
        table = getattr(importlib.import_module(module.name), "TEXT", None)
        if table is not None:
            found[module.name] = table
    return found


@pytest.mark.parametrize("name", _tables())
def test_every_sentence_is_said_in_both_languages_with_the_same_holes(name: str) -> None:
    for key, (indonesian, english) in _tables()[name].items():
        holes = [
            sorted(hole for _, hole, _, _ in string.Formatter().parse(text) if hole)
            for text in (indonesian, english)
        ]
        assert indonesian, key
        assert english, key
        assert holes[0] == holes[1], key


def test_numbers_are_written_as_their_readers_write_them() -> None:
    assert INDONESIAN.percent(0.125) == "12,5%"
    assert ENGLISH.percent(0.125) == "12.5%"
    assert INDONESIAN.number(1234.5, 1) == "1.234,5"
    assert ENGLISH.number(1234.5, 1) == "1,234.5"
    assert ENGLISH.signed(-0.04) == "0.0"
    assert ENGLISH.signed(2) == "+2.0"
    assert [INDONESIAN.chance(p) for p in (0.999, 0.5, 0.0)] == ["> 99%", "50%", "< 1%"]
    assert INDONESIAN.listing(["a", "b", "c"]) == "a, b dan c"
    assert ENGLISH.listing(["a"]) == "a"
    assert INDONESIAN.date_words("16 February") == "16 Februari"
    assert INDONESIAN.law("uniform, 1 h to 12.5 h") == "seragam, 1 jam hingga 12,5 jam"


def test_a_region_without_observations_has_a_chapter_too(small: Small) -> None:
    scenario, region = small("observed: {reading: unsent}\n")
    bare = scenario.model_copy(update={"observed": type(scenario.observed)()})
    night = simulate(bare, region, 2, 0)
    variant = Variant("none", "per-photo")
    summary = summarise(bare, region, variant, {variant: [night]}, 2)
    for language in LANGUAGES:
        chapter = run.chapter(summary, language)
        assert not re.search(r"\{\w+\}|\bnan\b|\bNone\b", chapter.answer + chapter.certainty)
        assert any(figure.name == "kecamatan" for figure in chapter.figures)
