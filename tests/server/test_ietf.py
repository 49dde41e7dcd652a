from __future__ import annotations

import base64
import hashlib
import json
import socket

from server.ietf import INTEROP_VERSION
from tests.server.running import Running, Said, eventually

PHOTO = bytes(range(256)) * 1000
PARTIAL = "application/partial-upload"


def digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def begin(server: Running, tps: str, body: bytes = b"", **headers: str) -> str:
    said = server.ask("POST", f"/v1/tps/{tps}/photo-1", body, Upload_Complete="?0", **headers)
    assert (said.status, said.headers["upload-complete"]) == (201, "?0")
    assert said.headers["upload-offset"] == str(len(body))
    assert "max-size=1000000" in said.headers["upload-limit"]
    return str(said.headers["location"])


def patch(
    server: Running, place: str, body: bytes, offset: int, complete: bool, **headers: str
) -> Said:
    return server.ask(
        "PATCH",
        place,
        body,
        Content_Type=headers.pop("Content_Type", PARTIAL),
        Upload_Offset=str(offset),
        Upload_Complete="?1" if complete else "?0",
        **headers,
    )


def test_an_object_in_one_request_is_announced_by_104_and_stored(server: Running) -> None:
    head = (
        f"POST /v1/tps/i1/photo-1 HTTP/1.1\r\nHost: x\r\nContent-Length: {len(PHOTO)}\r\n"
        f"Upload-Complete: ?1\r\nUpload-Draft-Interop-Version: {INTEROP_VERSION}\r\n\r\n"
    )
    with server.connect() as wire:
        wire.sendall(head.encode() + PHOTO[:1000])
        informed = wire.recv(4096).decode().lower()
        assert informed.startswith("http/1.1 104 upload resumption supported\r\n")
        assert f"upload-draft-interop-version: {INTEROP_VERSION}\r\n" in informed
        assert "location: /v1/uploads/" in informed
        wire.sendall(PHOTO[1000:])
        said = wire.recv(4096).decode().lower()
    assert said.startswith("http/1.1 201 ")
    assert "upload-complete: ?1" in said
    assert "i1" in {key[0] for key in server.stored()}


def test_nobody_who_speaks_another_version_gets_a_104(server: Running) -> None:
    for more in ("", f"Upload-Draft-Interop-Version: {INTEROP_VERSION - 1}\r\n"):
        said = server.talk(
            b"POST /v1/tps/i2/photo-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
            b"Upload-Complete: ?1\r\nConnection: close\r\n" + more.encode() + b"\r\nhello"
        )
        assert said[:12] in (b"HTTP/1.1 201", b"HTTP/1.1 200")


def test_an_upload_in_pieces_is_acknowledged_at_its_end(server: Running) -> None:
    place = begin(server, "i3", PHOTO[:1000], Upload_Length=str(len(PHOTO)))
    said = patch(server, place, PHOTO[1000:5000], 1000, False)
    assert (said.status, said.headers["upload-offset"]) == (204, "5000")
    asked = server.ask("HEAD", place)
    assert asked.status == 204
    assert asked.headers["upload-offset"] == "5000"
    assert asked.headers["upload-complete"] == "?0"
    assert asked.headers["upload-length"] == str(len(PHOTO))
    assert asked.headers["cache-control"] == "no-store"
    said = patch(server, place, PHOTO[5000:], 5000, True)
    assert (said.status, said.headers["upload-complete"]) == (201, "?1")
    assert json.loads(said.body)["sha256"] == hashlib.sha256(PHOTO).hexdigest()
    asked = server.ask("HEAD", place)
    assert (asked.headers["upload-complete"], asked.headers["upload-offset"]) == (
        "?1",
        str(len(PHOTO)),
    )
    again = patch(server, place, b"", len(PHOTO), True)
    assert (again.status, again.headers["upload-complete"]) == (200, "?1")


def test_what_a_cut_connection_has_brought_is_kept(server: Running) -> None:
    head = (
        f"POST /v1/tps/i4/photo-1 HTTP/1.1\r\nHost: x\r\nContent-Length: {len(PHOTO)}\r\n"
        f"Upload-Complete: ?1\r\nUpload-Draft-Interop-Version: {INTEROP_VERSION}\r\n\r\n"
    )
    with server.connect() as wire:
        wire.sendall(head.encode() + PHOTO[:70_000])
        informed = wire.recv(4096).decode().lower()
        wire.shutdown(socket.SHUT_WR)
    place = informed.split("location: ")[1].split("\r\n")[0]
    eventually(lambda: server.ask("HEAD", place).headers["upload-offset"] == "70000")
    assert patch(server, place, PHOTO[70_000:], 70_000, True).status == 201


