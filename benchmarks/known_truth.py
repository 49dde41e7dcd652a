"""``python -m benchmarks.known_truth``: does calibration find a world that is known to be true?

Nights are simulated in each world with parameters drawn from its prior; their counts per kecamatan
are given to the calibration as if they had been counted. Two questions:

* Which world gets the largest weight, and what weight does the true one get?
* Three apps are tried in every world's posterior. Is the one that is expected to leave the fewest
  stations the best in the true night (all three simulated in it), up to 1% of the stations?

The second is answered by an emulator for each app, fitted to nights of that app; no night of the
truth is used. Writes docs/known-truth.md. Everything is kept by content, so it can be interrupted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.source import load
from study.calibration import account, target
from study.calibration.declared import Calibration, World, open_calibration
from study.calibration.holdout import pick
from study.calibration.knowledge import Fitted, Known, Simulator, fit, learn
from study.calibration.posterior import Posterior, local_weights
from study.calibration.study import normalised
from study.nights import Variant
from study.patchwork import Patchwork
from study.stock import own_stage

ROOT: Final = Path(__file__).parent.parent
FILE: Final = ROOT / "scenarios" / "calibration" / "bandarlampung-2020.yaml"
PAGE: Final = ROOT / "docs" / "known-truth.md"
TRUTHS_FROM: Final = 3_000_000  # replications that no calibration uses
APPS: Final = (
    Variant("none", "per-photo"),
    Variant("full-jitter", "per-photo"),
    Variant("full-jitter", "chunks"),
)
INDIFFERENT: Final = 0.01
_DRAWS: Final = 100
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Truth:
    """A night that is known: its world, and what had failed with each app, (apps, kecamatan)."""

    world: int
    failed: Array


@dataclass(frozen=True)
class Opinion:
    """What one world's calibration says of a truth: evidence, and stations left with each app."""

    log_evidence: float
    expected: Array
    before: Array


def main() -> None:
    """Simulate, calibrate, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.known_truth", description=__doc__)
    parser.add_argument("--truths", type=int, default=12, help="nights of each world")
    parser.add_argument("--nights", type=int, default=60, help="nights of each app's emulator")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stock", type=Path, default=Path("out/cache/nights"))
    given = parser.parse_args()
    calibration, worlds = open_calibration(*load(FILE))
    began = time.monotonic()

    def simulator(world: World, app: Variant) -> Simulator:
        stage = replace(own_stage(world.inputs), variant=app)
        return Simulator(stage.setting(given.seed, given.stock), app, given.jobs, lambda: None)

    truths = _truths(worlds, given.truths, simulator)
    opinions = []
    for world in worlds:
        opinions.append(_ask(world, calibration, truths, given.seed, given.nights, simulator))
        print(f"{world.name}: asked {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    n = target.stations(worlds[0].inputs.region)
    page = _page(worlds, truths, opinions, float(n.sum()), given)
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def _truths(
    worlds: Sequence[World], count: int, simulator: Callable[[World, Variant], Simulator]
) -> list[Truth]:
    found = []
    nights = [Patchwork(TRUTHS_FROM + i) for i in range(count)]
    for w, world in enumerate(worlds):
        by_app = [
            target.count(simulator(world, app).nights(nights), world.inputs.region).of("unsent")
            for app in APPS
        ]
        found += [Truth(w, np.stack([f[i] for f in by_app])) for i in range(count)]
    return found


def _ask(
    world: World,
    calibration: Calibration,
    truths: Sequence[Truth],
    seed: int,
    nights: int,
    simulator: Callable[[World, Variant], Simulator],
) -> list[Opinion]:
    """One world's opinion of every truth."""
    fewer = calibration.model_copy(
        update={"effort": calibration.effort.model_copy(update={"nights": nights})}
    )
    known = [
        learn(world, calibration if app is APPS[0] else fewer, seed, simulator(world, app))
        for app in APPS
    ]
    places = [k.sample.places("unsent") for k in known]
    n = known[0].n
    before = np.array(
        [_tables(k, n).mean[p].mean(axis=(1, 2)) @ n for k, p in zip(known, places, strict=True)]
    )
    found = []
    for i, truth in enumerate(truths):
        its = fit(known[0], calibration, "unsent", truth.failed[0])
        expected = before
        if np.isfinite(its.found.log_evidence):
            rng = np.random.default_rng([seed, 5, i])
            expected = _expected(known, places, its, its.found, n, rng)
        found.append(Opinion(its.found.log_evidence, expected, before))
    return found


