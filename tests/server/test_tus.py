from __future__ import annotations

import base64
import hashlib
import http.client
import io
import socket
from typing import Any

import pytest
from tusclient import client as tus_client
from tusclient.exceptions import TusUploadFailed

from tests.server.running import Running, Said

PHOTO = bytes(range(256)) * 1000
VERSION: dict[str, Any] = {"Tus_Resumable": "1.0.0"}
OCTETS = "application/offset+octet-stream"


def metadata(**values: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in values.items())


def create(server: Running, tps: str, length: int, body: bytes | None = None, **more: str) -> Said:
    said = {name: more.pop(name) for name in list(more) if name.islower()}
    fields = metadata(tps=tps, key="photo-1", **said)
    return server.ask(
        "POST", "/tus", body, Upload_Length=str(length), Upload_Metadata=fields, **VERSION, **more
    )


def patch(server: Running, place: str, body: bytes, offset: int, **more: str) -> Said:
    return server.ask(
        "PATCH", place, body, Upload_Offset=str(offset), Content_Type=OCTETS, **VERSION, **more
    )


def test_an_upload_is_made_grows_and_is_stored(server: Running) -> None:
    made = create(server, "t1", len(PHOTO))
    place = made.headers["location"]
    assert (made.status, made.headers["tus-resumable"]) == (201, "1.0.0")
    said = patch(server, place, PHOTO[:1000], 0)
    assert (said.status, said.headers["upload-offset"]) == (204, "1000")
    assert said.headers["upload-expires"]
    asked = server.ask("HEAD", place, **VERSION)
    assert (asked.status, asked.headers["upload-offset"]) == (200, "1000")
    assert asked.headers["upload-length"] == str(len(PHOTO))
    assert asked.headers["cache-control"] == "no-store"
    assert patch(server, place, PHOTO[1000:], 1000).headers["upload-offset"] == str(len(PHOTO))
    assert server.ask("HEAD", "/v1/tps/t1/photo-1").status == 200
    assert server.ask("HEAD", place, **VERSION).headers["upload-offset"] == str(len(PHOTO))


def test_creation_may_bring_the_first_bytes_or_all(server: Running) -> None:
    said = create(server, "t2", len(PHOTO), PHOTO[:500], Content_Type=OCTETS)
    assert (said.status, said.headers["upload-offset"]) == (201, "500")
    said = create(server, "t2b", 5, b"hello", Content_Type=OCTETS)
    assert (said.status, said.headers["upload-offset"]) == (201, "5")
    assert server.ask("HEAD", "/v1/tps/t2b/photo-1").status == 200


def test_a_checksum_is_checked_and_a_wrong_piece_is_not_kept(server: Running) -> None:
    place = create(server, "t3", 10).headers["location"]
    good = "sha256 " + base64.b64encode(hashlib.sha256(b"hello").digest()).decode()
    sha1 = "sha1 " + base64.b64encode(hashlib.sha1(b"there").digest()).decode()
    assert patch(server, place, b"other", 0, Upload_Checksum=good).status == 460
    assert server.ask("HEAD", place, **VERSION).headers["upload-offset"] == "0"
    assert patch(server, place, b"hello", 0, Upload_Checksum=good).status == 204
    assert patch(server, place, b"there", 5, Upload_Checksum="md5 AAAA").status == 400
    assert patch(server, place, b"there", 5, Upload_Checksum=sha1).status == 204
    assert server.ask("HEAD", "/v1/tps/t3/photo-1").status == 200


def test_a_digest_in_the_metadata_is_that_of_the_whole(server: Running) -> None:
    digest = hashlib.sha256(b"hello").hexdigest()
    place = create(server, "t4", 5, sha256=digest).headers["location"]
    assert patch(server, place, b"other", 0).status == 460
    assert server.ask("HEAD", place, **VERSION).status == 410
    place = create(server, "t4", 5, sha256=digest).headers["location"]
    assert patch(server, place, b"hello", 0).status == 204
    assert create(server, "t4b", 5, sha256="xyz").status == 400


def test_an_object_that_is_stored_or_under_way_is_not_begun_again(server: Running) -> None:
    place = create(server, "t5", 10).headers["location"]
    patch(server, place, b"hello", 0)
    again = create(server, "t5", 10)
    assert (again.headers["location"], again.headers["upload-offset"]) == (place, "5")
    patch(server, place, b"there", 5)
    known = create(server, "t5", 10)
    assert (known.status, known.headers["upload-offset"]) == (201, "10")
    asked = server.ask("HEAD", known.headers["location"], **VERSION)
    assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == ("10", "10")
    assert create(server, "t5", 11).status == 409


