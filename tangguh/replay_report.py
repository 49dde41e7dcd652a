"""``tangguh replay-report``: a replay that was made, beside a prediction."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def replay_report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a replay.")],
    model: Annotated[
        Path | None,
        typer.Option(help="The server as predicted. [default: scenarios/ingest/reference.yaml]"),
    ] = None,
    must_agree: Annotated[
        bool, typer.Option("--must-agree", help="Exit 1 if predicted and measured disagree.")
    ] = False,
) -> None:
    """Compare a replay that Locust alone has made, or compare one again with another model.

    `locust -f locustfiles/replay.py ... --out RUN` leaves such a folder, also on several machines.
    """
    from tangguh.replays import review

    raise typer.Exit(review(run, model, must_agree))
