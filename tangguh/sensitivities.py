"""What ``sensitivity`` does: an ensemble from the command line, a study of it, a folder of results.

Rule of this file: from the command line's values to a result; nothing is printed but progress.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.scenario.inputs import Inputs, load_inputs
from study.effects.members import Ensemble, prior_ensemble
from study.files import replacing
from study.nights import Variant
from study.sensitivity.nights import Shelf, Wanted
from study.sensitivity.study import OUTPUTS, Effort, study
from tangguh import ensembles
from tangguh.effects import base_of, check_fits, open_ensemble
from tangguh.ensembles import InterruptedRunError, UsageError
from tangguh.progress import Bar
from tangguh.studies import results, write_study


def opened(
    scenario: Path | None,
    ensemble: Path | None,
    *,
    policy: str | None,
    batching: str | None,
    shaping: str | None,
    effort: Effort,
    seed: int,
) -> tuple[Inputs, Ensemble, list[Variant]]:
    """The scenario, the ensemble to study, and the policies to choose among.

    Raises
    ------
    UsageError : options that cannot be carried out.
    ScenarioError, RejectedRowsError : files that cannot be used.
    """
    if effort.pairs & (effort.pairs - 1):
        near = 1 << (effort.pairs.bit_length() - 1)
        raise UsageError(
            f"--pairs {effort.pairs}: Sobol' indices need a power of two, such as {near} or "
            f"{2 * near}"
        )
    if scenario is None and ensemble is None:
        raise UsageError("give a SCENARIO, or --ensemble DIR (`tangguh calibrate` makes one)")
    inputs = load_inputs(scenario) if scenario is not None else None
    count = 2 * max(effort.pairs, effort.trajectories)
    if ensemble is not None:
        found = open_ensemble(ensemble, count, seed)
        inputs = inputs or base_of(found.worlds[0].inputs)[1]
    else:
        assert inputs is not None
        found = prior_ensemble({inputs.scenario.name: inputs}, count, seed)
    if all(len(w.nights) < 2 for w in found.worlds):
        raise UsageError("every world of the ensemble has one night only; nothing can vary")
    variants = _variants(inputs, policy, batching, shaping)
    check_fits(inputs, found, variants)
    return inputs, found, variants


def _variants(
    inputs: Inputs, policy: str | None, batching: str | None, shaping: str | None
) -> list[Variant]:
    """The scenario's own first, then what the options or its comparison name."""
    client = inputs.scenario.client
    own = Variant(client.policy, client.batching, client.shaping)
    if policy or batching or shaping:
        others = ensembles.variants(inputs, policy, batching, shaping)
    else:
        named = inputs.scenario.compare.variants
        others = [Variant(v.policy, v.batching, v.shaping) for v in named]
    found = list(dict.fromkeys([own, *others]))
    if len(found) < 2:
        raise UsageError(
            "one policy only, so there is nothing to choose; name more, as in --batching "
            "per-photo,chunks"
        )
    return found


def carry_out(
    inputs: Inputs,
    ensemble: Ensemble,
    variants: Sequence[Variant],
    effort: Effort,
    *,
    jobs: int,
    out: Path | None,
    cache: Path,
) -> tuple[Path, dict[str, Any]]:
    """Study the ensemble; returns the folder and the summary.

    Raises
    ------
    InterruptedRunError : Ctrl-C; what was simulated is kept.
    """
    shelf = Shelf(ensemble, cache)

    def fill(what: str, wanted: Sequence[Wanted]) -> None:
        missing = shelf.missing(wanted)
        total = len({(w.world.name, w.night, w.variant) for w in wanted})
        with Bar(f"nights for {what}", total, total - missing) as bar:
            shelf.fill(wanted, jobs, bar.advance)

    with results(out, inputs.scenario.name, "sensitivity.json", "sensitivity-") as folder:
        try:
            summary = study(shelf, variants, effort, fill)
        except KeyboardInterrupt:
            raise InterruptedRunError(
                f"interrupted; the nights that were finished are kept in {cache}; the same "
                "command goes on"
            ) from None
        scenario = inputs.scenario
        summary |= {
            "scenario": scenario.name,
            "title": scenario.title.model_dump(),
            "stations": len(inputs.region.stations),
            "start": scenario.start.isoformat(),
            "horizon": scenario.horizon,
            "command": sys.argv[1:],
        }
        write_study(folder, "sensitivity", "sensitivity.json", summary)
        _write_csv(folder / "sensitivity.csv", summary)
    return folder, summary


def _write_csv(path: Path, summary: dict[str, Any]) -> None:
    """One row an output and factor."""
    bounds = ("mean", "low", "high")
    with replacing(path) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        parts = [f"{kind}{b}" for kind in ("first", "total") for b in ("", "_low", "_high")]
        table.writerow(["output", "factor", "mu_star", "mu_star_error", "sigma", *parts])
        for output in OUTPUTS:
            for name, row in summary["screening"].items():
                its = row[output]
                found = summary["outputs"][output]["sobol"].get(name)
                cells = [found[k][b] for k in ("first", "total") for b in bounds] if found else []
                table.writerow([output, name, its["mu_star"], its["error"], its["sigma"], *cells])
