"""tus 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation, creation-with-upload,
checksum, expiration and termination.

Rule of this file: the fields and statuses of tus; what they do is in :mod:`server.resumable`.
"""

from __future__ import annotations

from base64 import b64encode
from email.utils import formatdate
from typing import Final

from server.answers import Answer, Headers, RecordsDownError, RefusedError, answer, headers
from server.core import Call, Core
from server.fields import checksum, integer, metadata
from server.records.rows import Opened
from server.resumable import append, find, finish, place_of, replace, settle, still_there
from server.store import conflict
from server.uploads import Upload

_VERSION: Final = b"1.0.0"
_RESUMABLE: Final[Headers] = ((b"tus-resumable", _VERSION),)
_EXTENSIONS: Final = "creation,creation-with-upload,checksum,expiration,termination"
_BODY: Final = b"application/offset+octet-stream"
_SHA256_HEX: Final = 64


async def serve(core: Core, call: Call, name: str) -> Answer:
    """Any request under ``/tus``; ``name`` is the upload's id, or empty."""
    method = call.fields.get(b"x-http-method-override", b"").decode("latin-1") or call.method
    if method == "OPTIONS":
        return _options(core)
    try:
        if call.fields.get(b"tus-resumable") != _VERSION:
            raise RefusedError(412, "Tus-Resumable: 1.0.0 is needed", headers(tus_version="1.0.0"))
        if not name:
            if method != "POST":
                raise RefusedError(405, "POST makes an upload", headers(allow="POST, OPTIONS"))
            said = await _create(core, call)
        else:
            said = await _on_upload(core, call, method, find(core, call, name))
    except RefusedError as refused:
        status, more, body = refused.answer
        return Answer(status, _RESUMABLE + more, body)
    return said._replace(headers=_RESUMABLE + said.headers)


def _options(core: Core) -> Answer:
    return answer(
        204,
        more=headers(
            tus_resumable="1.0.0",
            tus_version="1.0.0",
            tus_extension=_EXTENSIONS,
            tus_max_size=core.largest,
            tus_checksum_algorithm="sha256,sha1",
        ),
    )


async def _create(core: Core, call: Call) -> Answer:
    said = metadata(call.fields)
    tps, key = core.names(call, said.get("tps", ""), said.get("key", ""))
    if b"upload-defer-length" in call.fields:
        raise RefusedError(400, "Upload-Length is needed; it cannot be deferred")
    length = integer(call.fields, b"upload-length")
    if length is None:
        raise RefusedError(400, "Upload-Length is needed")
    core.fitting(length)
    sha256 = _announced(said.get("sha256"))
    core.enter(call)
    known = core.store.objects.get((tps, key))
    if known is not None:
        if known.size != length or (sha256 is not None and sha256 != known.sha256):
            raise conflict()
        core.room(tps, 0)
        upload = core.store.done_upload(known)
        return answer(201, more=place_of(upload, "/tus") + _state(core, upload))
    old = core.store.under_way(tps, key)
    if old is not None and old.length == length and _agree(old.row.sha256, sha256):
        async with old.claim():
            still_there(old)
            await _settled(core, call, old)
        return answer(201, more=place_of(old, "/tus") + _state(core, old))
    core.room(tps, length)
    await replace(core, tps, key)
    upload = core.store.new_upload(tps, key, length, sha256)
    try:
        await core.store.committer.begin(upload.row)
    except RecordsDownError:
        core.store.remove(upload)
        raise
    if call.fields.get(b"content-type") == _BODY or length == 0:
        async with upload.claim():
            await append(core, call, upload, checksum(call.fields), _wrong_digest)
            await _settled(core, call, upload)
    return answer(201, more=place_of(upload, "/tus") + _state(core, upload))


async def _on_upload(core: Core, call: Call, method: str, upload: Upload) -> Answer:
    if method == "HEAD":
        async with upload.claim():
            await _settled(core, call, upload)
        more = _state(core, upload) + headers(
            upload_length=upload.length, upload_metadata=_metadata(upload.row)
        )
        return Answer(200, (*more, (b"cache-control", b"no-store"), (b"content-length", b"0")))
    if method == "PATCH":
        if call.fields.get(b"content-type") != _BODY:
            raise RefusedError(415, f"Content-Type must be {_BODY.decode()}")
        offset = integer(call.fields, b"upload-offset")
        if offset is None:
            raise RefusedError(400, "Upload-Offset is needed")
        core.fitting(call.length() if b"transfer-encoding" in call.fields else call.length() or 0)
        check = checksum(call.fields)
        core.enter(call)
        async with upload.claim():
            still_there(upload)
            if offset != upload.offset:
                await settle(core, call, upload)
                raise RefusedError(409, "wrong offset", headers(upload_offset=upload.offset))
            if not upload.done:
                await append(core, call, upload, check, _wrong_digest)
            await _settled(core, call, upload)
        return answer(204, more=_state(core, upload))
    if method == "DELETE":
        async with upload.claim():
            still_there(upload)
            await core.store.forget(upload)
        return answer(204)
    raise RefusedError(405, "not on an upload", headers(allow="HEAD, PATCH, DELETE, OPTIONS"))


async def _settled(core: Core, call: Call, upload: Upload) -> None:
    """Bring an upload to a state whose offset may be told."""
    if upload.offset == upload.length:
        await finish(core, call, upload, _wrong_digest)
    else:
        await settle(core, call, upload)


def _state(core: Core, upload: Upload) -> Headers:
    if upload.done:
        return headers(upload_offset=upload.offset)
    until = formatdate(upload.touched + core.store.expires, usegmt=True)
    return headers(upload_offset=upload.offset, upload_expires=until)


def _metadata(row: Opened) -> str:
    pairs = {"tps": row.tps, "key": row.key}
    if row.sha256 is not None:
        pairs["sha256"] = row.sha256.hex()
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in pairs.items())


def _announced(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        octets = b""
    if len(text) != _SHA256_HEX or not octets:
        raise RefusedError(400, "upload-metadata sha256 is not the hex of a SHA-256")
    return octets


def _agree(one: bytes | None, other: bytes | None) -> bool:
    return one is None or other is None or one == other


def _wrong_digest() -> RefusedError:
    return RefusedError(460, "the bytes have another digest than was announced")
