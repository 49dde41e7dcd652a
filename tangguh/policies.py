"""``tangguh policies``: the catalogue, listed and explained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    help="List and explain retry policies, batchings and shapings.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

_TITLES = {"policy": "Retry policies", "batching": "Batchings", "shaping": "Shapings"}
ScenarioOption = Annotated[
    Path | None,
    typer.Option("--scenario", "-s", help="With the scenario's own policies and modules."),
]


@app.callback()
def policies(
    context: typer.Context,
    kind: Annotated[
        str | None, typer.Option(help="Only one kind: policy, batching or shaping.")
    ] = None,
    match: Annotated[
        str | None, typer.Option("--match", "-m", help="Only entries that contain this text.")
    ] = None,
    scenario: ScenarioOption = None,
) -> None:
    """List the catalogue; `tangguh policies show NAME` explains an entry."""
    if context.invoked_subcommand is not None:
        return
    from rich.console import Console
    from rich.table import Table

    from reports.policy_sheets import KINDS
    from sim.scenario.errors import unknown
    from tangguh.ensembles import UsageError

    if kind is not None and kind not in KINDS:
        raise UsageError(unknown("kind", kind, KINDS))
    found = [s for s in _sheets(scenario) if kind in (None, s.kind) and _matches(s, match)]
    if not found:
        raise UsageError(f"nothing in the catalogue contains '{match}'")
    console = Console(highlight=False)
    for each in KINDS:
        rows = [s for s in found if s.kind == each]
        if not rows:
            continue
        table = Table(title=_TITLES[each])
        table.add_column("name", no_wrap=True)
        table.add_column("of")
        table.add_column("law")
        for sheet in rows:
            law = f"UNFIT for uploads. {sheet.law}" if sheet.unfit else sheet.law
            table.add_row(sheet.name, sheet.family, law)
        console.print(table)
    console.print("tangguh policies show NAME: constants, source and the delay law")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A policy, batching or shaping.")],
    scenario: ScenarioOption = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the delay law into this file (.svg or .png).")
    ] = None,
) -> None:
    """Explain one entry: its constants, their source, and its delay law."""
    from rich.console import Console

    from sim.client.retry.policy import Policy
    from sim.scenario.errors import unknown
    from study.delays import delay_law
    from tangguh.ensembles import UsageError

    known = _sheets(scenario)
    found = [s for s in known if s.name == name]
    if not found:
        raise UsageError(unknown("policy", name, list(dict.fromkeys(s.name for s in known))))
    console = Console(highlight=False, soft_wrap=False)
    for sheet in found:
        console.print(f"{sheet.kind} {sheet.name} ({sheet.family})")
        if sheet.unfit:
            console.print(f"UNFIT for uploads: {sheet.unfit}")
        console.print(f"source: {sheet.source or 'none given'}")
        for part, constant, value in sheet.rows:
            console.print(f"  {' '.join(w for w in (part, constant) if w)}: {value}".rstrip(": "))
        if isinstance(sheet.entry, Policy):
            law = delay_law(sheet.entry)
            _print_law(console, law)
            if plot is not None:
                from reports.policy_plots import plot_law

                plot_law(sheet.entry.name, law, plot)
                console.print(f"wrote {plot}")


def _sheets(scenario: Path | None) -> list[Any]:
    from reports.policy_sheets import sheets
    from sim.scenario.conduct import BUILT_IN, read_scenario

    return sheets(BUILT_IN if scenario is None else read_scenario(scenario)[1])


def _matches(sheet: Any, text: str | None) -> bool:
    words = f"{sheet.name} {sheet.family} {sheet.law} {sheet.source}".lower()
    return text is None or text.lower() in words


def _print_law(console: Any, law: list[Any]) -> None:
    from reports.policy_sheets import seconds

    if not law:
        console.print("it never retries")
        return
    longest = max(d.high for d in law) or 1.0
    width = 40
    console.print("waits if every attempt fails after 1 s (median, 5 to 95% of stations):")
    for i, d in enumerate(law, 1):
        low, middle, high = (round(width * x / longest) for x in (d.low, d.middle, d.high))
        bar = "".join(
            "●" if j == middle else "─" if low <= j <= high else " " for j in range(width + 1)
        )
        share = "" if d.share == 1.0 else f"  {100 * d.share:.0f}% still retry"
        span = "" if d.low == d.high else f" ({seconds(d.low)} to {seconds(d.high)})"
        console.print(f"  retry {i:2} {bar} {seconds(d.middle)}{span}{share}")
