"""The scenario: what is typed in YAML, with every assumption in its place.

One section a room of the model. A value that is not known for certain is an ``Uncertain``: a fixed
quantity or a law, with what it is drawn *per* (night, kecamatan, cell, ...), its standing (counted,
stated or assumed) and its source. Nothing that changes a prediction is hidden in code.

Rule of this file: types, and checks that need only the scenario itself; no sampling, no files.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.laws import Uncertain
from sim.scenario.loader import Section
from sim.scenario.policies import BatchingSpec, PolicySpec, ShapingSpec
from sim.scenario.portable import Portable
from sim.scenario.quantities import (
    Bytes,
    BytesPerSecond,
    Count,
    Instant,
    Number,
    PerSecond,
    Seconds,
    Share,
)
from sim.scenario.replay import Replay
from sim.scenario.scoped import Scoped


class Title(Section):
    """The scenario's name for readers."""

    id: str
    en: str


class Region(Scoped):
    """Where the stations are. Either ``tps`` (a list of stations, one a row) or ``kecamatan``
    (stations counted per kecamatan), optionally with ``kelurahan`` to divide them further; or, for
    a whole nation, ``regencies`` (stations counted per regency or city)."""

    scopes = ("night", "kecamatan")
    name: str
    tps: str | None = None
    kecamatan: str | None = None
    kelurahan: str | None = None
    regencies: str | None = None
    stations_per_cell: Uncertain[Number]
    tps_standing: Literal["counted", "stated", "assumed"] = "counted"
    tps_source: str = ""

    @model_validator(mode="after")
    def _has_stations(self) -> Self:
        if self.regencies is not None:
            if self.tps or self.kecamatan or self.kelurahan:
                raise ValueError(
                    "'regencies' are a whole nation: 'tps', 'kecamatan', 'kelurahan' must be null"
                )
        elif self.tps is None and self.kecamatan is None:
            raise ValueError(
                "needs 'tps' (a CSV of stations) or 'kecamatan' (a CSV of counts); "
                "'regencies' for a nation"
            )
        return self


class Station(Scoped):
    """A polling station's photographs and when they are ready.

    ``no_signal`` is the share of stations without coverage beyond the surveyed blank spots.
    """

    scopes = ("night", "kecamatan", "station", "photo")
    photos: Uncertain[Number]
    photo_size: Uncertain[Bytes]
    ready: Uncertain[Instant]
    no_app: Uncertain[Share]
    no_signal: Uncertain[Share] | None = None


class Client(Scoped):
    """What the app does; names of the catalogue (``tangguh policies``) or of the scenario's own
    ``policies``, ``batchings`` and ``shapings``."""

    policy: str
    batching: str
    shaping: str = "at-once"
    timeout: Uncertain[Seconds]


class RadioClass(Section):
    """How well a station hears its cell."""

    name: str
    cqi: Annotated[int, Field(ge=1, le=15)]
    share: Share
    rtt: Seconds
    loss: Share


class Load(Section):
    """Background load from a time of day on, relative to its peak."""

    since: time
    load: Share


class Network(Scoped):
    """The cells, what the citizens leave of them, and links that are brought beside them."""

    scopes = ("night", "kecamatan", "cell")
    capacity: Uncertain[BytesPerSecond]
    busy_at_peak: Uncertain[Share]
    access_failure_at_peak: Uncertain[Share]
    break_rate_at_peak: Uncertain[PerSecond]
    access_delay: Uncertain[Seconds]
    shape: Annotated[tuple[Load, ...], Field(min_length=1)]
    radio: Annotated[tuple[RadioClass, ...], Field(min_length=1)]
    tls: Literal["none", "1.2", "1.3"] = "1.3"
    trace: str | None = None
    portable: Portable | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(c.share for c in self.radio)
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the shares of the radio classes add up to {total:.3%}, not 100%")
        times = [step.since for step in self.shape]
        if times != sorted(set(times)):
            raise ValueError("the times of 'shape' must increase")
        if {self.capacity.per, self.busy_at_peak.per} - {"night", "kecamatan", "cell"}:
            raise ValueError("capacity and busy_at_peak are drawn per night, kecamatan or cell")
        for name in ("access_failure_at_peak", "break_rate_at_peak", "access_delay"):
            if getattr(self, name).per == "cell":
                raise ValueError(f"{name} is drawn per night or kecamatan")
        return self


class OutageWindow(Scoped):
    """A window in which a share of the requests fails. ``enabled: false`` switches it off."""

    name: str
    begins: Instant
    ends: Instant
    severity: Uncertain[Share]
    silent: bool = False
    web_only: bool = False
    enabled: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError("'ends' must be later than 'begins'")
        return self


