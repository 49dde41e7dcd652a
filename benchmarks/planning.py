"""``python -m benchmarks.planning``: does the search of ``tangguh plan`` beat a grid?

The plan is the shipped one of Bandar Lampung without its levers for slots (others may be named). It
is asked as it is, and with stricter objectives, under which cheap plans fail.

Every way of searching meets the same nights, kept by content, and judges candidates by
:meth:`study.plan.bench.Bench.judge`; what differs is which candidates it looks at. The search runs
first, with a seed of its own for what it proposes; the distinct nights that it looked at are the
budget, and every rival may look at so many and no more. A night that another seed has simulated is
read back, and still counts.

The rivals, from the plainest on:

* a grid: candidates evenly spread over the file's combinations, each judged by all nights;
* the same, judged as the search does it: as many candidates by few nights, then the cheapest that
  can still be confirmed by all;
* random candidates, judged as the search does it: this tells what its proposals are worth;
* candidates in the order of their cost, which is known before any night, each by few nights, and by
  more and all as long as it can still be confirmed.

A rival that has found a plan goes on with what is cheaper, until its nights are used up. A way that
finds nothing loses to one that finds anything. Whether the search is better than a rival more often
than not is asked by a sign test over the seeds (two-sided, equal pairs left out). The search was
mended once with this at hand, on the nights of seed 1; those of the page are others. One process
suffices: a night takes less than to hand it over. Writes docs/planning.md.

Rule of this file: no verdict is made here, and nothing is tuned to what comes out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf
from pathlib import Path
from typing import Final

import numpy as np
from scipy import stats

from sim.scenario.source import load
from study.effects.members import prior_ensemble
from study.plan.bench import Bench
from study.plan.declared import Names, PlanFile, open_plan
from study.plan.judged import Judged
from study.plan.search import confirm, find, raced

ROOT: Final = Path(__file__).parent.parent
PLANS: Final = [
    ROOT / "benchmarks" / "plans" / "bandarlampung-2020.yaml",
    ROOT / "benchmarks" / "plans" / "strict.yaml",
]
PAGE: Final = ROOT / "docs" / "planning.md"
SURE: Final = 0.05  # of the sign test
GOLDEN: Final = (5**0.5 - 1) / 2


class SpentError(Exception):
    """The next candidate would take more nights than there are."""


class Seat(Bench):
    """A bench whose candidates are judged at another one, and that counts the nights looked at.

    Parameters
    ----------
    table : where nights are simulated and kept.
    seed : of what is proposed; the nights stay those of the table.
    budget : distinct nights that may be looked at.
    """

    def __init__(self, table: Bench, seed: int, budget: float = inf) -> None:
        super().__init__(table.planned, replace(table.ensemble, seed=seed), table.jobs, table.stock)
        self.table = table
        self.budget = budget
        self.looked_at: set[tuple[Names, str, object]] = set()

    def judge(self, names: Names, count: int) -> Judged:
        """Judge a candidate, if its nights are within the budget.

        Raises
        ------
        SpentError : if they are not.
        """
        its = {(names, w.name, night) for w in self.table.worlds(count) for night in w.nights}
        if len(self.looked_at | its) > self.budget:
            raise SpentError
        self.looked_at |= its
        return self.table.judge(names, count)


@dataclass(frozen=True)
class Found:
    """What one search found: the cost of the cheapest confirmed plan (``inf``: none), rupiah."""

    cost: float
    nights: int


def every(file: PlanFile) -> list[Names]:
    """All combinations, in the file's order."""
    return list(product(*([c.name for c in its.choices] for its in file.levers.values())))


@dataclass(frozen=True)
class Rival:
    """Another way of searching: what it looks at within the seat's budget, for a seed."""

    name: str
    look: Callable[[Seat, int], Iterable[Judged]]


def spread(file: PlanFile) -> list[Names]:
    """All combinations of the file, evenly spread at each length (Kronecker's sequence with the
    golden ratio)."""
    combinations = every(file)
    places = ((0.5 + GOLDEN * i) % 1.0 for i in range(20 * len(combinations)))
    order = dict.fromkeys(int(p * len(combinations)) for p in places)
    return [combinations[i] for i in order]


def shuffled(file: PlanFile, seed: int) -> list[Names]:
    """All combinations in a random order."""
    combinations = every(file)
    return [combinations[i] for i in np.random.default_rng(seed).permutation(len(combinations))]


