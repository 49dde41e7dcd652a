"""The pieces of an upload.

Rule of this file: data. A scheme is a pure function from the sizes of a station's photographs to
the objects to send, in order; each object is sent in pieces of at most ``chunk`` bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Object(NamedTuple):
    """One thing that the server is to store.

    Attributes
    ----------
    key : its name within the station.
    size : bytes.
    chunk : bytes of one request; ``None`` for the whole object in one request, which starts from
        its beginning after every failure. With chunks the upload resumes at the first byte that
        the server does not keep.
    """

    key: str
    size: int
    chunk: int | None = None


Scheme = Callable[[Sequence[int]], list[Object]]
"""Sizes of the photographs in bytes, to the objects to send in order."""
