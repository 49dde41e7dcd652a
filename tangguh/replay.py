"""``tangguh replay``: drive a real server with the predicted night, and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tangguh.run import Out, ScenarioFile, Seed, WithDashboard


def replay(
    scenario: ScenarioFile,
    host: Annotated[str, typer.Option(help="The server: http://HOST:PORT or https://HOST.")],
    window: Annotated[
        str,
        typer.Option(help="Part of the night: 20:30-20:40, '2020-12-10 09:00-12:00'."),
    ] = "20:30-20:40",
    speed: Annotated[float, typer.Option(help="Seconds of the night in one second.")] = 10.0,
    sample: Annotated[float, typer.Option(help="Share of the stations, in whole cells.")] = 1.0,
    seed: Seed = 1,
    replication: Annotated[int, typer.Option(min=0, help="Which night of that seed.")] = 0,
    policy: Annotated[str | None, typer.Option(help="Instead of the scenario's policy.")] = None,
    batching: Annotated[
        str | None, typer.Option(help="Instead of the scenario's batching.")
    ] = None,
    shaping: Annotated[str | None, typer.Option(help="Instead of the scenario's shaping.")] = None,
    target: Annotated[
        Path | None,
        typer.Option(help="How the server is spoken to. [default: the reference server]"),
    ] = None,
    devices: Annotated[Path | None, typer.Option(help="Tokens: tps,kecamatan,token.")] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="The server as predicted. [default: scenarios/ingest/reference.yaml]"),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="Locust workers.")] = 1,
    nation: Annotated[
        bool, typer.Option("--nation", help="Also the rest of the country, as one stream.")
    ] = False,
    out: Out = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the requests of one station; send nothing.")
    ] = False,
    ca: Annotated[Path | None, typer.Option(help="Certificates to trust, PEM.")] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Trust any certificate.")] = False,
    confirm_host: Annotated[
        list[str] | None, typer.Option(help="A host beside the loopback, as in the scenario.")
    ] = None,
    yes_production: Annotated[
        bool, typer.Option("--yes-production", help="Even if its name looks like production.")
    ] = False,
    max_rate: Annotated[float | None, typer.Option(help="Requests a second, at most.")] = None,
    max_bandwidth: Annotated[str | None, typer.Option(help="At most, as '1 Gbit/s'.")] = None,
    max_volume: Annotated[str | None, typer.Option(help="In all, as '20 GB'.")] = None,
    same_objects: Annotated[
        bool,
        typer.Option("--same-objects", help="Send what an earlier replay has stored already."),
    ] = False,
    must_agree: Annotated[
        bool, typer.Option("--must-agree", help="Exit 1 if predicted and measured disagree.")
    ] = False,
    dashboard: WithDashboard = True,
    web: Annotated[
        bool, typer.Option("--web", help="Also a page, at an address that is printed.")
    ] = False,
) -> None:
    """Replay a window of the predicted night against a real server; measured beside predicted.

    At speed K with a sample S the server gets S x K times the requests a second of the real
    evening. Exit codes: 0 valid, 1 disagrees (--must-agree), 2 wrong input, 3 not valid.
    """
    from locustfiles.settings import settle
    from tangguh import replays

    caps = replays.caps(max_rate, max_bandwidth, max_volume)
    ready = settle(
        scenario,
        host,
        window=window,
        speed=speed,
        share=sample,
        seed=seed,
        replication=replication,
        policy=policy,
        batching=batching,
        shaping=shaping,
        target=target,
        devices=devices,
        ca=ca,
        insecure=insecure,
        confirmed=tuple(confirm_host or ()),
        production=yes_production,
        nation=nation,
        max_rate=caps.rate,
        max_bandwidth=caps.bandwidth,
        run="" if same_objects else None,
    )
    if dry_run:
        for line in replays.rehearse(ready):
            typer.echo(line)
        return
    code = replays.perform(ready, model, caps, processes, out, must_agree, dashboard, web)
    raise typer.Exit(code)
