"""One station that talks about one photograph."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from locustfiles.targets.dialogue import Dialogue, Payload, Station
from locustfiles.targets.target import Target
from sim.client.actions import Send
from sim.client.batching.pieces import Object, Resume

Write = Callable[[str], Path]
DATA = b"a photograph"
STATION = Station("1871/010 001", "Panjang", "tok", {"nik": "187", "password": "p&s=1"})
SEND = Send("photo-1", 0, len(DATA), len(DATA), 60.0, 2)

LOGIN = """
    target: a
    fields: [nik]
    headers: {Authorization: "Bearer {token}"}
    login:
      path: /in
      json: {nik: "{nik}", device: "{token}", n: 3}
      token: {json: /data/0/token}
      expires_in: /data/0/ttl
      lifetime: 10 min
    plain: {path: /u}
"""


def payload(key: str) -> Payload:
    return Payload(len(DATA), hashlib.sha256(DATA).digest())


def talk(target: Target, resume: Resume = Resume.NONE, station: Station = STATION) -> Dialogue:
    return Dialogue(
        target, station, {"photo-1": Object("photo-1", len(DATA), None, resume)}, payload
    )
