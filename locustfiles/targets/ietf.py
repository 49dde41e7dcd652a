"""Resumable uploads of the IETF's draft: the first request already carries bytes.

The upload's address comes with a 104 while the body is on its way, or with the answer. If the first
request failed before either, nothing is known to be kept: the offset is 0 without asking, and the
next piece creates the upload again. An upload whose bytes have all arrived and which the server
does not call complete is completed by an empty append.

Rule of this file: the state of one device's uploads, no IO. Source:
draft-ietf-httpbis-resumable-upload-12 and later, sections on completeness, creation, offset
retrieval and append.
"""

from __future__ import annotations

from typing import Final

from locustfiles.targets.answers import BROKEN, Answer, meant, retry_after
from locustfiles.targets.locations import path_of
from locustfiles.targets.messages import HttpRequest, Known, Reading
from locustfiles.targets.schema import TargetSpec
from locustfiles.targets.words import Words
from sim.client.actions import Ask, Request, Send

_VERSION: Final = "Upload-Draft-Interop-Version"
_PARTIAL: Final = ("Content-Type", "application/partial-upload")
INCOMPLETE: Final = 503
"""What the client sees when all bytes are there and the upload is not complete: ask again. An
assumption of ours; the draft leaves it to the client."""


class IetfUploads:
    """The uploads of one device."""

    def __init__(self, spec: TargetSpec) -> None:
        assert spec.ietf is not None
        self.spec = spec
        self.ietf = spec.ietf
        self._version = (_VERSION, str(self.ietf.interop_version))
        self._at: dict[str, str] = {}  # where the upload of an object is, by its key
        self._full: set[str] = set()  # all bytes arrived, not complete
        self._created_at = self.ietf.path  # what a relative Location is relative to

    def seeds(self, action: Request, kept: int, total: int) -> list[Request]:
        """Before an action of an upload that the server does not know: create it with its bytes."""
        if action.key in self._at or not kept:
            return []
        return [Send(action.key, 0, kept, total, action.timeout, 1)]

    def request(self, action: Request, words: Words) -> HttpRequest | Known:
        """The request of an action; a later piece of an upload that is not known is a 404."""
        at = self._at.get(action.key)
        if isinstance(action, Ask):
            if at is None:
                return Known(Reading(204, 0))
            if action.key in self._full:
                assert words.obj is not None
                return self._append(at, words.obj.size, 0, words.obj.size, words)
            return HttpRequest("HEAD", at, words.headers({}, self._version), expects="204, 200")
        if at is not None:
            return self._append(at, action.offset, action.length, action.total, words)
        return Known(Reading(404, 0)) if action.offset else self._create(action, words)

    def _create(self, send: Send, words: Words) -> HttpRequest:
        self._created_at = words.path(self.ietf.path)
        fixed = (
            self._version,
            ("Upload-Complete", _boolean(send.length == send.total)),
            ("Upload-Length", str(send.total)),
            ("Content-Length", str(send.length)),
        )
        headers = words.headers(self.ietf.headers, *fixed)
        return HttpRequest(self.ietf.method, self._created_at, headers, expects="201, 200")

    def _append(self, at: str, offset: int, length: int, total: int, words: Words) -> HttpRequest:
        fixed = (
            self._version,
            _PARTIAL,
            ("Upload-Offset", str(offset)),
            ("Upload-Complete", _boolean(offset + length == total)),
            ("Content-Length", str(length)),
        )
        return HttpRequest("PATCH", at, words.headers({}, *fixed), expects="204, 201, 200")

    def informational(self, action: Request, answer: Answer) -> None:
        """A 104 says where the upload is; one of another interop version is ignored."""
        if answer.status == 104 and answer.header(_VERSION) == self._version[1]:
            self._learn(action, answer)

    def read(self, action: Request, answer: Answer, total: int) -> Reading:
        """What the answer to :meth:`request` means; ``total`` is the size of the object."""
        status = meant(answer, self.spec, None)
        complete = answer.header("Upload-Complete")
        offset = answer.number("Upload-Offset")
        wait = retry_after(answer, self.spec.retry_after)
        finishing = action.key in self._full and isinstance(action, Ask)
        self._full.discard(action.key)
        if not 200 <= status < 300:
            if status in (404, 410) or complete == "?1":
                # gone, or all is there and it was refused: to resume would not help
                self._at.pop(action.key, None)
            return Reading(status, offset or 0, wait)
        if isinstance(action, Ask) and not finishing:
            return self._offset(action, status, offset, complete, total)
        if isinstance(action, Ask) or complete == "?1":
            return Reading(status, total, wait)
        sent = action.offset + action.length
        if sent < total:
            self._learn(action, answer)
            if action.key not in self._at:
                return Reading(BROKEN, 0)  # more is to come, and nobody knows where to
        return Reading(status, sent if offset is None else offset, wait)

    def _offset(
        self, action: Ask, status: int, offset: int | None, complete: str | None, total: int
    ) -> Reading:
        if offset is None:
            return Reading(BROKEN, 0)
        if offset < total and complete == "?1":  # the server ended it: to resume would not help
            del self._at[action.key]
            return Reading(status, 0)
        if offset == total and complete == "?0":
            self._full.add(action.key)
            return Reading(INCOMPLETE, offset)
        return Reading(status, offset)

    def _learn(self, action: Request, answer: Answer) -> None:
        at = path_of(answer.header("Location"), self._created_at)
        if at is not None:
            self._at[action.key] = at


def _boolean(value: bool) -> str:
    """As a structured field (RFC 9651)."""
    return "?1" if value else "?0"
