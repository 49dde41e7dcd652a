"""Why measured differs from predicted: where each object's time went, and which attempts failed.

An object's sojourn is divided, on each side, into::

    failed attempts, by cause
    waiting after them (backoff, people, turns): after failures of the server, or of the link
    of the attempts that succeeded:  setup | transfer | server | emulator

A time-out whose body had arrived whole is the server's: ``no_answer``.
``transfer`` is the time in the modelled cell, which both worlds share: it differs only because the
upload met other company, or another moment. ``emulator`` is the generator's own error: how late the
last byte was really handed over. Time in which the log shows neither an attempt nor a failure to
wait for is ``unexplained``. The mean difference of the objects sent on both sides is the sum of the
differences of these parts, so nothing is counted twice and nothing is left out.

Rule of this file: pure functions of two logs. Units: seconds of scenario time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from typing import Any, Final

import numpy as np

from sim.attempts import Attempt
from sim.ledger import Cause
from study.replay.objects import Key, Sent
from study.replay.samples import Array, bootstrap, quantiles

PARTS: Final = (
    "server", "waiting_server", "waiting_link", "setup", "transfer", "emulator", "unexplained",
)  # fmt: skip
GROUPS: Final = ("server", "link", "emulator", "unexplained")
ABSENT: Final = "absent"
"""In the table of failures: the other side did not make this attempt."""

_LISTED: Final = 20  # kinds of failures that a report has room for
_NO_ANSWER: Final = "no_answer"
_OF_THE_SERVER: Final = frozenset(
    {_NO_ANSWER, "refused", "outage", "fault", "reset", "rejected"}  # the rest is the link's
)


def why(row: Attempt | None) -> str:
    """Why an attempt failed, in a word: its cause, ``none``, ``no_answer``, or ``absent``."""
    if row is None:
        return ABSENT
    if row.cause is Cause.TIMEOUT and 0 < row.length <= row.sent:
        return _NO_ANSWER
    return row.cause.name.lower()


def of_the_server(row: Attempt) -> bool:
    """Did the attempt fail by the server's doing?"""
    return why(row) in _OF_THE_SERVER


def group_of(part: str) -> str:
    """Whose doing a part is: the server's (its work, its failures and the waits after them), the
    link's (all that follows from meeting the network at another moment), the emulator's, or nobody
    can say."""
    if part in ("emulator", "unexplained"):
        return part
    own = part in ("server", "waiting_server") or part.removeprefix("failed_") in _OF_THE_SERVER
    return "server" if own else "link"


def lateness(row: Attempt, speed: float) -> float:
    """How late the last byte was handed to the network, seconds of scenario time."""
    late = 0.0 if isnan(row.drain_late) else max(row.drain_late, 0.0) * speed
    return min(late, max(row.served_in, 0.0))


def divide(sent: Sent, speed: float) -> dict[str, float]:
    """An object's sojourn by parts; they add up to it."""
    parts: dict[str, float] = defaultdict(float)
    before: Attempt | None = None
    for row in sent.rows:
        if before is not None:
            gap = row.began - before.at
            waited = max(gap, 0.0) if before.cause is not Cause.NONE else 0.0
            parts["waiting_server" if of_the_server(before) else "waiting_link"] += waited
            parts["unexplained"] += gap - waited
        if row.cause is not Cause.NONE:
            parts[f"failed_{why(row)}"] += row.at - row.began
        elif isnan(row.joined):
            parts["setup"] += row.at - row.began
        else:
            late = lateness(row, speed)
            parts["setup"] += row.joined - row.began
            parts["transfer"] += row.left - row.joined
            parts["emulator"] += late
            parts["server"] += row.served_in - late
        before = row
    return parts


def explain(
    predicted: Mapping[Key, Sent], measured: Mapping[Key, Sent], speed: float, seed: int
) -> dict[str, Any]:
    """The mean difference (measured less predicted) of the objects sent on both sides, by parts."""
    common = sorted(predicted.keys() & measured.keys())
    if not common:
        return {"objects": 0, "difference": None, "parts": [], "groups": {}}
    sides = [[divide(side[key], speed) for key in common] for side in (predicted, measured)]
    names = [*PARTS, *sorted({n for side in sides for parts in side for n in parts} - {*PARTS})]
    stations = np.array([station for station, _ in common])
    found: list[dict[str, Any]] = []
    for name in names:
        model, real = (np.array([parts.get(name, 0.0) for parts in side]) for side in sides)
        low, high = bootstrap(real - model, stations, seed)
        found.append(
            {
                "part": name,
                "predicted": float(model.mean()),
                "measured": float(real.mean()),
                "difference": float((real - model).mean()),
                "low": low,
                "high": high,
            }
        )
    total = np.array([measured[key].sojourn - predicted[key].sojourn for key in common])
    return {
        "objects": len(common),
        "difference": float(total.mean()),
        "parts": found,
        "groups": grouped({p["part"]: p["difference"] for p in found}),
    }


def grouped(parts: Mapping[str, float]) -> dict[str, float]:
    """Parts of a sojourn, or of a difference, added up by whose doing they are."""
    groups = dict.fromkeys(GROUPS, 0.0)
    for part, seconds in parts.items():
        groups[group_of(part)] += seconds
    return groups


def emulator(attempts: Iterable[Attempt]) -> dict[str, Any]:
    """How late the generator was, in milliseconds of real time: begins, joins and last bytes."""
    rows = list(attempts)

    def late(name: str) -> Array:
        values = np.array([getattr(row, name) for row in rows], dtype=float)
        return np.asarray(1000 * values[np.isfinite(values)])

    return {name: quantiles(late(name)) for name in ("begin_late", "join_late", "drain_late")}


def _named(attempts: Sequence[Attempt]) -> dict[tuple[int, bool, str, str, int], Attempt]:
    return {(r.station, r.operator, r.key, r.kind, r.n): r for r in attempts}


def failures(predicted: Sequence[Attempt], measured: Sequence[Attempt]) -> dict[str, Any]:
    """What became of the same attempts on both sides.

    An attempt is the same on both sides if station, object, kind and number are the same; after a
    failure that only one side had, the numbers of that device differ, and its attempts are absent
    on the other side.

    Returns
    -------
    ``matrix``: (cause predicted, cause measured) and how many; ``only_measured`` and
    ``only_predicted``: failures that the other side did not have, by cause and status.
    """
    model, real = _named(predicted), _named(measured)
    cells: Counter[tuple[str, str]] = Counter()
    only: dict[str, Counter[tuple[str, int]]] = {"measured": Counter(), "predicted": Counter()}
    for name in model.keys() | real.keys():
        a, b = model.get(name), real.get(name)
        cells[why(a), why(b)] += 1
        for side, own, other in (("measured", b, a), ("predicted", a, b)):
            failed_there = other is not None and other.cause is not Cause.NONE
            if own is not None and own.cause is not Cause.NONE and not failed_there:
                only[side][why(own), own.status] += 1
    return {
        "matrix": [
            {"predicted": a, "measured": b, "count": n} for (a, b), n in sorted(cells.items())
        ],
        **{
            f"only_{side}": [
                {
                    "cause": cause,
                    "status": status,
                    "count": n,
                    "of_the_server": cause in _OF_THE_SERVER,
                }
                for (cause, status), n in counted.most_common(_LISTED)
            ]
            for side, counted in only.items()
        },
    }