def _one_by_one(seat: Seat, order: Iterable[Names], *, staged: bool) -> Iterator[Judged]:
    """Judge by all nights, by few first where ``staged``; what is dearer than a plan is skipped."""
    file, cost = seat.planned.file, inf
    for names in order:
        if file.cost(names) >= cost:
            continue
        if staged and not raced(seat, seat.judge(names, file.effort.few)).reachable:
            continue
        its = seat.judge(names, file.effort.nights)
        if its.verdict == "meets":
            cost = its.cost
        yield its


def _as_the_search(seat: Seat, order: Sequence[Names]) -> Iterator[Judged]:
    """As many candidates as the search tries, confirmed as it does; then one by one what is left
    and cheaper."""
    file = seat.planned.file
    tried = [seat.judge(names, file.effort.few) for names in order[: file.candidates]]
    answer = confirm(seat, tried)
    yield from answer.confirmed
    cost = answer.best.cost if answer.outcome == "found" else inf
    rest = [names for names in order[file.candidates :] if file.cost(names) < cost]
    yield from _one_by_one(seat, rest, staged=True)


RIVALS: Final = (
    Rival(
        "grid, each by all nights",
        lambda seat, _: _one_by_one(seat, spread(seat.planned.file), staged=False),
    ),
    Rival(
        "grid, judged as the search does it",
        lambda seat, _: _as_the_search(seat, spread(seat.planned.file)),
    ),
    Rival(
        "random, judged as the search does it",
        lambda seat, seed: _as_the_search(seat, shuffled(seat.planned.file, seed)),
    ),
    Rival("in the order of cost", lambda seat, _: _cheapest_first(seat)),
)


def _cheapest_first(seat: Seat) -> Iterator[Judged]:
    order = sorted(every(seat.planned.file), key=seat.planned.file.cost)
    return _one_by_one(seat, order, staged=True)


def rivals_plan(rival: Rival, seat: Seat, seed: int) -> Found:
    """What a rival finds within the seat's budget."""
    cost = inf
    try:
        for its in rival.look(seat, seed):
            if its.verdict == "meets":
                cost = min(cost, its.cost)
    except SpentError:
        pass
    return Found(cost, len(seat.looked_at))


def searched(table: Bench, seed: int) -> Found:
    """What the search of ``tangguh plan`` finds."""
    seat = Seat(table, seed)
    answer = find(seat)
    cost = answer.best.cost if answer.outcome == "found" else inf
    return Found(cost, len(seat.looked_at))


@dataclass(frozen=True)
class Trial:
    """One seed: what the search found, and what the rivals did with as many nights."""

    search: Found
    rivals: tuple[Found, ...]


def trial(table: Bench, seed: int) -> Trial:
    """Run them all."""
    own = searched(table, seed)
    seats = [Seat(table, seed, own.nights) for _ in RIVALS]
    return Trial(own, tuple(map(rivals_plan, RIVALS, seats, [seed] * len(RIVALS))))


def least(table: Bench) -> float:
    """The cost of the cheapest plan that all nights confirm: every candidate that few nights leave
    possible is judged by all, in the order of cost; ``inf`` if there is none."""
    return rivals_plan(RIVALS[-1], Seat(table, 0), 0).cost


def sign_test(own: Sequence[float], other: Sequence[float]) -> tuple[int, int, int, float]:
    """How often the first is cheaper, equal, dearer; how likely so uneven a count is by luck."""
    cheaper = sum(a < b for a, b in zip(own, other, strict=True))
    dearer = sum(a > b for a, b in zip(own, other, strict=True))
    p = stats.binomtest(cheaper, cheaper + dearer).pvalue if cheaper + dearer else 1.0
    return cheaper, len(own) - cheaper - dearer, dearer, float(p)


def verdict(trials: Sequence[Trial]) -> str:
    """Against which rivals the search is better, against which it is not."""
    own = [t.search.cost for t in trials]
    better: list[str] = []
    worse: list[str] = []
    open_: list[str] = []
    for i, rival in enumerate(RIVALS):
        cheaper, _, dearer, p = sign_test(own, [t.rivals[i].cost for t in trials])
        side = open_ if p > SURE else better if cheaper > dearer else worse
        side.append(f"'{rival.name}'")
    said = [("beats", better), ("does not beat, and loses to,", worse), ("is not told from", open_)]
    return " ".join(f"The search {verb} {', '.join(its)}." for verb, its in said if its)


