"""Where an upload is: the path of a ``Location``.

Only the path and the query are taken. A server behind a proxy often names a host that only it
knows, and no answer may lead a load test to a host that nobody has confirmed.

Rule of this file: text. Source: RFC 9110 section 10.2.2, RFC 3986 section 5.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

_PATH: Final = re.compile(r"/[!-~]*")
_BASE: Final = "http://server"


def path_of(location: str | None, asked: str) -> str | None:
    """The path and query of a Location in the answer to a request for ``asked``; None if there is
    none, or none that a request may carry."""
    if not location:
        return None
    try:
        parts = urlsplit(urljoin(_BASE + asked, location))
    except ValueError:
        return None
    path = parts.path or "/"
    whole = f"{path}?{parts.query}" if parts.query else path
    return whole if _PATH.fullmatch(whole) else None
