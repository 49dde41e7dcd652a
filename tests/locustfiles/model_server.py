"""A model of the reference server, by docs/wire.md, in memory: what it stores, and what it answers.

It is written from the wire's page and from the protocols, not from the dialogue that it tests.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from locustfiles.targets.dialogue import Dialogue, HttpRequest, Known
from sim.client.actions import Request, Send, Wait
from sim.client.outcomes import Dropped, Ending, Reply, Response, TimedOut, Woken
from sim.client.workflow import Client

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]


class Fate(Enum):
    """What becomes of one request."""

    ARRIVES = "arrives"
    UNREACHABLE = "nothing of it arrives"
    CUT = "the link breaks in the body, after the 104"
    CUT_EARLY = "the link breaks in the body, and the 104 is lost"
    ANSWER_LOST = "it is carried out, and the answer is lost"
    BUSY = "503 before the body"
    EXPIRED = "unfinished uploads are forgotten, then it arrives"
    NOT_COMMITTED = "the body is kept, and what is complete is not stored: 503"


@dataclass
class Upload:
    tps: str
    key: str
    length: int
    digest: bytes | None
    data: bytearray = field(default_factory=bytearray)
    complete: bool = False


class ModelServer:
    """Plain, tus and IETF uploads, each object stored once."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], bytes] = {}
        self.times_stored: Counter[tuple[str, str]] = Counter()
        self.uploads: dict[str, Upload] = {}
        self.requests: list[HttpRequest] = []
        self.made = 0

    def forget(self) -> None:
        self.uploads = {u: up for u, up in self.uploads.items() if up.complete}

    def store(self, tps: str, key: str, data: bytes, digest: bytes | None) -> int:
        if digest is not None and hashlib.sha256(data).digest() != digest:
            return 422
        if (tps, key) in self.stored:
            return 200 if self.stored[tps, key] == data else 409
        self.stored[tps, key] = data
        self.times_stored[tps, key] += 1
        return 201

    def early(self, request: HttpRequest) -> Headers | None:
        """The 104 of a request, if it gets one; the upload exists from then on."""
        said = headers_of(request)
        if request.method != "POST" or "upload-complete" not in said:
            return None
        _, _, tps, key = request.path.strip("/").split("/")
        digest = said["repr-digest"].removeprefix("sha-256=:").removesuffix(":")
        name = self.create(tps, key, int(said["upload-length"]), base64.b64decode(digest))
        version = said["upload-draft-interop-version"]
        return [("Location", f"/v1/uploads/{name}"), ("Upload-Draft-Interop-Version", version)]

    def create(self, tps: str, key: str, length: int, digest: bytes | None) -> str:
        for name, upload in self.uploads.items():
            if (upload.tps, upload.key) == (tps, key):
                return name
        self.made += 1
        name = f"u{self.made}"
        upload = Upload(tps, key, length, digest)
        if (tps, key) in self.stored:
            upload.data, upload.complete = bytearray(self.stored[tps, key]), True
        self.uploads[name] = upload
        return name

    def take(self, request: HttpRequest, body: bytes, *, whole: bool, commits: bool) -> Answer:
        """Carry out a request of which ``body`` has arrived; the answer to one that is not whole
        reaches nobody."""
        said = headers_of(request)
        parts = request.path.strip("/").split("/")
        if whole:
            self.requests.append(request)
        if parts[0] == "tus" and request.method == "POST":
            return self._tus_create(said)
        if parts[:2] == ["v1", "tps"] and "upload-complete" not in said:
            return self._plain(parts, said, body, whole)
        if parts[:2] == ["v1", "tps"]:
            early = self.early(request)
            assert early is not None
            name = early[0][1].rsplit("/", 1)[1]
            if self.uploads[name].complete:
                return 200, [("Upload-Complete", "?1")], b""
            if self.uploads[name].data:  # a creation anew; the draft keeps what it has
                self.uploads[name].data.clear()
            return self._append(name, said | {"upload-offset": "0"}, body, commits, whole)
        name = parts[-1]
        if name not in self.uploads:
            return 404, [], b""
        upload = self.uploads[name]
        offset = ("Upload-Offset", str(len(upload.data)))
        if request.method == "HEAD":
            state = ("Upload-Complete", "?1" if upload.complete else "?0")
            return (200, [offset], b"") if parts[0] == "tus" else (204, [offset, state], b"")
        assert request.method == "PATCH"
        if int(said["upload-offset"]) != len(upload.data):
            return 409, [offset], b""
        return self._append(name, said, body, commits, whole)

    def _plain(self, parts: list[str], said: dict[str, str], body: bytes, whole: bool) -> Answer:
        if not whole:
            return 0, [], b""
        assert len(body) == int(said["content-length"])
        digest = said["content-digest"].removeprefix("sha-256=:").removesuffix(":")
        status = self.store(parts[2], parts[3], body, base64.b64decode(digest))
        return status, [("Content-Type", "application/json")], b"{}"

    def _tus_create(self, said: dict[str, str]) -> Answer:
        pairs = (pair.split(" ") for pair in said["upload-metadata"].split(","))
        meta = {name: base64.b64decode(value).decode() for name, value in pairs}
        digest = bytes.fromhex(meta["sha256"])
        name = self.create(meta["tps"], meta["key"], int(said["upload-length"]), digest)
        return 201, [("Location", f"http://inside.example:1080/tus/{name}")], b""

    def _append(
        self, name: str, said: dict[str, str], body: bytes, commits: bool, whole: bool
    ) -> Answer:
        upload = self.uploads[name]
        tus = "tus-resumable" in said
        if tus and not commits:
            return 503, [], b""
        upload.data += body
        ends = len(upload.data) == upload.length if tus else said["upload-complete"] == "?1"
        offset = [("Upload-Offset", str(len(upload.data)))]
        if tus:
            location: Headers = []
        else:
            location = [("Location", f"/v1/uploads/{name}"), ("Upload-Complete", "?0")]
        if not (ends and whole):
            return (204 if tus else 201), offset + location, b""
        if not commits:
            return 503, [("Upload-Complete", "?0")], b""
        assert len(upload.data) == upload.length
        status = self.store(upload.tps, upload.key, bytes(upload.data), upload.digest)
        assert status in (200, 201)
        upload.complete = True
        return (204, offset, b"") if tus else (status, [("Upload-Complete", "?1")], b"")


