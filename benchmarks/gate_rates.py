"""``python -m benchmarks.gate_rates``: how often is a gate wrong?

Many gates are judged by :func:`study.gate.predicted.judge_predicted` itself, with its looks and
its own number of nights; only the nights are not simulated anew for each. A pool is simulated once,
kept by content, and drawn from:

* Against a baseline of other nights, candidate and baseline are disjoint sets drawn without
  replacement. The difference of two such means varies as that of independent nights does.
* Against a baseline of the same nights, and for a threshold, nights are drawn with replacement:
  they are independent nights of the pool's law. In pairs the candidate is another app, its
  differences moved so that their mean in the pool is nothing: the noise of a real change without
  its effect.

A regression is then planted by adding points to every night. The rates are of this pool's law: how
well the pool stands for all nights is not in their intervals (Wilson 1927, 95%).
Writes docs/gate-rates.md.

Rule of this file: no verdict is made here.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.assembly import Night
from sim.scenario.inputs import Inputs, load_inputs
from study.gate.declared import Effort, Predicted, Regression, Threshold
from study.gate.judge import overall
from study.gate.predicted import Candidate, judge_predicted, reference, region_digest
from study.nights import Variant
from study.stock import nights, own_stage

ROOT: Final = Path(__file__).parent.parent
SCENARIO: Final = ROOT / "scenarios" / "bandarlampung-2020.yaml"
PAGE: Final = ROOT / "docs" / "gate-rates.md"
OTHER: Final = Variant("full-jitter", "chunks")  # the changed app of the pairs
PLANTED: Final = 0.03  # points of the stations: the regression that a gate is asked to find
WRONG: Final = 0.05  # false alarms at most
FOUND: Final = 0.95  # detections at least
NO_FILE: Final = Path("baseline.json")  # only named in errors
Array = NDArray[np.float64]


class Drawn(Candidate):
    """A candidate whose nights are drawn from a pool instead of simulated."""

    def __init__(self, inputs: Inputs, seed: int, drawn: Sequence[Night]) -> None:
        super().__init__(inputs, own_variant(inputs), seed, 1, Path("unused"), lambda: None)
        self._drawn = drawn

    def nights(self, count: int) -> list[Night]:
        """The first ``count`` that were drawn."""
        return list(self._drawn[:count])


@dataclass(frozen=True)
class Pool:
    """Nights of the scenario: of its own app, and the first of them with another app."""

    inputs: Inputs
    own: Sequence[Night]
    other: Sequence[Night]

    def failed(self, drawn: Sequence[Night]) -> Array:
        """Share failed in each night."""
        asked = reference("failed")
        return np.array([asked.value(night, self.inputs.scenario) for night in drawn])


@dataclass(frozen=True)
class Case:
    """A question to the gate.

    Attributes
    ----------
    wanted : the verdict that is counted, and whether it is a mistake.
    """

    name: str
    kind: str  # "pairs", "others" or "threshold"
    planted: float
    wanted: str
    mistake: bool


CASES: Final = (
    Case("same nights, no difference", "pairs", 0.0, "fail", True),
    Case("same nights, 3 points worse", "pairs", PLANTED, "fail", False),
    Case("other nights, no difference", "others", 0.0, "fail", True),
    Case("other nights, 3 points worse", "others", PLANTED, "fail", False),
    Case("threshold, mean exactly on the limit: fails", "threshold", 0.0, "fail", True),
    Case("threshold, mean a hair above the limit: passes", "threshold", 1e-9, "pass", True),
    Case("threshold, mean 3 points above the limit", "threshold", PLANTED, "fail", False),
)


@dataclass(frozen=True)
class Rate:
    """What became of a case: verdicts, and the nights that the gate asked for."""

    case: Case
    verdicts: Counter[str]
    nights: Array

    @property
    def repeats(self) -> int:
        """How many gates were judged."""
        return self.verdicts.total()

    @property
    def share(self) -> float:
        """Share with the verdict that is counted."""
        return self.verdicts[self.case.wanted] / self.repeats

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95%."""
        met = self.verdicts[self.case.wanted]
        found = stats.binomtest(met, self.repeats).proportion_ci(0.95, method="wilson")
        return float(found.low), float(found.high)

    @property
    def met(self) -> bool:
        """Is the target reached?"""
        return self.share <= WRONG if self.case.mistake else self.share >= FOUND


def own_variant(inputs: Inputs) -> Variant:
    """The app that the scenario names."""
    return own_stage(inputs).variant


def rate(case: Case, pool: Pool, effort: Effort, error: float, repeats: int, seed: int) -> Rate:
    """Judge many gates.

    Raises
    ------
    ValueError : if the pool holds too few nights for disjoint sets.
    """
    most = effort.most
    if case.kind == "others" and len(pool.own) < 2 * most:
        raise ValueError(
            f"{2 * most} nights are needed for disjoint sets, {len(pool.own)} are here"
        )
    rng = np.random.default_rng([seed, CASES.index(case)])
    own, other = pool.failed(pool.own), pool.failed(pool.other)
    moved = case.planted
    if case.kind == "pairs":
        moved -= float((other - own[: len(other)]).mean())
    asked = _part(case, effort, float(own.mean()))
    verdicts: Counter[str] = Counter()
    counts = []
    for _ in range(repeats):
        drawn, baseline = _draw(case, pool, own, most, rng, seed)
        candidate = Drawn(pool.inputs, seed, drawn)
        lines, count = judge_predicted(asked, candidate, error, baseline, NO_FILE, _adding(moved))
        verdicts[overall(lines)] += 1
        counts.append(count)
    return Rate(case, verdicts, np.array(counts, dtype=np.float64))


