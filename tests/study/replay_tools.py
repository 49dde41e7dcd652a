"""Rows of the log by hand, and two nights of the small region before two servers."""

from __future__ import annotations

from math import nan

from sim.attempts import Attempt
from sim.ingest.build import build_ingest
from sim.ledger import Cause
from sim.night import Window, simulate
from sim.population.region import Region
from sim.scenario.ingest_model import IngestModel
from sim.scenario.model import Scenario
from study.replay.setting import Setting, Side

HOUR = 3600.0
SPEED = 60.0
BEGINS, ENDS = 2 * HOUR, 8 * HOUR

FAST = IngestModel(ingest="fast", workers=4, service="5 ms", overhead="1 ms")
SLOW = IngestModel(ingest="slow", workers=1, service="120 ms", per_megabyte="50 ms", queue=0)


def row(began: float, at: float, **changes: object) -> Attempt:
    """A successful upload of 100 bytes that takes one second of setup and one of the server."""
    plain = Attempt(
        station=0,
        kecamatan=0,
        operator=False,
        key="photo-1",
        kind="send",
        n=1,
        offset=0,
        length=100,
        began=began,
        joined=began + 1.0,
        left=at - 1.0,
        at=at,
        status=201,
        cause=Cause.NONE,
        sent=100,
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


def failed(began: float, at: float, cause: Cause, **changes: object) -> Attempt:
    """The same, cut after 40 bytes."""
    said: dict[str, object] = {"status": 0, "sent": 40, "left": at, "drain_late": nan}
    return row(began, at, cause=cause, **(said | changes))


def side_of(scenario: Scenario, region: Region, model: IngestModel, seed: int = 3) -> Side:
    """What a night of the small region comes to if this server answers in the window."""
    window = Window(BEGINS, ENDS, lambda: build_ingest(model, SPEED))
    night = simulate(scenario, region, seed, 0, window=window)
    return Side(night.attempts, night.outcomes, region)


def setting_of(scenario: Scenario) -> Setting:
    """The circumstances of :func:`side_of`."""
    return Setting(
        scenario=scenario.name,
        title=scenario.title.model_dump(),
        start=scenario.start.isoformat(),
        begins=BEGINS,
        ends=ENDS,
        speed=SPEED,
    )
