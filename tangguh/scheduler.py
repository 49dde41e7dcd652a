"""``--scheduler``: where the nights of a command are simulated, if not on this machine.

Every command that simulates nights, which is every one with ``--jobs``, gets the option here and
knows nothing of it.

Rule of this file: one option, from its text to a block in which nights go elsewhere.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any

import typer

Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Simulate on a Dask cluster: tcp://HOST:PORT, or slurm for --jobs workers of SLURM.",
    ),
]


def on_many_machines(command: Callable[..., None]) -> Callable[..., None]:
    """A command with ``--scheduler``, if it has ``--jobs``; any other as it is."""
    own = inspect.signature(command, eval_str=True)
    if "jobs" not in own.parameters:
        return command

    @wraps(command)
    def elsewhere(*, context: typer.Context, scheduler: str | None, **options: Any) -> None:
        source = context.get_parameter_source("jobs")
        chosen = source is not None and source.name == "COMMANDLINE"
        with _employed(scheduler, options["jobs"] if chosen else None):
            command(**options)

    added = {"scheduler": Scheduler, "context": typer.Context}
    elsewhere.__signature__ = own.replace(  # type: ignore[attr-defined]  # as typer reads it
        parameters=[*own.parameters.values(), *(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=its)
            for name, its in added.items()
        )]
    )  # fmt: skip
    elsewhere.__annotations__ |= added
    return elsewhere


@contextmanager
def _employed(scheduler: str | None, jobs: int | None) -> Iterator[None]:
    """Let the nights of this block be simulated where the option says.

    Parameters
    ----------
    jobs : as given; None if it was not.

    Raises
    ------
    ClusterError, UsageError : if that cannot be.
    """
    if scheduler is None:
        yield
        return
    from study import cluster, ensemble
    from tangguh.ensembles import UsageError

    if scheduler == cluster.SLURM:
        if jobs is None:
            raise UsageError("--scheduler slurm: say how many workers to ask for, as in --jobs 64")
        opened = cluster.slurm(jobs)
    else:
        if jobs is not None:
            raise UsageError(
                "--jobs is of this machine, and --scheduler uses the workers that are there; give "
                "one of them"
            )
        opened = cluster.connected(scheduler)
    with opened as crew:
        if jobs is not None:
            typer.echo(f"SLURM is asked for {jobs} workers; waiting for the first", err=True)
        typer.echo(f"{crew.name}: {crew.wait()} worker(s)", err=True)
        with ensemble.employing(crew.perform):
            yield
