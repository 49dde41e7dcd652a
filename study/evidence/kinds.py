"""Kinds of observation: what each is compared with in a simulated night, and how closely.

An observation is a statement somebody made about the night; a kind knows which quantity of a
simulated night it speaks of (``predict``) and how probable the statement is where the model says a
value (``log_likelihood``). The discrepancy is the standard deviation of all that lies between the
two when the model is right: rounding, hours not given, another place, a survey that misses. It is
declared with the observation and not estimated; one night cannot tell it (Kennedy and O'Hagan,
Journal of the Royal Statistical Society B 63, 2001).

Rule of this file: pure functions of a night. Shares of 1, seconds of scenario time; log-likelihoods
are densities in the observation's own unit, so that they compare worlds and not observations.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from scipy.special import log_ndtr

from sim.assembly import Night
from sim.ledger import State
from sim.population.region import Region
from sim.population.world import World
from sim.scenario.laws import Standing
from sim.scenario.loader import Section
from sim.scenario.model import Scenario, Title
from sim.scenario.quantities import Count, Instant, Number, Seconds, Share
from study.measures import unsent


@dataclass(frozen=True, slots=True)
class Member:
    """One night of an ensemble with what evidence asks of it.

    Attributes
    ----------
    world : the night's draws.
    night : the night.
    other : the same cells and crews with another server, the tally sent first (see
        :mod:`study.evidence.channel`).
    """

    scenario: Scenario
    region: Region
    world: World
    night: Night
    other: Night


class _Observation(Section):
    """What all kinds have: a name, where it is from, whether it counts."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    says: Title
    standing: Standing
    source: str
    enabled: bool = True
    in_counts: bool = False
    """The same fact as the counts per kecamatan: left out where an ensemble was fitted to them."""


class _ShareOf(_Observation):
    """A share with a normal discrepancy."""

    discrepancy: Share

    @model_validator(mode="after")
    def _spread(self) -> Self:
        if self.discrepancy <= 0:
            raise ValueError("discrepancy must be more than 0%; nothing is known exactly")
        return self


class Progress(_ShareOf):
    """Share of the stations whose photographs had arrived at a time."""

    kind: Literal["progress"]
    at: Instant
    share: Share

    def predict(self, member: Member) -> float:
        """Share sent by then."""
        return _by(member.night, "sent_s", member.scenario.seconds(self.at))

    def log_likelihood(self, predicted: float) -> float:
        """Normal around the prediction."""
        return _normal(self.share - predicted, self.discrepancy)


class Text(_ShareOf):
    """Share of the stations whose text message had arrived at another server by a time."""

    kind: Literal["text"]
    at: Instant
    share: Share

    def predict(self, member: Member) -> float:
        """Share of the stations whose 200-byte tally passed the same cells by then."""
        return _by(member.other, "tally_s", member.scenario.seconds(self.at))

    def log_likelihood(self, predicted: float) -> float:
        """Normal around the prediction."""
        return _normal(self.share - predicted, self.discrepancy)


class Photographs(_ShareOf):
    """Share of the stations whose forms had arrived at another server as photographs: a lower
    bound, because not everybody used that channel."""

    kind: Literal["photographs"]
    at: Instant
    at_least: Share

    def predict(self, member: Member) -> float:
        """Share of the stations whose photographs passed the same cells to a server that is well.
        That channel sends the tally before them, 200 bytes that change nothing here."""
        return _by(member.other, "sent_s", member.scenario.seconds(self.at))

    def log_likelihood(self, predicted: float) -> float:
        """Chance that the bound holds when the prediction is off by a normal discrepancy."""
        return _exceeds(predicted - self.at_least, self.discrepancy)


