"""The chapter of a run says what portable links did, and nothing of them where there were none."""

from __future__ import annotations

from reports.chapters.run import chapter
from reports.document import Text
from reports.language import Language
from sim.night import simulate
from study.nights import Variant
from study.summary import summarise
from tests.conftest import Small


def notes(small: Small, links: int, code: str) -> list[str]:
    scenario, region = small(
        f"network: {{portable: {{per_kecamatan: {links}, reach: 10%, works: 100%}}}}\n"
    )
    nights = [simulate(scenario, region, 3, 0)]
    variant = Variant("none", "per-photo")
    said = chapter(summarise(scenario, region, variant, {variant: nights}, 3), Language(code))
    return [block.text for block in said.blocks if isinstance(block, Text)]


def test_of_many_kecamatan_the_first_are_drawn_and_all_are_told(small: Small) -> None:
    scenario, region = small()
    variant = Variant("none", "per-photo")
    night = simulate(scenario, region, 3, 0)
    found = summarise(scenario, region, variant, {variant: [night]}, 3)
    one = found["kecamatan"][0]
    found["kecamatan"] = [one | {"code": f"{i:02}", "name": f"Kec {i}"} for i in range(61)]
    made = chapter(found, Language("id"))
    names = [figure.name for figure in made.figures]
    assert "kecamatan-tiles" not in names
    ranges = made.figures[names.index("kecamatan")]
    assert len(ranges.rows) == len(ranges.areas) == 61
    assert ranges.svg.count("data-row") == 30
    assert "30 teratas dari 61" in ranges.caption


def test_links_are_told_in_both_languages_with_what_they_reached(small: Small) -> None:
    english = next(t for t in notes(small, 2, "en") if "ortable" in t)
    assert english.startswith("Portable links with service: 4; they reached 6 stations")
    indonesian = next(t for t in notes(small, 2, "id") if "portabel" in t)
    assert indonesian.startswith("Tautan portabel yang berfungsi: 4; menjangkau 6 TPS")


def test_without_links_nothing_is_said_of_them(small: Small) -> None:
    assert not any("ortable" in text for text in notes(small, 0, "en"))