def section(trials: Sequence[Trial], table: Bench, cheapest: float) -> str:
    """One plan's table, with what it stands on."""
    file = table.planned.file
    asked = ", ".join(
        f"{o.measure} {'at most' if o.at_least is None else 'at least'} {o.limit:.0%} in "
        f"{o.in_nights:.0%} of nights" for o in file.objectives
    )  # fmt: skip
    cheaper = sum(file.cost(names) < cheapest for names in every(file))
    there = f"costs {_million(cheapest)} million rupiah; {cheaper} combinations are cheaper"
    out = [
        f"## {file.plan}", "",
        f"Asked: {asked}. {len(table.planned.inputs.region.stations)} stations, "
        f"{file.combinations} combinations, {file.candidates} tried by {file.effort.few} nights "
        f"each and confirmed by all {file.effort.nights}. {len(trials)} seeds of what is proposed, "
        f"the same nights for all. The cheapest plan that these nights confirm "
        f"{there if cheapest < inf else 'is none'}. {verdict(trials)}", "",
        "| way | found in seeds | cost, median (least to most), million rupiah | the least there "
        "is | nights, median | search cheaper, equal, dearer | sign test p |",
        "|---|---|---|---|---|---|---|",
        _row("tangguh plan", [t.search for t in trials], cheapest, "", ""),
    ]  # fmt: skip
    own = [t.search.cost for t in trials]
    for i, rival in enumerate(RIVALS):
        found = [t.rivals[i] for t in trials]
        *counts, p = sign_test(own, [f.cost for f in found])
        out.append(_row(rival.name, found, cheapest, ", ".join(map(str, counts)), f"{p:.3g}"))
    return "\n".join(out)


def page(sections: Sequence[str], command: str) -> str:
    """All plans."""
    head = f"# How good the search for a plan is\n\nMade by `{command}`; how is said in its first "
    return "\n\n".join([f"{head}lines.", *sections]) + "\n"


def _row(name: str, found: Sequence[Found], cheapest: float, counts: str, p: str) -> str:
    costs = sorted(f.cost for f in found)
    middle = costs[(len(costs) - 1) // 2]  # of an even number the lower one: none is no number
    there = sum(c < inf for c in costs)
    best = sum(c == cheapest < inf for c in costs)
    nights = float(np.median([f.nights for f in found]))
    return (
        f"| {name} | {there} of {len(costs)} | {_million(middle)} ({_million(costs[0])} to "
        f"{_million(costs[-1])}) | {best} of {len(costs)} | {nights:.0f} | {counts} | {p} |"
    )


def _million(rupiah: float) -> str:
    return "none" if rupiah == inf else f"{rupiah / 1e6:g}"


def opened(plan: Path, jobs: int, stock: Path, nights: int = 1) -> Bench:
    """The bench at which all candidates are judged; ``nights``: their seed."""
    planned = open_plan(*load(plan))
    worlds = {planned.inputs.scenario.name: planned.inputs}
    done = 0

    def finished() -> None:
        nonlocal done
        done += 1
        if done % 50 == 0:
            print(f"{done} nights simulated", file=sys.stderr, flush=True)

    ensemble = prior_ensemble(worlds, planned.file.effort.nights, nights)
    return Bench(planned, ensemble, jobs, stock, finished)


def main() -> None:
    """Simulate what is missing, search, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planning")
    parser.add_argument("--seeds", type=int, default=20, help="of what is proposed")
    parser.add_argument("--nights", type=int, default=2, help="seed of the nights")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--stock", type=Path, default=ROOT / "out" / "cache" / "nights")
    parser.add_argument("plans", nargs="*", type=Path, default=PLANS)
    given = parser.parse_args()
    sections = []
    for plan in given.plans:
        table = opened(plan, given.jobs, given.stock, given.nights)
        trials = [trial(table, seed) for seed in range(1, given.seeds + 1)]
        sections.append(section(trials, table, least(table)))
        print(sections[-1], flush=True)
    command = f"python -m benchmarks.planning --seeds {given.seeds} --nights {given.nights}"
    PAGE.write_text(page(sections, command), encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("interrupted; finished nights are kept; the same command goes on", file=sys.stderr)
        sys.exit(130)
