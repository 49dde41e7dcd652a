"""What passes between a transport and a dialogue: requests to send, and what answers mean.

A dialogue says *what* to send and reads *what* came back; the transport has the sockets, the pacing
and the photographs. So any server's way of speaking is tested without a network.

Rule of this file: plain immutable data. Sizes in bytes, times in seconds of real time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.scenario.errors import UserFaultError


@dataclass(frozen=True, slots=True)
class Station:
    """Who speaks.

    Parameters
    ----------
    code : the station's code, ``{tps}`` in a target's templates.
    kecamatan : its district, as the devices' CSV names it.
    token : from the devices' CSV; a login may replace it.
    fields : further columns of that CSV.
    run : tells this replay's objects from those of others, ``{run}`` in templates: such as
        ``-3f9c2a``; empty where a replay is to meet what an earlier one has stored.
    """

    code: str
    kecamatan: str
    token: str = field(default="", repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    run: str = ""


@dataclass(frozen=True, slots=True)
class Payload:
    """What is known of an object's bytes: how many, and the SHA-256 of all of them."""

    size: int
    sha256: bytes


class HttpRequest(NamedTuple):
    """One request.

    The transport sends the head, then ``before``, then the object's bytes ``offset`` to
    ``offset + length`` of the action (none for an ``Ask`` or a login), then ``after``. The
    ``Content-Length`` among the headers counts all three.

    Attributes
    ----------
    path : path and query, percent-encoded.
    headers : names and values in order; ``Host`` and ``Connection`` are the transport's.
    expects : which statuses mean success, for people.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    before: bytes = b""
    after: bytes = b""
    expects: str = ""


class Reading(NamedTuple):
    """What an answer means to the client.

    Attributes
    ----------
    status : HTTP status as the client is to see it: an API that answers 200 with
        ``{"ok": false}`` may be mapped to another.
    acked : bytes of the object that the server keeps, counted from its beginning.
    retry_after : seconds that the server asks to wait, as it said them.
    """

    status: int
    acked: int
    retry_after: float | None = None


class Known(NamedTuple):
    """An action whose answer is known without asking: the offset of an upload that was never
    created is 0."""

    reading: Reading


class TargetError(UserFaultError):
    """What was asked cannot be said to this server; one line with reason and remedy."""
