"""Which candidates are tried and confirmed, on nights that are written down by hand."""

from __future__ import annotations

from typing import Any

from study.plan.search import confirm, find, search
from tests.study.plan.plan_tools import ByHand, nights, plan_file

EFFORT = {"nights": 40, "few": 10, "trials": 30, "confirmations": 8}


def twelve(met: dict[int, list[bool]], **effort: Any) -> Any:
    """Twelve candidates 1 to 12 of that cost; who is not named is never met."""
    file = plan_file({"size": {str(i): float(i) for i in range(1, 13)}}, effort=EFFORT | effort)
    never = [False] * 40
    return ByHand(file, {(str(i),): [met.get(i, never)] for i in range(1, 13)})


def test_a_plan_behind_more_hopeful_ones_than_may_be_confirmed_is_found() -> None:
    """Seven cheaper candidates look well in few nights and fail in the next: they get no more, and
    two places are enough for them all."""
    lucky = nights(*range(10, 25))
    bench = twelve(dict.fromkeys(range(1, 8), lucky) | {8: nights()}, confirmations=5)
    found = find(bench)
    assert found.outcome == "found"
    assert found.best.names == ("8",)
    assert [j.names for j in found.confirmed] == [("8",)]
    more = [look for look in bench.looks if look[1] > 10]
    assert more == [((str(i),), 20) for i in range(1, 9)] + [(("8",), 40)]


def test_what_is_left_for_one_is_kept_for_the_best_chance_and_of_equals_for_the_dearest() -> None:
    lucky = nights(0, *range(10, 25))  # one of the first ten is missed, as in nobody's that is good
    bench = twelve(
        dict.fromkeys(range(1, 11), lucky) | {11: nights(*range(10, 25)), 12: nights()},
        confirmations=3,
    )
    found = find(bench)
    assert found.outcome == "found"
    assert found.best.names == ("12",)
    assert [names for names, count in bench.looks if count == 20] == [
        ("1",),
        ("2",),
        ("3",),
        ("12",),
    ]
    assert [j.names for j in found.confirmed] == [("12",)]


def test_that_there_is_none_is_said_only_if_every_combination_surely_falls_short() -> None:
    assert find(twelve({})).outcome == "none"
    doubtful = find(twelve({3: nights(*range(6, 14))}))  # 32 of 40: 80% may well be true
    assert doubtful.outcome == "open"
    assert [j.names for j in doubtful.undecided] == [("3",)]
    assert doubtful.best.names == ("3",)
    assert doubtful.untried == 0


def test_what_few_nights_left_in_doubt_is_looked_at_before_none_is_said() -> None:
    """Six of the first ten met leaves it open; 6 of 40 does not."""
    bench = twelve({2: [True] * 6 + [False] * 34})
    found = find(bench)
    assert found.outcome == "none"
    assert [j.names for j in found.confirmed] == [("2",)]


def test_where_the_budget_ends_before_the_doubt_it_is_open_and_says_who_is_undecided() -> None:
    lucky = nights(*range(10, 16))  # 34 of 40
    bench = twelve(dict.fromkeys(range(1, 7), lucky), confirmations=2)
    found = find(bench)
    assert found.outcome == "open"
    assert [names for names, count in bench.looks if count == 20] == [("1",), ("6",), ("5",)]
    assert len(found.confirmed) == 1  # the nearest is shown by all nights
    assert {j.names for j in found.undecided} == {(str(i),) for i in range(1, 7)}


def test_a_found_plan_names_what_is_cheaper_and_undecided() -> None:
    found = find(twelve({2: nights(*range(6, 14)), 5: nights(), 7: nights(3, 4, 5)}))
    assert found.outcome == "found"
    assert found.best.names == ("5",)
    assert [j.names for j in found.undecided] == [("2",)]


def test_hardly_more_combinations_than_trials_are_all_tried() -> None:
    bench = twelve({}, trials=6)
    assert len(search(bench)) == 12
    assert len(search(twelve({}, trials=5))) == 5


def large(trials: int, needed: int = 3) -> Any:
    """1024 combinations of ten levers, of which the first few have to be good."""
    levers = {f"l{i}": {"plain": 0.0, "good": 10.0 + i} for i in range(10)}
    file = plan_file(levers, effort=EFFORT | {"trials": trials})

    class Many(ByHand):
        def judge(self, names: Any, count: int) -> Any:
            good = sum(n == "good" for n in names[:needed])
            self.met.setdefault(names, [nights() if good == needed else [False] * 40])
            return super().judge(names, count)

    return Many(file, {})


def test_a_large_space_is_searched_by_different_candidates_up_to_the_budget() -> None:
    bench = large(60)
    tried = search(bench)
    assert len({j.names for j in tried}) == len(tried) == 60
    assert tried == sorted(tried, key=lambda j: j.cost)
    answer = confirm(bench, tried)
    assert answer.outcome == "found"
    assert answer.best.cost < sum(10.0 + i for i in range(10))
    assert answer.untried is not None
    assert answer.untried > 0


def test_the_same_seed_tries_the_same_candidates_so_that_a_search_goes_on() -> None:
    first, second = large(20), large(20)
    assert [j.names for j in search(first)] == [j.names for j in search(second)]
    assert first.looks == second.looks


def test_of_untried_combinations_nothing_is_claimed() -> None:
    found = find(large(5, needed=11))
    assert found.outcome == "open"
    assert found.untried == 1024 - 5
