"""What the soak sends beside its uploads: one attack after the other, each small, again and again.

Each is a function of the soak's :class:`Field`. It returns how it ended in a few words, so that an
attack that suddenly ends otherwise is seen in the table. What an attack is for stands in
docs/robustness.md; here it is only repeated for an hour.

Rule of this file: nothing here waits for long; a socket that has to stay open is left with the
field, which closes it when its time is over. Units: seconds, bytes.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

_SOON: Final = 2.0  # for what the server answers or closes at once


@dataclass
class Field:
    """Where the attacks take place.

    Attributes
    ----------
    tokens : by station; ``hostile`` ones are a thief's, the others are nobody's here.
    held : sockets that are open, with the time at which they are closed.
    """

    port: int
    tokens: dict[str, str]
    random: Random
    now: Callable[[], float]
    held: list[tuple[float, socket.socket]] = field(default_factory=list)
    number: int = 0

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), _SOON)

    def hold(self, wire: socket.socket, seconds: float) -> None:
        """Leave a socket open for a while."""
        self.held.append((self.now() + seconds, wire))

    def release(self, all_of_them: bool = False) -> None:
        """Close those whose time is over."""
        now = self.now()
        for until, wire in self.held:
            if all_of_them or until <= now:
                wire.close()
        self.held = [(t, wire) for t, wire in self.held if t > now and not all_of_them]

    def thief(self) -> tuple[str, str]:
        """A station whose token was stolen, and a key that was never used."""
        self.number += 1
        return "hostile-1", f"x-{self.number}"

    def head(self, method: str, path: str, tps: str = "", **fields: object) -> bytes:
        """A request's head; with a station, its token."""
        if tps:
            fields["Authorization"] = f"Bearer {self.tokens[tps]}"
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode()

    def talk(self, sent: bytes) -> str:
        """Send; the first status that comes back, or how it ended without."""
        with self.connect() as wire:
            try:
                wire.sendall(sent)
                said = wire.recv(4096)
            except TimeoutError:
                return "silence"
            except OSError:
                return "closed"
        return said[9:12].decode("latin-1") or "closed"

    def ask(
        self, method: str, path: str, body: bytes = b"", **fields: str
    ) -> http.client.HTTPResponse:
        """A whole request with a whole answer."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, _SOON * 5)
        try:
            wire.request(method, path, body, {k.replace("_", "-"): v for k, v in fields.items()})
            said = wire.getresponse()
            said.read()
            return said
        finally:
            wire.close()

    def begin(self, tps: str, key: str, length: int) -> tuple[int, str]:
        """Make an upload by tus; its status and place."""
        pairs = (
            f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in (("tps", tps), ("key", key))
        )
        said = self.ask(
            "POST", "/tus", Tus_Resumable="1.0.0", Upload_Length=str(length),
            Upload_Metadata=",".join(pairs), Authorization=f"Bearer {self.tokens[tps]}",
        )  # fmt: skip
        return said.status, said.headers.get("location", "")


def unfinished_heads(f: Field) -> str:
    """Forty heads that never end; the server's patience is 20 s."""
    for _ in range(40):
        wire = f.connect()
        wire.sendall(b"POST /v1/tps/hostile-1/x HTTP/1.1\r\nX: " + b"y" * 4000)
        f.hold(wire, 30.0)
    return "held"


def small_fields(f: Field) -> str:
    """Thousands of fields of four bytes."""
    return f.talk(b"POST /tus HTTP/1.1\r\nHost: x\r\n" + b"a:\r\n" * 3500)


def drips(f: Field) -> str:
    """Ten bodies of which a byte comes, and then no more."""
    for _ in range(10):
        tps, key = f.thief()
        wire = f.connect()
        wire.sendall(f.head("POST", f"/v1/tps/{tps}/{key}", tps, Content_Length=5000) + b"x")
        f.hold(wire, 40.0)
    return "held"


def no_token(f: Field) -> str:
    """A body of 1 MB from nobody."""
    with f.connect() as wire:
        wire.sendall(f.head("POST", "/v1/tps/hostile-1/x", Content_Length=1_000_000))
        with contextlib.suppress(OSError):
            wire.sendall(bytes(1_000_000))
        return wire.recv(4096)[9:12].decode()


def too_large(f: Field) -> str:
    """A length of 100 TB."""
    return f.talk(f.head("POST", "/v1/tps/hostile-1/x", "hostile-1", Content_Length=10**14))


def short_body(f: Field) -> str:
    """Fewer bytes than were announced, and gone."""
    tps, key = f.thief()
    with f.connect() as wire:
        head = f.head("POST", f"/v1/tps/{tps}/{key}", tps, Content_Length=100_000)
        wire.sendall(head + bytes(50_000))
    return "left"