class Stalled(_ShareOf):
    """Hardly anything arrived in a window: an outage as those who watched saw it."""

    kind: Literal["stalled"]
    begins: Instant
    ends: Instant
    at_most: Share
    by: Literal["anybody", "ppk"] = "anybody"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError("'ends' must be later than 'begins'")
        return self

    def predict(self, member: Member) -> float:
        """Share of the stations that arrived in the window."""
        rows = member.night.outcomes
        if self.by == "ppk":
            rows = rows[rows["state"] == State.SENT_PPK]
        begins, ends = (member.scenario.seconds(t) for t in (self.begins, self.ends))
        inside = (rows["sent_s"] >= begins) & (rows["sent_s"] < ends)
        return float(inside.sum()) / len(member.night.outcomes)

    def log_likelihood(self, predicted: float) -> float:
        """Chance that the bound holds when the prediction is off by a normal discrepancy."""
        return _exceeds(self.at_most - predicted, self.discrepancy)


class Coverage(_Observation):
    """How many stations a survey found without signal."""

    kind: Literal["coverage"]
    stations: Count
    factor: Number

    @model_validator(mode="after")
    def _spread(self) -> Self:
        _check_factor(self.factor)
        return self

    def predict(self, member: Member) -> float:
        """Stations without coverage tonight."""
        return float(np.sum(~member.world.stations.covered))

    def log_likelihood(self, predicted: float) -> float:
        """Lognormal by a factor; one is added to both, so that none at all can be compared."""
        return _normal(log((self.stations + 1) / (predicted + 1)), log(self.factor))


class UploadTime(_Observation):
    """How long one photograph took, in the middle of those who got through."""

    kind: Literal["upload-time"]
    median: Seconds
    factor: Number

    @model_validator(mode="after")
    def _spread(self) -> Self:
        _check_factor(self.factor)
        if self.median <= 0:
            raise ValueError("median must be more than 0 s")
        return self

    def predict(self, member: Member) -> float:
        """Median over the stations that their crews sent: seconds from the forms' readiness to the
        last acknowledgement, per photograph. The whole horizon where no crew got through."""
        rows = member.night.outcomes
        own = rows["state"] == State.SENT_KPPS
        if not own.any():
            return member.scenario.horizon
        photos = member.world.stations.sizes.counts
        took = (rows["sent_s"] - rows["ready_s"]) / photos[rows["station"]]
        return max(float(np.median(took[own])), 1.0)

    def log_likelihood(self, predicted: float) -> float:
        """Lognormal by a factor."""
        return _normal(log(self.median / predicted), log(self.factor))


class Spread(_ShareOf):
    """How much the kecamatan differed: the standard deviation between them of the share that had
    not arrived at the snapshot, from the counts of the scenario's region."""

    kind: Literal["spread"]
    deviation: Share

    def predict(self, member: Member) -> float:
        """The same of the simulated night, by the scenario's reading of the figures."""
        return float(np.std(unsent_shares(member.night, member.scenario, member.region)))

    def log_likelihood(self, predicted: float) -> float:
        """Normal around the prediction."""
        return _normal(self.deviation - predicted, self.discrepancy)


Observation = Annotated[
    Progress | Text | Photographs | Stalled | Coverage | UploadTime | Spread,
    Field(discriminator="kind"),
]


def unsent_shares(night: Night, scenario: Scenario, region: Region) -> NDArray[np.float64]:
    """Share of each kecamatan's stations that counts as failed at the snapshot."""
    rows = night.outcomes
    size = len(region.kecamatan)
    failed = np.bincount(
        rows["kecamatan"][unsent(night, scenario.observed.reading)], minlength=size
    )
    stations = np.bincount(rows["kecamatan"], minlength=size)
    return np.asarray(failed / np.maximum(stations, 1), dtype=np.float64)


def _by(night: Night, column: str, seconds: float) -> float:
    return float(np.mean(night.outcomes[column] <= seconds))  # NaN, never, compares as false


def _normal(difference: float, deviation: float) -> float:
    return -0.5 * (difference / deviation) ** 2 - log(deviation) - 0.5 * log(2 * pi)


def _exceeds(margin: float, deviation: float) -> float:
    return float(log_ndtr(margin / deviation))


def _check_factor(factor: float) -> None:
    if factor <= 1:
        raise ValueError("factor must be more than 1: by how many times it may be off")
