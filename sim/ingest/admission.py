"""The server's side of admission by token: so many of a group may upload at a time.

Those who are refused stand in line: the order of their first asking is kept, and each is told how
long its turn is away at the pace seen until now. Who does not come back in time loses its place.

Rule of this file: pure, told the time. Units: seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_FIRST_HOLD: Final = 60.0  # until a holding time has been seen: one attempt's timeout
_WEIGHT: Final = 0.2  # of the newest holding time in the running mean
_PATIENCE: Final = 2.5  # times the wait that was told: with full jitter a client comes within 2


@dataclass(slots=True)
class Admission:
    """Tokens of one group of stations.

    Parameters
    ----------
    places : tokens.
    lease : seconds after which a token is free again although nobody gave it back.
    hold : how long a token is held, seconds: a first guess, then what is seen.
    """

    places: int
    lease: float
    hold: float = _FIRST_HOLD
    _holders: dict[int, float] = field(default_factory=dict)
    _line: dict[int, float] = field(default_factory=dict)  # who, and until when it is expected

    def ask(self, now: float, who: int) -> float | None:
        """None: admitted. Else the seconds after which to ask again."""
        self._forget(now)
        if who in self._holders:
            return None
        self._line.setdefault(who, now)
        rank = list(self._line).index(who)
        if rank < self.places - len(self._holders):
            del self._line[who]
            self._holders[who] = now
            return None
        wait = max(1.0, self.hold * (rank + 1) / self.places)
        self._line[who] = now + _PATIENCE * wait
        return wait

    def give_back(self, now: float, who: int) -> None:
        """A holder has finished, or given up; nothing happens if it holds no token."""
        since = self._holders.pop(who, None)
        if since is not None:
            self.hold += _WEIGHT * (now - since - self.hold)
        self._line.pop(who, None)

    def _forget(self, now: float) -> None:
        for who in [w for w, since in self._holders.items() if now - since > self.lease]:
            del self._holders[who]
        for who in [w for w, until in self._line.items() if until < now]:
            del self._line[who]
