"""The ASGI application: which route serves a request, and how every request ends.

Uploads are served here without a framework, because a framework's share of a 1 ms request is large;
everything that people and monitors look at is a Starlette application behind it.

Rule of this file: routing and endings; what an upload is stands in the protocols' own files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from math import inf
from time import monotonic
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from server import ietf, plain, turn_routes, tus
from server.answers import (
    Answer,
    CutError,
    IdleError,
    RecordsDownError,
    RefusedError,
    answer,
    busy,
    headers,
)
from server.core import Call, Core, disk_error
from server.logs import log
from server.wire import EXTENSION

_CLOSE: Final = (b"connection", b"close")
_OBJECT_METHODS: Final = "POST, HEAD, OPTIONS"
_UPLOAD_METHODS: Final = "HEAD, GET, PATCH, DELETE"

Handler = Callable[[Core, Call], Awaitable[Answer]]


class App:
    """The whole server as one application.

    Parameters
    ----------
    looked_at : serves everything that is no upload.
    each_request : log a line for each upload request.
    """

    def __init__(self, core: Core, looked_at: ASGIApp, each_request: bool) -> None:
        self._core = core
        self._looked_at = looked_at
        self._each_request = each_request
        self._active: set[Call] = set()

    @property
    def in_flight(self) -> int:
        """Upload requests that are being served."""
        return int(self._core.metrics.in_flight._value.get())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or not _is_ours(scope["path"]):
            await self._looked_at(scope, receive, send)
            return
        core = self._core
        began = monotonic()
        fields = dict(scope["headers"])
        call = Call(scope["extensions"][EXTENSION], scope["method"], scope["path"], fields)
        core.metrics.in_flight.inc()
        said: Answer | None = None
        try:
            said = await self._ending(call)
            if said is not None:
                call.wire.answer(said)
            else:
                call.wire.abort()
        finally:
            core.metrics.in_flight.dec()
            status = said.status if said is not None else 0
            core.ended(call, status)
            core.metrics.requests.labels(call.route, status or "cut").inc()
            seconds = monotonic() - began
            core.metrics.seconds.labels(call.route).observe(seconds)
            if self._each_request or status >= 500:
                _log("request" if self._each_request else "failed", call, scope, status, seconds)

    async def _ending(self, call: Call) -> Answer | None:
        """The answer to a request; ``None``: the connection has ended, or is to end without."""
        try:
            if (fault := await self._fault(call)) is not None:
                return fault
            return await self._serve(call)
        except RefusedError as refused:
            return refused.answer
        except CutError:
            return None
        except IdleError:
            idle = answer(408, {"error": "the body stood still for too long"})
            return idle._replace(headers=(*idle.headers, _CLOSE))
        except RecordsDownError:
            return busy(503, "the database is down", 2.0).answer
        except OSError as error:
            log("disk", error=str(error))
            return disk_error(error).answer

    async def _fault(self, call: Call) -> Answer | None:
        faults, core = self._core.faults, self._core
        if (delay := faults.delay(core.now())) == inf:
            await call.wire.gone()
        elif delay:
            await asyncio.sleep(delay)
        status = faults.error(core.now())
        if status is None:
            return None
        if status == 0:
            raise CutError
        return answer(status, {"error": "an injected fault"})

    async def _serve(self, call: Call) -> Answer:
        core, parts = self._core, call.path.split("/")[1:]
        match parts:
            case ["tus"]:
                call.route = "tus"
                return await tus.serve(core, call, "")
            case ["tus", name]:
                call.route = "tus"
                return await tus.serve(core, call, name)
            case ["v1", "tps", tps, key]:
                return await self._object(call, tps, key)
            case ["v1", "uploads", name]:
                call.route = "ietf"
                return await self._upload(call, name)
            case ["v1", "turns", tps]:
                call.route = "turn"
                return await turn_routes.serve(core, call, tps)
        raise RefusedError(404, "no such resource")

    async def _object(self, call: Call, tps: str, key: str) -> Answer:
        call.route = "plain"
        match call.method:
            case "POST" if ietf.speaks(call):
                call.route = "ietf"
                return await ietf.create(self._core, call, tps, key)
            case "POST":
                return await plain.post(self._core, call, tps, key)
            case "HEAD":
                return await plain.head(self._core, call, tps, key)
            case "OPTIONS":
                return ietf.options(self._core)
        raise RefusedError(405, _OBJECT_METHODS, headers(allow=_OBJECT_METHODS))

    async def _upload(self, call: Call, name: str) -> Answer:
        match call.method:
            case "HEAD" | "GET":
                return await ietf.offset(self._core, call, name)
            case "PATCH":
                return await ietf.patch(self._core, call, name)
            case "DELETE":
                return await ietf.delete(self._core, call, name)
        raise RefusedError(405, _UPLOAD_METHODS, headers(allow=_UPLOAD_METHODS))


def _is_ours(path: str) -> bool:
    return path.startswith(("/v1/", "/tus/")) or path == "/tus"


def _log(event: str, call: Call, scope: Scope, status: int, seconds: float) -> None:
    client: Any = scope.get("client") or ("", 0)
    log(
        event,
        route=call.route,
        method=call.method,
        path=call.path[:200],
        status=status,
        seconds=round(seconds, 4),
        client=client[0],
    )
