"""``tangguh schema``: the JSON Schema of scenarios, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def schema(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write it here.")] = None,
) -> None:
    """Print the JSON Schema of a scenario (or write it, for a `# yaml-language-server` line)."""
    from sim.scenario.model import Scenario
    from sim.scenario.schema import json_schema

    text = json.dumps(json_schema(Scenario), indent=1, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(f"wrote {out}")
