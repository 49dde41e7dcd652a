"""From a log of attempts to objects: when each was first tried, when it was stored, what it cost.

An object's end is the success that reaches its last byte. The log does not say how long an object
is, so its length is the furthest byte that either side tried to send; an object in pieces counts as
stored only if its station is, or if a later object was begun: else the next piece may be missing.

Rule of this file: pure functions of a log. Units: seconds of scenario time, bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.attempts import Attempt
from sim.ledger import Cause

Key = tuple[int, str]
"""Index of the station, key of the object."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An object that was stored.

    Attributes
    ----------
    rows : all its attempts up to the one that stored it, in order of their beginning.
    """

    rows: Sequence[Attempt]

    @property
    def sojourn(self) -> float:
        """From the beginning of its first attempt to the answer of the last."""
        return self.rows[-1].at - self.rows[0].began


def by_object(attempts: Iterable[Attempt]) -> dict[Key, list[Attempt]]:
    """The attempts of each object, in order of their beginning; turns are no objects."""
    found: dict[Key, list[Attempt]] = {}
    for row in attempts:
        if row.kind != "turn":
            found.setdefault((row.station, row.key), []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row.began, row.at))
    return found


def extents(*sides: Mapping[Key, Sequence[Attempt]]) -> dict[Key, tuple[int, bool]]:
    """The furthest byte of each object that any side tried to send, and was it in pieces?"""
    found: dict[Key, tuple[int, bool]] = {}
    for side in sides:
        for key, rows in side.items():
            end, pieces = found.get(key, (0, False))
            for row in rows:
                end = max(end, row.offset + row.length)
                pieces = pieces or row.offset > 0
            found[key] = (end, pieces)
    return found


def stored(
    objects: Mapping[Key, Sequence[Attempt]],
    ends: Mapping[Key, tuple[int, bool]],
    sent: Collection[int],
) -> dict[Key, Sent]:
    """The objects that one side stored.

    Parameters
    ----------
    ends : from :func:`extents`, of both sides.
    sent : the stations that this side sent whole.
    """
    latest: dict[int, float] = {}  # the beginning of each station's latest object
    for (station, _), rows in objects.items():
        latest[station] = max(latest.get(station, rows[0].began), rows[0].began)
    found = {}
    for key, rows in objects.items():
        end, pieces = ends[key]
        if pieces and key[0] not in sent and rows[0].began >= latest[key[0]]:
            continue
        for i, row in enumerate(rows):
            if row.kind == "send" and row.cause is Cause.NONE and row.offset + row.length >= end:
                found[key] = Sent(rows[: i + 1])
                break
    return found


def wasted(objects: Mapping[Key, Sequence[Attempt]]) -> dict[Key, int]:
    """Bytes of each object that were sent in vain: all that were sent, less those that brought it
    further (by a success, or because a later attempt could go on behind them)."""
    found = {}
    for key, rows in objects.items():
        sends = [row for row in rows if row.kind == "send"]
        if not sends:
            continue
        reached = first = min(row.offset for row in sends)
        for row in sends:
            reached = max(reached, row.offset)
            if row.cause is Cause.NONE:
                reached = max(reached, row.offset + row.length)
        found[key] = max(sum(row.sent for row in sends) - (reached - first), 0)
    return found
