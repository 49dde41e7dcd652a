"""``tangguh schema``: the JSON Schema of scenarios and of targets, for editors."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Kind(StrEnum):
    """What a file describes."""

    SCENARIO = "scenario"
    TARGET = "target"


def schema(
    of: Annotated[Kind, typer.Option(help="Which kind of file.")] = Kind.SCENARIO,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write it here.")] = None,
) -> None:
    """Print the JSON Schema of a scenario (or write it, for a `# yaml-language-server` line)."""
    from locustfiles.targets.schema import TargetSpec
    from sim.scenario.model import Scenario
    from sim.scenario.schema import json_schema
    from study.files import write_text

    model = Scenario if of is Kind.SCENARIO else TargetSpec
    text = json.dumps(json_schema(model), indent=1, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        typer.echo(f"wrote {out}")
