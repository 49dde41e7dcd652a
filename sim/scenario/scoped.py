"""A section of a scenario whose uncertain values are drawn per something.

Rule of this file: one check, shared by the sections.
"""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from sim.scenario.laws import Uncertain
from sim.scenario.loader import Section


class Scoped(Section):
    """A section that says per what its uncertain values may be drawn."""

    scopes: ClassVar[tuple[str, ...]] = ("night",)

    @model_validator(mode="after")
    def _scopes_fit(self) -> Self:
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Uncertain) and value.per not in self.scopes:
                raise ValueError(
                    f"{name} is drawn per {value.per}, but here a value may be drawn per "
                    + " or ".join(self.scopes)
                )
        return self
