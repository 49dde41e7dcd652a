"""The generated documents: blocks to Markdown, the STRESS-DES items, sentences of break-evens."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest

from reports import card_text, effects_text, sensitivity_text
from reports.document import Block, Code, Heading, Items, Table, Text, markdown
from reports.effects_text import pair_sentences
from reports.language import LANGUAGES, Language
from reports.quantity_names import NAMES, quantity_name
from reports.stress_des import ITEMS, checklist
from sim.scenario.loader import read
from sim.scenario.model import Scenario
from study.effects.features import uncertain
from tests.conftest import SHIPPED

ENGLISH = Language("en")


def test_blocks_become_markdown_that_other_programs_read() -> None:
    blocks: list[Block] = [
        Heading("What"), Text("a\nb"), Text("no!", "gap"), Items(["x", "y"]),
        Table(["name", "n"], [("a|b", "1")], frozenset({1})), Code(["tangguh run x"]),
    ]  # fmt: skip
    assert markdown("T", blocks) == (
        "# T\n\n## What\n\na b\n\n**no!**\n\n- x\n- y\n\n"
        "| name | n |\n| --- | ---: |\n| a\\|b | 1 |\n\n```sh\ntangguh run x\n```\n"
    )


def test_stress_des_has_its_twenty_items_and_twenty_four_rows() -> None:
    assert len(ITEMS) == 24
    assert len({re.sub(r"^2\.5\.\d$", "2.5", key) for key in ITEMS}) == 20
    named = {name for item in ITEMS.values() for text in item
             for _, name, _, _ in string.Formatter().parse(text) if name}  # fmt: skip
    for language in LANGUAGES:
        blocks = checklist(dict.fromkeys(named, "17"), language)
        rows = [row for b in blocks if isinstance(b, Table) for row in b.rows]
        assert len(rows) == 24
        assert all(cell for row in rows for cell in row)
    with pytest.raises(KeyError):
        checklist({}, ENGLISH)


@pytest.mark.parametrize("table", [card_text.TEXT, effects_text.TEXT, sensitivity_text.TEXT])
def test_both_languages_of_a_sentence_have_the_same_holes(table: dict[str, Any]) -> None:
    for key, (own, english) in table.items():
        holes = [{n for _, n, _, _ in string.Formatter().parse(t) if n} for t in (own, english)]
        assert holes[0] == holes[1], key


def test_every_uncertain_quantity_of_the_shipped_scenario_has_a_name_for_readers() -> None:
    scenario = read(SHIPPED, Scenario).value
    for path in uncertain(scenario):
        for language in ("id", "en"):
            assert quantity_name(path, language) != path
    assert quantity_name("mine.own", "en") == "mine.own"
    assert all(own and english for own, english in NAMES.values())


def pair(**changes: Any) -> dict[str, Any]:
    lower = {"mean": -5.0, "low": -9.0, "high": -1.0}
    return {
        "first": "A", "second": "B", "verdict": "first", "worlds": {"air": lower, "server": lower},
        "by_quantity": [], "by_world": [], **changes,
    }  # fmt: skip


def turn(below: float, kind: str = "Share") -> dict[str, Any]:
    said = dict.fromkeys(("at", "low", "high", "from", "to"), "12%")
    return {"world": None, "path": "station.no_signal", "kind": kind, "below": below,
            "above": -below, "said": said}  # fmt: skip


def test_a_pair_is_told_from_the_side_of_the_policy_that_is_favoured() -> None:
    assert pair_sentences(pair(), "A", ENGLISH) == ["A wins over B in all worlds considered."]
    assert pair_sentences(pair(), "B", ENGLISH) == ["A wins over B in all worlds considered."]
    open_ = {"mean": 0.0, "low": -1.0, "high": 1.0}
    higher = {"mean": 5.0, "low": 1.0, "high": 9.0}
    lower = pair()["worlds"]["air"]
    assert pair_sentences(pair(worlds={"air": open_}), "A", ENGLISH) == [
        "A and B cannot be told apart in air."
    ]
    mixed = pair(worlds={"air": lower, "server": higher})
    assert pair_sentences(mixed, "A", ENGLISH) == [
        "A wins over B in air; the other way round in server."
    ]
    assert pair_sentences(mixed, "B", ENGLISH) == [
        "B wins over A in server; the other way round in air."
    ]
    partly = pair(worlds={"air": lower, "server": open_})
    assert pair_sentences(partly, "A", ENGLISH)[0].endswith("not told apart in server.")


def test_a_break_even_says_on_which_side_the_other_policy_wins() -> None:
    def second(found: dict[str, Any], favoured: str = "A") -> str:
        return pair_sentences(pair(by_quantity=[found]), favoured, ENGLISH)[1]

    assert second(turn(-3.0)) == (
        "Unless the share of stations without signal exceeds 12% (12% to 12%) (over all worlds): "
        "above that B wins."
    )
    assert "is below 12%" in second(turn(3.0))
    assert "is below 12%" in second(turn(-3.0), "B")
    assert "later than" in second(turn(-3.0, "Instant"))
    weight = {"world": "server", "at": 0.4, "low": 0.3, "high": 0.5, "now": 0.2, "inside": 3.0}
    said = pair_sentences(pair(by_world=[weight]), "A", ENGLISH)[1]
    assert said == (
        "Unless the weight of the world server exceeds 40% (30% to 50%; now 20%): above that B "
        "wins."
    )
