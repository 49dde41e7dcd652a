"""Requests that two readers could read differently: every doubt about a body's end is refused.

A proxy and the server must agree where a request ends, or a stranger's next request is read as
somebody else's (RFC 9112, 11.2; Linhart et al., HTTP Request Smuggling, 2005; Kettle, HTTP Desync
Attacks, 2019). So what hides in a body must never be served: here it would store a photograph.
"""

from __future__ import annotations

import re
import time
from contextlib import ExitStack, suppress
from typing import Final

import pytest

from tests.server.attacking import head, token, tus
from tests.server.running import Running

pytestmark = pytest.mark.usefixtures("unharmed")

OBJECT: Final = "/v1/tps/A-4/outer"
HIDDEN: Final = head("POST", "/v1/tps/A-4/hidden", "A-4", Content_Length=5) + b"photo"
CHUNKED: Final = b"0\r\n\r\n" + HIDDEN
LINE: Final = b"POST /v1/tps/A-4/outer HTTP/1.1\r\n"
WHO: Final = f"Authorization: {token('A-4')['Authorization']}\r\n".encode()


def post(*lines: bytes, body: bytes = CHUNKED) -> bytes:
    """A POST with header lines as they are."""
    return LINE + b"Host: x\r\n" + WHO + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


DOUBTFUL: Final = {
    "length and chunks": post(b"Content-Length: 5", b"Transfer-Encoding: chunked"),
    "chunks and length": post(b"Transfer-Encoding: chunked", b"Content-Length: 5"),
    "two lengths": post(b"Content-Length: 5", b"Content-Length: 6"),
    "the same length twice": post(b"Content-Length: 5", b"Content-Length: 5"),
    "a list of lengths": post(b"Content-Length: 5, 5"),
    "a signed length": post(b"Content-Length: +5"),
    "a negative length": post(b"Content-Length: -5"),
    "a hexadecimal length": post(b"Content-Length: 0x5"),
    "a length of 26 digits": post(b"Content-Length: 99999999999999999999999999"),
    "a length of 2^63 - 1": post(b"Content-Length: 9223372036854775807"),
    "a length of 2^64 - 1": post(b"Content-Length: 18446744073709551615"),
    "an empty length": post(b"Content-Length: "),
    "a space before a length's colon": post(b"Content-Length : 5"),
    "a space before the coding's colon": post(b"Transfer-Encoding : chunked"),
    "no coding": post(b"Transfer-Encoding: identity"),
    "an unknown coding": post(b"Transfer-Encoding: xchunked"),
    "a coding after chunked": post(b"Transfer-Encoding: chunked, identity"),
    "two codings": post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: cow"),
    "a coding after a tab": post(b"Transfer-Encoding:\tchunked"),
    "a coding after a vertical tab": post(b"Transfer-Encoding: \x0bchunked"),
    "chunks of no number": post(b"Transfer-Encoding: chunked", body=b"x\r\n\r\n" + HIDDEN),
    "a folded line": post(b"X: a", b" Content-Length: 5"),
    "a first line that is folded": LINE + b" Content-Length: 5\r\n\r\n" + HIDDEN,
    "lines that end with LF": post(b"Content-Length: 5").replace(b"\r\n", b"\n"),
    "a line that ends with CR": LINE + b"Host: x\rContent-Length: 5\r\n\r\n" + HIDDEN,
    "a NUL in a field": post(b"X: a\0b", b"Content-Length: 5"),
    "no host": LINE + WHO + b"Content-Length: 5\r\n\r\nphoto" + HIDDEN,
    "two hosts": post(b"Host: y", b"Content-Length: 5", body=b"photo" + HIDDEN),
    "chunks in HTTP/1.0": post(b"Transfer-Encoding: chunked").replace(b"HTTP/1.1", b"HTTP/1.0", 1),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN,
    "HTTP/9.9": LINE.replace(b"1.1", b"9.9") + b"Host: x\r\n\r\n" + HIDDEN,
    "no HTTP but TLS": bytes.fromhex("16030102000100010001fc0303") + HIDDEN,
    "TRACE": head("TRACE", OBJECT, "A-4", Content_Length=len(HIDDEN)) + HIDDEN,
    "CONNECT": head("CONNECT", "127.0.0.1:22", "A-4") + HIDDEN,
    "CONNECT to a path": head("CONNECT", OBJECT, "A-4") + HIDDEN,
    "a method of nobody": head("BREW", OBJECT, "A-4") + HIDDEN,
    "a space in the target": head("POST", OBJECT + " x", "A-4", Content_Length=5) + HIDDEN,
    "an octet in the target": head("POST", OBJECT, "A-4").replace(b"outer", b"\xffouter") + HIDDEN,
    "a NUL in the target": head("POST", OBJECT + "\0", "A-4", Content_Length=5) + HIDDEN,
    "an upgrade with a body": head(
        "POST", OBJECT, "A-4", Connection="Upgrade", Upgrade="h2c", Content_Length=5
    ) + b"photo" + HIDDEN,
    "a refused body": head("POST", OBJECT, Content_Length=len(HIDDEN)) + HIDDEN,
}  # fmt: skip
HARMLESS: Final = {  # answered as if it were not there; what hides is in the body, or after the end
    "a body of a GET": head("GET", "/healthz", Content_Length=len(HIDDEN)) + HIDDEN,
    "a body of a HEAD": head("HEAD", OBJECT, "A-4", Content_Length=len(HIDDEN)) + HIDDEN,
    "an upgrade to WebSocket": head(
        "GET", "/healthz", Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Version="13"
    ) + HIDDEN,
    "an upgrade to HTTP/2": head("GET", "/healthz", Connection="Upgrade", Upgrade="h2c") + HIDDEN,
    "a target with a host": head("GET", "http://elsewhere/healthz", Content_Length=len(HIDDEN))
    + HIDDEN,
}  # fmt: skip