def _tables(known: Known, n: Array) -> account.Tables:
    return account.tables(known.sample.emulator, np.zeros_like(n), n)


def _expected(
    known: Sequence[Known],
    places: Sequence[NDArray[np.uint16]],
    its: Fitted,
    found: Posterior,
    n: Array,
    rng: np.random.Generator,
) -> Array:
    """Stations left with each app, over the posterior that the first app's counts gave."""
    size = len(n)
    totals = np.zeros(len(known))
    means = [_tables(k, n).mean for k in known]
    d = np.arange(size)
    for t, k in zip(*pick(found, _DRAWS, rng), strict=True):
        weights = np.cumsum(local_weights(its.places, its.tables, int(t), int(k)), axis=1)
        m = (weights < rng.uniform(size=(size, 1)) * weights[:, -1:]).sum(axis=1)
        for a, (mean, at) in enumerate(zip(means, places, strict=True)):
            totals[a] += mean[at[d, t, m]] @ n
    return totals / _DRAWS


def _page(
    worlds: Sequence[World],
    truths: Sequence[Truth],
    opinions: Sequence[Sequence[Opinion]],
    stations: float,
    given: Any,
) -> str:
    names = [w.name for w in worlds]
    prior = [w.weight for w in worlds]
    confusion = np.zeros((len(worlds), len(worlds) + 1))
    weight = np.zeros((len(worlds), len(worlds)))
    right = {"calibrated": 0, "prior": 0}
    lost: dict[str, list[float]] = {"calibrated": [], "prior": []}
    decisive = 0
    for i, truth in enumerate(truths):
        weights = np.array(normalised(prior, [o[i].log_evidence for o in opinions]))
        none = not weights.sum()
        confusion[truth.world, len(worlds) if none else int(weights.argmax())] += 1
        weight[truth.world] += weights
        left = truth.failed.sum(axis=1)
        decisive += bool(left.max() - left.min() > INDIFFERENT * stations)
        after = np.array(prior) if none else weights
        said = {
            "calibrated": sum(w * o[i].expected for w, o in zip(after, opinions, strict=True)),
            "prior": sum(w * o[i].before for w, o in zip(prior, opinions, strict=True)),
        }
        for name, expected in said.items():
            regret = float(left[int(np.argmin(expected))] - left.min())
            lost[name].append(regret)
            right[name] += regret <= INDIFFERENT * stations
    count = len(truths)
    found = int(np.trace(confusion[:, :-1]))
    out = [
        "# Known truths",
        "",
        "Made by `python -m benchmarks.known_truth "
        f"--truths {given.truths} --nights {given.nights} --seed {given.seed}`; "
        "how is said in its first lines. Worlds share mechanisms (the mixtures contain the pure "
        "worlds, and operators are at work in all of them), so counts of one night cannot always "
        "tell them apart, and should not.",
        "",
        f"The true world got the largest weight in **{found} of {count}** nights "
        f"({100 * found / count:.0f}%; by chance {100 / len(worlds):.0f}%).",
        "",
        "| true world | nights | found | mean weight of the truth | most often taken for |",
        "|---|---|---|---|---|",
    ]
    for w, name in enumerate(names):
        its = confusion[w]
        total = int(its.sum())
        others = [*names, "none (all ruled out)"]
        wrong = its.copy()
        wrong[w] = 0
        taken = f"{others[int(wrong.argmax())]} ({int(wrong.max())})" if wrong.max() else ""
        share = weight[w, w] / total
        out.append(f"| {name} | {total} | {int(its[w])} | {100 * share:.0f}% | {taken} |")
    out += [
        "",
        f"Ranking of {len(APPS)} apps ({', '.join(map(str, APPS))}): the app that the ensemble "
        f"expects to be best is the best of the true night, or within {100 * INDIFFERENT:.0f}% of "
        f"the stations of it, in **{right['calibrated']} of {count}** nights with calibration, in "
        f"{right['prior']} with the priors alone. In {decisive} nights the apps differ by more "
        "than that at all. Mean regret: "
        f"{np.mean(lost['calibrated']):.1f} stations calibrated, {np.mean(lost['prior']):.1f} by "
        "the priors.",
        "",
    ]
    return "\n".join(out)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted; every finished night is kept; the same command goes on")
