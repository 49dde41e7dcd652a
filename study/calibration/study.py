"""All worlds: their weights under each reading, the ensemble, and the hold-out against baselines.

The weight of a world is its prior weight times its evidence. It rests on the priors of its
quantities as much as on the counts: a world with wide priors pays for what they waste (Occam's
factor). It says where the counts point, and not what was true.

Rule of this file: the course over worlds; from results of worlds to plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from study.calibration import holdout, members, target
from study.calibration.betabinomial import ICC_GRID
from study.calibration.declared import Calibration, World
from study.calibration.ensemble_file import Calibrated as Ensemble
from study.calibration.ensemble_file import CalibratedWorld, MemberNight
from study.calibration.knowledge import simulator_of
from study.calibration.world import Calibrated, calibrate_world
from study.patchwork import Patchwork

Array = NDArray[np.float64]


def nights_of(calibration: Calibration) -> int:
    """How many nights the calibration asks for."""
    effort = calibration.effort
    each = effort.nights + effort.members * (effort.candidates + effort.runs)
    return each * len(calibration.worlds)


def calibrate(
    calibration: Calibration,
    worlds: Sequence[World],
    *,
    seed: int,
    jobs: int,
    stock: Path,
    finished: Callable[[], None],
) -> tuple[dict[str, Any], Ensemble]:
    """Calibrate all worlds.

    Parameters
    ----------
    stock : where nights are kept, by content.
    finished : called after each night, simulated or found.

    Returns
    -------
    The contents of ``calibration.json``, and the ensemble.
    """
    region = worlds[0].inputs.region
    y, n = target.counted(region), target.stations(region)
    assert y is not None  # checked where the file is read
    parts = holdout.folds(len(y), min(calibration.hold_out.folds, len(y)), seed)
    done = [
        calibrate_world(
            world, calibration, parts, seed, simulator_of(world, seed, stock, jobs, finished)
        )
        for world in worlds
    ]
    weights = normalised([w.world.weight for w in done], [w.log_evidence for w in done])
    errors = members.mixed(weights, [w.error for w in done])
    first = calibration.target.readings[0]
    for i, its in enumerate(done):
        its.plain["weight"] = weights[i]
        its.plain["weight_error"] = errors[i]
    for reading in calibration.target.readings:
        found = normalised([w.world.weight for w in done], [w.by_reading[reading] for w in done])
        for its, weight in zip(done, found, strict=True):
            its.plain["readings"][reading]["weight"] = weight
    figures = worlds[0].inputs.scenario.observed.figures
    summary = {
        "calibration": calibration.calibration,
        "title": calibration.title.model_dump(),
        "seed": seed,
        "reading": first,
        "readings": list(calibration.target.readings),
        "discrepancy": calibration.discrepancy.model_dump(),
        "effort": calibration.effort.model_dump(),
        "figures": figures.model_dump() if figures else None,
        "observed": {"total": int(y.sum()), "stations": int(n.sum()), "kecamatan": len(y)},
        "worlds": [w.plain for w in done],
        "reproducing": [w.plain["name"] for w in done if _reproduces(w)],
        "held_out": _held_out(done, weights, parts, y, n, seed),
    }
    return summary, _ensemble(calibration, done, weights, seed)


def normalised(prior: Sequence[float], log_evidence: Sequence[float]) -> list[float]:
    """Weights of worlds; all 0 if every world is ruled out."""
    logs = np.log(np.array(prior)) + np.array(log_evidence)
    if not np.isfinite(logs).any():
        return [0.0] * len(logs)
    return [float(x) for x in np.exp(logs - logsumexp(logs))]


def _reproduces(its: Calibrated) -> bool:
    return bool(its.chosen is not None and its.plain["members"]["reproduces"])


def _held_out(
    done: Sequence[Calibrated],
    weights: Sequence[float],
    parts: Sequence[NDArray[np.intp]],
    y: Array,
    n: Array,
    seed: int,
) -> dict[str, Any]:
    """The mechanism (all worlds together, weighed anew in each fold) against the baselines."""
    rng = np.random.default_rng([seed, 3])
    alive = [i for i, w in enumerate(weights) if w > 0] or list(range(len(done)))
    drawn = np.empty_like(done[0].held_out[0])
    count = len(drawn)
    for f, part in enumerate(parts):
        logs = [done[i].held_out[1][f] for i in alive]
        share = normalised([done[i].world.weight for i in alive], logs)
        of = rng.choice(alive, count, p=np.array(share) / sum(share))
        rows = rng.integers(0, count, count)
        for d in part:
            columns = np.stack([w.held_out[0][:, d] for w in done])
            drawn[:, d] = columns[of, rows]
    scores = {
        "mechanism": holdout.score(drawn, y),
        "rate": holdout.score(holdout.by_rate(y, n, parts, seed), y),
        "beta_binomial": holdout.score(holdout.by_beta_binomial(y, n, parts, seed), y),
    }
    best = min(scores[name]["crps"] for name in ("rate", "beta_binomial"))
    difference = _paired(scores["mechanism"]["each"], scores["beta_binomial"]["each"])
    return {
        "folds": [[int(d) for d in part] for part in parts],
        "scores": scores,
        "beats": {
            name: scores["mechanism"]["crps"] < scores[name]["crps"]
            for name in ("rate", "beta_binomial")
        },
        "gain": 1.0 - scores["mechanism"]["crps"] / best if best > 0 else 0.0,
        "difference": difference,
        "surely": surely_better(difference),
    }


def _paired(a: Sequence[float], b: Sequence[float]) -> dict[str, float | None]:
    """Mean difference of scores over kecamatan and its standard error; one kecamatan has none."""
    d = np.array(a) - np.array(b)
    error = float(d.std(ddof=1) / np.sqrt(len(d))) if len(d) > 1 else None
    return {"mean": float(d.mean()), "error": error}


def surely_better(difference: Mapping[str, float | None]) -> bool:
    """Is the mechanism ahead by two standard errors?"""
    mean, error = difference["mean"], difference["error"]
    return mean is not None and error is not None and mean + 2 * error < 0


def _ensemble(
    calibration: Calibration, done: Sequence[Calibrated], weights: Sequence[float], seed: int
) -> Ensemble:
    worlds = []
    for its, weight in zip(done, weights, strict=True):
        region = its.world.inputs.region
        codes = [k.code for k in region.kecamatan]
        found: tuple[MemberNight, ...] = ()
        if its.chosen is not None:
            rows = zip(
                its.chosen.nights(its.sample), its.chosen.icc, its.chosen.weights, strict=True
            )
            found = tuple(
                MemberNight(
                    Patchwork(r, dict(zip(codes, places, strict=True))),
                    float(ICC_GRID[icc]),
                    float(w),
                )
                for (r, places), icc, w in rows
            )
        digest = its.world.inputs.loaded.digest
        worlds.append(CalibratedWorld(its.world.name, its.world.file, digest, weight, found))
    first = calibration.target.readings[0]
    return Ensemble(calibration.calibration, seed, first, tuple(worlds))
