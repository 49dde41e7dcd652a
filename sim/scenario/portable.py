"""Links that are brought to each kecamatan for the night: satellite terminals, modems on a mast.

Rule of this file: the section's type; who is reached by which link tonight is
:mod:`sim.population.portable`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.laws import Uncertain
from sim.scenario.quantities import BytesPerSecond, Count, Seconds, Share
from sim.scenario.scoped import Scoped


class Portable(Scoped):
    """Portable links, the same number in each kecamatan; with 0 nothing of this is drawn.

    ``serves``: crews of ``blank-spots``, crews of all ``stations``, or the kecamatan's ``office``.
    ``reach``: the share of the kecamatan's stations so meant that one link is near enough to; links
    stand apart, so two reach twice as many, until all are reached. ``bring``: from the photographs
    being ready until the crew is at the link. ``works``: the chance that a link has service where
    it stands, whatever the cells have. ``rate``: its uplink, shared by those at it; ``rtt`` and
    ``loss``: of its path. It is there from ``comes`` to ``goes`` after the polls close (the
    scenario's start, by the kecamatan's clock), so that another day's scenario need not say it
    again.
    """

    scopes = ("night", "kecamatan", "station")
    per_kecamatan: Annotated[Count, Field(le=1000)]
    serves: Literal["blank-spots", "stations", "office"] = "blank-spots"
    reach: Uncertain[Share]
    bring: Uncertain[Seconds]
    works: Uncertain[Share]
    rate: Uncertain[BytesPerSecond]
    rtt: Seconds
    loss: Share
    comes: Seconds
    goes: Seconds

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.goes <= self.comes:
            raise ValueError("'goes' must be later than 'comes'")
        for name in ("reach", "works", "rate"):
            if getattr(self, name).per == "station":
                raise ValueError(f"{name} is drawn per night or kecamatan")
        return self
