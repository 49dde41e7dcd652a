"""A batching: how a station's photographs are cut, ordered and sent side by side.

Rule of this file: immutable data and one pure function of it, so that a batching can be listed,
composed in YAML, compared and hashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.client.batching.compression import Level, compressed
from sim.client.batching.pieces import Object, Resume
from sim.client.retry.units import Bytes

TALLY: Final = "tally"
TALLY_BYTES: Final = 200
"""A signed tally of one race with three candidate pairs: station code (13 digits), counts, device
key and a 64-byte Ed25519 signature (RFC 8032). An assumption of ours about a message that the app
of 2020 did not have."""


@dataclass(frozen=True, slots=True)
class Batching:
    """How photographs become requests.

    Parameters
    ----------
    name : as in ``--batching``.
    source : where it is published; what is assumed is called so.
    bundled : all photographs in one object.
    tally_first : the tally as data before the photographs.
    chunk : bytes of one request; 0: an object in one request.
    grows_to : chunks double after a success up to so many bytes; 0: they keep their size.
    resume : whether and how an upload goes on after a failure.
    parts : objects of more than this many bytes are cut into independent parts of this size, each
        stored by itself; 0: they are not.
    lanes : requests side by side, each on a connection of its own.
    compression : the level at which the app compresses a photograph.
    hub : the stations of a kelurahan carry their photographs to one device on a good link.
    """

    name: str
    source: str = ""
    bundled: bool = False
    tally_first: bool = False
    chunk: Bytes = 0
    grows_to: Bytes = 0
    resume: Resume = Resume.NONE
    parts: Bytes = 0
    lanes: int = 1
    compression: Level = Level.ORIGINAL
    hub: bool = False

    def __post_init__(self) -> None:
        if self.lanes < 1:
            raise ValueError(f"lanes is {self.lanes}; at least 1 is needed")
        if self.grows_to and self.grows_to < self.chunk:
            raise ValueError("grows_to is smaller than chunk")
        if self.chunk and self.resume is Resume.NONE:
            raise ValueError("chunks need an upload that resumes: resume: ietf or tus")
        if self.parts and self.resume is not Resume.NONE:
            raise ValueError("parts are stored by themselves; they go with resume: none")

    def objects(self, sizes: Sequence[int]) -> list[Object]:
        """The objects to send, in order.

        Parameters
        ----------
        sizes : bytes of the station's photographs as the camera made them.
        """
        photos = [compressed(size, self.compression) for size in sizes]
        if self.bundled:
            named = [("bundle", sum(photos))]
        else:
            named = [(f"photo-{i}", size) for i, size in enumerate(photos, 1)]
        if self.parts:
            named = [part for key, size in named for part in _parts(key, size, self.parts)]
        chunk = self.chunk or None
        found = [Object(key, size, chunk, self.resume, self.grows_to) for key, size in named]
        return [Object(TALLY, TALLY_BYTES), *found] if self.tally_first else found


def _parts(key: str, size: int, part: int) -> list[tuple[str, int]]:
    if size <= part:
        return [(key, size)]
    count = -(-size // part)
    return [(f"{key}-part-{i + 1}", min(part, size - i * part)) for i in range(count)]
