from __future__ import annotations

import hmac
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from server.devices import Devices, RegistryError, read_devices
from tests.server.running import Running, eventually, running

TOKEN = {name: name * 32 for name in "abc"}
CSV = "tps,kecamatan,token\n" + "".join(
    f"{name}-1,{where},{TOKEN[name]}\n" for name, where in zip("abc", "XXY", strict=True)
)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("guarded")
    registry = folder / "devices.csv"
    registry.write_text(CSV)
    with running(folder, "--devices", str(registry), "--log-requests") as server:
        yield server


def bearer(token: str) -> dict[str, Any]:
    return {"Authorization": f"Bearer {token}"}


def test_a_station_comes_in_with_its_own_token_only(guarded: Running) -> None:
    path = "/v1/tps/a-1/photo-1"
    assert guarded.ask("POST", path, b"x", **bearer(TOKEN["a"])).status == 201
    others: list[dict[str, Any]] = [{}, bearer(TOKEN["b"]), bearer("no")]
    for headers in (*others, {"Authorization": "Basic YTpi"}):
        for method in ("POST", "HEAD"):
            said = guarded.ask(method, path, b"x", **headers)
            assert (said.status, said.headers["www-authenticate"]) == (401, "Bearer")
    assert guarded.ask("POST", "/v1/tps/nobody/p", b"x", **bearer(TOKEN["a"])).status == 401


def test_a_wrong_token_is_refused_before_the_body_and_leaves_no_trace(guarded: Running) -> None:
    def written() -> list[str]:  # the empty files that are kept ready say nothing
        files = [path for path in guarded.data.rglob("*") if path.is_file()]
        return sorted(path.name for path in files if path.stat().st_size)

    before = written()
    head = b"POST /v1/tps/b-1/p HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n"
    with guarded.connect() as wire:
        wire.sendall(head)
        assert wire.recv(4096).startswith(b"HTTP/1.1 401 ")
    assert written() == before


def test_an_upload_belongs_to_the_station_that_began_it(guarded: Running) -> None:
    made = guarded.ask(
        "POST", "/v1/tps/b-1/photo-1", b"x", Upload_Complete="?0", **bearer(TOKEN["b"])
    )
    place = made.headers["location"]
    assert guarded.ask("HEAD", place, **bearer(TOKEN["b"])).status == 204
    others: list[dict[str, Any]] = [{}, bearer(TOKEN["a"])]
    for headers in others:
        for method in ("HEAD", "DELETE", "PATCH"):
            assert guarded.ask(method, place, **headers).status == 401
    assert guarded.ask("HEAD", "/v1/uploads/none", **bearer(TOKEN["a"])).status == 404
    assert guarded.ask("HEAD", "/v1/uploads/none").status == 401
    assert guarded.ask("DELETE", place, **bearer(TOKEN["b"])).status == 204


def test_tus_asks_for_the_token_too(guarded: Running) -> None:
    fields: dict[str, Any] = {
        "Tus_Resumable": "1.0.0", "Upload_Length": "1",
        "Upload_Metadata": "tps Yy0x,key cGhvdG8tMQ==",
    }  # fmt: skip
    assert guarded.ask("POST", "/tus", **fields, **bearer(TOKEN["a"])).status == 401
    assert guarded.ask("POST", "/tus", **fields, **bearer(TOKEN["c"])).status == 201


def test_no_token_is_ever_logged(guarded: Running) -> None:
    guarded.ask("POST", "/v1/tps/a-1/photo-9", b"x", **bearer(TOKEN["a"]))
    eventually(lambda: "/v1/tps/a-1/photo-9" in guarded.log())  # it is written after the answer
    assert all(token not in guarded.log() for token in TOKEN.values())


def test_progress_counts_the_stations_of_the_registry(guarded: Running) -> None:
    guarded.ask("POST", "/v1/tps/c-1/photo-1", b"x", **bearer(TOKEN["c"]))
    text = guarded.ask("GET", "/progress.json").body
    assert b'"X"' in text
    assert b'"Y"' in text


def test_the_registry_compares_digests() -> None:
    devices = Devices([("a", "X", "secret-a"), ("b", "Y", "secret-b")])
    assert devices.accepts("a", b"secret-a")
    assert not devices.accepts("a", b"secret-b")
    assert not devices.accepts("z", b"secret-a")
    assert devices.who(b"secret-b") == "b"
    assert devices.who(b"secret") is None
    assert devices.totals() == {"X": 1, "Y": 1}


def test_tokens_are_compared_in_constant_time_also_for_nobodys_station(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[tuple[int, int]] = []

    def noted(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return hmac.compare_digest(one, other)

    devices = Devices([("a", "X", "secret-a")])
    monkeypatch.setattr("server.devices.hmac", SimpleNamespace(compare_digest=noted))
    for tps, token in (("a", b"secret-a"), ("a", b""), ("a", b"x" * 9999), ("nobody", b"secret-a")):
        assert devices.accepts(tps, token) == ((tps, token) == ("a", b"secret-a"))
    assert compared == [(32, 32)] * 4  # digests, whatever is guessed, and for whom


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tps,token\na,b\n", ":1: no column kecamatan; expected tps,kecamatan,token"),
        ("tps,kecamatan,token\n", "holds no device"),
        ("tps,kecamatan,token\na/b,X,0123456789abcdef\n", ":2: tps 'a/b' must match"),
        ("tps,kecamatan,token\na,X,short\n", ":2: token of fewer than 16 characters"),
        (
            "tps,kecamatan,token\na,X,0123456789abcdef\na,X,0123456789abcdeg\n",
            ":3: tps a stands in line 2 already",
        ),
        (
            "tps,kecamatan,token\na,X,0123456789abcdef\nb,X,0123456789abcdef\n",
            ":3: the token of tps b stands in line 2 already",
        ),
    ],
)
def test_a_registry_that_cannot_be_used_says_where_and_why(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "devices.csv"
    file.write_text(text)
    with pytest.raises(RegistryError) as error:
        read_devices(file)
    assert said in str(error.value)
    assert "0123456789abcdef" not in str(error.value)
