"""Plain uploads: one request an object.

Rule of this file: the protocol "Plain" of docs/wire.md and nothing else.
"""

from __future__ import annotations

from server.answers import Answer, RefusedError, answer, headers
from server.core import Call, Core
from server.fields import digest, encoded
from server.records.rows import Stored
from server.store import conflict


def receipt(row: Stored, status: int, more: tuple[tuple[bytes, bytes], ...] = ()) -> Answer:
    """The acknowledgement of an object."""
    said = {"tps": row.tps, "key": row.key, "size": row.size, "sha256": row.sha256.hex()}
    return answer(status, said, more)


async def post(core: Core, call: Call, tps: str, key: str) -> Answer:
    """Store an object."""
    tps, key = core.names(call, tps, key)
    size = core.fitting(call.length())
    announced = digest(call.fields, b"content-digest") or digest(call.fields, b"repr-digest")
    core.enter(call)
    store = core.store
    known = store.objects.get((tps, key))
    if known is not None and announced is not None:
        if known.sha256 != announced:
            raise conflict()
        return receipt(known, 200)
    core.room(tps, size)
    with core.holding(tps, size):
        return await _receive(core, call, tps, key, announced)


async def _receive(core: Core, call: Call, tps: str, key: str, announced: bytes | None) -> Answer:
    store = core.store
    part = store.disk.create()
    try:
        await core.receive(call, part)
        sha256 = part.hasher.digest()
        if announced is not None and sha256 != announced:
            raise RefusedError(422, "the body has another digest than was announced")
        known = store.objects.get((tps, key))
        if known is not None:
            if known.sha256 != sha256:
                raise conflict()
            part.discard()
            return receipt(known, 200)
        async with core.place(call):
            row, fresh = await store.keep(part, tps, key, sha256)
    except BaseException:  # also where the task is cancelled: nothing of it may stay
        part.discard()
        raise
    return receipt(row, 201 if fresh else 200)


async def head(core: Core, call: Call, tps: str, key: str) -> Answer:
    """Is an object stored?"""
    tps, key = core.names(call, tps, key)
    row = core.store.objects.get((tps, key))
    if row is None:
        return Answer(404, headers(content_length=0))
    return Answer(200, headers(content_length=row.size, repr_digest=encoded(row.sha256)))