def test_a_wrong_offset_a_wrong_type_and_too_many_bytes_are_refused(server: Running) -> None:
    place = create(server, "t6", 5).headers["location"]
    wrong = patch(server, place, b"x", 3)
    assert (wrong.status, wrong.headers["upload-offset"]) == (409, "0")
    fields: dict[str, Any] = {"Upload_Offset": "0", "Content_Type": "text/plain"}
    assert server.ask("PATCH", place, b"x", **fields, **VERSION).status == 415
    assert patch(server, place, b"123456", 0).status == 413
    assert create(server, "t6b", 1_000_001).status == 413


def test_a_client_of_another_version_is_told_ours(server: Running) -> None:
    said = server.ask("HEAD", "/tus/x", Tus_Resumable="0.2.2")
    assert (said.status, said.headers["tus-version"]) == (412, "1.0.0")
    options = server.ask("OPTIONS", "/tus")
    assert options.status == 204
    assert options.headers["tus-max-size"] == "1000000"
    assert set(options.headers["tus-extension"].split(",")) == {
        "creation", "creation-with-upload", "checksum", "expiration", "termination",
    }  # fmt: skip


def test_termination_and_method_override(server: Running) -> None:
    place = create(server, "t7", 5).headers["location"]
    said = server.ask("POST", place, b"", X_HTTP_Method_Override="DELETE", **VERSION)
    assert said.status == 204
    assert server.ask("HEAD", place, **VERSION).status == 410


def test_an_empty_object_is_stored_by_its_creation(server: Running) -> None:
    assert create(server, "t8", 0).status == 201
    assert server.ask("HEAD", "/v1/tps/t8/photo-1").headers["content-length"] == "0"


@pytest.mark.parametrize("said", ["", "tps", "tps eA==", "key eA==", "tps !!!,key eA=="])
def test_metadata_without_a_station_and_a_key_is_refused(server: Running, said: str) -> None:
    answer = server.ask("POST", "/tus", Upload_Length="5", Upload_Metadata=said, **VERSION)
    assert answer.status == 400


def test_a_client_library_is_cut_off_and_resumes(server: Running) -> None:
    client = tus_client.TusClient(f"{server.url}/tus")
    names = {"tps": "t9", "key": "photo-1"}
    upload = client.uploader(file_stream=io.BytesIO(PHOTO), chunk_size=60_000, metadata=names)
    upload.upload(stop_at=60_000)
    assert upload.url is not None
    path = upload.url.removeprefix(server.url)
    with server.connect() as wire:  # the next chunk is cut off in its middle
        wire.sendall(
            f"PATCH {path} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 60000\r\n"
            f"Content-Type: {OCTETS}\r\nContent-Length: 60000\r\n\r\n".encode()
            + PHOTO[60_000:80_000]
        )
        wire.shutdown(socket.SHUT_WR)
        wire.recv(1)  # nothing: the server has seen the end
    with pytest.raises(TusUploadFailed):  # the client's offset is behind: 409
        upload.upload_chunk()
    resumed = client.uploader(file_stream=io.BytesIO(PHOTO), chunk_size=60_000, url=upload.url)
    assert resumed.offset == 80_000
    resumed.upload()
    digest = hashlib.sha256(PHOTO).hexdigest()
    assert server.stored()["t9", "photo-1", digest] == PHOTO


def test_a_client_library_uploads_with_checksums(server: Running) -> None:
    client = tus_client.TusClient(f"{server.url}/tus")
    client.uploader(
        file_stream=io.BytesIO(PHOTO),
        chunk_size=100_000,
        metadata={"tps": "t10", "key": "photo-1"},
        upload_checksum=True,
    ).upload()
    assert ("t10", "photo-1", hashlib.sha256(PHOTO).hexdigest()) in server.stored()


def test_a_connection_carries_many_requests(server: Running) -> None:
    place = create(server, "t11", 100).headers["location"]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for offset in range(0, 100, 10):
        fields = {
            "Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), "Content-Type": OCTETS,
        }  # fmt: skip
        connection.request("PATCH", place, b"0123456789", fields)
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, answer.headers["upload-offset"]) == (204, str(offset + 10))
    connection.close()
