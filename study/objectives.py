"""What is asked of a night, as one number each: the words that plans and gates are written in.

::

    {measure: arrived, by: 2020-12-09 20:00 WIB, at_least: 99%, in_nights: 95%}
    {measure: failed, at_most: 15%}

"99% arrive by 20:00 with 95% confidence" reads: in 95% of nights, 99% of the stations have arrived
by then. Whether that is so is itself estimated from simulated nights; the bound of that estimate is
its reader's business (:mod:`study.gate`, :mod:`study.plan`).

Rule of this file: pure functions of a night; shares of stations in [0, 1].
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from sim.assembly import Night
from sim.ledger import State
from sim.scenario.loader import Section
from sim.scenario.model import Scenario
from sim.scenario.quantities import Instant, Share
from study.measures import unsent

Array = NDArray[np.float64]
Measure = Literal["arrived", "arrived_by_crews", "least_kecamatan", "tally", "failed"]
_ROUNDING: Final = 1e-9  # far above the rounding of a sum of weights, far below one station in all


def reaches(share: ArrayLike, asked: ArrayLike) -> NDArray[np.bool_]:
    """Is a share as large as asked? Weights that add up to 0.8 may be summed to 0.7999...; whoever
    compares shares asks here, so that all judge the border alike."""
    return np.asarray(np.asarray(share) >= np.asarray(asked) - _ROUNDING)


class Objective(Section):
    """One thing that is asked of a night.

    ``arrived``: share of all stations whose photographs had arrived ``by`` then, by whatever way;
    ``arrived_by_crews``: by their own crew; ``least_kecamatan``: the same share in the kecamatan
    with the least; ``tally``: share whose figures were known (by themselves or with the
    photographs); ``failed``: share not sent at the snapshot, by the scenario's reading.
    """

    measure: Measure
    by: Instant | None = None
    at_least: Share | None = None
    at_most: Share | None = None
    in_nights: Annotated[Share, Field(gt=0, lt=1)] = 0.95

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("needs either 'at_least' or 'at_most'")
        if (self.at_most is None) == (self.measure == "failed"):
            raise ValueError(
                "'failed' is asked to be 'at_most', all others to be 'at_least' a share"
            )
        return self

    @property
    def limit(self) -> float:
        """The share that is asked for."""
        limit = self.at_most if self.at_least is None else self.at_least
        assert limit is not None  # held by the check above
        return limit

    def met(self, values: Array) -> NDArray[np.bool_]:
        """In which nights it is met."""
        return reaches(self.limit, values) if self.at_least is None else reaches(values, self.limit)

    def problem(self, scenario: Scenario) -> str:
        """Why it cannot be asked of this scenario's nights, or nothing."""
        if self.by is None:
            return ""
        if self.measure == "failed":
            return "'failed' is judged at the snapshot and takes no 'by'"
        if not 0 < scenario.seconds(self.by) <= scenario.horizon:
            return (
                f"'by' lies outside the night ({scenario.start:%Y-%m-%d %H:%M} to "
                f"{scenario.snapshot:%Y-%m-%d %H:%M})"
            )
        return ""

    def value(self, night: Night, scenario: Scenario) -> float:
        """Its share in a night; without ``by``: at the snapshot."""
        rows = night.outcomes
        if self.measure == "failed":
            return float(unsent(night, scenario.observed.reading).mean())
        at = scenario.horizon if self.by is None else scenario.seconds(self.by)
        when = rows["tally_s"] if self.measure == "tally" else rows["sent_s"]
        there = when <= at  # NaN, where it never happened, compares as false
        if self.measure == "arrived_by_crews":
            there = there & (rows["state"] == State.SENT_KPPS)
        if self.measure == "least_kecamatan":
            stations = np.bincount(rows["kecamatan"])
            arrived = np.bincount(rows["kecamatan"], weights=there, minlength=len(stations))
            return float((arrived[stations > 0] / stations[stations > 0]).min())
        return float(there.mean())
