"""``tangguh arrivals``: the shape of simulated arrivals beside counted ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tangguh.evidence import STOCK, Stock
from tangguh.run import CORES, Jobs, Out, ScenarioFile, Seed


def arrivals(
    scenario: ScenarioFile,
    observed: Annotated[
        Path, typer.Argument(metavar="BINS.csv", help="begins,arrivals: bins of ten minutes.")
    ],
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=2, max=100_000, help="Nights of each way.")
    ] = 40,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    stock: Stock = STOCK,
) -> None:
    """Compare when uploads arrived with when they arrive in simulated nights: as declared, and with
    outages or operators left out, so that it is seen which of them makes the shape.
    """
    from reports.result_page import write_result_page
    from sim.scenario.inputs import load_inputs
    from study.arrivals import compare, read_bins, without
    from study.stock import missing, nights, own_stage
    from tangguh.arrivals_tables import print_arrivals
    from tangguh.studies import nights_bar, results, write_study

    inputs = load_inputs(scenario)
    bins = read_bins(observed, inputs.scenario)
    ways = without(own_stage(inputs))
    with nights_bar(missing(list(ways.values()), replications, seed, stock), stock) as bar:
        found = nights(ways, replications, seed=seed, jobs=jobs, stock=stock, finished=bar.advance)
    summary = {
        "scenario": inputs.scenario.name,
        "title": inputs.scenario.title.model_dump(),
        "start": inputs.scenario.start.isoformat(),
        "seed": seed,
        **compare(inputs.scenario, bins, found),
    }
    with results(out, f"{inputs.scenario.name}-arrivals", "arrivals.json") as folder:
        write_study(folder, "arrivals", "arrivals.json", summary)
    print_arrivals(summary, write_result_page("arrivals", folder, summary))
