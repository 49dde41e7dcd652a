"""What is said: values in their places, logins, turns."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from locustfiles.targets.dialogue import HttpRequest, Reading, Station, TargetError
from locustfiles.targets.target import REFERENCE, read_target
from sim.client.actions import TURN, Ask
from tests.locustfiles.model_server import headers_of
from tests.locustfiles.talking import DATA, LOGIN, SEND, Write, talk


def first_request(file: Path, environment: dict[str, str] | None = None) -> HttpRequest:
    request = talk(read_target(file, environment or {})).request(SEND, 0.0)
    assert isinstance(request, HttpRequest)
    return request


def test_values_are_encoded_where_they_stand(write: Write) -> None:
    request = first_request(
        write("""
            target: a
            fields: [nik, password]
            headers: {X-Who: "{nik}/{tps}", Accept: "*/*"}
            plain:
              method: PUT
              path: "/up/{tps}/{key}?p={password}&n={attempt}&b={{x}}"
              headers: {accept: text/plain, X-Hash: "{sha256_hex}"}
        """)
    )
    assert (request.method, request.path) == (
        "PUT", "/up/1871%2F010%20001/photo-1?p=p%26s%3D1&n=2&b={x}",
    )  # fmt: skip
    assert headers_of(request) == {
        "x-who": "187/1871/010 001",
        "accept": "text/plain",
        "x-hash": hashlib.sha256(DATA).hexdigest(),
        "content-type": "application/octet-stream",
        "content-length": str(len(DATA)),
    }


def test_the_idempotency_key_is_a_uuid_of_station_and_object_and_stays_the_same(
    write: Write,
) -> None:
    file = write("target: a\nplain: {path: /u, headers: {Idempotency-Key: '{idempotency_key}'}}\n")
    said = {headers_of(first_request(file))["idempotency-key"] for _ in range(2)}
    assert said == {"4113e07a-1d87-5510-9aa7-0dcff1e776aa"}


def test_a_header_that_would_not_be_printable_ascii_is_refused(write: Write) -> None:
    target = read_target(write("target: a\nheaders: {X-K: '{kecamatan}'}\nplain: {path: /u}\n"), {})
    dialogue = talk(target, station=Station("001", "Tanjung\nX"))
    with pytest.raises(TargetError, match="the header X-K of station 001"):
        dialogue.request(SEND, 0.0)


def test_a_token_that_nobody_has_leaves_its_header_out() -> None:
    request = talk(read_target(REFERENCE, {}), station=Station("001", "A")).request(SEND, 0.0)
    assert isinstance(request, HttpRequest)
    assert "authorization" not in headers_of(request)


def test_basic_authentication_is_that_of_rfc_7617(write: Write) -> None:
    request = first_request(
        write("""
            target: a
            basic_auth: {user: Aladdin, password: "${WORD}"}
            plain: {path: /u}
        """),
        {"WORD": "open sesame"},
    )
    assert headers_of(request)["authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def answer(token: object, ttl: object = None) -> bytes:
    return json.dumps({"data": [{"token": token, "ttl": ttl}]}).encode()


def test_a_login_comes_first_and_again_when_its_token_is_too_old_or_refused(write: Write) -> None:
    dialogue = talk(read_target(write(LOGIN), {}))
    login = dialogue.login(0.0)
    assert login is not None
    assert (login.method, login.path) == ("POST", "/in")
    assert json.loads(login.before) == {"nik": "187", "device": "tok", "n": 3}
    assert int(headers_of(login)["content-length"]) == len(login.before)
    assert "authorization" not in headers_of(login)
    assert dialogue.logged_in(0.0, 200, [], answer("new", 30))
    assert dialogue.login(29.9) is None
    request = dialogue.request(SEND, 1.0)
    assert isinstance(request, HttpRequest)
    assert headers_of(request)["authorization"] == "Bearer new"
    assert dialogue.login(30.0) is not None
    assert dialogue.logged_in(30.0, 200, [], answer("newer"))  # by its lifetime, 10 min
    assert dialogue.login(600.0) is None
    assert dialogue.read(SEND, 401, [], b"", 600.0).status == 401
    assert dialogue.login(600.0) is not None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, answer("t")),
        (200, b"not json"),
        (200, answer(None)),
        (200, answer("a\nb")),
        (204, b""),
    ],
)
def test_a_login_without_a_token_is_none(write: Write, status: int, body: bytes) -> None:
    dialogue = talk(read_target(write(LOGIN), {}))
    assert not dialogue.logged_in(0.0, status, [], body)
    assert dialogue.login(1.0) is not None


@pytest.mark.parametrize(
    ("source", "headers"),
    [
        ("{header: X-Auth}", [("x-auth", "t1")]),
        ("{cookie: sid}", [("Set-Cookie", "a=b"), ("Set-Cookie", 'sid="t1"; Path=/; Secure')]),
    ],
)
def test_a_token_may_come_in_a_header_or_a_cookie(
    write: Write, source: str, headers: list[tuple[str, str]]
) -> None:
    file = write(
        "target: a\nheaders: {Cookie: 'sid={token}'}\nplain: {path: /u}\n"
        f"login: {{path: /in, form: {{u: '{{tps}}', p: a b}}, token: {source}}}\n"
    )
    dialogue = talk(read_target(file, {}))
    login = dialogue.login(0.0)
    assert login is not None
    assert login.before == b"u=1871%2F010+001&p=a+b"
    assert dialogue.logged_in(0.0, 200, headers, b"")
    request = dialogue.request(SEND, 0.0)
    assert isinstance(request, HttpRequest)
    assert headers_of(request)["cookie"] == "sid=t1"


def test_a_turn_is_asked_for_and_given_back() -> None:
    dialogue = talk(read_target(REFERENCE, {}))
    ask = Ask(TURN, "turn", 60.0, 1)
    request = dialogue.request(ask, 0.0)
    assert isinstance(request, HttpRequest)
    assert (request.method, request.path) == ("POST", "/v1/turns/1871%2F010%20001")
    assert headers_of(request)["content-length"] == "0"
    assert dialogue.read(ask, 429, [("Retry-After", "20")], b"", 0.0) == Reading(429, 0, 20.0)
    assert dialogue.read(ask, 200, [], b"", 0.0) == Reading(200, 0)
    back = dialogue.gives_back()
    assert back is not None
    assert back.method == "DELETE"
