"""The calibration of one world, from prior nights to members.

Prior nights, their emulator, a prior sample, history matching and posterior for each reading,
candidates and members for the first, predictive checks and hold-outs. Nights are kept by content,
so what was interrupted is found again; everything that is random is seeded by the calibration's
seed and the stage, and nothing depends on the number of processes.

Rule of this file: the course; the arithmetic is in its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.population.region import Region
from study.calibration import holdout, members, predictive, target
from study.calibration.account import Reading
from study.calibration.betabinomial import ICC_GRID
from study.calibration.declared import Calibration, World
from study.calibration.knowledge import Fitted, Known, Simulator, fit, learn
from study.calibration.parameters import parameters
from study.calibration.posterior import Prior
from study.patchwork import Patchwork
from study.statistics import percentiles

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibrated world.

    Attributes
    ----------
    log_evidence : of the first reading, corrected by simulated nights; ``error`` of it.
    held_out : draws of the kecamatan that were left out, and the evidence of what was kept.
    plain : what goes into ``calibration.json``.
    """

    world: World
    chosen: members.Members | None
    sample: Prior
    log_evidence: float
    error: float
    by_reading: dict[str, float]
    held_out: tuple[Array, Array]
    plain: dict[str, Any]


def calibrate_world(
    world: World,
    calibration: Calibration,
    parts: Sequence[NDArray[np.intp]],
    seed: int,
    simulator: Simulator,
) -> Calibrated:
    """Calibrate one world."""
    scenario, region = world.inputs.scenario, world.inputs.region
    y = target.counted(region)
    assert y is not None  # checked where the file is read
    known = learn(world, calibration, seed, simulator)
    n = known.n
    readings: dict[str, Any] = {}
    evidence: dict[str, float] = {}
    fits = {r: fit(known, calibration, r, y) for r in calibration.target.readings}
    for reading, its in fits.items():
        readings[reading] = _reading(its, known, reading)
        evidence[reading] = its.found.log_evidence
    first = calibration.target.readings[0]
    main = fits[first]
    plain: dict[str, Any] = {
        "name": world.name,
        "title": scenario.title.model_dump(),
        "scenario": str(world.file),
        "digest": world.inputs.loaded.digest,
        "prior_weight": world.weight,
        "prior": _prior(known, region, first, y),
        "emulator": _validated(known),
        "readings": readings,
    }
    drawn = holdout.by_mechanism(known.sample, first, main.logs, parts, n, seed)
    plain["held_out"] = holdout.score(drawn[0], y)
    chosen: members.Members | None = None
    log_evidence, error = main.found.log_evidence, 0.0
    effort = calibration.effort
    if np.isfinite(log_evidence):
        rng = np.random.default_rng([seed, 1])
        plain |= parameters(
            scenario, region, known.sample, main.places, main.tables, main.found, rng
        )
        chosen, plain["members"] = _members(
            calibration, region, known, main, first, y, simulator, seed
        )
        log_evidence += chosen.log_correction
        error = chosen.error
    else:
        for _ in range(effort.members * (effort.candidates + effort.runs)):
            simulator.finished()
    return Calibrated(world, chosen, known.sample, log_evidence, error, evidence, drawn, plain)


def _members(
    calibration: Calibration,
    region: Region,
    known: Known,
    main: Fitted,
    reading: Reading,
    y: Array,
    simulator: Simulator,
    seed: int,
) -> tuple[members.Members, dict[str, Any]]:
    """Candidates, choice, whole nights, and what they say of the counts."""
    effort, n, sample = calibration.effort, known.n, known.sample
    rng = np.random.default_rng([seed, 2])
    proposal = members.propose(
        sample, main.places, main.tables, main.found, effort.members, effort.candidates, rng
    )
    nights = simulator.nights(_patchworks(proposal.nights(sample), region))
    simulated = target.count(nights, region).of(reading)
    simulated = simulated.reshape(effort.members, effort.candidates, -1)
    chosen = members.choose(proposal, simulated, (y, n), effort.runs, rng)
    whole = target.count(simulator.nights(_patchworks(chosen.nights(sample), region)), region)
    again = whole.of(reading)
    drawn = predictive.replicate(again, ICC_GRID[chosen.icc], chosen.weights, n, rng)
    checks = predictive.check(y, n, drawn)
    rows = []
    for d, district in enumerate(region.kecamatan):
        rows.append(
            {
                "code": district.code,
                "name": district.name,
                "tps": int(n[d]),
                "observed": int(y[d]),
                "predicted": percentiles(drawn[:, d]),
                "operators": float(
                    chosen.weights @ ((whole.left[:, d] - whole.of("unsent")[:, d]) / n[d])
                ),
                "evening": float(chosen.weights @ (whole.left[:, d] / n[d])),
            }
        )
    return chosen, {
        "count": len(chosen.theta),
        "effective": chosen.effective,
        "log_correction": chosen.log_correction,
        "log_correction_error": chosen.error,
        "coupling": members.coupling(chosen.failed, again),
        "check": checks,
        "reproduces": all(0.05 <= row["p"] <= 0.95 for row in checks.values()),
        "never": float(chosen.weights @ whole.never.sum(axis=1)),
        "kecamatan": rows,
    }


def _patchworks(nights: Sequence[tuple[int, tuple[int, ...]]], region: Region) -> list[Patchwork]:
    codes = [k.code for k in region.kecamatan]
    return [Patchwork(r, dict(zip(codes, places, strict=True))) for r, places in nights]


def _reading(its: Fitted, known: Known, reading: Reading) -> dict[str, Any]:
    """What is written of a reading."""
    icc = its.found.weights.sum(axis=0)
    found: dict[str, Any] = {
        "plausible": float(its.plausible.mean()),
        "least_total": float(its.doubt.total.min()),
        "least_kecamatan": float(its.doubt.kecamatan.min()),
        "effective": its.found.effective,
        "log_evidence": _finite(its.found.log_evidence),
        "log_evidence_unfiltered": _finite(its.unfiltered.log_evidence),
        "account_rmse": known.account_rmse[reading],
        "icc_prior": [1.0 / len(ICC_GRID)] * len(ICC_GRID),
        "icc_points": [float(x) for x in ICC_GRID],
        "icc": [float(x) for x in icc],
        "icc_mean": float(icc @ ICC_GRID) if icc.sum() > 0 else None,
    }
    return found


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _validated(known: Known) -> dict[str, float]:
    checked = known.sample.emulator.validation
    return {
        "r2": checked.r2,
        "rmse": checked.rmse,
        "night_rmse": checked.night_rmse,
        "inside90": checked.inside90,
    }


def _prior(known: Known, region: Region, reading: Reading, y: Array) -> dict[str, Any]:
    """The prior predictive: what the world says before it has seen a count."""
    failed = known.nights.of(reading)
    return {
        "nights": len(failed),
        "total": percentiles(failed.sum(axis=1)),
        "inside95": sum(predictive.inside(failed[:, d], float(y[d]))["95"] for d in range(len(y))),
        "kecamatan": [
            {"code": k.code, "name": k.name, **percentiles(failed[:, d])}
            for d, k in enumerate(region.kecamatan)
        ],
    }
