from __future__ import annotations

import base64
import hashlib
import json
import re
import socket

import pytest

from tests.server.running import Running, eventually

PHOTO = bytes(range(256)) * 1000


def content_digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def test_an_object_is_stored_and_acknowledged_with_its_digest(server: Running) -> None:
    said = server.ask("POST", "/v1/tps/one/photo-1", PHOTO, Content_Type="image/jpeg")
    assert said.status == 201
    digest = hashlib.sha256(PHOTO).hexdigest()
    assert json.loads(said.body) == {
        "tps": "one", "key": "photo-1", "size": len(PHOTO), "sha256": digest,
    }  # fmt: skip
    assert server.stored()["one", "photo-1", digest] == PHOTO


def test_the_same_object_again_is_acknowledged_as_one_that_was_there(server: Running) -> None:
    first = server.ask("POST", "/v1/tps/two/photo-1", PHOTO)
    again = server.ask("POST", "/v1/tps/two/photo-1", PHOTO)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert sum(key[0] == "two" for key in server.stored()) == 1


def test_another_object_under_a_stored_key_is_refused_and_the_first_one_stays(
    server: Running,
) -> None:
    assert server.ask("POST", "/v1/tps/three/photo-1", PHOTO).status == 201
    assert server.ask("POST", "/v1/tps/three/photo-1", b"other").status == 409
    announced = server.ask(
        "POST", "/v1/tps/three/photo-1", b"other", Content_Digest=content_digest(b"other")
    )
    assert announced.status == 409
    assert [body for key, body in server.stored().items() if key[0] == "three"] == [PHOTO]


def test_an_announced_digest_is_checked_and_a_wrong_one_leaves_nothing(server: Running) -> None:
    right = server.ask("POST", "/v1/tps/four/photo-1", PHOTO, Content_Digest=content_digest(PHOTO))
    assert right.status == 201
    wrong = server.ask("POST", "/v1/tps/four/photo-2", PHOTO, Content_Digest=content_digest(b"x"))
    assert wrong.status == 422
    assert server.ask("HEAD", "/v1/tps/four/photo-2").status == 404
    assert server.parts() == 0


def test_a_stored_object_that_is_announced_again_is_acknowledged_before_its_body(
    server: Running,
) -> None:
    assert server.ask("POST", "/v1/tps/five/photo-1", PHOTO).status == 201
    head = (
        f"POST /v1/tps/five/photo-1 HTTP/1.1\r\nHost: x\r\nContent-Length: {len(PHOTO)}\r\n"
        f"Content-Digest: {content_digest(PHOTO)}\r\n\r\n"
    )
    with server.connect() as wire:
        wire.sendall(head.encode())
        assert wire.recv(4096).startswith(b"HTTP/1.1 200 ")
        wire.sendall(PHOTO)  # the rest is thrown away, and the connection goes on
        wire.sendall(b"HEAD /v1/tps/five/photo-1 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"HTTP/1.1 200 " in wire.recv(4096)


def test_head_tells_size_and_digest_of_what_is_stored(server: Running) -> None:
    server.ask("POST", "/v1/tps/six/photo-1", PHOTO)
    said = server.ask("HEAD", "/v1/tps/six/photo-1")
    assert said.status == 200
    assert said.headers["content-length"] == str(len(PHOTO))
    assert said.headers["repr-digest"] == content_digest(PHOTO)
    assert server.ask("HEAD", "/v1/tps/six/photo-9").status == 404


def test_a_body_without_a_length_and_one_that_is_too_large_are_refused(server: Running) -> None:
    chunked = server.talk(
        b"POST /v1/tps/seven/p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Connection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    )
    assert chunked.startswith(b"HTTP/1.1 411 ")
    none = server.talk(b"POST /v1/tps/seven/p HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert none.startswith(b"HTTP/1.1 411 ")
    head = b"POST /v1/tps/seven/p HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n"
    with server.connect() as wire:
        wire.sendall(head)
        assert wire.recv(4096).startswith(b"HTTP/1.1 413 ")
    assert server.ask("HEAD", "/v1/tps/seven/p").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v1/tps/../p", "/v1/tps/..%2f..%2fetc/p", "/v1/tps/.hidden/p", "/v1/tps/a/P",
        "/v1/tps/a/p.q", "/v1/tps/a/" + "p" * 65, "/v1/tps/" + "a" * 65 + "/p", "/v1/tps/a/p%00",
    ],
)  # fmt: skip
def test_a_name_that_could_be_a_path_is_refused(server: Running, path: str) -> None:
    assert server.ask("POST", path, b"x").status in (400, 404)
    assert all(key[0] not in ("..", ".hidden") for key in server.stored())


def test_a_body_that_ends_before_its_length_leaves_nothing(server: Running) -> None:
    with server.connect() as wire:
        wire.sendall(b"POST /v1/tps/eight/p HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nabc")
        eventually(lambda: server.parts() == 1)
        wire.shutdown(socket.SHUT_WR)
    eventually(lambda: server.parts() == 0)
    assert server.ask("HEAD", "/v1/tps/eight/p").status == 404


def test_bytes_beyond_the_length_are_no_part_of_the_object(server: Running) -> None:
    said = server.talk(
        b"POST /v1/tps/nine/p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello, and more"
    )
    assert said.startswith((b"HTTP/1.1 201 ", b"HTTP/1.1 400 "))
    kept = [body for key, body in server.stored().items() if key[0] == "nine"]
    assert kept in ([], [b"hello"])


def test_a_client_that_waits_for_100_continue_gets_it(server: Running) -> None:
    head = (
        b"POST /v1/tps/ten/p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Expect: 100-continue\r\n\r\n"
    )
    with server.connect() as wire:
        wire.sendall(head)
        assert wire.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.sendall(b"hello")
        assert wire.recv(4096).startswith(b"HTTP/1.1 201 ")


def test_requests_that_are_sent_ahead_are_answered_in_order(server: Running) -> None:
    one = b"POST /v1/tps/eleven/%s HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    last = b"HEAD /v1/tps/eleven/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    said = server.talk(one % b"a" + one % b"b" + one % b"a" + last)
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"201", b"201", b"200", b"200"]


def test_a_request_for_an_upgrade_does_not_make_an_empty_object(server: Running) -> None:
    said = server.talk(
        b"POST /v1/tps/twelve/p HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\n"
        b"Upgrade: h2c\r\nContent-Length: 5\r\n\r\nhello",
        until=1.0,
    )
    kept = [body for key, body in server.stored().items() if key[0] == "twelve"]
    assert kept in ([], [b"hello"])
    assert not said.startswith(b"HTTP/1.1 201 ") or kept == [b"hello"]


def test_unknown_resources_and_methods_are_named(server: Running) -> None:
    assert server.ask("GET", "/v1/nothing").status == 404
    said = server.ask("PUT", "/v1/tps/a/p", b"x")
    assert (said.status, said.headers["allow"]) == (405, "POST, HEAD, OPTIONS")


def test_metrics_health_and_readiness_answer(server: Running) -> None:
    assert server.ask("GET", "/healthz").status == 200
    assert server.ask("GET", "/readyz").status == 200
    text = server.ask("GET", "/metrics").body.decode()
    for name in (
        "tangguh_requests_total", "tangguh_received_bytes_total", "tangguh_in_flight_requests",
        "tangguh_commit_rows_count", "tangguh_fsync_seconds_count", "tangguh_stored_objects",
        "tangguh_request_seconds_bucket", "process_resident_memory_bytes",
    ):  # fmt: skip
        assert f"\n{name}" in text
