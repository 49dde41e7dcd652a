"""What the world answers to a client's action, and how a client's work ends.

Every answer carries ``at``, the moment (seconds of scenario time) at which the client learns it:
the client has no clock, it is told.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Woken(NamedTuple):
    """A wait is over."""

    at: float


class Response(NamedTuple):
    """The server answered.

    Attributes
    ----------
    status : HTTP status code.
    acked : bytes of the object that the server is known to keep, counted from its beginning.
    retry_after : seconds that the server asks to wait (Retry-After, RFC 9110 section 10.2.3).
    """

    at: float
    status: int
    acked: int
    retry_after: float | None = None


class TimedOut(NamedTuple):
    """No answer within the attempt's timeout."""

    at: float


class Dropped(NamedTuple):
    """The connection broke or was refused."""

    at: float


class NoService(NamedTuple):
    """The phone got no data connection: no coverage, or access refused by a crowded cell."""

    at: float


class Withheld(NamedTuple):
    """The app's own throttle did not let the attempt out; no world is asked."""

    at: float


Reply = Response | TimedOut | Dropped | NoService | Withheld  # to Send
Outcome = Woken | Reply


class Ending(StrEnum):
    """How a client's work ended. It never ends without one of these."""

    SENT = "sent"
    GAVE_UP = "gave-up"
