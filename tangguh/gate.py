"""``tangguh gate``: may this app, or this server, go out?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tangguh.run import CORES, Jobs, Out, Seed


def gate(
    file: Annotated[Path, typer.Argument(metavar="GATE", help="A gate in YAML.")],
    replay: Annotated[
        Path | None, typer.Option(help="A replay's folder, for the measured part.")
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option(help="Write the baselines that the gate names, and judge nothing.")
    ] = False,
    self_test: Annotated[
        bool,
        typer.Option(
            help="Plant for each threshold what it has to catch, and see whether it does."
        ),
    ] = False,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML.")] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Append a summary in Markdown ($GITHUB_STEP_SUMMARY).")
    ] = None,
    seed: Seed = 1,
    jobs: Jobs = CORES,
    out: Out = None,
    cache: Annotated[Path, typer.Option(help="Where nights are kept, by content.")] = Path(
        "out/cache/nights"
    ),
) -> None:
    """Judge predicted and measured results by the thresholds of a gate, on confidence bounds.

    Exit codes: 0 pass, 1 fail (of a self-test: a threshold that caught nothing), 2 wrong input, 3
    undecided or an invalid replay. Nights are added until every threshold is decided, at most
    nights.most.
    """
    from reports.result_page import write_result_page
    from study.files import naming
    from study.store import locked
    from tangguh import gates
    from tangguh.ensembles import UsageError
    from tangguh.gate_tables import junit as as_junit
    from tangguh.gate_tables import markdown as as_markdown
    from tangguh.gate_tables import print_gate
    from tangguh.studies import check_free, study_folder, write_study

    if update_baseline and self_test:
        raise UsageError("--update-baseline and --self-test are two different things; give one")
    if update_baseline and (junit or markdown or out):
        raise UsageError(
            "--update-baseline judges nothing, so there is nothing to write; leave --out, --junit "
            "and --markdown out"
        )
    for option, path in (("--junit", junit), ("--markdown", markdown)):
        if path is not None and path.is_dir():
            raise UsageError(f"{option} {path}: is a folder; give a file")
    if out is not None:
        check_free(out, "gate.json")
    its = gates.opened(file, replay, seed)
    if update_baseline:
        for path in gates.update_baselines(its, jobs=jobs, stock=cache):
            typer.echo(f"Baseline: {path}")
        return
    summary = gates.judge(its, jobs=jobs, stock=cache, plant=self_test)
    folder = study_folder(out, its.gate.gate, "gate-self-test" if self_test else "gate")
    with locked(folder):
        write_study(folder, "gate", "gate.json", summary)
    if junit is not None:
        junit.parent.mkdir(parents=True, exist_ok=True)
        with naming(junit):
            junit.write_text(as_junit(summary), encoding="utf-8")
    if markdown is not None:
        markdown.parent.mkdir(parents=True, exist_ok=True)
        with naming(markdown), markdown.open("a", encoding="utf-8") as text:
            text.write(as_markdown(summary))
    print_gate(summary)
    typer.echo(f"Page: {write_result_page('gate', folder, summary)}")
    if gates.EXIT[summary["verdict"]]:
        raise typer.Exit(gates.EXIT[summary["verdict"]])