def headers_of(request: HttpRequest) -> dict[str, str]:
    names = [name.lower() for name, _ in request.headers]
    assert len(set(names)) == len(names), f"a header twice: {names}"
    return {name.lower(): value for name, value in request.headers}


Carry = Callable[[Request, float], Reply]


def play(client: Client, carry: Carry, steps: int = 4_000) -> Ending:
    """Drive a client; ``carry`` carries each of its requests out. Waits take no time."""
    now = 0.0
    action = next(client)
    try:
        for _ in range(steps):
            if isinstance(action, Wait):
                now = max(now, action.until)
                action = client.send(Woken(now))
                continue
            now += 1.0
            action = client.send(carry(action, now))
    except StopIteration as stop:
        ending: Ending = stop.value
        return ending
    raise AssertionError(f"no end after {steps} actions")


def body_of(action: Request, request: HttpRequest, content: Callable[[str], bytes]) -> bytes:
    """All bytes of a request's body, held against its Content-Length."""
    piece = b""
    if isinstance(action, Send):
        piece = content(action.key)[action.offset : action.offset + action.length]
    body = request.before + piece + request.after
    said = headers_of(request).get("content-length")
    assert said == str(len(body)) or (said is None and request.method == "HEAD" and not body)
    return body


def in_memory(
    dialogue: Dialogue,
    server: ModelServer,
    content: Callable[[str], bytes],
    fate: Callable[[], tuple[Fate, float]],
) -> Carry:
    """Carry requests to the model; ``fate`` says what becomes of each."""

    def carry(action: Request, now: float) -> Reply:
        request = dialogue.request(action, now)
        if isinstance(request, Known):
            return Response(now, *request.reading)
        body = body_of(action, request, content)
        what, share = fate()
        if what is Fate.UNREACHABLE:
            return Dropped(now)
        if what is Fate.BUSY:
            busy = dialogue.read(action, 503, [("Retry-After", "7")], b"", now)
            assert busy.retry_after == 7.0
            return Response(now, *busy)
        if what is Fate.EXPIRED:
            server.forget()
        early = server.early(request)
        if early is not None and what is not Fate.CUT_EARLY:
            dialogue.informational(action, 104, early)
        if what in (Fate.CUT, Fate.CUT_EARLY) and body:
            server.take(request, body[: int(share * len(body))], whole=False, commits=True)
            return Dropped(now)
        answer = server.take(request, body, whole=True, commits=what is not Fate.NOT_COMMITTED)
        if what is Fate.ANSWER_LOST:
            return TimedOut(now)
        return Response(now, *dialogue.read(action, *answer, now))

    return carry
