"""``tangguh validate``: are these scenarios, and the files that they name, fit to run?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenarios in YAML.")],
) -> None:
    """Check scenarios and everything that they name; list all problems at once."""
    from tangguh.inputs import Faults, load_inputs

    wrong = False
    for file in files:
        try:
            inputs = load_inputs(file)
        except Faults as faults:
            wrong = True
            typer.echo(str(faults), err=True)
            continue
        region = inputs.region
        typer.echo(
            f"{file}: good; {len(region.stations)} stations in {len(region.kecamatan)} kecamatan"
        )
    if wrong:
        raise typer.Exit(2)