class NationLoad(Scoped):
    """The rest of the country on the same server."""

    stations: Uncertain[Number]
    free_rate: Uncertain[BytesPerSecond]
    retry_every: Uncertain[Seconds]
    patience: Uncertain[Seconds]
    enabled: bool = True


class Server(Scoped):
    """The ingest service, one for the whole country."""

    pipe: Uncertain[BytesPerSecond]
    slots: Uncertain[Number]
    backlog: Count = 0
    workers: Uncertain[Number]
    queue: Uncertain[Number]
    service: Uncertain[Seconds]
    service_law: Literal["deterministic", "exponential"] = "exponential"
    deadline: Uncertain[Seconds]
    fault: Uncertain[Share]
    retry_after: Seconds | None = None
    busy_status: Literal[429, 503] = 503
    cancellation: bool = False
    keeps_partial: bool = False
    outages: tuple[OutageWindow, ...] = ()
    nation: NationLoad | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        for name in ("pipe", "slots", "workers"):
            if not getattr(self, name).ppf(0.5) > 0:
                raise ValueError(f"{name} is 0; for a server that is down put in an outage")
        return self


class Kpps(Scoped):
    """The crew of a polling station."""

    scopes = ("night", "kecamatan", "station")
    patience: Uncertain[Seconds]
    press_again: Uncertain[Seconds]
    walks_to_signal: Uncertain[Share]
    walk: Uncertain[Seconds]


class Hours(Section):
    """When operators work on one day."""

    begins: Instant
    ends: Instant


class Ppk(Scoped):
    """The operators of a kecamatan, who upload what its stations could not."""

    scopes = ("night", "kecamatan")
    web_operators: Count
    mobile_operators: Count
    hours: tuple[Hours, ...]
    starts: Uncertain[Instant]
    cannot_use: Uncertain[Share]
    pleno: Instant
    handling: Uncertain[Seconds]
    patience: Uncertain[Seconds]
    press_again: Uncertain[Seconds]
    link: Uncertain[BytesPerSecond]
    stuck_after: Uncertain[Seconds]
    permission: Uncertain[Seconds]
    excel_per_station: Uncertain[Seconds]


class People(Section):
    """Everybody whose hands are on the evening."""

    kpps: Kpps
    ppk: Ppk


class ProgressPoint(Section):
    """An observed share of stations sent at a time."""

    at: Instant
    sent: Share
    source: str


class Figures(Section):
    """The event's own three figures."""

    failed: Count
    sent: Count
    neither: Count
    source: str


class Observed(Section):
    """What happened, for the page to set beside the prediction. Never used to fit here.

    ``reading`` says what the counted failures are compared with: ``unsent`` (failed or not
    attempted: everything that had not arrived at the snapshot) or ``attempted`` (only failures
    after an attempt).
    """

    reading: Literal["unsent", "attempted"] = "unsent"
    figures: Figures | None = None
    progress: tuple[ProgressPoint, ...] = ()


class VariantNames(Section):
    """What an app does, by names."""

    policy: str
    batching: str
    shaping: str = "at-once"


class Comparison(Section):
    """Policies that ``run`` sets beside the scenario's own, on some of the same nights."""

    variants: tuple[VariantNames, ...] = ()
    replications: Count = 20


class Scenario(Section):
    """One election night to predict."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Title
    start: Instant
    snapshot: Instant
    region: Region
    station: Station
    client: Client
    network: Network
    server: Server
    people: People
    observed: Observed = Observed()
    compare: Comparison = Comparison()
    replay: Replay = Replay()
    policies: dict[str, PolicySpec] = Field(default={})
    batchings: dict[str, BatchingSpec] = Field(default={})
    shapings: dict[str, ShapingSpec] = Field(default={})
    modules: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.snapshot <= self.start:
            raise ValueError("'snapshot' must be later than 'start'")
        if self.snapshot - self.start > timedelta(days=60):
            raise ValueError("'snapshot' lies more than 60 days after 'start'")
        if self.region.regencies is not None and self.server.nation is not None:
            raise ValueError(
                "'region.regencies' are the whole nation: 'server.nation', its rest, must be null"
            )
        return self

    @property
    def horizon(self) -> float:
        """Seconds from start to snapshot."""
        return (self.snapshot - self.start).total_seconds()

    def seconds(self, instant: Instant) -> float:
        """Scenario time of an instant."""
        return (instant - self.start).total_seconds()

    def clock_offset(self) -> float:
        """Seconds from local midnight to the scenario's start."""
        start = self.start
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        return (start - midnight).total_seconds()