def _adding(points: float) -> Callable[[Array, bool], Array]:
    return lambda values, _smaller_is_better: values + points


def _part(case: Case, effort: Effort, mean: float) -> Predicted:
    if case.kind == "threshold":
        asked = Threshold(measure="failed", at_most=mean, judge="mean")
        return Predicted(scenario="", nights=effort, thresholds=(asked,))
    return Predicted(scenario="", nights=effort, regression=Regression(baseline=str(NO_FILE)))


def _draw(
    case: Case, pool: Pool, own: Array, most: int, rng: np.random.Generator, seed: int
) -> tuple[list[Night], dict[str, Any] | None]:
    """A candidate's nights and a baseline, as the gate would have stored it."""
    if case.kind == "others":
        order = rng.permutation(len(own))[: 2 * most]
        drawn = [pool.own[i] for i in order[:most]]
        return drawn, _baseline(pool, own[order[most:]], seed + 1)
    if case.kind == "threshold":
        return [pool.own[i] for i in rng.integers(len(own), size=most)], None
    chosen = rng.integers(len(pool.other), size=most)
    return [pool.other[i] for i in chosen], _baseline(pool, own[chosen], seed)


def _baseline(pool: Pool, values: Array, seed: int) -> dict[str, Any]:
    """With the candidate's seed its nights are paired, with another they are not."""
    its = {
        "seed": seed, "region": region_digest(pool.inputs.region), "measure": "failed",
        "values": values.tolist(),
    }  # fmt: skip
    return {"predicted": its}


def simulated(count: int, pairs: int, seed: int, jobs: int, stock: Path) -> Pool:
    """A pool of ``count`` nights of the scenario's app, and the first ``pairs`` of the other's."""
    inputs = load_inputs(SCENARIO)
    stage = own_stage(inputs)
    done = Counter[str]()

    def finished() -> None:
        done["nights"] += 1
        if done["nights"] % 20 == 0:
            print(f"{done['nights']} nights simulated", file=sys.stderr, flush=True)

    def of(app: Variant, many: int) -> list[Night]:
        stages = {"it": replace(stage, variant=app)}
        return nights(stages, many, seed=seed, jobs=jobs, stock=stock, finished=finished)["it"]

    return Pool(inputs, of(stage.variant, count), of(OTHER, pairs))


def page(rates: Sequence[Rate], pool: Pool, command: str) -> str:
    """The table, with what it stands on."""
    own, other = pool.failed(pool.own), pool.failed(pool.other)
    difference = other - own[: len(other)]
    out = [
        "# How often a gate is wrong", "",
        f"Made by `{command}`; how is said in its first lines. The pool: {len(own)} nights of "
        f"{pool.inputs.scenario.name}, {len(other)} of them also with another app ({OTHER}). "
        f"Failed: {own.mean():.1%} on average (standard deviation "
        f"between nights {100 * own.std(ddof=1):.1f} points; of a pair's difference "
        f"{100 * difference.std(ddof=1):.1f} points). Targets: at most {WRONG:.0%} wrong verdicts, "
        f"at least {FOUND:.0%} of regressions of {100 * PLANTED:g} points found. Targets that are "
        "missed are shown, too.", "",
        "| case | counted verdict | share (Wilson 95%) | target | met | undecided | "
        "nights: median, 95% |", "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for its in rates:
        low, high = its.interval
        target = f"at most {WRONG:.0%}" if its.case.mistake else f"at least {FOUND:.0%}"
        middle, late = np.quantile(its.nights, (0.5, 0.95), method="inverted_cdf")
        undecided = its.verdicts["undecided"] / its.repeats
        out.append(
            f"| {its.case.name} | {its.case.wanted} | {its.share:.1%} ({low:.1%} to {high:.1%}) | "
            f"{target} | {'yes' if its.met else '**no**'} | {undecided:.1%} | "
            f"{middle:.0f}, {late:.0f} |"
        )
    return "\n".join([*out, ""])


def main() -> None:
    """Simulate what is missing, judge, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gate_rates")
    parser.add_argument("--repeats", type=int, default=1000, help="gates of each case")
    parser.add_argument("--nights", type=int, default=400, help="nights of the pool")
    parser.add_argument("--pairs", type=int, default=200, help="nights of the other app")
    parser.add_argument("--most", type=int, default=Effort().most, help="nights of a gate at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stock", type=Path, default=Path("out/cache/nights"))
    given = parser.parse_args()
    pool = simulated(given.nights, given.pairs, given.seed, given.jobs, given.stock)
    effort = Effort(most=given.most)
    try:
        rates = [rate(case, pool, effort, WRONG, given.repeats, given.seed) for case in CASES]
    except ValueError as error:
        parser.error(str(error))
    command = (
        f"python -m benchmarks.gate_rates --repeats {given.repeats} --nights {given.nights} "
        f"--pairs {given.pairs} --most {given.most} --seed {given.seed}"
    )
    text = page(rates, pool, command)
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print(
            "interrupted; every finished night is kept; the same command goes on", file=sys.stderr
        )
        sys.exit(130)
