"""``tangguh refit``: from a replay's log to a better model of its server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def refit(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a replay.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The model's file. [default: RUN/ingest.yaml]"),
    ] = None,
) -> None:
    """Estimate workers, work, law, overhead and limits of the server that a replay has driven.

    `tangguh replay ... --model FILE` predicts with it.
    """
    from sim.scenario.ingest_model import to_yaml
    from study.files import write_text
    from study.refit import refit as estimate
    from study.replay.folder import read_report, read_side
    from tangguh.replay_tables import print_refit
    from tangguh.replays import region_of

    report = read_report(run)
    side = read_side(run, "measured", region_of(run))
    source = f"{run}: {len(side.attempts)} attempts"
    found = estimate(side.attempts, report["settings"]["speed"], source=source)
    file = out or run / "ingest.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_text(file, to_yaml(found.model, found.notes()))
    print_refit(found)
    typer.echo(f"written: {file}")
