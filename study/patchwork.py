"""A night put together from others: its places, and its quantities, may be those of other nights.

Calibration finds for each kecamatan the nights whose local draws fit; a calibrated night takes each
kecamatan from one of them. Sensitivity changes one quantity at a time, and takes its draws from
another night (:class:`sim.draws.Draws`).

Rule of this file: names of nights; nothing is simulated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.draws import Draws


@dataclass(frozen=True, slots=True)
class Patchwork:
    """Which night a night's draws are from.

    Attributes
    ----------
    replication : of all that is not named below.
    places : the replication of kecamatan, by code.
    quantities : the patchwork of uncertain quantities, by path (one level deep).
    """

    replication: int
    places: Mapping[str, int] = field(default_factory=dict)
    quantities: Mapping[str, Patchwork] = field(default_factory=dict)

    def draws(self, seed: int) -> Draws:
        """Its draws."""
        return Draws(seed, self.replication, self.places, self.others(seed))

    def others(self, seed: int) -> dict[str, Draws]:
        """The draws of the quantities that have their own; one object for each source."""
        made = {source: source.draws(seed) for source in set(self.quantities.values())}
        return {path: made[source] for path, source in self.quantities.items()}

    def name(self) -> str:
        """What it is, in a name for a file: the same for the same night whoever asks."""
        own = f"{self.replication:06d}"
        if not self.places and not self.quantities:
            return own
        return f"{own}-{hashlib.sha256(self._text().encode()).hexdigest()[:16]}"

    def __hash__(self) -> int:
        return hash(self._text())

    def _text(self) -> str:
        its = sorted((path, source._text()) for path, source in self.quantities.items())
        return repr((self.replication, sorted(self.places.items()), its))
