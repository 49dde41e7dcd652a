"""``python -m benchmarks.gate_rates``: how often is a gate wrong?

Many gates are judged by :func:`study.gate.predicted.judge_predicted` itself, with its looks and
its own number of nights; only the nights are not simulated anew for each. A pool is simulated once,
kept by content, and drawn from with replacement: these are independent nights of the pool's law,
whose mean is known.

* Against a baseline of other nights, both are drawn on their own.
* Against a baseline of the same nights, the candidate is another app in the nights of the baseline.
  It or the baseline is moved, so that the mean of the differences in the pool is nothing: the noise
  of a real change without its effect.
* Thresholds are also judged on two synthetic laws with a long tail, because the pool's is short.

A regression is then planted by adding points to every night. The rates are of these laws: how well
the pool stands for all nights is not in their intervals (Wilson 1927, 95%).
Writes docs/gate-rates.md.

Rule of this file: no verdict is made here.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.scenario.inputs import Inputs, load_inputs
from study.gate.declared import Effort, Predicted, Regression, Threshold
from study.gate.judge import overall
from study.gate.predicted import Candidate, judge_predicted, reference, region_digest
from study.nights import Variant
from study.objectives import Objective
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
    """A candidate whose nights' shares are given instead of simulated."""

    def __init__(self, inputs: Inputs, seed: int, shares: Array) -> None:
        self.inputs, self.seed, self._shares = inputs, seed, shares

    @property
    def content(self) -> str:
        """As no baseline's: nights are compared, and not taken to be the same."""
        return "drawn"

    def values(self, asked: Objective, count: int) -> Array:
        """The first ``count``, whatever is asked."""
        return self._shares[:count]


@dataclass(frozen=True)
class Pool:
    """Shares that failed in nights of the scenario: with its own app, and in the first of them with
    another."""

    inputs: Inputs
    own: Array
    other: Array

    def law(self, name: str) -> Array:
        """The values of a law, each as likely as any other: its mean is known."""
        if name == "pool":
            return self.own
        places = (np.arange(10_000) + 0.5) / 10_000
        if name == "long tail":  # log-normal, standard deviation of the logarithm 1, cut at 1
            return np.minimum(0.1 * stats.lognorm.ppf(places, 1.0), 1.0)
        return np.where(places < 0.05, 1.0, 0.1)  # every twentieth night nothing arrives


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
    law: str = "pool"


CASES: Final = (
    Case("same nights, no difference", "pairs", 0.0, "fail", True),
    Case("same nights, 3 points worse", "pairs", PLANTED, "fail", False),
    Case("other nights, no difference", "others", 0.0, "fail", True),
    Case("other nights, 3 points worse", "others", PLANTED, "fail", False),
    Case("threshold, mean exactly on the limit: fails", "threshold", 0.0, "fail", True),
    Case("threshold, mean a hair above the limit: passes", "threshold", 1e-9, "pass", True),
    Case("threshold, mean 3 points above the limit", "threshold", PLANTED, "fail", False),
    Case("long tail, mean on the limit: fails", "threshold", 0.0, "fail", True, "long tail"),
    Case("long tail, mean a hair above: passes", "threshold", 1e-9, "pass", True, "long tail"),
    Case("rare disasters, mean on the limit: fails", "threshold", 0.0, "fail", True, "disasters"),
    Case("rare disasters, mean a hair above: passes", "threshold", 1e-9, "pass", True, "disasters"),
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


def rate(case: Case, pool: Pool, effort: Effort, error: float, repeats: int, seed: int) -> Rate:
    """Judge many gates."""
    rng = np.random.default_rng([seed, CASES.index(case)])
    asked = _part(case, effort, float(pool.law(case.law).mean()))
    verdicts: Counter[str] = Counter()
    counts = []
    for _ in range(repeats):
        shares, baseline = _draw(case, pool, effort.most, rng, seed)
        candidate = Drawn(pool.inputs, seed, shares)
        lines, count = judge_predicted(asked, candidate, error, baseline, NO_FILE)
        verdicts[overall(lines)] += 1
        counts.append(count)
    return Rate(case, verdicts, np.array(counts, dtype=np.float64))


def _part(case: Case, effort: Effort, mean: float) -> Predicted:
    if case.kind == "threshold":
        # what is planted is in the limit, so that no night leaves what is possible
        asked = Threshold(measure="failed", at_most=mean - case.planted, judge="mean")
        return Predicted(scenario="", nights=effort, thresholds=(asked,))
    return Predicted(scenario="", nights=effort, regression=Regression(baseline=str(NO_FILE)))


def _draw(
    case: Case, pool: Pool, most: int, rng: np.random.Generator, seed: int
) -> tuple[Array, dict[str, Any] | None]:
    """A candidate's nights and a baseline, as the gate would have stored it."""
    if case.kind == "threshold":
        return rng.choice(pool.law(case.law), most), None
    if case.kind == "others":
        shares, before = rng.choice(pool.own, most), rng.choice(pool.own, most)
        return shares + case.planted, _baseline(pool, before, seed + 1)
    chosen = rng.integers(len(pool.other), size=most)
    moved = case.planted - float((pool.other - pool.own[: len(pool.other)]).mean())
    shares = pool.other[chosen] + max(moved, 0.0)
    return shares, _baseline(pool, pool.own[chosen] + max(-moved, 0.0), seed)


def _baseline(pool: Pool, values: Array, seed: int) -> dict[str, Any]:
    """With the candidate's seed its nights are paired, with another they are not."""
    its = {
        "scenario": pool.inputs.scenario.name, "seed": seed, "measure": "failed",
        "region": region_digest(pool.inputs.region), "values": values.tolist(),
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

    def of(app: Variant, many: int) -> Array:
        stages = {"it": replace(stage, variant=app)}
        found = nights(stages, many, seed=seed, jobs=jobs, stock=stock, finished=finished)["it"]
        asked = reference("failed")
        return np.array([asked.value(night, inputs.scenario) for night in found])

    return Pool(inputs, of(stage.variant, count), of(OTHER, pairs))


def page(rates: Sequence[Rate], pool: Pool, command: str) -> str:
    """The table, with what it stands on."""
    own, other = pool.own, pool.other
    difference = other - own[: len(other)]
    out = [
        "# How often a gate is wrong", "",
        f"Made by `{command}`; how is said in its first lines. The pool: {len(own)} nights of "
        f"{pool.inputs.scenario.name}, {len(other)} of them also with another app ({OTHER}). "
        f"Failed: {own.mean():.1%} on average (standard deviation "
        f"between nights {100 * own.std(ddof=1):.1f} points; of a pair's difference "
        f"{100 * difference.std(ddof=1):.1f} points). Targets: at most {WRONG:.0%} wrong verdicts, "
        f"at least {FOUND:.0%} of regressions of {100 * PLANTED:g} points found. Targets that are "
        "missed are shown, too. Where it is undecided a gate asks for more nights.", "",
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
    rates = [rate(case, pool, effort, WRONG, given.repeats, given.seed) for case in CASES]
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
