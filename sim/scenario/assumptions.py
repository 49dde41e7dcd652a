"""What a scenario assumes, as a list for readers: every uncertain value with its standing.

Rule of this file: it walks a scenario and finds; a value cannot be left out by forgetting it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from sim.scenario.laws import Uncertain
from sim.scenario.model import Scenario
from sim.scenario.portable import Portable


class Assumption(NamedTuple):
    """One value of the scenario and what it rests on."""

    path: str
    value: str
    per: str
    standing: str
    source: str


def assumptions(scenario: Scenario) -> list[Assumption]:
    """Every uncertain value of the scenario, in its order; none of links that are not there."""
    found = [
        Assumption(path, value.words, value.per, value.standing or "unsaid", value.source)
        for path, value in _walk(scenario, "")
    ]
    region = scenario.region
    if region.tps_source:
        what = "TPS per kecamatan"
        found.insert(
            0, Assumption("region", what, "kecamatan", region.tps_standing, region.tps_source)
        )
    return found


def _walk(section: BaseModel, path: str) -> Iterator[tuple[str, Uncertain[Any]]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        here = f"{path}.{name}" if path else name
        if isinstance(value, Uncertain):
            yield here, value
        elif isinstance(value, Portable) and not value.per_kecamatan:
            continue
        elif isinstance(value, BaseModel):
            yield from _walk(value, here)
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _walk(item, f"{here}[{getattr(item, 'name', i)}]")
