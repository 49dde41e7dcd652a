"""A scenario's night on the clock of another zone: the place is elsewhere, the server is not.

Polls close, forms are ready, crews and operators work, and networks are crowded by local time; the
server's outages happen at one moment for all. So a night of another zone is the same night with the
outages moved by the difference, on a clock that is read as the scenario's own: in WITA, an hour
ahead of WIB, an outage that ends at 20:30 WIB ends when clocks there say 21:30.

Assumed: nothing else differs between zones. The rest of the nation stays on the scenario's evening.

Rule of this file: from a scenario to another; it simulates nothing.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from sim.scenario.model import Scenario


def offset_of(at: datetime) -> timedelta:
    """How far the zone of a moment is ahead of UTC."""
    found = at.utcoffset()
    assert found is not None  # moments of points have a zone
    return found


def on_the_clock_of(scenario: Scenario, offset: timedelta) -> Scenario:
    """The scenario for a place whose clock is ``offset`` ahead of UTC, on that clock.

    Read its moments as the place's own, without their zone.
    """
    ahead = offset - offset_of(scenario.start)
    if not ahead:
        return scenario
    moved = tuple(
        outage.model_copy(update={"begins": outage.begins + ahead, "ends": outage.ends + ahead})
        for outage in scenario.server.outages
    )
    server = scenario.server.model_copy(update={"outages": moved})
    return scenario.model_copy(update={"server": server})


def with_calendar_of(world: Scenario, elsewhere: Scenario) -> Scenario:
    """A structural world on the calendar of other places: how long the night is looked at, when
    their kecamatan work, and how long they wait before they ask for Excel."""
    ppk = world.people.ppk.model_copy(
        update={name: getattr(elsewhere.people.ppk, name) for name in _CALENDAR}
    )
    people = world.people.model_copy(update={"ppk": ppk})
    return world.model_copy(update={"snapshot": elsewhere.snapshot, "people": people})


_CALENDAR = ("hours", "starts", "pleno", "stuck_after", "permission")


def local_seconds(scenario: Scenario, at: datetime, offset: timedelta) -> float:
    """Scenario time of a moment at a place whose clock is ``offset`` ahead of UTC: seconds since
    its clock stood where the scenario's does at its start."""
    wall = at.astimezone(timezone(offset)).replace(tzinfo=scenario.start.tzinfo)
    return (wall - scenario.start).total_seconds()


# Keputusan Presiden 41/1987: provinces ahead of WIB. Newer provinces by the island they are on.
_WITA = (
    "bali", "nusa tenggara", "ntb", "ntt", "lombok", "kalimantan selatan", "kalsel",
    "kalimantan timur", "kaltim", "kalimantan utara", "kaltara", "sulawesi", "sulsel", "sulut",
    "sulteng", "sultra", "sulbar", "gorontalo",
)  # fmt: skip
_WIT = ("maluku", "papua")


def zone_of(region: str, at: datetime) -> timedelta:
    """How far a region's own clock is ahead of UTC: by the province in its name, else as the
    moment was given. A paper in Jakarta gives Bali's figures in WIB."""
    name = region.lower()
    for hours, provinces in ((8, _WITA), (9, _WIT)):
        if any(re.search(rf"\b{province}\b", name) for province in provinces):
            return timedelta(hours=hours)
    return offset_of(at)
