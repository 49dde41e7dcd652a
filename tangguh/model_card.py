"""``tangguh model-card``: the model card and the STRESS-DES checklist of a calibration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def model_card(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A calibration's folder. [default: the newest in out/]"),
    ] = None,
    effects: Annotated[
        Path | None, typer.Option(help="Folder of compare --ensemble. [default: the newest]")
    ] = None,
    sensitivity: Annotated[
        Path | None, typer.Option(help="Folder of sensitivity. [default: the newest]")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="Folder of evidence. [default: the newest]")
    ] = None,
    junit: Annotated[
        Path | None,
        typer.Option(help="JUnit file of the oracle tests, instead of running them now."),
    ] = None,
    run_tests: Annotated[
        bool, typer.Option("--tests/--no-tests", help="Run the oracle tests (about a minute).")
    ] = True,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the cards. [default: DIR]")
    ] = None,
) -> None:
    """Write the model card and the STRESS-DES checklist: HTML in two languages, and Markdown.

    They are made from a calibration and the studies beside it; what has not been done is a visible
    gap with the command that fills it. Exit code 1 if an oracle test failed.
    """
    from reports.card_pages import write_cards
    from study.seal import blaming
    from tangguh.model_cards import collect, facts, print_cards

    material, where, files = collect(
        folder, effects=effects, sensitivity=sensitivity, evidence=evidence, junit=junit,
        run_tests=run_tests,
    )  # fmt: skip
    target = out or where
    target.mkdir(parents=True, exist_ok=True)
    with blaming(files, "run its command again"):
        print_cards(material, write_cards(target, material, facts(material)))
    if material.verification is not None and material.verification.failed:
        raise typer.Exit(1)
