"""What one station would send, in the manner of ``curl -v``, without sending it.

The requests are made by the very dialogue that a replay uses; ``***`` stands in the place of
secrets, and ``/UPLOAD`` in that of the address which the server would give to an upload. A
``Content-Length`` is left
out where a body may hold a secret, because it would be that of the stars.

Rule of this file: lines for people; nothing is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, Final

from locustfiles.targets.dialogue import Dialogue
from locustfiles.targets.messages import HttpRequest, Known, Payload, Station
from locustfiles.targets.schema import TokenSource
from locustfiles.targets.target import HIDDEN, Target, masked_station
from sim.client.actions import TURN, Ask, Request, Send
from sim.client.batching.pieces import Object, Resume

_UPLOAD: Final = "/UPLOAD"
_TIMEOUT: Final = 60.0  # of an action that is not carried out
Headers = list[tuple[str, str]]


def dry_run(
    target: Target,
    station: Station,
    objects: Sequence[Object],
    payloads: Callable[[str], Payload],
    *,
    turn: bool = False,
) -> list[str]:
    """The requests of one station: its login, its turn, each object's first request and, where the
    upload resumes, the question for the offset and the next piece.

    Raises
    ------
    TargetError : if the target cannot take the objects.
    """
    by_key = {obj.key: obj for obj in objects}
    shown = _Shown(Dialogue(target.masked(), masked_station(station), by_key, payloads), target)
    lines = [f"* station {station.code} ({station.kecamatan}) to target {target.spec.target}"]
    lines += shown.login()
    if turn:
        lines += shown.ask("ask for a turn to upload", Ask(TURN, "turn", _TIMEOUT, 1))
    lines += chain.from_iterable(shown.obj(obj) for obj in objects)
    if turn:
        lines += shown.give_back()
    return lines


class _Shown:
    """A dialogue whose answers are made up."""

    def __init__(self, dialogue: Dialogue, target: Target) -> None:
        self.dialogue = dialogue
        self.spec = target.spec

    def login(self) -> Iterator[str]:
        request, login = self.dialogue.login(0.0), self.spec.login
        if request is None or login is None:
            return
        yield from _lines("log in", request, b"")
        status, headers, body = login.success[0], *_token(login.token)
        if not self.dialogue.logged_in(0.0, status, headers, body):
            yield f"* by 'errors' an answer {status} with a token would not count as a login"

    def ask(self, what: str, action: Request) -> Iterator[str]:
        request = self.dialogue.request(action, 0.0)
        if isinstance(request, Known):
            yield f"* {what}: known without asking ({request.reading.acked} bytes)"
            return
        carried = b""
        if isinstance(action, Send):
            carried = (
                f"[{action.length:,} bytes of {action.key} from byte {action.offset:,}]".encode()
            )
        yield from _lines(what, request, carried)

    def obj(self, obj: Object) -> Iterator[str]:
        """The requests about one object."""
        first = min(obj.chunk or obj.size, obj.size)
        size = f"{obj.key}: {obj.size:,} bytes"
        if obj.resume is Resume.NONE:
            yield from self.ask(f"{size} in one request", self._send(obj, 0, obj.size))
            return
        if obj.resume is Resume.TUS:
            create = Ask(obj.key, "create", _TIMEOUT, 1)
            yield from self.ask(f"{size} by tus: create the upload", create)
            self.dialogue.read(create, 201, [("Location", _UPLOAD)], b"", 0.0)
            yield from self.ask("its first piece", self._send(obj, 0, first))
        else:
            send = self._send(obj, 0, first)
            yield from self.ask(
                f"{size} by the IETF's draft: create the upload with its bytes", send
            )
            version = (
                "Upload-Draft-Interop-Version",
                str(self.spec.ietf and self.spec.ietf.interop_version),
            )
            self.dialogue.informational(send, 104, [("Location", _UPLOAD), version])
        yield from self.ask(
            "after a failure: how much is kept", Ask(obj.key, "offset", _TIMEOUT, 1)
        )
        begins = first if first < obj.size else obj.size // 2
        length = min(obj.chunk or obj.size, obj.size - begins)
        yield from self.ask("the next piece, from there", self._send(obj, begins, length))

    def give_back(self) -> Iterator[str]:
        request = self.dialogue.gives_back()
        if request is not None:
            yield from _lines("give the turn back", request, b"")

    @staticmethod
    def _send(obj: Object, offset: int, length: int) -> Send:
        return Send(obj.key, offset, length, obj.size, _TIMEOUT, 1)


def _lines(what: str, request: HttpRequest, carried: bytes) -> Iterator[str]:
    expects = f" (expects {request.expects})" if request.expects else ""
    yield f"* {what}{expects}"
    yield f"> {request.method} {request.path}"
    for name, value in request.headers:
        if not (request.before and name == "Content-Length"):
            yield f"> {name}: {value}"
    body = request.before + carried + request.after
    if body:
        yield ">"
        yield from (f"> {line}".rstrip() for line in body.decode(errors="replace").split("\r\n"))


def _token(source: TokenSource) -> tuple[Headers, bytes]:
    """An answer that holds a token where the target says that it is."""
    if source.header is not None:
        return [(source.header, HIDDEN)], b""
    if source.cookie is not None:
        return [("Set-Cookie", f"{source.cookie}={HIDDEN}")], b""
    value: Any = HIDDEN
    for part in reversed((source.json_ or "").split("/")[1:]):
        value = {part.replace("~1", "/").replace("~0", "~"): value}
    return [], json.dumps(value).encode()
