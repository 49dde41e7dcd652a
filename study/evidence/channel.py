"""The other channel: what would have travelled over the same cells to a server that is well.

The city's text app and the overseers' photograph app met the evening's cells, not Sirekap's server.
So their counterpart in a simulated night is the same night (the same draws of readiness, cells,
breaks and refusals) with another server: no outage, no fault, no nation on it, room for everybody;
the tally goes first, as a text message of 200 bytes, then the photographs. Everybody has this app.

Rule of this file: from a scenario to the other channel's; nothing is simulated here.
"""

from __future__ import annotations

from typing import Final

from sim.scenario.model import Scenario
from study.nights import Variant

VARIANT: Final = Variant("none", "tally-first")
"""The app of the other channel: no retry of its own, the crew presses again; photographs one by
one. An assumption: neither the city's nor the overseers' app is published."""

_WELL: Final = {
    "pipe": "1000 Gbit/s",
    "slots": 1_000_000,
    "workers": 10_000,
    "queue": 1_000_000,
    "service": "100 ms",
    "deadline": "60 s",
    "fault": "0%",
    "outages": [],
    "nation": None,
}
"""A server that cannot be what is scarce: a thousand times what 1,700 stations could ask of it."""


def other_channel(scenario: Scenario) -> Scenario:
    """The scenario with the other channel's server and app. Its operators never work: what they
    send is Sirekap's."""
    tree = scenario.model_dump(mode="json")
    tree["server"] |= _WELL
    tree["station"]["no_app"] = "0%"
    tree["people"]["ppk"]["hours"] = []
    tree["compare"] = {}
    return Scenario.model_validate(tree)
