"""What a client asks of its world.

Rule of this file: plain immutable data; nothing here knows a clock, a socket or HTTP. How a
``Send`` becomes a method, a path and headers is the business of the world that carries it out.
"""

from __future__ import annotations

from math import inf
from typing import Final, Literal, NamedTuple

# NamedTuple rather than frozen dataclass: one is made per attempt, and it is three times cheaper.


class Wait(NamedTuple):
    """Do nothing until ``until`` (seconds of scenario time; absolute, so that waits do not drift).

    A moment that has passed already means: go on at once.
    """

    until: float


class Send(NamedTuple):
    """Send bytes ``offset`` to ``offset + length`` of the object ``key`` (one attempt).

    Attributes
    ----------
    key : which object of this station: ``tally``, ``photo-1``, ``bundle``. With the station's code
        it is the idempotency key: the server stores it once however often it arrives.
    offset, length, total : bytes; ``length < total`` for a chunk of a resumable upload.
    timeout : seconds from the start of the attempt to its answer.
    attempt : 1 for the first attempt of this piece in this session, then 2, 3, ...
    idle : seconds from the last byte sent to the answer.
    """

    key: str
    offset: int
    length: int
    total: int
    timeout: float
    attempt: int
    idle: float = inf


class Ask(NamedTuple):
    """A request without a body: one round trip.

    Attributes
    ----------
    key : about which object of this station; :data:`TURN` for the station's turn to upload.
    what : ``create`` an upload (tus: POST), learn its ``offset`` (HEAD), or ask for the ``turn``.
    timeout, attempt : as in :class:`Send`.
    """

    key: str
    what: Literal["create", "offset", "turn"]
    timeout: float
    attempt: int


TURN: Final = "turn"

Request = Send | Ask
Action = Wait | Request
