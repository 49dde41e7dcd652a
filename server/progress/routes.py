"""The progress page as routes of a Starlette application.

Rule of this file: from Starlette's requests to :class:`server.progress.live.Live` and back.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.progress.live import PATHS, Live


def routes(live: Live) -> list[Route]:
    """Routes of the page and its data, for GET and HEAD."""

    async def answer(request: Request) -> Response:
        scope = request.scope
        said = live.answer(scope["path"], scope["query_string"], dict(scope["headers"]))
        response = Response(said.body, said.status)
        response.raw_headers = list(said.headers)
        return response

    return [Route(path, answer) for path in PATHS]
