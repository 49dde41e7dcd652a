"""tus 1.0.0: POST makes an upload, HEAD finds its offset, PATCH appends.

An upload that the server has forgotten (404, 410, or 403 without an offset) is forgotten here, too:
the next question about its offset creates it anew.

Rule of this file: the state of one device's uploads, no IO. Source:
https://tus.io/protocols/resumable-upload, version 1.0.0.
"""

from __future__ import annotations

import base64
from typing import Final

from locustfiles.targets.answers import BROKEN, Answer, meant, retry_after
from locustfiles.targets.locations import path_of
from locustfiles.targets.messages import HttpRequest, Known, Reading
from locustfiles.targets.schema import TargetSpec
from locustfiles.targets.words import Words
from sim.client.actions import Ask, Request, Send

VERSION: Final = ("Tus-Resumable", "1.0.0")


class TusUploads:
    """The uploads of one device."""

    def __init__(self, spec: TargetSpec) -> None:
        assert spec.tus is not None
        self.spec = spec
        self.tus = spec.tus
        self._at: dict[str, str] = {}  # where the upload of an object is, by its key
        self._created_at = self.tus.path  # what a relative Location is relative to

    def seeds(self, action: Request, kept: int, total: int) -> list[Request]:
        """Before an action of an upload that the server does not know: create it, append."""
        if action.key in self._at or (isinstance(action, Ask) and not kept):
            return []
        create = Ask(action.key, "create", action.timeout, 1)
        append = Send(action.key, 0, kept, total, action.timeout, 1)
        return [create, append] if kept else [create]

    def request(self, action: Request, words: Words) -> HttpRequest | Known:
        """The request of an action; a piece of an upload that is not known is a 404."""
        at = self._at.get(action.key)
        if isinstance(action, Send):
            return Known(Reading(404, 0)) if at is None else self._append(at, action, words)
        if at is None or action.what == "create":
            return self._create(words)
        return HttpRequest("HEAD", at, words.headers({}, VERSION), expects="200")

    def _create(self, words: Words) -> HttpRequest:
        assert words.obj is not None
        named = {name: words.text(value) for name, value in self.tus.metadata.items()}
        coded = [f"{n} {base64.b64encode(v.encode()).decode()}".strip() for n, v in named.items()]
        fixed = [VERSION, ("Upload-Length", str(words.obj.size)), ("Content-Length", "0")]
        if coded:
            fixed.insert(-1, ("Upload-Metadata", ",".join(coded)))
        self._created_at = words.path(self.tus.path)
        headers = words.headers(self.tus.headers, *fixed)
        return HttpRequest("POST", self._created_at, headers, expects="201")

    def _append(self, at: str, send: Send, words: Words) -> HttpRequest:
        fixed = (
            VERSION,
            ("Content-Type", "application/offset+octet-stream"),
            ("Upload-Offset", str(send.offset)),
            ("Content-Length", str(send.length)),
        )
        return HttpRequest("PATCH", at, words.headers({}, *fixed), expects="204")

    def read(self, action: Request, answer: Answer) -> Reading:
        """What the answer to :meth:`request` means."""
        status = meant(answer, self.spec, None)
        offset = answer.number("Upload-Offset")
        wait = retry_after(answer, self.spec.retry_after)
        known = action.key in self._at
        if not 200 <= status < 300:
            if status in (404, 410) or (status == 403 and offset is None):
                self._at.pop(action.key, None)
            return Reading(status, offset or 0, wait)
        if isinstance(action, Send):
            sent = action.offset + action.length
            return Reading(status, sent if offset is None else offset, wait)
        if action.what == "offset" and known:
            return Reading(BROKEN, 0) if offset is None else Reading(status, offset, wait)
        at = path_of(answer.header("Location"), self._created_at)
        if at is None:
            return Reading(BROKEN, 0)
        self._at[action.key] = at
        return Reading(status, offset or 0, wait)
