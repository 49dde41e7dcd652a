"""The batchings by name. One is a few lines of data; its constants are those of its source."""

from __future__ import annotations

from typing import Final

from sim.client.batching.batching import Batching
from sim.client.batching.compression import Level
from sim.client.batching.pieces import Resume

KIB: Final = 1024
MIB: Final = 1024 * KIB
CHUNK_BYTES: Final = 256 * KIB
"""Google Cloud Storage's granularity of resumable uploads; near the best size sqrt(2 o / h) * r at
100 kbit/s, breaks every 120 s, 1 s of overhead a chunk."""

_LAW: Final = "size law: benchmarks/compression.py"
_DRAFT: Final = "draft-ietf-httpbis-resumable-upload-15"

BATCHINGS: Final[dict[str, Batching]] = {
    batching.name: batching
    for batching in (
        Batching("per-photo", "one request a photograph, as the app of 2020 is described"),
        Batching("bundle", "all photographs in one request", bundled=True),
        Batching("parallel", "Uppy and s3transfer send side by side; 3 lanes: ours", lanes=3),
        Batching(
            "chunks",
            f"{_DRAFT}; 256 KiB: Google Cloud Storage's granularity",
            chunk=CHUNK_BYTES,
            resume=Resume.IETF,
        ),
        Batching(
            "adaptive-chunks",
            "firebase-js-sdk storage/src/task.ts: 256 KiB, doubled after each success to 32 MiB, "
            "back to 256 KiB after a failure (from memory, not read again)",
            chunk=CHUNK_BYTES,
            grows_to=32 * MIB,
            resume=Resume.IETF,
        ),
        Batching(
            "tus",
            "tus 1.0.0: POST, HEAD, PATCH; chunks of 5 MiB, Uppy's common setting",
            chunk=5 * MIB,
            resume=Resume.TUS,
        ),
        Batching("tus-chunks", "tus 1.0.0; 256 KiB", chunk=CHUNK_BYTES, resume=Resume.TUS),
        Batching("resumable", f"{_DRAFT}: one request, resumed where it broke", resume=Resume.IETF),
        Batching(
            "s3-multipart",
            "s3transfer and boto3: above 8 MiB in parts of 8 MiB, 10 requests side by side; the "
            "calls that open and complete an upload are not modelled",
            parts=8 * MIB,
            lanes=10,
        ),
        Batching("tally-first", "the tally as data first: ours", tally_first=True),
        Batching(
            "tally-first-chunks",
            "the tally as data first, then as chunks: ours",
            tally_first=True,
            chunk=CHUNK_BYTES,
            resume=Resume.IETF,
        ),
        Batching("light", f"full picture at quality 60; {_LAW}", compression=Level.LIGHT),
        Batching("medium", f"2560 pixels at quality 75; {_LAW}", compression=Level.MEDIUM),
        Batching("strong", f"1600 pixels at quality 75; {_LAW}", compression=Level.STRONG),
        Batching(
            "medium-chunks",
            f"2560 pixels at quality 75, in chunks; {_LAW}",
            compression=Level.MEDIUM,
            chunk=CHUNK_BYTES,
            resume=Resume.IETF,
        ),
        Batching(
            "hub",
            "one device a kelurahan on a good link carries its stations: Shafiq et al., "
            "SIGMETRICS 2013, found 95% fewer connection failures when few devices share theirs; "
            "the walk is the scenario's people.kpps.walk",
            hub=True,
        ),
        Batching(
            "hub-chunks",
            "the hub of a kelurahan, in chunks",
            chunk=CHUNK_BYTES,
            resume=Resume.IETF,
            hub=True,
        ),
    )
}
