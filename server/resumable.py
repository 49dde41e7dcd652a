"""What the two resumable protocols share: to append, to settle the offset, to finish.

An offset that is told is durable: the bytes before it are synced first. So it never moves back,
not even over a crash of the machine (draft-ietf-httpbis-resumable-upload, 4.1.1: the offset must
not decrease). An upload whose bytes are all there is finished by whoever asks next, because tus
takes an offset that equals the length for an acknowledgement.

Rule of this file: uploads, without the fields of either protocol.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from server.answers import CutError, Headers, RefusedError
from server.core import Call, Core
from server.records.rows import Stored
from server.uploads import Upload


def find(core: Core, call: Call, name: str) -> Upload:
    """The caller's upload.

    Raises
    ------
    RefusedError : 401, 404 or 410.
    """
    core.anybody(call)
    upload = core.store.find(name)
    core.station(call, upload.row.tps)
    return upload


def still_there(upload: Upload) -> None:
    """An upload may have been removed while a request waited for it."""
    if upload.gone:
        raise RefusedError(410, "no such upload")


async def append(
    core: Core,
    call: Call,
    upload: Upload,
    check: tuple[Any, bytes] | None,
    mismatch: Callable[[], RefusedError],
) -> None:
    """Append the request's body. The upload is claimed by the caller.

    Parameters
    ----------
    check : a fresh hash object and the digest that this body must come to.
    mismatch : makes the refusal of a body that has another; nothing of it is kept then.
    """
    if call.length() in (None, 0) and b"transfer-encoding" not in call.fields:
        return
    size = core.fitting(call.length())
    bound = core.largest if upload.length is None else upload.length
    if upload.offset + size > bound:
        raise RefusedError(413, f"goes beyond the upload's {bound} bytes")
    end = upload.offset + size
    core.room_to_grow(upload.row.tps, max(0, end - upload.promised))
    core.store.promise(upload, end)
    before, hasher = upload.offset, upload.hasher.copy() if upload.hasher and check else None
    part = core.store.disk.reopen(upload.id, upload.offset, upload.hasher)
    if check is not None:
        part.content = check[0]
    upload.writer = call.wire
    try:
        await core.receive(call, part)
        if check is not None and part.content.digest() != check[1]:
            core.store.disk.truncate(part, before)
            part.hasher = hasher
            raise mismatch()
    finally:
        upload.writer = None
        upload.offset, upload.hasher = part.size, part.hasher
        upload.synced = min(upload.synced, upload.offset)
        upload.touched = time.time()
        part.close()


async def settle(core: Core, call: Call, upload: Upload) -> None:
    """Make the offset durable, so that it may be told."""
    still_there(upload)
    if upload.done or upload.sealed or upload.synced >= upload.offset:
        return
    part = core.store.disk.reopen(upload.id, upload.offset, None)
    try:
        async with core.place(call):
            await core.store.disk.sync(part)
    finally:
        part.close()
    upload.synced = upload.offset


async def finish(
    core: Core, call: Call, upload: Upload, mismatch: Callable[[], RefusedError]
) -> tuple[Stored, bool]:
    """Make an upload whose bytes are all there an object. The upload is claimed by the caller.

    Returns
    -------
    Its row, and whether it is new.

    Raises
    ------
    RefusedError : ``mismatch()``, if its digest is not the one that was announced; 409, if another
        object has its name. The upload is gone then.
    """
    still_there(upload)
    store, row = core.store, upload.row
    if upload.done:
        return store.objects[row.tps, row.key], False
    try:
        if upload.sealed is None:
            stored, fresh = await _keep(core, call, upload, mismatch)
        else:
            stored, fresh = await store.commit(row.tps, row.key, upload.offset, upload.sealed)
    except RefusedError as refused:
        if refused.answer.status != 503:
            await store.forget(upload)
        raise
    store.finished(upload)
    return stored, fresh


async def _keep(
    core: Core, call: Call, upload: Upload, mismatch: Callable[[], RefusedError]
) -> tuple[Stored, bool]:
    disk, row = core.store.disk, upload.row
    part = disk.reopen(upload.id, upload.offset, upload.hasher)
    try:
        if part.hasher is None:
            async with core.place(call):
                sha256 = await disk.digest(part)
        else:
            sha256 = part.hasher.digest()
        if row.sha256 is not None and row.sha256 != sha256:
            raise mismatch()
        if (row.tps, row.key) in core.store.objects:
            disk.remove(upload.id)  # the same bytes, or a conflict: the row that is there decides
            upload.sealed = sha256
            return await core.store.commit(row.tps, row.key, part.size, sha256)

        def sealed() -> None:
            upload.sealed, upload.hasher = sha256, None

        async with core.place(call):
            return await core.store.keep(part, row.tps, row.key, sha256, sealed)
    finally:
        part.close()


async def replace(core: Core, tps: str, key: str) -> None:
    """End the upload of an object that is under way, because another one begins."""
    old = core.store.under_way(tps, key)
    if old is None:
        return
    try:
        async with old.claim():
            if not old.gone and not old.done:
                await core.store.forget(old)
    except CutError:
        return  # somebody else has claimed it for the same end


def place_of(upload: Upload, prefix: str) -> Headers:
    """Its Location."""
    return ((b"location", f"{prefix}/{upload.id}".encode()),)
