"""The batching schemes by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from sim.client.batching.pieces import Object, Scheme

TALLY: Final = "tally"
TALLY_BYTES: Final = 200
"""A signed tally of one race with three candidate pairs: station code (13 digits), counts, device
key and a 64-byte Ed25519 signature (RFC 8032). An assumption of ours about a message that the app
of 2020 did not have."""

KIB: Final = 1024
CHUNK_BYTES: Final = 256 * KIB
"""Google Cloud Storage's granularity of resumable uploads; near the best size sqrt(2 o / h) * r at
100 kbit/s, breaks every 120 s, 1 s of overhead a chunk."""


def per_photo(sizes: Sequence[int]) -> list[Object]:
    """One request a photograph, as the app of 2020 is described."""
    return [Object(f"photo-{i}", size) for i, size in enumerate(sizes, 1)]


def bundle(sizes: Sequence[int]) -> list[Object]:
    """All photographs in one request."""
    return [Object("bundle", sum(sizes))]


def chunks(sizes: Sequence[int], chunk: int = CHUNK_BYTES) -> list[Object]:
    """Resumable uploads in chunks (tus 1.0; draft-ietf-httpbis-resumable-upload)."""
    return [Object(f"photo-{i}", size, chunk) for i, size in enumerate(sizes, 1)]


def tally_first(sizes: Sequence[int], then: Scheme = per_photo) -> list[Object]:
    """The tally as data first, then the photographs by another scheme."""
    return [Object(TALLY, TALLY_BYTES), *then(sizes)]


SCHEMES: Final[dict[str, Scheme]] = {
    "per-photo": per_photo,
    "bundle": bundle,
    "chunks": chunks,
    "tally-first": tally_first,
    "tally-first-chunks": partial(tally_first, then=chunks),
}
