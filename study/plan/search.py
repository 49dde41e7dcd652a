"""The search: which candidates are tried by few nights, and which are confirmed by all.

Where there are hardly more combinations than may be tried, all are tried. Else Optuna's TPE
sampler (Bergstra et al. 2011) proposes them: it looks for the least cost under the constraint that
all nights could still confirm the candidate. Then those candidates are judged by twice as many
nights, and again, up to all, in order of cost: who can be confirmed no longer gets no more nights
(that is arithmetic, not a guess, and so spends nothing of the plan's error). This goes on until one
is confirmed or the budget is used up, which is as many nights as the confirmations take. What is
left for one candidate is kept for the one with the best chance; of equal chances for the dearest,
because what costs more seldom does less.

Rule of this file: from a bench to judged candidates; costs in rupiah.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import optuna

from study.plan.bench import Bench
from study.plan.declared import Names, PlanFile
from study.plan.judged import Judged

_PROPOSALS: Final = 10  # for each trial: TPE comes back to what it likes, and that costs nothing
_BEYOND: Final = 1e-3  # by how much it is beyond reach, at least; any positive number says so
_COUNTED: Final = 100_000  # combinations that are looked through one by one


@dataclass(frozen=True, slots=True)
class Answer:
    """What the search found.

    Attributes
    ----------
    outcome : ``found``; ``none``: every combination surely falls short; ``open``: none was
        confirmed within the budget, and there may be one.
    best : the plan that was found, or else the nearest.
    confirmed : judged by all nights, in that order.
    undecided : neither met nor surely short; of a found plan, only what is cheaper.
    untried : combinations that no night was spent on; of a found plan, only what is cheaper, or
        None where there are too many to count.
    """

    outcome: Literal["found", "none", "open"]
    best: Judged
    tried: tuple[Judged, ...]
    confirmed: tuple[Judged, ...]
    undecided: tuple[Judged, ...]
    untried: int | None


def find(bench: Bench) -> Answer:
    """Search and confirm."""
    return confirm(bench, search(bench))


def search(bench: Bench) -> list[Judged]:
    """Try candidates by few nights; returns them all, cheapest first."""
    file = bench.planned.file
    if file.tries_all:
        tried = [bench.judge(names, file.effort.few) for names in _every(file)]
    else:
        tried = _proposed(bench)
    return sorted(tried, key=lambda j: (j.cost, -j.margin))


def _every(file: PlanFile) -> list[Names]:
    return list(product(*([c.name for c in its.choices] for its in file.levers.values())))


def _proposed(bench: Bench) -> list[Judged]:
    """What Optuna proposes, once each."""
    file = bench.planned.file
    levers = {lever: [c.name for c in its.choices] for lever, its in file.levers.items()}
    seen: dict[Names, Judged] = {}
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(seed=bench.ensemble.seed, n_startup_trials=8)
    study = optuna.create_study(sampler=sampler)
    # the two ends first: they say whether there is anything to look for
    for end in (0, -1):
        study.enqueue_trial({k: v[end] for k, v in levers.items()}, skip_if_exists=True)
    for _ in range(_PROPOSALS * file.effort.trials):
        if len(seen) == file.effort.trials:
            break
        trial = study.ask()
        names = tuple(trial.suggest_categorical(k, v) for k, v in levers.items())
        found = seen[names] = bench.judge(names, file.effort.few)
        trial.set_constraint("reachable", 0.0 if found.reachable else max(-found.margin, _BEYOND))
        study.tell(trial, found.cost)
    return list(seen.values())


def confirm(bench: Bench, tried: list[Judged]) -> Answer:
    """Judge by all nights, the cheapest first, until one is confirmed or the budget is used up."""
    file = bench.planned.file
    left = [j for j in sorted(tried, key=lambda j: (j.cost, -j.margin)) if j.reachable]
    every = bench.count(file.effort.nights)
    budget = file.effort.confirmations * every
    latest = {j.names: j for j in tried}
    known = dict(latest)
    confirmed: list[Judged] = []

    def judged(candidate: Judged) -> Judged:
        found = bench.judge(candidate.names, file.effort.nights)
        latest[found.names] = found
        confirmed.append(found)
        return found

    while left and budget >= every:
        last = budget < 2 * every
        candidate = max(left, key=lambda j: (j.margin, j.cost)) if last else left[0]
        left.remove(candidate)
        known[candidate.names] = seen = raced(bench, candidate)
        if not seen.reachable:
            budget -= seen.nights
            continue
        budget -= every
        found = judged(candidate)
        if found.verdict == "meets":
            cheaper = [j for j in latest.values() if j.cost < found.cost]
            undecided = tuple(j for j in cheaper if j.verdict == "undecided")
            untried = _untried(file, latest, found.cost)
            return Answer("found", found, tuple(tried), tuple(confirmed), undecided, untried)
    complete = len(latest) == file.combinations
    unsure = [j for j in latest.values() if j.verdict == "undecided" and j not in confirmed]
    if complete and len(unsure) * every <= budget:
        # all that is in doubt can be looked at: then it may be said that there is no plan
        for candidate in sorted(unsure, key=lambda j: (j.cost, -j.margin)):
            judged(candidate)
    if not confirmed:
        judged(max(known.values(), key=lambda j: (j.margin, -j.cost)))
    undecided = tuple(j for j in latest.values() if j.verdict == "undecided")
    outcome: Literal["none", "open"] = "none" if complete and not undecided else "open"
    nearest = max(confirmed, key=lambda j: (j.margin, -j.cost))
    untried = file.combinations - len(latest)
    return Answer(outcome, nearest, tuple(tried), tuple(confirmed), undecided, untried)


def raced(bench: Bench, candidate: Judged) -> Judged:
    """Judge by twice as many nights, and again, as long as all could still confirm it. All nights
    are left to the caller; a verdict in between would be one look more than the error allows."""
    effort = bench.planned.file.effort
    count, found = 2 * effort.few, candidate
    while count < effort.nights and found.reachable:
        found = bench.judge(candidate.names, count)
        count *= 2
    return found


def _untried(file: PlanFile, tried: dict[Names, Judged], cost: float) -> int | None:
    """Combinations that are cheaper and were not tried."""
    if len(tried) == file.combinations:
        return 0
    if file.combinations > _COUNTED:
        return None
    return sum(names not in tried and file.cost(names) < cost for names in _every(file))
