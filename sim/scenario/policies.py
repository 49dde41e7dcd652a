"""Policies, batchings and shapings that a scenario composes for itself.

Rule of this file: the YAML's types, and from them to the client's objects.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from pydantic import Field

from sim.client.batching.batching import Batching
from sim.client.retry.policy import Hedge, Policy
from sim.client.retry.signals import RetryAfter
from sim.client.retry.stop import Stop
from sim.client.shaping.shaping import Shaping
from sim.scenario.loader import Section
from sim.scenario.parts import BACKOFFS, GUARDS, JITTERS, build_one, one_of, spec, values
from sim.scenario.quantities import Seconds

if TYPE_CHECKING:
    BackoffSpec: TypeAlias = Section
    JitterSpec: TypeAlias = Section
    GuardSpec: TypeAlias = Section
else:
    BackoffSpec = one_of("backoff", BACKOFFS)
    JitterSpec = one_of("jitter", JITTERS)
    GuardSpec = one_of("guard", GUARDS)
Status = Annotated[int, Field(ge=100, le=599)]


class PolicySpec(Section):
    """A retry policy: ``like`` names one to start from; every other key replaces a part of it."""

    like: str | None = None
    source: str = ""
    backoff: BackoffSpec | None = None
    jitter: JitterSpec | None = None
    stop: spec(Stop) | None = None  # type: ignore[valid-type]  # made at run time
    when_throttled: BackoffSpec | None = None
    retry_on: frozenset[Status] | None = None
    retry_after: spec(RetryAfter) | None = None  # type: ignore[valid-type]  # made at run time
    guards: tuple[GuardSpec, ...] | None = None
    timeout: Seconds | None = None
    idle: Seconds | None = None
    progress_restarts: bool | None = None
    hedge: spec(Hedge) | None = None  # type: ignore[valid-type]  # made at run time


_CHOICES: Final = {"backoff": BACKOFFS, "when_throttled": BACKOFFS, "jitter": JITTERS}
_SECTIONS: Final[dict[str, type[Any]]] = {"stop": Stop, "retry_after": RetryAfter, "hedge": Hedge}


def build_policy(name: str, said: dict[str, Any], like: Policy | None = None) -> Policy:
    """A policy from what its section says.

    Raises
    ------
    ValueError : if its constants cannot be.
    """
    parts: dict[str, Any] = {"name": name, "family": "own", "unfit": ""}
    for key, value in said.items():
        if value is None:
            continue
        if key in _CHOICES:
            parts[key] = build_one(value, _CHOICES[key])
        elif key in _SECTIONS:
            parts[key] = _SECTIONS[key](**values(value))
        elif key == "guards":
            parts[key] = tuple(build_one(guard, GUARDS) for guard in value)
        else:
            parts[key] = value
    return Policy(**parts) if like is None else dataclasses.replace(like, **parts)


class BatchingSpec(spec(Batching, ("name",))):  # type: ignore[misc]  # made at run time
    """A batching: ``like`` names one to start from."""

    like: str | None = None


class ShapingSpec(spec(Shaping, ("name",))):  # type: ignore[misc]  # made at run time
    """A shaping: ``like`` names one to start from."""

    like: str | None = None
