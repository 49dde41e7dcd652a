"""What the server answers, and the ways in which a request can end otherwise.

Rule of this file: data; nothing here knows a socket or the disk.
"""

from __future__ import annotations

import json
from math import ceil
from typing import Any, NamedTuple

Headers = tuple[tuple[bytes, bytes], ...]


class Answer(NamedTuple):
    """A final response."""

    status: int
    headers: Headers = ()
    body: bytes = b""


def headers(**values: object) -> Headers:
    """Header fields from names with underscores: ``upload_offset=3`` is ``upload-offset: 3``."""
    return tuple(
        (name.replace("_", "-").encode(), str(value).encode("latin-1"))
        for name, value in values.items()
        if value is not None
    )


def answer(status: int, body: dict[str, Any] | None = None, more: Headers = ()) -> Answer:
    """An answer whose body, if it has one, is a JSON object."""
    if body is None:
        length = () if status == 204 else ((b"content-length", b"0"),)
        return Answer(status, more + length)
    text = json.dumps(body).encode()
    kind = b"application/problem+json" if "type" in body else b"application/json"
    return Answer(
        status,
        (*more, (b"content-type", kind), (b"content-length", str(len(text)).encode())),
        text,
    )


class RefusedError(Exception):
    """The request is answered with an error."""

    def __init__(self, status: int, why: str, more: Headers = (), **fields: Any) -> None:
        super().__init__(why)
        self.answer = answer(status, {"error": why, **fields}, more)


def busy(status: int, why: str, seconds: float) -> RefusedError:
    """Too busy: 429 or 503 with Retry-After, in whole seconds (RFC 9110, 10.2.3)."""
    return RefusedError(status, why, headers(retry_after=max(1, ceil(seconds))))


class CutError(Exception):
    """The connection has ended, or is to end without an answer."""


class IdleError(Exception):
    """The body has not gone on for too long."""


class RecordsDownError(Exception):
    """The database does not take rows; whether the last ones were kept is not known."""