def answers(server: Running, requests: dict[str, bytes]) -> dict[str, list[bytes]]:
    """The statuses of each, sent all at once: what has been served when another one has."""
    with ExitStack() as wires:
        sent = {}
        for name, request in requests.items():
            sent[name] = wires.enter_context(server.connect())
            sent[name].sendall(request)
        said = {}
        for name, wire in sent.items():
            try:
                said[name] = wire.recv(65536)
            except ConnectionResetError:
                said[name] = b""
        for key in ("once", "twice"):  # what was sent before is stored before
            server.ask("POST", f"/v1/tps/A-5/{key}-{time.time_ns()}", b"x", **token("A-5"))
        for name, wire in sent.items():
            wire.setblocking(False)
            with suppress(BlockingIOError, ConnectionResetError):
                said[name] += wire.recv(65536)
    return {name: re.findall(rb"HTTP/1.1 (\d+) ", text) for name, text in said.items()}


def hidden(server: Running) -> bool:
    return server.ask("HEAD", "/v1/tps/A-4/hidden", **token("A-4")).status == 200


def test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_behind_it_is_served(
    attacked: Running,
) -> None:
    found = answers(attacked, DOUBTFUL)
    wrong = {
        name: said
        for name, said in found.items()
        if len(said) > 1 or not all(status.startswith(b"4") for status in said)
    }
    assert wrong == {}
    assert not hidden(attacked)
    assert attacked.ask("HEAD", OBJECT, **token("A-4")).status == 404


def test_what_stands_in_a_body_is_never_a_request(attacked: Running) -> None:
    found = answers(attacked, HARMLESS)
    assert {name: len(said) for name, said in found.items()} == dict.fromkeys(HARMLESS, 1)
    assert not hidden(attacked)


def test_the_hidden_request_would_be_served_if_it_were_one(attacked: Running) -> None:
    upload = head("POST", "/v1/tps/A-5/outer", "A-5", Content_Length=5) + b"photo"
    behind = head("POST", "/v1/tps/A-5/behind", "A-5", Content_Length=5) + b"photo"
    found = answers(attacked, {"two": upload + behind})
    assert found == {"two": [b"201"] * 2}


def test_trace_does_not_give_a_token_back(attacked: Running) -> None:
    for path in ("/", OBJECT, "/tus"):
        said = attacked.ask("TRACE", path, **token("A-4"))
        assert said.status in (405, 412)
        assert token("A-4")["Authorization"].encode() not in said.body


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param(",".join(f"k{n} QUFB" for n in range(1600)), id="thousands of pairs"),
        pytest.param("tps QS02,key " + "QUFB" * 3500, id="a long key"),
        pytest.param("tps QS02,key Li4vLi4vLi4vZXNjYXBlZA==", id="a key that climbs"),
        pytest.param("tps QS02,key AAAA", id="a key of NULs"),
        pytest.param("tps QS02,key bmV3CmxpbmU=", id="a key of two lines"),
        pytest.param("tps Li4vQS02,key bmV3", id="a station that climbs"),
        pytest.param("tps QS02,key /////w==", id="no UTF-8"),
        pytest.param("tps QS02,key !!!", id="no base64"),
        pytest.param("tps QS02,key bmV3,sha256 " + "QUFB" * 3000, id="a long digest"),
        pytest.param("tps QS02,key bmV3,sha256 " + "w7w" * 21 + "w6k=", id="a digest of letters"),
        pytest.param("tps  QS02 , key bmV3, key Li4=", id="two keys, the last climbs"),
        pytest.param("," * 15_000, id="commas"),
    ],
)
def test_metadata_that_are_a_bomb_or_a_lie_are_refused(attacked: Running, metadata: str) -> None:
    began = len(list((attacked.data / "parts").iterdir()))
    said = tus(attacked, "POST", "/tus", "A-6", Upload_Length=5, Upload_Metadata=metadata)
    assert said.status in (400, 401, 431)
    assert len(list((attacked.data / "parts").iterdir())) == began
