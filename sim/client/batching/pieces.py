"""The pieces of an upload.

Rule of this file: data. A batching turns the sizes of a station's photographs into the objects to
send, in order; each object is sent in one request or in chunks, and starts again or resumes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Resume(StrEnum):
    """What happens to an object's bytes when a request for it fails."""

    NONE = "none"  # the object is sent again from its beginning
    TUS = "tus"  # tus 1.0.0: POST makes the upload, HEAD finds its offset after a failure
    IETF = "ietf"  # draft-ietf-httpbis-resumable-upload: the first request already carries bytes


class Object(NamedTuple):
    """One thing that the server is to store.

    Attributes
    ----------
    key : its name within the station.
    size : bytes.
    chunk : bytes of one request; ``None`` for all that is left in one request.
    resume : what the server remembers of it.
    grows_to : chunks double after every success up to this many bytes and fall back to ``chunk``
        after a failure; 0: they do not grow.
    """

    key: str
    size: int
    chunk: int | None = None
    resume: Resume = Resume.NONE
    grows_to: int = 0
