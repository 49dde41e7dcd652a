"""What is compared: two sides of one window, and the circumstances in which they came about.

Rule of this file: data. Units: seconds of scenario time unless a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.attempts import Attempt
from sim.population.region import Region
from sim.scenario.agreement import Limits

SIDES: Final = ("predicted", "measured")


def both(values: Iterable[Any]) -> dict[str, Any]:
    """Two values, one a side, in the order of :data:`SIDES`."""
    return dict(zip(SIDES, values, strict=True))


class Side(NamedTuple):
    """One world's account of the window.

    Attributes
    ----------
    attempts : the log of the attempts that began in the window.
    outcomes : one row a station at the window's end, dtype :data:`sim.ledger.OUTCOMES`.
    region : its stations and kecamatan.
    """

    attempts: Sequence[Attempt]
    outcomes: NDArray[np.void]
    region: Region


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of a replay.

    Attributes
    ----------
    scenario : its name; ``title`` is for readers, by language.
    start : the scenario's start, as an ISO date with its zone.
    begins, ends : the window.
    speed : seconds of scenario time in one second of real time.
    sample : share of the stations that were replayed.
    host : the server that was driven; ``model``: the file that predicted it.
    validity : what was measured of the generator itself, by name: ``{"value", "limit", "ok"}``.
    wrong : why the run is not valid, for readers; empty if it is.
    provenance : anything that helps to do it again: versions, command, digests.
    """

    scenario: str
    title: Mapping[str, str]
    start: str
    begins: float
    ends: float
    speed: float = 1.0
    sample: float = 1.0
    seed: int = 1
    replication: int = 0
    host: str = ""
    model: str = ""
    limits: Limits = field(default_factory=Limits)
    validity: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    wrong: Sequence[str] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
