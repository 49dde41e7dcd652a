"""What people and monitors look at: health, readiness, metrics, and what else is mounted.

Rule of this file: it reads the core and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.core import Core


def looked_at(core: Core, more: Sequence[BaseRoute]) -> Starlette:
    """The application of everything that is no upload.

    Parameters
    ----------
    more : further routes, such as the progress page.
    """

    async def healthz(request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(request: Request) -> Response:
        why = "the server is stopping" if core.stopping else ""
        if core.store.committer.down:  # what exactly stands in the log: here everybody reads
            why = "the database is down"
        if why:
            return JSONResponse({"ready": False, "why": why}, 503)
        return JSONResponse({"ready": True})

    async def metrics(request: Request) -> Response:
        core.metrics.stored.set(len(core.store.objects))
        core.metrics.uploads.set(sum(not u.done for u in core.store.uploads.values()))
        text = generate_latest(core.metrics.registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    own = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    return Starlette(routes=[*own, *more])
