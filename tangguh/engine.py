"""``--engine``: who computes nights.

Every command that simulates nights, which is every one with ``--jobs``, gets the option here and
knows nothing of it.

Rule of this file: one option, from its text to a block in which nights are computed so.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from sim.engine import Engine

EngineOption = Annotated[
    Engine,
    typer.Option(
        help="simpy, the reference; kernel, compiled, with the same result; auto: it where it can.",
    ),
]


def by_an_engine(command: Callable[..., None]) -> Callable[..., None]:
    """A command with ``--engine``, if it has ``--jobs``; any other as it is."""
    own = inspect.signature(command, eval_str=True)
    if "jobs" not in own.parameters:
        return command

    @wraps(command)
    def computed(*, engine: Engine, **options: Any) -> None:
        from study.engine import computing_by

        with computing_by(engine):
            command(**options)

    option = inspect.Parameter(
        "engine", inspect.Parameter.KEYWORD_ONLY, default=Engine.AUTO, annotation=EngineOption
    )
    computed.__signature__ = own.replace(  # type: ignore[attr-defined]  # as typer reads it
        parameters=[*own.parameters.values(), option]
    )
    computed.__annotations__ |= {"engine": EngineOption}
    return computed
