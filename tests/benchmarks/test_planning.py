"""The search for a plan against its rivals, on a small plan whose answer is known."""

from __future__ import annotations

from math import inf

import pytest

from benchmarks.planning import (
    RIVALS,
    Found,
    Rival,
    Seat,
    SpentError,
    Trial,
    every,
    least,
    opened,
    page,
    rivals_plan,
    searched,
    section,
    shuffled,
    sign_test,
    spread,
    trial,
    verdict,
)
from study.plan.bench import Bench
from tests.conftest import write_small

CHANGES = """\
server: {outages: [], fault: 0%, nation: null}
people: {kpps: {patience: 2 h}, ppk: {hours: []}}
station: {no_app: 0%}
"""
PLAN = """\
plan: small
title: {id: Kecil, en: Small}
scenario: small.yaml
objectives: [{measure: failed, at_most: 50%, in_nights: 50%}]
levers:
  workers:
    standing: assumed
    source: "a test"
    choices:
      - {name: "1", cost: 1, set: {server: {workers: 1, service: 30 min, queue: 100000}}}
      - {name: "2", cost: 2, set: {server: {workers: 2, service: 30 min, queue: 100000}}}
      - {name: "1000", cost: 9, set: {server: {workers: 1000, service: 1 s, queue: 100000}}}
  app:
    standing: assumed
    source: "a test"
    choices:
      - {name: none, cost: 0, set: {}}
      - {name: retries, cost: 3, set: {client: {policy: full-jitter}}}
      - {name: chunks, cost: 5, set: {client: {policy: full-jitter, batching: chunks}}}
effort: {nights: 8, few: 2, trials: 4}
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("planning")
    write_small(folder, CHANGES)
    (folder / "plan.yaml").write_text(PLAN)
    return opened(folder / "plan.yaml", 1, folder / "kept")


def test_the_least_there_is_is_the_known_answer(table: Bench) -> None:
    assert least(table) == 9.0  # the large server, and nothing else


def test_a_seat_counts_each_night_once_and_refuses_what_is_beyond_its_budget(table: Bench) -> None:
    one, other = every(table.planned.file)[:2]
    seat = Seat(table, 5, budget=9)
    seat.judge(one, 2)
    seat.judge(one, 2)
    assert len(seat.looked_at) == 2
    seat.judge(one, 8)
    assert len(seat.looked_at) == 8
    with pytest.raises(SpentError):
        seat.judge(other, 2)
    assert len(seat.looked_at) == 8


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.name)
def test_a_rival_finds_the_least_with_enough_nights_and_nothing_without(
    table: Bench, rival: Rival
) -> None:
    assert rivals_plan(rival, Seat(table, 3), 3).cost == 9.0
    assert rivals_plan(rival, Seat(table, 3, budget=1), 3) == Found(inf, 0)


def test_the_orders_hold_every_combination_once(table: Bench) -> None:
    file = table.planned.file
    for order in (spread(file), shuffled(file, 3)):
        assert sorted(order) == sorted(every(file))
        assert order != every(file)
    assert shuffled(file, 3) != shuffled(file, 4)
    half = spread(file)[:4]  # of nine: one in the middle, the others around it
    assert {every(file).index(names) // 3 for names in half} == {0, 1, 2}


def test_no_rival_has_more_nights_than_the_search(table: Bench) -> None:
    its = trial(table, 2)
    assert its.search == searched(table, 2)
    assert its.search.nights >= 4 * 2
    assert all(rival.nights <= its.search.nights for rival in its.rivals)


def test_the_sign_test_leaves_equal_pairs_out() -> None:
    assert sign_test([1, 1, 1, inf], [2, 2, 1, inf]) == (2, 2, 0, 0.5)
    assert sign_test([1] * 8, [inf] * 8)[3] == pytest.approx(2 / 2**8)
    assert sign_test([1], [1])[3] == 1.0


def test_the_page_says_which_rivals_are_beaten_and_which_not(table: Bench) -> None:
    dear, cheap, same = Found(inf, 40), Found(9.0, 40), Found(20.0, 50)
    trials = [Trial(same, (dear, same, cheap, same))] * 10
    said = verdict(trials)
    grid, staged, random, cost = (f"'{r.name}'" for r in RIVALS)
    assert f"beats {grid}." in said
    assert f"loses to, {random}." in said
    assert f"is not told from {staged}, {cost}." in said
    text = page([section(trials, table, 9.0)], "a command")
    assert "failed at most 50% in 50% of nights" in text
    assert "costs 9e-06 million rupiah; 6 combinations are cheaper." in text
    assert "| tangguh plan | 10 of 10 | 2e-05 (2e-05 to 2e-05) | 0 of 10 | 50 |  |  |" in text
    assert "| 0 of 10 | none (none to none) | 0 of 10 | 40 | 10, 0, 0 | 0.00195 |" in text
