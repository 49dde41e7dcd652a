"""Each example of a target, against a real server over a real socket, by the real client."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks.peers.servers import tuspyserver
from locustfiles.targets.target import REFERENCE, read_devices, read_target
from sim.client.outcomes import Ending
from tests.locustfiles.carrier import DEADLINE, STATION, photograph, send_all
from tests.server.running import running

EXAMPLES = REFERENCE.parent / "examples"


class Api:
    """An app's API as one meets it: logins that expire, and 200 for failures."""

    def __init__(self) -> None:
        self.photos: dict[str, bytes] = {}
        self.meta: dict[str, Any] = {}
        self.tokens = 0
        self.failures = [
            (401, "application/json", b'{"status": "error"}'),
            (200, "text/html", b"<html>log in to this hotspot"),
            (200, "application/json", b'{"status": "error", "code": "BUSY", "retry_in_ms": 2500}'),
            (200, "application/json", b'{"status": "error"}'),
        ]

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, str, bytes]:
        if path == "/api/login":
            assert headers["X-App-Key"] == "k-1"
            assert json.loads(body) == {"nik": "187101", "password": "kata sandi"}
            self.tokens += 1
            said = {"data": {"token": f"t{self.tokens}", "expires_in": 3600}}
            return 200, "application/json", json.dumps(said).encode()
        assert path == "/api/forms/1871010001-003"
        assert headers["Authorization"] == f"Bearer t{self.tokens}"
        if self.failures:
            return self.failures.pop(0)
        kind = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
        parts: Any = message_from_bytes(kind + body).get_payload()
        found = {p.get_param("name", header="Content-Disposition"): p for p in parts}
        photo = found["photo"]
        assert photo.get_content_type() == "image/jpeg"
        assert found["kecamatan"].get_payload() == "Panjang"
        self.photos[photo.get_filename()] = photo.get_payload(decode=True)
        self.meta[photo.get_filename()] = json.loads(found["meta"].get_payload())
        return 200, "application/json", b'{"status": "ok"}'


@contextmanager
def listening(answer: Callable[[str, Any, bytes], tuple[int, str, bytes]]) -> Iterator[int]:
    """A server in a thread; what goes wrong in its assertions is raised here."""
    wrong: list[AssertionError] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                status, kind, said = answer(self.path, self.headers, body)
            except AssertionError as error:
                wrong.append(error)
                status, kind, said = 400, "text/plain", b""
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
    assert wrong == []


def test_an_api_with_login_forms_and_errors_in_200_gets_every_photograph() -> None:
    target = read_target(EXAMPLES / "json-login-multipart.yaml", {"APP_KEY": "k-1"})
    api = Api()
    with listening(api.answer) as port:
        ending, log = send_all(port, target, "per-photo")
    assert ending is Ending.SENT
    names = [f"1871010001-003-photo-{i}.jpg" for i in (1, 2)]
    assert api.photos == {n: photograph(f"photo-{i}") for i, n in enumerate(names, 1)}
    data = photograph("photo-2")
    digest = hashlib.sha256(data).hexdigest()
    assert api.meta[names[1]] == {"key": "photo-2", "size": len(data), "sha256": digest}
    assert (
        [path for _, path, _ in log].count("/api/login") == api.tokens == 2
    )  # again after the 401
    assert len(log) == 2 + 4 + 2  # logins, failures, photographs


@pytest.mark.parametrize(
    ("batching", "cuts"),
    [
        ("per-photo", {0: 0.5}),
        ("tus", {1: 0.5, 3: 0.9}),
        ("tus-chunks", {}),
        ("resumable", {0: 0.6, 2: 0.5}),
        ("chunks", {0: 0.3}),
        ("tally-first-chunks", {1: 0.7}),
    ],
)
def test_the_reference_server_gets_every_photograph_in_spite_of_breaks(
    tmp_path: Path, batching: str, cuts: dict[int, float]
) -> None:
    devices = tmp_path / "devices.csv"
    devices.write_text(
        f"tps,kecamatan,token\n{STATION.code},{STATION.kecamatan},a-token-of-16-characters\n"
    )
    target = read_target(REFERENCE, {})
    with running(tmp_path, "--devices", str(devices)) as server:
        ending, log = send_all(server.port, target, batching, cuts, read_devices(devices, target))
        stored = {key: data for (_, key, _), data in server.stored().items()}
    assert ending is Ending.SENT
    assert {k: v for k, v in stored.items() if k != "tally"} == {
        f"photo-{i}": photograph(f"photo-{i}") for i in (1, 2)
    }
    assert [status for *_, status in log if status not in (0, 200, 201, 204)] == []
    assert sum(status == 0 for *_, status in log) == len(cuts)


@contextmanager
def process(command: list[str], **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended whatever happens."""
    with subprocess.Popen(command, **more) as running:
        try:
            yield running
        finally:
            running.terminate()


def wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + DEADLINE
    while time.monotonic() < ends:
        assert running.poll() is None, "the server has ended"
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nothing listens on port {port} after {DEADLINE} s")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/a; fastcgi_temp_path {folder}/b;
  uwsgi_temp_path {folder}/c; scgi_temp_path {folder}/d;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/stored;
    client_max_body_size 10m;
    auth_basic photographs; auth_basic_user_file {folder}/users;
    dav_methods PUT; create_full_put_path on;
  }}
}}
"""


def test_an_ordinary_nginx_gets_every_photograph(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if nginx is None:
        pytest.skip("no nginx on this machine")
    port = free_port()
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path, port=port))
    digest = base64.b64encode(hashlib.sha1(b"kata sandi").digest()).decode()
    (tmp_path / "users").write_text(f"{STATION.code}:{{SHA}}{digest}\n")
    (tmp_path / "stored").mkdir()
    command = [nginx, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    target = read_target(EXAMPLES / "nginx-dav.yaml", {})
    with process(command, stderr=subprocess.DEVNULL) as running:
        wait_for(port, running)
        ending, log = send_all(port, target, "per-photo", cuts={0: 0.5})
        again, relog = send_all(port, target, "per-photo")
    assert ending is again is Ending.SENT
    assert [status for *_, status in log] == [0, 201, 201]
    assert [status for *_, status in relog] == [204, 204]
    for key in ("photo-1", "photo-2"):
        assert (tmp_path / "stored" / STATION.code / key).read_bytes() == photograph(key)


@pytest.mark.parametrize(
    ("batching", "cuts"), [("tus", {}), ("tus-chunks", {1: 0.4}), ("tus", {1: 0.7, 5: 0.1})]
)
def test_a_tus_server_that_is_not_ours_gets_every_photograph_in_spite_of_breaks(
    tmp_path: Path, batching: str, cuts: dict[int, float]
) -> None:
    target = read_target(EXAMPLES / "tus-server.yaml", {})
    with tuspyserver().start(tmp_path) as serving:
        ending, log = send_all(serving.port, target, batching, cuts)
    assert ending is Ending.SENT
    stored = {
        p.read_bytes() for p in (tmp_path / "files").iterdir() if p.is_file() and not p.suffix
    }
    assert stored == {photograph("photo-1"), photograph("photo-2")}
    methods = [method for method, *_ in log]
    assert methods.count("HEAD") >= len(cuts)
