"""``tangguh serve``: the reference ingest server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Annotated

import typer

LARGEST = "100 MB"
"""Of one object: several times the bundle of a station's photographs. An assumption of ours."""

HELD = "1 GB"
"""Of one station: ten of the largest objects. An assumption of ours."""


def serve(
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8080,
    bind: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data: Annotated[
        Path, typer.Option(help="Folder of the photographs; made if it is not there.")
    ] = Path("out/server"),
    database: Annotated[
        str | None,
        typer.Option(help="postgresql://USER@HOST/NAME. [default: SQLite in the data folder]"),
    ] = None,
    devices: Annotated[
        Path | None,
        typer.Option(help="Registry: tps,kecamatan,token. Without it only the loopback is served."),
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.")] = None,
    limit: Annotated[
        str,
        typer.Option(help="Overload: none, fixed:N, codel[:TARGET/INTERVAL], gradient[:MIN-MAX]."),
    ] = "none",
    max_body: Annotated[str, typer.Option(help="Largest object.")] = LARGEST,
    max_per_station: Annotated[
        int, typer.Option(help="Objects and uploads of a station, with a registry.", min=1)
    ] = 1000,
    max_bytes_per_station: Annotated[
        str, typer.Option(help="Bytes that they may have together, with a registry.")
    ] = HELD,
    max_connections: Annotated[int, typer.Option(help="At the same time.", min=1)] = 10_000,
    body_idle: Annotated[str, typer.Option(help="How long a body may stand still.")] = "60 s",
    expires: Annotated[
        str, typer.Option(help="After how long an upload that does not go on is forgotten.")
    ] = "24 h",
    places: Annotated[
        int, typer.Option(help="Stations of a kecamatan that have their turn at a time.", min=1)
    ] = 8,
    photos: Annotated[
        int | None,
        typer.Option(help="Of a complete station, for the progress page.", min=1),
    ] = None,
    grace: Annotated[
        str, typer.Option(help="How long a stopping server waits for requests on their way.")
    ] = "10 s",
    log_requests: Annotated[
        bool, typer.Option("--log-requests", help="A line for every upload request.")
    ] = False,
    allow_faults: Annotated[
        bool, typer.Option("--allow-faults", help="Let --fault do harm; for tests only.")
    ] = False,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="latency:50ms, errors:10%, outage:60s-120s, slow-disk:5ms, reset:2%."),
    ] = None,
    fault_seed: Annotated[int, typer.Option(help="Of the faults' draws.")] = 0,
) -> None:
    """Run the reference ingest server until Ctrl-C or SIGTERM.

    Photographs arrive by plain POST, tus 1.0.0 or the IETF's resumable uploads (docs/wire.md); each
    is acknowledged only when its file and its record are durable.
    """
    from server.bounds import Bounds
    from server.faults.registry import parse_faults
    from server.identity import ServeError
    from server.overload.registry import parse_limit
    from server.run import Settings, run
    from server.units import SpecError
    from sim.scenario.quantities import parse_bytes, parse_seconds

    if fault and not allow_faults:
        raise typer.BadParameter("faults do harm; say --allow-faults too", param_hint="--fault")
    if (tls_cert is None) != (tls_key is None):
        raise typer.BadParameter("TLS needs both --tls-cert and --tls-key")
    duration, size = _option(parse_seconds), _option(parse_bytes)
    try:
        settings = Settings(
            data,
            bind,
            port,
            database,
            devices,
            tls_cert,
            tls_key,
            largest=int(size("--max-body", max_body)),
            per_station=max_per_station,
            per_station_bytes=int(size("--max-bytes-per-station", max_bytes_per_station)),
            expires=duration("--expires", expires),
            places=places,
            photos=photos,
            grace=duration("--grace", grace),
            each_request=log_requests,
            bounds=Bounds(idle=duration("--body-idle", body_idle), connections=max_connections),
        )
        if devices is not None and settings.per_station_bytes < settings.largest:
            raise typer.BadParameter(
                f"{max_bytes_per_station} is less than one object may have, --max-body {max_body}",
                param_hint="--max-bytes-per-station",
            )
        gate = parse_limit(limit, Random(fault_seed))
        faults = parse_faults(fault or (), fault_seed)
        run(settings, lambda url: typer.echo(f"listening on {url}"), gate, faults)
    except (SpecError, ServeError) as error:
        typer.echo(f"tangguh: {error}", err=True)
        raise typer.Exit(2) from None


def _option(parse: Callable[[object], float]) -> Callable[[str, str], float]:
    """Reads an option in the scenario's notation, such as ``100 MB`` and ``60 s``."""

    def read(name: str, text: str) -> float:
        try:
            value = parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint=name) from None
        if value <= 0:
            raise typer.BadParameter("must be more than 0", param_hint=name)
        return value

    return read
