"""``tangguh devices``: a registry of devices for the reference server, a token a station."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

_TOKEN_BYTES: Final = 32  # 256 bits, as secrets.token_urlsafe takes by default


def devices(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario in YAML.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The CSV to write.")] = Path(
        "devices.csv"
    ),
    stations: Annotated[
        int | None, typer.Option(help="Only the first so many. [default: all]", min=1)
    ] = None,
) -> None:
    """Draw a random token for every polling station and write them as tps,kecamatan,token.

    The file holds secrets: only its owner may read it, and a file that is there is not replaced.
    """
    import csv
    import os
    import secrets

    from sim.scenario.inputs import load_inputs
    from study.files import naming

    region = load_inputs(scenario).region
    chosen = region.stations[:stations]
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        typer.echo(
            f"tangguh: {out} is there already, and devices may carry its tokens; remove it, or "
            "take another --out",
            err=True,
        )
        raise typer.Exit(2) from None
    try:
        with naming(out), os.fdopen(descriptor, "w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(("tps", "kecamatan", "token"))
            for station in chosen:
                name = region.kecamatan[station.kecamatan].name
                rows.writerow((station.code, name, secrets.token_urlsafe(_TOKEN_BYTES)))
    except OSError:
        out.unlink(missing_ok=True)  # half a registry would be taken for a whole one
        raise
    typer.echo(f"wrote {out}: {len(chosen)} stations; keep it secret")
    typer.echo(f"next: tangguh serve --devices {out}")
