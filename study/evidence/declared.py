"""An evidence file: the declared observations of a night, each of which can be switched off.

Rule of this file: from YAML to checked observations. Its first key is ``evidence``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.scenario.errors import UserFaultError, unknown
from sim.scenario.loader import Section, read
from sim.scenario.model import Title
from study.evidence.kinds import Observation


class Evidence(Section):
    """What is known of one night, statement by statement."""

    evidence: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Title
    observations: tuple[Observation, ...]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        seen: set[str] = set()
        for observation in self.observations:
            if observation.name in seen:
                raise ValueError(f"two observations are called '{observation.name}'")
            seen.add(observation.name)
        return self


class UnknownObservationError(UserFaultError):
    """A name on the command line that no observation of the file has."""


def read_evidence(path: Path) -> Evidence:
    """Read a file of observations.

    Raises
    ------
    ScenarioError : with every problem of the file.
    """
    return read(path, Evidence).value


def choose(
    evidence: Evidence,
    *,
    only: Iterable[str] = (),
    without: Iterable[str] = (),
    fitted_to_counts: bool = False,
) -> list[str]:
    """Names of the observations that count.

    Parameters
    ----------
    only : these, whatever the file says of ``enabled``; none: those that are enabled.
    without : but not these.
    fitted_to_counts : the ensemble has been weighted by the counts already, so observations of
        the same fact are left out.

    Raises
    ------
    UnknownObservationError : for a name that is not in the file.
    """
    names = [o.name for o in evidence.observations]
    kept, dropped = list(only), list(without)
    for name in (*kept, *dropped):
        if name not in names:
            raise UnknownObservationError(unknown("observation", name, names))
    return [
        o.name
        for o in evidence.observations
        if (o.name in kept if kept else o.enabled)
        and o.name not in dropped
        and not (fitted_to_counts and o.in_counts)
    ]


def by_name(evidence: Evidence, names: Sequence[str]) -> list[Observation]:
    """The observations of these names, in the order of the file."""
    return [o for o in evidence.observations if o.name in names]
