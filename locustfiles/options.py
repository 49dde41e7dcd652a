"""The options that a replay adds to Locust's own.

Rule of this file: names, defaults and help, and the way back; what they mean is checked by
:mod:`locustfiles.settings`.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from locustfiles.safety import MAX_BANDWIDTH, MAX_RATE
from locustfiles.settings import Ready, SettingsError, settle


def add_options(parser: Any) -> None:
    """Add them to Locust's parser (a configargparse parser)."""
    group = parser.add_argument_group("replay")
    add = group.add_argument
    add("--scenario", default="", help="Scenario whose night is replayed.")
    add("--window", default="", help="Part of the night: 20:00-20:10, 2020-12-10 09:00-12:00.")
    add("--speed", type=float, default=1.0, help="Seconds of the night in one second.")
    add("--sample", type=float, default=1.0, help="Share of the stations, in whole cells.")
    add("--nation", action="store_true", help="Also the rest of the country, as a stream.")
    add("--seed", type=int, default=1, help="Seed of all draws, as of the prediction.")
    add("--replication", type=int, default=0, help="Which night of that seed.")
    add("--policy", default=None, help="Instead of the scenario's policy.")
    add("--batching", default=None, help="Instead of the scenario's batching.")
    add("--shaping", default=None, help="Instead of the scenario's shaping.")
    add("--target", default=None, help="How the server is spoken to. [default: the reference]")
    add("--devices", default=None, help="Tokens: CSV with tps,kecamatan,token.")
    add("--ca", default=None, help="Certificates to trust, PEM.")
    add("--insecure", action="store_true", help="Trust any certificate.")
    add("--confirm-host", action="append", default=[], help="A host beside the loopback.")
    add("--yes-production", action="store_true", help="Even if its name looks like production.")
    add("--run", default=None, help="Ending of the objects' keys. [default: a new one]")
    add("--max-rate", type=float, default=MAX_RATE, help="Requests a second, at most.")
    add("--max-bandwidth", type=float, default=MAX_BANDWIDTH, help="Bytes a second, at most.")
    add("--out", default=None, help="Folder of the results.")


def to_options(ready: Ready) -> list[str]:
    """The same settings as typed options, for a process of Locust's that is to carry them out; the
    host has been confirmed once and is confirmed again."""
    settings, scenario = ready.settings, ready.inputs.scenario
    edges = [
        f"{scenario.start + timedelta(seconds=t):%Y-%m-%d %H:%M:%S}"
        for t in (settings.begins, settings.ends)
    ]
    values = {
        "--scenario": settings.scenario,
        "--host": str(ready.dialer.endpoint),
        "--window": "-".join(edges),
        "--speed": settings.speed,
        "--sample": settings.share,
        "--seed": settings.seed,
        "--replication": settings.replication,
        "--policy": settings.policy,
        "--batching": settings.batching,
        "--shaping": settings.shaping,
        "--target": settings.target,
        "--devices": settings.devices,
        "--ca": settings.ca,
        "--confirm-host": settings.host,
        "--run": settings.run,
        "--max-rate": settings.max_rate,
        "--max-bandwidth": settings.max_bandwidth,
    }
    flags = {"--insecure": settings.insecure, "--nation": settings.nation, "--yes-production": True}
    words = [f"{name}={value}" for name, value in values.items() if value != "" or name == "--run"]
    return words + [name for name, wanted in flags.items() if wanted]


def from_options(options: Any) -> Ready:
    """Check what was typed.

    Raises
    ------
    SettingsError : for an option that is missing or cannot be carried out.
    """
    for name in ("scenario", "window", "host"):
        if not getattr(options, name):
            raise SettingsError(f"--{name}: is missing; a replay needs it")
    return settle(
        Path(options.scenario),
        options.host,
        window=options.window,
        speed=options.speed,
        share=options.sample,
        nation=options.nation,
        seed=options.seed,
        replication=options.replication,
        policy=options.policy,
        batching=options.batching,
        shaping=options.shaping,
        target=Path(options.target) if options.target else None,
        devices=Path(options.devices) if options.devices else None,
        ca=Path(options.ca) if options.ca else None,
        insecure=options.insecure,
        confirmed=tuple(options.confirm_host),
        production=options.yes_production,
        max_rate=options.max_rate,
        max_bandwidth=options.max_bandwidth,
        run=options.run,
    )
