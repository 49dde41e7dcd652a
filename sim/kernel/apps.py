"""From a retry policy and a batching to the kernel's records.

A backoff is a table of its delays, made by the law itself; an object is what
:meth:`~sim.client.batching.batching.Batching.objects` makes, for all stations at once.

Rule of this file: translation. Units: seconds, bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import inf
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.client.batching.batching import TALLY_BYTES, Batching
from sim.client.batching.compression import SHARE
from sim.client.batching.pieces import Resume
from sim.client.retry import backoff
from sim.client.retry.policy import Policy
from sim.client.retry.signals import THROTTLING, Rule
from sim.kernel import records
from sim.kernel.domain import JITTERS
from sim.kernel.records import BUSY, R500, R503, R504
from sim.population.world import Photographs
from sim.scenario.model import Server

STEPS: Final = 1024
"""Delays of a backoff's table; a piece that is tried more often is SimPy's."""

_RULES: Final = {
    Rule.IGNORE: records.IGNORE,
    Rule.AT_LEAST: records.AT_LEAST,
    Rule.INSTEAD: records.INSTEAD,
    Rule.NEAR: records.NEAR,
    Rule.PUSHBACK: records.PUSHBACK,
}
_RESUMES: Final = {
    Resume.NONE: records.NOT_RESUMED,
    Resume.TUS: records.TUS,
    Resume.IETF: records.IETF,
}
_TALLY, _BUNDLE, _PHOTO = 0, 1, 2  # names of objects; photo-1 is number 2
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def build_apps(
    server: Server, policies: Sequence[Policy], timeout: float
) -> tuple[NDArray[np.void], Floats, bool]:
    """The apps by their policies; per app two rows of delays, usual and throttled; and whether
    these hold behind the table's end.

    Parameters
    ----------
    timeout : seconds of one attempt, unless a policy has its own.
    """
    apps = np.zeros(len(policies), records.APP)
    delays = np.zeros((2 * len(policies), STEPS))
    saturated = True
    for i, policy in enumerate(policies):
        _fill(apps[i], policy, server, timeout)
        for j, law in enumerate((policy.backoff, policy.when_throttled)):
            if law is None:
                continue
            row = delays[2 * i + j]
            row[:] = _delays(law)  # type: ignore[arg-type]  # the laws that are covered are frozen
            grows = isinstance(law, backoff.Linear | backoff.Exponential)
            saturated &= policy.stop.attempts <= STEPS or not grows or bool(row[-2] == row[-1])
    return apps, delays, saturated


@lru_cache(maxsize=64)
def _delays(law: Any) -> list[float]:
    return [law.delay(k) for k in range(STEPS)]


def _fill(app: np.void, policy: Policy, server: Server, timeout: float) -> None:
    status = {R500: 500, R503: 503, R504: 504, BUSY: server.busy_status}
    stop, after, jitter = policy.stop, policy.retry_after, policy.jitter
    says = server.retry_after is not None and after.rule is not Rule.IGNORE
    app["timeout"] = timeout if policy.timeout is None else policy.timeout
    app["idle"] = policy.idle
    app["stop_attempts"] = stop.attempts
    app["stop_seconds"] = stop.seconds
    app["stop_after"] = stop.after
    app["stop_slept"] = stop.slept
    app["jitter"] = JITTERS[type(jitter)]
    for name in ("base", "share", "width"):
        if hasattr(jitter, name):
            app["base"] = getattr(jitter, name)
    app["cap"] = getattr(jitter, "cap", inf)
    app["retries"] = _bits(kind for kind, s in status.items() if s in policy.retry_on)
    app["throttled"] = _bits(
        kind for kind, s in status.items() if policy.when_throttled and s in THROTTLING
    )
    app["listens"] = _bits(
        kind
        for kind in (R504, BUSY)
        if says and (not after.statuses or status[kind] in after.statuses)
    )
    app["rule"] = _RULES[after.rule]
    app["ask_jitter"] = after.jitter
    app["ask_most"] = after.most
    app["invites"] = after.invites
    app["restarts"] = policy.progress_restarts


def _bits(kinds: Iterable[int]) -> int:
    return sum(1 << kind for kind in kinds)


def build_objects(
    photographs: Photographs, batchings: Sequence[Batching]
) -> tuple[NDArray[np.void], Ints]:
    """What each app sends of each station (:meth:`Batching.objects`), and where it begins."""
    counts = photographs.counts
    whose = np.repeat(np.arange(len(counts)), counts)
    starts = np.concatenate(([0], np.cumsum(counts)))
    number = np.arange(len(whose)) - starts[whose]
    made = photographs.all()
    found, per = [], []
    for batching in batchings:
        size = np.maximum(np.rint(made * SHARE[batching.compression]), 1).astype(np.int64)
        photos = np.zeros(len(counts) if batching.bundled else len(size), records.OBJECT)
        photos["size"] = np.add.reduceat(size, starts[:-1]) if batching.bundled else size
        photos["name"] = _BUNDLE if batching.bundled else number + _PHOTO
        photos["chunk"] = batching.chunk
        photos["grows_to"] = batching.grows_to
        photos["resume"] = _RESUMES[batching.resume]
        each = np.ones_like(counts) if batching.bundled else counts
        if batching.tally_first:
            tally = np.zeros(1, records.OBJECT)
            tally["size"], tally["name"], tally["tally"] = TALLY_BYTES, _TALLY, 1
            before = np.cumsum(each) - each
            photos = np.insert(photos, before, np.repeat(tally, len(before)))
            each = each + 1
        found.append(photos)
        per.append(each)
    return np.concatenate(found), np.concatenate(([0], np.cumsum(np.concatenate(per))))
