"""What a connection may take of the server: bytes, fields, seconds, and how many there may be.

Rule of this file: numbers, each with its source; :mod:`server.protocol` holds them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a connection may take.

    Parameters
    ----------
    head : bytes of a request line and its header fields; 16 KiB: an assumption of ours, Apache and
        nginx take 8 KiB a line.
    fields : header fields of a request: 100, as Apache's LimitRequestFields. A field of four bytes
        is two hundred in memory, so the bytes alone are no bound.
    head_seconds : from a head's first byte (or the connection) to its last: 20 s, as Apache's
        RequestReadTimeout.
    idle : seconds that a body may stand still: 60 s, as nginx's client_body_timeout.
    rate : bytes/s that a body must come to, beyond ``idle``; 500, as Apache's RequestReadTimeout
        (MinRate): a client that sends a byte a minute holds its connection no longer than others.
    linger : seconds for which the rest of a body is thrown away after an early answer: 30 s, as
        nginx's lingering_time.
    linger_idle : seconds without any of it, 5 s, as nginx's lingering_timeout.
    pipelined : requests that may wait behind the one being served. Hardly any client pipelines; 16
        is an assumption of ours.
    connections : at the same time.
    """

    head: int = 16 * 1024
    fields: int = 100
    head_seconds: float = 20.0
    idle: float = 60.0
    rate: float = 500.0
    linger: float = 30.0
    linger_idle: float = 5.0
    pipelined: int = 16
    connections: int = 10_000
