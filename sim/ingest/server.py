"""The server as an upload meets it: first at its door, then in its queue.

Two questions, each answered from the time, the request and its keyed draws:

* ``door``: does the connection get in? Outages, faults of the application, the nation's pressure on
  the slots.
* ``submit``: the whole body has arrived; when is it answered, and how? A photograph that is already
  stored is recognised by its key and answered at once.

Rule of this file: pure; slots and pipe, whose course depends on others' transfers, are next door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from math import exp, inf, log, log1p, sqrt
from typing import Final, NamedTuple

from scipy import special

from sim.draws import code, uniform
from sim.ingest.nation import Course
from sim.ingest.outages import Outage, current
from sim.ingest.sharing import Counter
from sim.ingest.workers import Fate, Workers

_OUTAGE: Final = code("server.outage")
_FAULT: Final = code("server.fault")
_SLOT: Final = code("server.nation-slot")
_QUEUE: Final = code("server.nation-queue")
_SERVICE: Final = code("server.service")

_DUPLICATE_WORK: Final = 0.1  # of a request's work: a look-up by key instead of storing (assumed)


class Refusal(IntEnum):
    """Why a request is not served."""

    OUTAGE = 1
    SILENCE = 2  # an outage that does not even answer
    FAULT = 3
    BUSY = 4


class Answer(NamedTuple):
    """What the server answers to a complete request.

    Attributes
    ----------
    at : when the answer leaves.
    status : HTTP status code.
    refusal : why not, unless it was stored.
    """

    at: float
    status: int
    refusal: Refusal | None


@dataclass(slots=True)
class Server:
    """One night's server.

    Parameters
    ----------
    workers : the queue and its workers.
    service : mean work of a request, seconds.
    exponential : is the work exponentially distributed, or always the mean?
    per_byte : mean work of each byte of the body, on top of ``service``.
    cv : coefficient of variation of work that is lognormal instead; 0: it is not.
    overhead : seconds on the way of each answer, in which no worker is occupied.
    early : is an object that is stored already recognised by its key, before its body is sent?
    fault : share of requests that fail in the application (status 500).
    outages, nation : what happens to everybody.
    retry_after : seconds that a refusal asks to wait, if the server says so.
    busy_status : 503 (service unavailable) or 429 (too many requests, RFC 6585).
    stored : when each object was stored, by its key.
    counter : writes down what comes to it; None: nobody asks.
    """

    workers: Workers
    service: float
    exponential: bool = True
    fault: float = 0.0
    outages: Sequence[Outage] = ()
    nation: Course = field(default_factory=Course)
    retry_after: float | None = None
    busy_status: int = 503
    stored: dict[tuple[int, str, int], float] = field(default_factory=dict)
    duplicates: int = 0
    per_byte: float = 0.0
    cv: float = 0.0
    overhead: float = 0.0
    early: bool = False
    counter: Counter | None = None

    def door(self, now: float, key: int, n: int, web: bool) -> Refusal | None:
        """Does attempt ``n`` of the device ``key`` get in at ``now``? ``web``: Sirekap Web."""
        outage = current(self.outages, now, web)
        if outage is not None and uniform(key, _OUTAGE, n) < outage.severity:
            return Refusal.SILENCE if outage.silent else Refusal.OUTAGE
        if self.nation.refused:
            refused = self.nation.at(self.nation.refused, now)
            if refused > 0.0 and uniform(key, _SLOT, n) < refused:
                return Refusal.BUSY
        if self.fault > 0.0 and uniform(key, _FAULT, n) < self.fault:
            return Refusal.FAULT
        return None

    def knows(self, now: float, piece: tuple[int, str, int]) -> bool:
        """Is this stored already, so that a request is answered without its body? (Such an answer
        costs no work that is worth counting.)"""
        if self.early and self.stored.get(piece, inf) <= now:
            self.duplicates += 1
            return True
        return False

    def submit(
        self,
        now: float,
        key: int,
        n: int,
        piece: tuple[int, str, int],
        gone: float = inf,
        size: int = 0,
    ) -> Answer:
        """The body of attempt ``n`` has arrived at ``now``.

        Parameters
        ----------
        piece : (station, object, offset): what is stored; the same again is a duplicate.
        gone : when the client will have left.
        size : bytes of the body.
        """
        work = self.service + self.per_byte * size
        if self.cv > 0.0:
            work *= _lognormal(self.cv, uniform(key, _SERVICE, n))
        elif self.exponential:
            work *= -log(uniform(key, _SERVICE, n))
        duplicate = self.stored.get(piece, inf) <= now
        if duplicate:
            self.duplicates += 1
            work *= _DUPLICATE_WORK
        ahead = 0.0
        if self.nation.full:
            full = self.nation.at(self.nation.full, now)
            if full > 0.0 and uniform(key, _QUEUE, n) < full:
                return Answer(now + self.overhead, self.busy_status, Refusal.BUSY)
            ahead = self.nation.at(self.nation.ahead, now)
        verdict = self.workers.submit(now, work, gone, ahead)
        if self.counter is not None:
            wait = self.workers.free_at - now
            self.counter.asked(now, wait, verdict.fate is Fate.FULL)
        at = verdict.at + self.overhead
        if verdict.fate is Fate.SERVED:
            if not duplicate:
                self.stored[piece] = verdict.at
            return Answer(at, 200 if duplicate else 201, None)
        if verdict.fate is Fate.FULL:
            return Answer(at, self.busy_status, Refusal.BUSY)
        return Answer(at, 504, Refusal.BUSY)


def _lognormal(cv: float, u: float) -> float:
    """The quantile of the lognormal law with mean 1 and this coefficient of variation."""
    variance = log1p(cv * cv)  # of the logarithm
    return exp(sqrt(variance) * float(special.ndtri(u)) - variance / 2)
