"""Carries a station's requests to a real server over sockets, and breaks links where it is told."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

import h11

from locustfiles.targets.dialogue import Dialogue, HttpRequest, Known, Payload, Station
from locustfiles.targets.target import Target
from sim.client.actions import Request
from sim.client.batching.batching import TALLY, TALLY_BYTES
from sim.client.batching.presets import BATCHINGS
from sim.client.outcomes import Dropped, Ending, Reply, Response
from sim.client.retry.presets import PRESETS
from sim.client.workflow import Crew, upload
from sim.draws import uniform
from tests.locustfiles.model_server import Carry, body_of, play

SIZES = [70_000, 150_001]
STATION = Station("1871010001-003", "Panjang", "", {"nik": "187101", "password": "kata sandi"})
DEADLINE = 20.0

Log = list[tuple[str, str, int]]
Pairs = list[tuple[str, str]]


def content(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest() * 5000


def photograph(key: str) -> bytes:
    """The object of that key, the tally too."""
    size = TALLY_BYTES if key == TALLY else SIZES[int(key.rsplit("-", 1)[1]) - 1]
    return content(key)[:size]


def payload(key: str) -> Payload:
    data = photograph(key)
    return Payload(len(data), hashlib.sha256(data).digest())


def over_http(port: int, dialogue: Dialogue, log: Log, cuts: dict[int, float]) -> Carry:
    """Carry requests out over sockets; request n of the log is cut at a share of its body."""

    def send(
        request: HttpRequest, body: bytes, informed: Callable[[int, Pairs], None], keep: int | None
    ) -> tuple[int, Pairs, bytes] | None:
        """The answer; None if the link was cut after ``keep`` bytes of the body."""
        http = h11.Connection(h11.CLIENT)
        head = h11.Request(
            method=request.method,
            target=request.path,
            headers=[("Host", "127.0.0.1"), *request.headers],
        )
        with socket.create_connection(("127.0.0.1", port), DEADLINE) as wire:
            wire.sendall(http.send(head))
            if keep is not None:
                wire.sendall(http.send(h11.Data(data=body[:keep])))
                if ("Upload-Complete" in dict(request.headers)) and request.method == "POST":
                    early = _event(http, wire)
                    assert isinstance(early, h11.InformationalResponse)
                    informed(early.status_code, _pairs(early))
                return None
            if body:
                wire.sendall(http.send(h11.Data(data=body)))
            http.send(h11.EndOfMessage())
            said = b""
            answer: Any = None
            while not isinstance(event := _event(http, wire), h11.EndOfMessage):
                if isinstance(event, h11.InformationalResponse):
                    informed(event.status_code, _pairs(event))
                elif isinstance(event, h11.Response):
                    answer = event
                else:
                    said += event.data
            return answer.status_code, _pairs(answer), said

    def carry(action: Request, now: float) -> Reply:
        login = dialogue.login(now)
        if login is not None:
            answer = send(login, login.before, lambda *_: None, None)
            assert answer is not None
            log.append((login.method, login.path, answer[0]))
            if not dialogue.logged_in(now, *answer):
                return Response(now, 401, 0)
        request = dialogue.request(action, now)
        if isinstance(request, Known):
            return Response(now, *request.reading)
        body = body_of(action, request, photograph)
        share = cuts.get(len(log))
        keep = None if share is None else int(len(body) * share)
        answer = send(request, body, partial(dialogue.informational, action), keep)
        log.append((request.method, request.path, answer[0] if answer else 0))
        return Response(now, *dialogue.read(action, *answer, now)) if answer else Dropped(now)

    return carry


def _event(http: h11.Connection, wire: socket.socket) -> Any:
    """The next event of an answer."""
    while (event := http.next_event()) is h11.NEED_DATA:
        http.receive_data(wire.recv(65536))
    return event


def _pairs(event: Any) -> Pairs:
    return [(n.decode("latin-1"), v.decode("latin-1")) for n, v in event.headers]


def send_all(
    port: int,
    target: Target,
    batching: str,
    cuts: dict[int, float] | None = None,
    devices: dict[str, Station] | None = None,
) -> tuple[Ending, Log]:
    """One station's upload; how it ended, and its requests."""
    objects = BATCHINGS[batching].objects(SIZES)
    station = devices[STATION.code] if devices else STATION
    dialogue = Dialogue(target, station, {o.key: o for o in objects}, payload)
    policy = PRESETS["full-jitter"]
    client = upload(objects, policy, Crew(0.0, press_again=30.0), 60.0, partial(uniform, 5))
    log: Log = []
    return play(client, over_http(port, dialogue, log, cuts or {}), steps=100), log
