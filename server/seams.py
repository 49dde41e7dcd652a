"""The seams of the durable core: a gate before it, faults within it, a progress page beside it.

Rule of this file: protocols; no IO. ``now`` is always seconds since the server started.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Gate(Protocol):
    """An overload controller."""

    def admit(self, now: float) -> float | None:
        """An upload request begins. ``None``: come in; else the seconds of its Retry-After."""

    def queued(self, now: float, delay: float) -> bool:
        """A complete body has waited ``delay`` seconds for the disk. False: drop it (503)."""

    def done(self, now: float, seconds: float, ok: bool) -> None:
        """An admitted request has ended.

        Parameters
        ----------
        seconds : server work from the complete body to durable; 0 if it never came to that.
        ok : was it answered as the client had hoped?
        """

    def retry_after(self, now: float) -> float:
        """Seconds to stay away, for a client whose body was dropped."""


class Faults(Protocol):
    """Injected faults."""

    def delay(self, now: float) -> float:
        """Seconds by which a request is held back before anything else happens to it.

        Infinite: it is never answered.
        """

    def error(self, now: float) -> int | None:
        """A status to answer instead of working; 0: close the connection; ``None``: no fault."""

    def disk(self, now: float) -> float:
        """Seconds added to every fsync. Called from the disk's threads."""


class Progress(NamedTuple):
    """How far a kecamatan is.

    Attributes
    ----------
    tps_total : stations in the registry; without a registry those that have been heard of.
    tps_some : stations with at least one photograph stored.
    photos, bytes : objects other than tallies, and the bytes of all objects.
    last : when the last one was stored, Unix seconds; ``None`` if nothing was.
    tps_all : stations with as many photographs as a station is expected to have.
    """

    kecamatan: str
    tps_total: int
    tps_some: int
    photos: int
    bytes: int
    last: float | None
    tps_all: int = 0
