"""A load of small clients that never give up, and remember what was acknowledged to them.

Each thread is a station that sends one object after another, by turns plain, tus and IETF; cut off,
it waits until there is a server again and goes on where that server says.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from random import Random

from tests.server.running import eventually

PIECE = 8 * 1024
PAUSE = 0.001  # seconds between two pieces, so that a crash finds bodies on their way
PATIENCE = 60.0  # seconds for one object, with all its interruptions

_GONE = (OSError, http.client.HTTPException)


class BusyError(Exception):
    """The server says that it cannot now (503)."""


class Load:
    """Stations that send until they are stopped.

    Parameters
    ----------
    port : where the server listens at this moment.
    """

    def __init__(self, port: Callable[[], int], stations: int, seed: int) -> None:
        self.port = port
        self.acknowledged: dict[tuple[str, str], str] = {}  # its digest in hex
        self.resumed = 0  # requests that began beyond an object's first byte
        self.cut = 0
        self.refused = 0
        self.failures: list[str] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._station, args=(f"s{n}", Random(f"{seed}/{n}")))
            for n in range(stations)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def goes_on(self, by: int = 1) -> None:
        """Wait until so many more objects have been acknowledged."""
        before = len(self.acknowledged)
        eventually(lambda: len(self.acknowledged) >= before + by or bool(self.failures))

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a client hangs"
        assert self.failures == []

    def _station(self, tps: str, random: Random) -> None:
        ways = (self._plain, self._tus, self._ietf)
        number = 0
        while not self._stop.is_set():
            number += 1
            key, body = f"photo-{number}", random.randbytes(random.randint(1, 100_000))
            try:
                _Upload(self, tps, key, body).run(ways[number % 3])
            except Exception as error:
                self.failures.append(f"{tps}/{key}: {type(error).__name__}: {error}")
                return
            self.acknowledged[tps, key] = hashlib.sha256(body).hexdigest()

    @staticmethod
    def _plain(upload: _Upload) -> bool:
        path = f"/v1/tps/{upload.tps}/{upload.key}"
        status, _, said = upload.send("POST", path, 0, {"Content-Digest": upload.digest})
        assert status in (200, 201), (status, said)
        assert json.loads(said)["sha256"] == upload.hex
        return True

    @staticmethod
    def _tus(upload: _Upload) -> bool:
        version = {"Tus-Resumable": "1.0.0"}
        if not upload.place:
            names = {"tps": upload.tps, "key": upload.key, "sha256": upload.hex}
            pairs = [f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in names.items()]
            fields = {
                **version, "Upload-Length": str(len(upload.body)),
                "Upload-Metadata": ",".join(pairs),
            }  # fmt: skip
            status, headers, _ = upload.send("POST", "/tus", None, fields)
            assert status == 201, status
            upload.place = headers["location"]
        status, headers, _ = upload.send("HEAD", upload.place, None, version)
        if status in (404, 410):
            upload.place = ""
            return False
        assert status == 200, status
        offset = upload.may_begin_at(int(headers["upload-offset"]))
        if offset == len(upload.body):
            return True
        fields = {
            **version, "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }  # fmt: skip
        status, headers, _ = upload.send("PATCH", upload.place, offset, fields)
        assert status == 204, status
        return int(headers["upload-offset"]) == len(upload.body)

    @staticmethod
    def _ietf(upload: _Upload) -> bool:
        if not upload.place:
            fields = {"Upload-Complete": "?0", "Repr-Digest": upload.digest}
            path = f"/v1/tps/{upload.tps}/{upload.key}"
            status, headers, _ = upload.send("POST", path, None, fields)
            assert status in (200, 201), status
            if headers["upload-complete"] == "?1":
                return True
            upload.place = headers["location"]
        status, headers, _ = upload.send("HEAD", upload.place, None, {})
        if status in (404, 410):
            upload.place = ""
            return False
        assert status == 204, status
        if headers["upload-complete"] == "?1":
            return True
        offset = upload.may_begin_at(int(headers["upload-offset"]))
        fields = {
            "Upload-Offset": str(offset), "Upload-Complete": "?1",
            "Content-Type": "application/partial-upload",
        }  # fmt: skip
        status, headers, said = upload.send("PATCH", upload.place, offset, fields)
        assert status in (200, 201), (status, said)
        return True


class _Upload:
    """One object on its way."""

    def __init__(self, load: Load, tps: str, key: str, body: bytes) -> None:
        self.load, self.tps, self.key, self.body = load, tps, key, body
        self.place = ""
        self.told = 0  # the largest offset that the server has told
        self.hex = hashlib.sha256(body).hexdigest()
        self.digest = f"sha-256=:{base64.b64encode(bytes.fromhex(self.hex)).decode()}:"

    def run(self, step: Callable[[_Upload], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if step(self):
                    return
            except BusyError:
                self.load.refused += 1
                time.sleep(0.05)
            except _GONE:
                self.load.cut += 1
                time.sleep(0.02)
        raise TimeoutError("was never acknowledged")

    def may_begin_at(self, offset: int) -> int:
        """An offset that was told must never move back."""
        assert self.told <= offset <= len(self.body), (self.told, offset)
        self.told = offset
        self.load.resumed += offset > 0
        return offset

    def send(
        self, method: str, path: str, offset: int | None, fields: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request; the object's bytes from ``offset``, or no body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.load.port(), timeout=20)
        try:
            connection.putrequest(method, path)
            for name, value in fields.items():
                connection.putheader(name, value)
            body = b"" if offset is None else self.body[offset:]
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            for at in range(0, len(body), PIECE):
                connection.send(body[at : at + PIECE])
                time.sleep(PAUSE)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status == 503:
                raise BusyError
            return answer.status, answer.headers, said
        finally:
            with suppress(OSError):
                connection.close()
