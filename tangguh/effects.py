"""What ``compare --ensemble`` does: every policy in every member of an ensemble.

Rule of this file: from the command line's values to a folder of results; nothing is printed but
progress.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.scenario.errors import ScenarioError
from sim.scenario.inputs import Inputs, load_inputs
from study.calibration.ensemble_file import FILE, read_ensemble
from study.effects.members import Ensemble, calibrated_ensemble, prior_ensemble, thinned
from study.effects.study import Measured, Plan, summarise
from study.files import replacing
from study.nights import Variant
from tangguh.ensembles import InterruptedRunError, UsageError
from tangguh.progress import Bar
from tangguh.studies import open_worlds, results, write_study


def open_ensemble(where: Path, members: int, seed: int) -> Ensemble:
    """A calibrated ensemble's folder or file; or a folder of worlds, a scenario each, whose first
    nights stand for the priors.

    Parameters
    ----------
    members : nights of each world, at most.
    seed : of a prior ensemble, and of the choice among more members than asked for; a calibrated
        one has its own.

    Raises
    ------
    UsageError : if there is neither.
    """
    if not where.exists():
        raise UsageError(
            f"--ensemble {where}: there is no such folder; `tangguh calibrate` makes one, or give "
            "a folder of worlds"
        )
    if where.is_file() or (where / FILE).exists():
        found = calibrated_ensemble(read_ensemble(where))
        return replace(found, worlds=tuple(thinned(w, members, seed) for w in found.worlds))
    return prior_ensemble(open_worlds([where]), members, seed)


def base_of(world: Inputs) -> tuple[Path, Inputs]:
    """The scenario that a world is a world of, and its file: what the world extends, if that has
    the same stations; else the world itself."""
    first, *others = world.loaded.files
    try:
        base = load_inputs(others[0]) if others else world
    except ScenarioError:  # a part of a scenario, which is none by itself
        base = world
    same = _codes(base) == _codes(world)
    return (others[0], base) if same and base is not world else (first, world)


def _codes(inputs: Inputs) -> list[str]:
    return [s.code for s in inputs.region.stations]


def check_fits(scenario: Inputs, ensemble: Ensemble, variants: Sequence[Variant]) -> None:
    """The ensemble's worlds must be of the scenario's stations, and know its policies.

    Raises
    ------
    UsageError : if they do not.
    """
    own = _codes(scenario)
    for world in ensemble.worlds:
        its = world.inputs
        if _codes(its) != own:
            raise UsageError(
                f"the world {world.name} of the ensemble has other stations than "
                f"{scenario.scenario.name}; compare with the scenario that it extends"
            )
        catalogue = its.catalogue
        for variant in variants:
            for kind, name in zip(("policies", "batchings", "shapings"), variant, strict=True):
                if name not in getattr(catalogue, kind):
                    raise UsageError(
                        f"the world {world.name} of the ensemble does not know '{name}'; write it "
                        "into the scenario that its worlds extend"
                    )


def carry_out(plan: Plan, jobs: int, cache: Path) -> Mapping[str, Measured]:
    """Simulate what is not kept, with a bar; Ctrl-C says how to go on."""
    size, missing = plan.size(), plan.missing()
    with Bar("nights", size, size - missing) as bar:
        try:
            return plan.carry_out(jobs, bar.advance)
        except KeyboardInterrupt:
            raise InterruptedRunError(
                f"interrupted; {size - plan.missing()} of {size} nights are kept in {cache}; the "
                "same command goes on"
            ) from None


def policy_effects(
    inputs: Inputs,
    ensemble: Ensemble,
    variants: Sequence[Variant],
    *,
    jobs: int,
    out: Path | None,
    cache: Path,
) -> tuple[Path, dict[str, Any]]:
    """Compare policies over an ensemble; returns the folder and the summary.

    Raises
    ------
    UsageError : if ensemble and scenario do not fit.
    InterruptedRunError : Ctrl-C; what was simulated is kept.
    """
    check_fits(inputs, ensemble, variants)
    with results(out, inputs.scenario.name, "effects.json", "effects-") as folder:
        plan = Plan.of(ensemble, variants, cache)
        measured = carry_out(plan, jobs, cache)
        summary = summarise(plan, measured, inputs.scenario) | {"command": sys.argv[1:]}
        write_study(folder, "compare", "effects.json", summary)
        _write_csv(folder / "effects.csv", summary)
    return folder, summary


def _write_csv(path: Path, summary: dict[str, Any]) -> None:
    """One row a world and policy, and one a policy over all worlds."""
    measures = ("failed", "difference", "regret")
    blocks = [(w["world"], w["weight"], w["members"], w["rows"]) for w in summary["worlds"]]
    members = sum(w["members"] for w in summary["worlds"])
    blocks.append(("all", 1.0, members, summary["overall"]))
    with replacing(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            ["world", "weight", "nights", "policy", "batching", "shaping"]
            + [f"{m}{part}" for m in measures for part in ("", "_low", "_high")]
            + ["failed_p2.5", "failed_p50", "failed_p97.5", "chance_best", "chance_better"]
            + ["expected_regret", "worst_regret", "worst_world", "wasted_bytes"]
        )
        for name, weight, nights, rows in blocks:
            for row in rows:
                spread = [row[m][part] for m in measures for part in ("mean", "low", "high")]
                range_ = [row["failed"][p] for p in ("p2.5", "p50", "p97.5")]
                across = ["", "", ""]
                if "worst_world" in row:
                    across = [row[k]["mean"] for k in ("expected_regret", "worst_regret")]
                    across.append(row["worst_world"])
                names = [row["policy"], row["batching"], row["shaping"]]
                chances = [row["chance_best"], row["chance_better"]]
                cells = [name, weight, nights, *names, *spread, *range_, *chances, *across]
                table.writerow([*cells, row["wasted_bytes"]])
