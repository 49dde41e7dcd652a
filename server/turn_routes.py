"""Turns over HTTP: POST asks, DELETE gives back.

Rule of this file: the protocol "Turns" of docs/wire.md; the rule of the line is in
:mod:`server.turns`.
"""

from __future__ import annotations

from server.answers import Answer, RefusedError, answer, busy, headers
from server.core import Call, Core


async def serve(core: Core, call: Call, tps: str) -> Answer:
    """A request about a station's turn."""
    tps = core.station(call, tps)
    kecamatan = core.devices.kecamatan(tps) if core.devices is not None else ""
    if call.method == "POST":
        wait = core.turns.ask(core.now(), kecamatan, tps)
        if wait is not None:
            raise busy(429, "not yet your turn", wait)
        return answer(200, {"tps": tps, "turn": True})
    if call.method == "DELETE":
        core.turns.give_back(core.now(), kecamatan, tps)
        return answer(204)
    raise RefusedError(405, "POST or DELETE", headers(allow="POST, DELETE"))
