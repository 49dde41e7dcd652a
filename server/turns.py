"""Turns: so many stations of a kecamatan may upload at a time.

Those who are refused stand in line: the order of their first asking is kept, and each is told how
long its turn is away at the pace seen until now (Little's law: the wait behind r others at c places
held for h seconds each is h (r + 1) / c). Who does not come back in time loses its place.

The model's server follows the same rule (``sim/ingest/admission.py``); imports may not cross, so it
is written twice and a test holds one to the other.

Rule of this file: pure, told the time. Units: seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_FIRST_HOLD: Final = 60.0  # until a holding time has been seen: one attempt's timeout
_WEIGHT: Final = 0.2  # of the newest holding time in the running mean
_PATIENCE: Final = 2.5  # times the wait that was told: with full jitter a client comes within 2
LEASE: Final = 1800.0
"""A turn that nobody gives back is free again after this; as the model's shaping ``admission``. An
assumption of ours."""


@dataclass(slots=True)
class _Group:
    hold: float = _FIRST_HOLD
    holders: dict[str, float] = field(default_factory=dict)
    line: dict[str, float] = field(default_factory=dict)  # who, and until when it is expected


class Turns:
    """The turns of all kecamatan.

    Parameters
    ----------
    places : turns of one kecamatan at the same time.
    lease : seconds after which a turn is free again although nobody gave it back.
    """

    def __init__(self, places: int, lease: float = LEASE) -> None:
        self._places = places
        self._lease = lease
        self._groups: dict[str, _Group] = {}

    def ask(self, now: float, kecamatan: str, tps: str) -> float | None:
        """``None``: begin. Else the seconds after which to ask again."""
        group = self._groups.setdefault(kecamatan, _Group())
        self._forget(now, group)
        if tps in group.holders:
            return None
        group.line.setdefault(tps, now)
        rank = list(group.line).index(tps)
        if rank < self._places - len(group.holders):
            del group.line[tps]
            group.holders[tps] = now
            return None
        wait = max(1.0, group.hold * (rank + 1) / self._places)
        group.line[tps] = now + _PATIENCE * wait
        return wait

    def give_back(self, now: float, kecamatan: str, tps: str) -> None:
        """A holder has finished, or given up; nothing happens if it holds no turn."""
        group = self._groups.get(kecamatan)
        if group is None:
            return
        since = group.holders.pop(tps, None)
        if since is not None:
            group.hold += _WEIGHT * (now - since - group.hold)
        group.line.pop(tps, None)

    def _forget(self, now: float, group: _Group) -> None:
        for tps in [t for t, since in group.holders.items() if now - since > self._lease]:
            del group.holders[tps]
        for tps in [t for t, until in group.line.items() if until < now]:
            del group.line[tps]
