"""Predicted and measured side by side: a summary that the page, the tables and a gate read.

Compared are the stations of the measured side (a replay may be of a sample) that made a request in
the window, predicted or measured. A sojourn counts from the beginning of a station's first attempt
in the window to the moment at which it was sent.

Rule of this file: it puts the parts together; each is computed next door. Units: seconds of
scenario time, bytes; server times in seconds of real time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.attempts import Attempt
from sim.ledger import State
from study.replay.agreement import judge
from study.replay.causes import emulator, explain, failures, why
from study.replay.curves import concurrency, requests, served_in
from study.replay.districts import Account, by_kecamatan
from study.replay.objects import Key, Sent, by_object, extents, stored, wasted
from study.replay.samples import Array, compare_samples, distances, quantiles
from study.replay.setting import Setting, Side, both

STATES = tuple(state.name.lower() for state in State)


class NothingToCompareError(ValueError):
    """The two sides cannot be compared; the message says why."""


def compare(predicted: Side, measured: Side, setting: Setting) -> dict[str, Any]:
    """Compare one window.

    Returns
    -------
    A summary that JSON can hold, None where there is no value.

    Raises
    ------
    NothingToCompareError : if a measured station was not predicted, or nobody was at work.
    """
    stations = measured.outcomes["station"].tolist()
    everybody = [_only(side, stations, others=True) for side in (predicted, measured)]
    predicted, measured = (_only(side, stations) for side in everybody)
    model, real = _rows(predicted), _rows(measured)
    if not np.array_equal(model["station"], real["station"]):
        raise NothingToCompareError("some stations were measured that were not predicted")
    play = sorted({row.station for side in (predicted, measured) for row in side.attempts})
    if not play:
        raise NothingToCompareError(
            "no station made a request in the window; choose one in which forms are ready"
        )
    at_work = np.isin(model["station"], play)
    model, real = model[at_work], real[at_work]
    sides = (predicted, measured)
    objects = [by_object(side.attempts) for side in sides]
    ends = extents(*objects)
    whole = [
        stored(o, ends, set(rows["station"][rows["state"] <= State.SENT_PPK].tolist()))
        for o, rows in zip(objects, (model, real), strict=True)
    ]
    sojourns = [
        _sojourns(side.attempts, rows) for side, rows in zip(sides, (model, real), strict=True)
    ]
    groups, seed = model["station"].astype(np.int64), setting.seed
    vain = [wasted(o) for o in objects]
    found: dict[str, Any] = {
        "setting": _setting(setting),
        "valid": not setting.wrong and all(m["ok"] for m in setting.validity.values()),
        "wrong": list(setting.wrong),
        "validity": {name: dict(m) for name, m in setting.validity.items()},
        "stations": len(model),
        "outcomes": _outcomes(model, real),
        "matrix": _matrix(model, real),
        "same_outcome": float((model["state"] == real["state"]).mean()),
        "sojourn": {
            "station": compare_samples(sojourns[0], sojourns[1], groups, seed),
            "object": _objects(whole[0], whole[1], seed),
        },
        "attempts": _attempts(sides, len(model)),
        "bytes": {
            "sent": both(sum(row.sent for row in side.attempts) for side in sides),
            "wasted": both(sum(v.values()) for v in vain),
        },
        "concurrency": concurrency(everybody[0], everybody[1], setting),
        "requests": requests(everybody[0], everybody[1], setting),
        "response": _responses(everybody, setting.speed),
        "causes": explain(whole[0], whole[1], setting.speed, seed),
        "failures": failures(predicted.attempts, measured.attempts),
        "emulator": emulator(everybody[1].attempts),
        "kecamatan": by_kecamatan(
            [
                Account(side, rows, sojourn, lost, stored_here)
                for side, rows, sojourn, lost, stored_here in zip(
                    sides, (model, real), sojourns, vain, whole, strict=True
                )
            ],
            setting,
        ),
    }
    lines = judge(found, setting.limits)
    known = [line["agrees"] for line in lines if line["agrees"] is not None]
    return found | {"lines": lines, "agrees": all(known)}


def _only(side: Side, stations: Collection[int], others: bool = False) -> Side:
    """The side as far as these stations go, with or without the stream of the rest of the nation,
    whose indices are behind all stations: it loads the server, and is not compared itself."""
    chosen, last = set(stations), len(side.region.stations)
    kept = [station in chosen for station in side.outcomes["station"].tolist()]
    attempts = [r for r in side.attempts if r.station in chosen or (others and r.station >= last)]
    return side._replace(attempts=attempts, outcomes=side.outcomes[np.array(kept, dtype=bool)])


def _rows(side: Side) -> NDArray[np.void]:
    return np.sort(side.outcomes, order="station")


def _setting(setting: Setting) -> dict[str, Any]:
    names = (
        "scenario", "start", "begins", "ends", "speed", "sample", "seed", "replication", "host",
        "model",
    )  # fmt: skip
    return {name: getattr(setting, name) for name in names} | {
        "title": dict(setting.title),
        "limits": setting.limits.model_dump(),
        "provenance": dict(setting.provenance),
    }


def _outcomes(model: NDArray[np.void], real: NDArray[np.void]) -> dict[str, Any]:
    found = {}
    for state in State:
        counts = [int((rows["state"] == state).sum()) for rows in (model, real)]
        found[state.name.lower()] = both(counts) | {"difference": counts[1] - counts[0]}
    return found


def _matrix(model: NDArray[np.void], real: NDArray[np.void]) -> list[list[int]]:
    """Stations by predicted state (rows) and measured state (columns), in order of ``STATES``."""
    counts = np.zeros((len(State), len(State)), dtype=int)
    np.add.at(counts, (model["state"].astype(int), real["state"].astype(int)), 1)
    return [[int(n) for n in row] for row in counts]


def _sojourns(attempts: Sequence[Attempt], rows: NDArray[np.void]) -> Array:
    """Of each station in ``rows``; ``inf`` if it was not sent, or never began on this side."""
    first: dict[int, float] = {}
    for row in attempts:
        first[row.station] = min(first.get(row.station, row.began), row.began)
    return np.array(
        [
            row["sent_s"] - first[int(row["station"])]
            if row["state"] <= State.SENT_PPK and int(row["station"]) in first
            else np.inf
            for row in rows
        ]
    )


def _objects(model: dict[Key, Sent], real: dict[Key, Sent], seed: int) -> dict[str, Any]:
    keys = sorted(model.keys() | real.keys())
    durations = [
        np.array([side[k].sojourn if k in side else np.inf for k in keys]) for side in (model, real)
    ]
    groups = np.array([station for station, _ in keys], dtype=np.int64)
    return compare_samples(durations[0], durations[1], groups, seed)


def _attempts(sides: Sequence[Side], stations: int) -> dict[str, Any]:
    def counted(word: Callable[[Attempt], str]) -> dict[str, dict[str, int]]:
        counts = [Counter(map(word, side.attempts)) for side in sides]
        return {key: both(c[key] for c in counts) for key in sorted(counts[0] | counts[1])}

    totals = [len(side.attempts) for side in sides]
    return {
        "total": both(totals),
        "per_station": both(n / stations for n in totals),
        "kind": counted(lambda row: row.kind),
        "cause": counted(why),
        "status": counted(lambda row: str(row.status)),
    }


def _responses(sides: Sequence[Side], speed: float) -> dict[str, Any]:
    samples = [served_in(side.attempts, speed) for side in sides]
    return both(map(quantiles, samples)) | distances(*samples)