def test_a_wrong_offset_is_answered_with_the_right_one(server: Running) -> None:
    place = begin(server, "i5", b"hello")
    said = patch(server, place, b"x", 3, False)
    assert said.status == 409
    assert (said.headers["upload-offset"], said.headers["upload-complete"]) == ("5", "?0")
    problem = json.loads(said.body)
    assert said.headers["content-type"] == "application/problem+json"
    assert problem["type"].endswith("#mismatching-upload-offset")
    assert (problem["expected-offset"], problem["provided-offset"]) == (5, 3)


def test_a_second_request_ends_the_first_and_the_offset_no_longer_moves(server: Running) -> None:
    place = begin(server, "i6", b"")
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(PHOTO)}\r\n"
        f"Content-Type: {PARTIAL}\r\nUpload-Offset: 0\r\nUpload-Complete: ?1\r\n\r\n"
    )
    with server.connect() as first:
        first.sendall(head.encode() + PHOTO[:50_000])
        eventually(lambda: server.parts() >= 1)
        asked = server.ask("HEAD", place)
        first.settimeout(5)
        try:
            assert first.recv(4096) == b""
        except ConnectionResetError:
            first.close()
    offset = int(asked.headers["upload-offset"])
    assert 0 <= offset <= 50_000
    assert server.ask("HEAD", place).headers["upload-offset"] == str(offset)
    assert patch(server, place, PHOTO[offset:], offset, True).status == 201


def test_lengths_that_disagree_are_refused(server: Running) -> None:
    said = server.ask(
        "POST", "/v1/tps/i7/photo-1", b"hello", Upload_Complete="?1", Upload_Length="6"
    )
    assert said.status == 400
    assert json.loads(said.body)["type"].endswith("#inconsistent-upload-length")
    place = begin(server, "i7", b"hello", Upload_Length="10")
    assert patch(server, place, b"x", 5, True).status == 400
    assert patch(server, place, b"123456", 5, False).status == 413
    assert patch(server, place, b"12345", 5, True, Upload_Length="10").status == 201


def test_digests_of_a_piece_and_of_the_whole_are_checked(server: Running) -> None:
    place = begin(server, "i8", b"hello", Repr_Digest=digest(b"hello, world"))
    wrong = patch(server, place, b", word", 5, False, Content_Digest=digest(b"x"))
    assert wrong.status == 422
    assert server.ask("HEAD", place).headers["upload-offset"] == "5"
    right = patch(server, place, b", world", 5, True, Content_Digest=digest(b", world"))
    assert right.status == 201
    place = begin(server, "i8b", b"hello", Repr_Digest=digest(b"something else"))
    assert patch(server, place, b"", 5, True).status == 422
    assert server.ask("HEAD", place).status == 410


def test_an_upload_may_be_cancelled(server: Running) -> None:
    place = begin(server, "i9", b"hello")
    assert server.ask("DELETE", place).status == 204
    assert server.ask("HEAD", place).status == 410
    assert server.ask("HEAD", "/v1/uploads/never-was").status == 404
    assert patch(server, place, b"x", 5, False).status == 410


def test_a_new_upload_of_an_object_ends_the_one_under_way(server: Running) -> None:
    first = begin(server, "i10", b"hello")
    second = begin(server, "i10", b"other")
    assert server.ask("HEAD", first).status == 410
    assert patch(server, second, b"", 5, True).status == 201


def test_fields_that_are_missing_or_wrong_are_named(server: Running) -> None:
    place = begin(server, "i11", b"hello")
    assert patch(server, place, b"x", 5, False, Content_Type="text/plain").status == 415
    assert server.ask("PATCH", place, b"x", Content_Type=PARTIAL).status == 400
    assert (
        server.ask(
            "PATCH", place, b"x", Content_Type=PARTIAL, Upload_Offset="five", Upload_Complete="?0"
        ).status
        == 400
    )
    assert server.ask("PUT", place, b"x").status == 405


def test_a_stored_object_is_acknowledged_at_once_or_refused(server: Running) -> None:
    place = begin(server, "i12", b"hello")
    assert patch(server, place, b"", 5, True).status == 201
    path = "/v1/tps/i12/photo-1"
    same = server.ask("POST", path, b"hello", Upload_Complete="?1", Repr_Digest=digest(b"hello"))
    assert (same.status, same.headers["upload-complete"]) == (200, "?1")
    assert server.ask("POST", path, b"hello", Upload_Complete="?1").status == 200
    assert server.ask("POST", path, b"other", Upload_Complete="?1").status == 409
    other = server.ask("POST", path, b"other", Upload_Complete="?1", Repr_Digest=digest(b"other"))
    assert other.status == 409


def test_the_limits_are_told_before_anything_is_sent(server: Running) -> None:
    said = server.ask("OPTIONS", "/v1/tps/i13/photo-1")
    assert said.status == 204
    assert said.headers["upload-limit"].startswith("max-size=1000000, max-age=")
    large = server.ask("POST", "/v1/tps/i13/p", b"", Upload_Complete="?0", Upload_Length="1000001")
    assert large.status == 413
    assert large.headers["upload-limit"].startswith("max-size=1000000")
