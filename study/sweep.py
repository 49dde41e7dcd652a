"""A grid of what the app may do, in several worlds, each until the best is known.

In every world all combinations meet the same nights (common random numbers); those that are clearly
worse get no more (:mod:`study.selection`); nights that are kept already are not simulated again
(:mod:`study.cache`).

Rule of this file: the course of the sweep; from kept measures to rows of plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.network.profile import Profile
from sim.population.region import Region
from sim.scenario.conduct import Catalogue
from sim.scenario.model import Scenario
from study.cache import cell_digest
from study.ensemble import run, unfinished
from study.measures import MEASURES
from study.nights import Setting, Task, Variant, recall_measures
from study.selection import Selection, chances, pareto, regret
from study.statistics import Interval, mean_interval

Array = NDArray[np.float64]
JUDGED_BY: Final = "failed"


@dataclass(frozen=True, slots=True)
class Rules:
    """When a world's sweep stops.

    Parameters
    ----------
    indifference : a difference of this share of the stations does not matter.
    confidence : of a correct selection.
    first, batch, most : nights of everybody, then of those alive at a time, and at most.
    """

    indifference: float = 0.01
    confidence: float = 0.95
    first: int = 20
    batch: int = 20
    most: int = 400


@dataclass(frozen=True, slots=True)
class Stage:
    """One world of a sweep.

    Attributes
    ----------
    files : what its scenario names.
    """

    name: str
    scenario: Scenario
    region: Region
    trace: Profile | None
    catalogue: Catalogue
    files: tuple[Path, ...]

    def setting(self, variants: Sequence[Variant], seed: int, cache: Path) -> Setting:
        """The setting of its nights, kept by content below ``cache``."""
        modules = self.catalogue.modules
        folders = {
            v: cell_digest(self.scenario, self.files, seed, self.catalogue.conduct(*v), modules)
            for v in variants
        }
        return Setting(self.scenario, self.region, seed, self.trace, cache, self.catalogue, folders)


class Standing(NamedTuple):
    """Where a world's race stands.

    Attributes
    ----------
    alive, of : combinations that are still in the race, and that began.
    nights, most : of everybody alive so far, and at most.
    best : who has the lowest mean so far, and ``failed``: its stations not sent, with 95% interval.
    decided : is the best known?
    """

    world: str
    alive: int
    of: int
    nights: int
    most: int
    best: str
    failed: Interval
    decided: bool


Report = Callable[[Standing], None]
"""Called after each batch of nights."""


def sweep(
    stage: Stage,
    variants: Sequence[Variant],
    rules: Rules,
    *,
    seed: int,
    jobs: int,
    cache: Path,
    finished: Callable[[Task], None],
    report: Report,
) -> dict[str, Any]:
    """Compare the variants in one world until the best is known or the budget is spent.

    Returns
    -------
    ``world``, ``decided``, ``nights`` (simulated now) and ``rows``, one a variant.
    """
    setting = stage.setting(variants, seed, cache)
    delta = max(rules.indifference * len(stage.region.stations), 1e-9)
    first = min(rules.first, rules.most)
    race = Selection(len(variants), delta, rules.confidence, first)
    values: list[list[dict[str, float]]] = [[] for _ in variants]
    simulated = 0
    nights = 0
    while True:
        until = min(rules.most, nights + (rules.batch if nights else first))
        tasks = [Task(variants[i], r) for r in range(nights, until) for i in race.alive]
        simulated += len(unfinished(setting, tasks))
        run(setting, tasks, jobs, finished)
        for task in tasks:
            values[variants.index(task.variant)].append(recall_measures(setting.path(task)))
        nights = until
        if len(variants) > 1 and nights >= 2:
            race.screen([_column(v, JUDGED_BY) for v in values])
        judged = {i: _column(values[i], JUDGED_BY) for i in race.alive}
        best = min(judged, key=lambda i: float(judged[i].mean()))
        report(
            Standing(
                stage.name, len(race.alive), len(variants), nights, rules.most,
                str(variants[best]), mean_interval(judged[best]), race.decided,
            )
        )  # fmt: skip
        if race.decided or nights >= rules.most:
            break
    return {
        "world": stage.name,
        "stations": len(stage.region.stations),
        "decided": race.decided,
        "simulated": simulated,
        "indifference": delta,
        "confidence": rules.confidence,
        "rows": _rows(variants, values, race.alive, seed),
    }


def _column(nights: Sequence[Mapping[str, float]], name: str) -> Array:
    return np.array([n[name] for n in nights], dtype=np.float64)


def _rows(
    variants: Sequence[Variant],
    values: Sequence[Sequence[Mapping[str, float]]],
    alive: Sequence[int],
    seed: int,
) -> list[dict[str, Any]]:
    judged = [_column(v, JUDGED_BY) for v in values]
    common = min(len(v) for v in judged)
    best = min(alive, key=lambda i: float(judged[i].mean()))
    first = np.stack([v[:common] for v in judged])
    # who dropped out was beaten by one of the others, at the stated confidence
    racing = dict(zip(alive, chances([judged[i] for i in alive], list(alive).index(best), seed),
                      strict=True))  # fmt: skip
    table: list[dict[str, Any]] = []
    for i, variant in enumerate(variants):
        worse, low, high = regret(judged[i], judged[best])
        table.append(
            {
                "policy": variant.policy,
                "batching": variant.batching,
                "shaping": variant.shaping,
                "name": str(variant),
                "nights": len(judged[i]),
                "alive": i in alive,
                "best": i == best,
                "failed": mean_interval(judged[i])._asdict(),
                "regret": {"mean": worse, "low": low, "high": high},
                "chance_best": racing.get(i, 0.0),
                "measures": {m.name: _said(_column(values[i], m.name)) for m in MEASURES},
            }
        )
    # the front is judged on the nights that all have, so that nobody met easier ones
    means = [[_middle(_column(v[:common], m.name)) for m in MEASURES] for v in values]
    means = [[float(first[i].mean()), *row[1:]] for i, row in enumerate(means)]
    for row, on_front in zip(table, pareto(means), strict=True):
        row["pareto"] = on_front
    return table


def _middle(values: Array) -> float:
    """The mean; of times that may not be reached, the median."""
    return float(values.mean()) if np.isfinite(values).all() else float(np.median(values))


def _said(values: Array) -> dict[str, float | None]:
    """Median and 90% range over nights; None where it is not reached, and how often it is."""
    reached = np.isfinite(values)
    low, middle, high = np.percentile(values, (5, 50, 95), method="inverted_cdf")
    return {
        "p5": float(low) if isfinite(low) else None,
        "p50": float(middle) if isfinite(middle) else None,
        "p95": float(high) if isfinite(high) else None,
        "reached": float(reached.mean()),
    }


def across(worlds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each combination over all worlds: mean and worst regret, in points of the stations, and how
    often it is the best; sorted by the worst regret, then the mean."""
    rows = []
    for i, row in enumerate(worlds[0]["rows"]):
        regrets = [100.0 * w["rows"][i]["regret"]["mean"] / w["stations"] for w in worlds]
        rows.append(
            {
                "name": row["name"],
                "mean_regret": float(np.mean(regrets)),
                "worst_regret": max(regrets),
                "worst_world": worlds[int(np.argmax(regrets))]["world"],
                "best_in": sum(w["rows"][i]["best"] for w in worlds),
                "pareto_in": sum(w["rows"][i]["pareto"] for w in worlds),
            }
        )
    return sorted(rows, key=lambda r: (r["worst_regret"], r["mean_regret"]))
