"""``tangguh truths``: what everybody should have seen about overload, computed and explained."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

HERE = Path("scenarios/overload")


def truths(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Truths in YAML.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder of the page.")] = Path(
        "out/truths"
    ),
) -> None:
    """Show the truths about overload, each in a small world with the same client.

    Without files all of scenarios/overload. Exit code 1 if one does not come out as it says.
    """
    from rich.console import Console

    from reports.result_page import write_result_page
    from sim.scenario.errors import ScenarioError
    from sim.scenario.loader import read
    from study.files import write_json
    from study.store import PROVENANCE, provenance
    from study.truths import Truth, investigate
    from tangguh.ensembles import UsageError
    from tangguh.progress import Bar

    chosen = files or sorted(HERE.glob("*.yaml"))
    if not chosen:
        raise UsageError(
            f"there are no truths in {HERE}; name files, or go to the project's folder"
        )
    problems, worlds = [], []
    for file in chosen:
        try:
            worlds.append(read(file, Truth).value)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    found = []
    with Bar("truths", len(worlds)) as bar:
        for world in worlds:
            found.append(investigate(world))
            bar.advance()
    out.mkdir(parents=True, exist_ok=True)
    summary = {"truths": found}
    write_json(out / "truths.json", summary)
    write_json(out / PROVENANCE, provenance({"command": "truths"}, sys.argv[1:]))
    console = Console(highlight=False)
    for truth in found:
        mark = "came out" if truth["reproduced"] else "DID NOT COME OUT"
        console.print(f"{truth['truth']}: {mark}. {truth['claim']['en']}")
    page = write_result_page("truths", out, summary)
    console.print(f"Page: {page}", soft_wrap=True)
    if not all(t["reproduced"] for t in found):
        raise typer.Exit(1)
