"""Resumable uploads as the IETF's draft has them (draft-ietf-httpbis-resumable-upload).

Interop version 9 (httpwg/http-extensions pull request 3476, July 2026, drafts since -12). A 104 is
sent to those only who name that version, as the draft demands; a client that does not learn of its
upload by a 104 learns it from the final answer.

Rule of this file: the fields and statuses of the draft; what they do is in
:mod:`server.resumable`.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, Final

from server.answers import Answer, RefusedError, answer, headers
from server.core import Call, Core
from server.fields import boolean, digest, encoded, integer
from server.plain import receipt
from server.resumable import append, find, finish, place_of, replace, settle, still_there
from server.store import conflict
from server.uploads import Upload

INTEROP_VERSION: Final = 9
_BODY: Final = b"application/partial-upload"
_PROBLEMS: Final = "https://iana.org/assignments/http-problem-types#"
_PREFIX: Final = "/v1/uploads"


def speaks(call: Call) -> bool:
    """Is this POST the creation of an upload?"""
    return boolean(call.fields, b"upload-complete") is not None


async def create(core: Core, call: Call, tps: str, key: str) -> Answer:
    """POST an object, whole or its beginning."""
    tps, key = core.names(call, tps, key)
    complete = bool(boolean(call.fields, b"upload-complete"))
    length = _length(core, call, 0, complete, None)
    whole = digest(call.fields, b"repr-digest")
    content = _content_digest(call)
    if complete and whole is None and content is not None:
        whole, content = content[1], None  # the content is the whole object
    core.enter(call)
    known = core.store.objects.get((tps, key))
    if known is not None and whole is not None:
        if known.sha256 != whole:
            raise conflict()
        return receipt(known, 200, headers(upload_complete="?1"))
    core.room(tps, length or 0)
    await replace(core, tps, key)
    upload = core.store.new_upload(tps, key, length, whole)
    opening = core.store.committer.begin(upload.row)
    if call.fields.get(b"upload-draft-interop-version") == str(INTEROP_VERSION).encode():
        opening.add_done_callback(lambda row: _announce(core, call, upload, row))
    try:
        async with upload.claim():
            await append(core, call, upload, content, _wrong_digest)
            await opening
            return await _appended(core, call, upload, complete)
    finally:
        await asyncio.wait([opening])
        if opening.exception() is not None:
            core.store.remove(upload)


def _announce(core: Core, call: Call, upload: Upload, row: asyncio.Future[bytes]) -> None:
    """Tell the upload's place while its body is on its way, once its row is durable."""
    if row.cancelled() or row.exception() is not None or upload.gone:
        return
    fields = headers(upload_limit=core.limits(), upload_draft_interop_version=INTEROP_VERSION)
    call.wire.inform(104, place_of(upload, _PREFIX) + fields)


async def patch(core: Core, call: Call, name: str) -> Answer:
    """Append to an upload."""
    upload = find(core, call, name)
    if call.fields.get(b"content-type") != _BODY:
        raise RefusedError(415, f"Content-Type must be {_BODY.decode()}")
    offset = integer(call.fields, b"upload-offset")
    complete = boolean(call.fields, b"upload-complete")
    if offset is None or complete is None:
        raise RefusedError(400, "Upload-Offset and Upload-Complete are needed")
    content = _content_digest(call)
    core.enter(call)
    async with upload.claim():
        still_there(upload)
        if offset != upload.offset:
            await settle(core, call, upload)
            raise _mismatching_offset(upload, offset)
        if upload.done:
            if call.length():
                raise RefusedError(400, "the upload is complete", headers(upload_complete="?0"))
            return _acknowledged(upload, *await finish(core, call, upload, _wrong_digest))
        length = _length(core, call, upload.offset, complete, upload.length)
        await append(core, call, upload, content, _wrong_digest)
        upload.length = length
        return await _appended(core, call, upload, complete)


async def offset(core: Core, call: Call, name: str) -> Answer:
    """HEAD or GET of an upload."""
    upload = find(core, call, name)
    async with upload.claim():
        await settle(core, call, upload)
    more = headers(
        upload_offset=upload.offset,
        upload_complete="?1" if upload.done else "?0",
        upload_length=upload.length,
        upload_limit=core.limits(),
        cache_control="no-store",
    )
    return Answer(204, more)


async def delete(core: Core, call: Call, name: str) -> Answer:
    """Cancel an upload; what is stored stays."""
    upload = find(core, call, name)
    async with upload.claim():
        still_there(upload)
        await core.store.forget(upload)
    return answer(204)


def options(core: Core) -> Answer:
    """What an object's resource takes."""
    return answer(204, more=headers(upload_limit=core.limits(), allow="POST, HEAD, OPTIONS"))


async def _appended(core: Core, call: Call, upload: Upload, complete: bool) -> Answer:
    """The answer to a body that was received to its end."""
    if complete:
        if upload.length is not None and upload.offset != upload.length:
            raise _inconsistent_length()
        upload.length = upload.offset
        return _acknowledged(upload, *await finish(core, call, upload, _wrong_digest))
    await settle(core, call, upload)
    status = 201 if call.method == "POST" else 204
    more = headers(upload_complete="?0", upload_offset=upload.offset, upload_limit=core.limits())
    return answer(status, more=place_of(upload, _PREFIX) + more)


def _acknowledged(upload: Upload, row: Any, fresh: bool) -> Answer:
    more = headers(upload_complete="?1", upload_offset=row.size, repr_digest=encoded(row.sha256))
    return receipt(row, 201 if fresh else 200, place_of(upload, _PREFIX) + more)


def _length(core: Core, call: Call, offset: int, complete: bool, known: int | None) -> int | None:
    """The length of the whole object, where it is known by now.

    Raises
    ------
    RefusedError : 400 where two fields disagree, 411 or 413.
    """
    chunked = b"transfer-encoding" in call.fields
    size = core.fitting(call.length() if chunked else call.length() or 0)
    said = integer(call.fields, b"upload-length")
    lengths = {n for n in (known, said, offset + size if complete else None) if n is not None}
    if len(lengths) > 1:
        raise _inconsistent_length()
    length = lengths.pop() if lengths else None
    if length is not None:
        core.fitting(length)
    return length


def _content_digest(call: Call) -> tuple[Any, bytes] | None:
    announced = digest(call.fields, b"content-digest")
    return None if announced is None else (hashlib.sha256(), announced)


def _wrong_digest() -> RefusedError:
    return RefusedError(422, "the bytes have another digest than was announced")


def _inconsistent_length() -> RefusedError:
    return RefusedError(
        400,
        "inconsistent length",
        headers(upload_complete="?0"),
        type=f"{_PROBLEMS}inconsistent-upload-length",
        title="inconsistent length values for upload",
    )


def _mismatching_offset(upload: Upload, offset: int) -> RefusedError:
    return RefusedError(
        409,
        "wrong offset",
        headers(upload_offset=upload.offset, upload_complete="?0"),
        type=f"{_PROBLEMS}mismatching-upload-offset",
        title="offset from request does not match offset of resource",
        **{"expected-offset": upload.offset, "provided-offset": offset},
    )