def chunk_bomb(f: Field) -> str:
    """Chunks of one byte, without end."""
    chunks = b"1\r\nx\r\n" * 20_000
    head = f.head("POST", "/v1/tps/hostile-1/x", "hostile-1", Transfer_Encoding="chunked")
    return f.talk(head + chunks)


def both_lengths(f: Field) -> str:
    """A length and chunks, with a request behind."""
    tps, key = f.thief()
    lie = f.head("POST", f"/v1/tps/{tps}/{key}", tps, Content_Length=4, Transfer_Encoding="chunked")
    return f.talk(lie + b"0\r\n\r\n" + f.head("GET", "/metrics"))


def junk(f: Field) -> str:
    """Random bytes."""
    return f.talk(f.random.randbytes(500))


def pipelined(f: Field) -> str:
    """A thousand requests in one piece, of which no answer is read."""
    wire = f.connect()
    wire.settimeout(0.05)
    with contextlib.suppress(OSError):
        wire.sendall(f.head("GET", "/") * 1000)
    f.hold(wire, 20.0)
    return "held"


def climbing(f: Field) -> str:
    """A key that would leave its folder."""
    path = f.random.choice(("..%2f..%2fx", "%2e%2e/x", "A%00", "k" * 300, "%c3%a9", "/etc/passwd"))
    return f.talk(f.head("POST", f"/v1/tps/hostile-1/{path}", "hostile-1", Content_Length=0))


def metadata_bomb(f: Field) -> str:
    """Fifteen kilobytes of metadata."""
    pairs = ",".join(f"k{n} QUFB" for n in range(1500))
    said = f.ask("POST", "/tus", Tus_Resumable="1.0.0", Upload_Length="5", Upload_Metadata=pairs)
    return str(said.status)


def abandoned(f: Field) -> str:
    """An upload of which half comes; it is forgotten in time."""
    tps, key = f.thief()
    status, place = f.begin(tps, key, 40_000)
    if status == 201:
        f.ask(
            "PATCH", place, f.random.randbytes(20_000), Tus_Resumable="1.0.0", Upload_Offset="0",
            Content_Type="application/offset+octet-stream",
            Authorization=f"Bearer {f.tokens[tps]}",
        )  # fmt: skip
    return str(status)


def wrong_order(f: Field) -> str:
    """A piece from the middle first."""
    tps, key = f.thief()
    status, place = f.begin(tps, key, 40_000)
    if status != 201:
        return str(status)
    fields: Any = {"Tus_Resumable": "1.0.0", "Authorization": f"Bearer {f.tokens[tps]}"}
    kind = "application/offset+octet-stream"
    said = f.ask("PATCH", place, bytes(100), Upload_Offset="20000", Content_Type=kind, **fields)
    f.ask("DELETE", place, **fields)
    return str(said.status)


def two_writers(f: Field) -> str:
    """Two clients on one upload: the second ends the first."""
    tps, key = f.thief()
    status, place = f.begin(tps, key, 40_000)
    if status != 201:
        return str(status)
    fields: Any = {"Tus_Resumable": "1.0.0", "Authorization": f"Bearer {f.tokens[tps]}"}
    kind = "application/offset+octet-stream"
    with f.connect() as first:
        first.sendall(
            f.head("PATCH", place, tps, Tus_Resumable="1.0.0", Upload_Offset=0,
                   Content_Type=kind, Content_Length=40_000) + bytes(10)
        )  # fmt: skip
        said = f.ask("HEAD", place, **fields)
    f.ask("DELETE", place, **fields)
    return str(said.status)


def digest_lie(f: Field) -> str:
    """A body that is not what its digest says."""
    tps, key = f.thief()
    digest = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
    said = f.ask(
        "POST", f"/v1/tps/{tps}/{key}", f.random.randbytes(10_000),
        Content_Digest=f"sha-256=:{digest}:", Authorization=f"Bearer {f.tokens[tps]}",
    )  # fmt: skip
    return str(said.status)


def guesses(f: Field) -> str:
    """Twenty tokens that are none."""
    said = {
        f.ask(
            "HEAD", "/v1/tps/hostile-1/x", Authorization=f"Bearer {f.random.randbytes(24).hex()}"
        ).status
        for _ in range(20)
    }
    return ",".join(map(str, sorted(said)))


def connections(f: Field) -> str:
    """A hundred connections that say nothing."""
    for _ in range(100):
        f.hold(f.connect(), 10.0)
    return "held"


ATTACKS: Final[tuple[Callable[[Field], str], ...]] = (
    unfinished_heads, small_fields, drips, no_token, too_large, short_body, chunk_bomb,
    both_lengths, junk, pipelined, climbing, metadata_bomb, abandoned, wrong_order,
    two_writers, digest_lie, guesses, connections,
)  # fmt: skip
