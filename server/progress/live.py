"""``/`` and ``/progress.json``: the rows of the moment, made once a second for all readers.

On the night a city looks at this page while the same server takes its uploads. So what is made is
kept for a second, compressed too, and a reader costs no more than the copy of some kilobytes.

Rule of this file: from a path and a query to an answer. Units: Unix seconds.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from server.answers import Answer, Headers, headers
from server.progress.page import ORDERS, POLICY, render, total
from server.progress.text import LANGUAGES
from server.seams import Progress

KEPT: Final = 1.0
"""Seconds for which an answer is kept; a reader does not see the difference."""
PATHS: Final = ("/", "/progress.json")

_HTML: Final = headers(
    content_type="text/html; charset=utf-8",
    content_security_policy=POLICY,
    x_content_type_options="nosniff",
    referrer_policy="no-referrer",
)
_JSON: Final = headers(content_type="application/json", x_content_type_options="nosniff")


class _Kept(NamedTuple):
    until: float
    plain: bytes
    packed: bytes
    more: Headers


class Live:
    """The page and its data.

    Parameters
    ----------
    rows : how far every kecamatan is now.
    clock : Unix seconds.
    registered : is the number of stations known?
    expected : photographs of a complete station, if that is known.
    zone : in which times are shown; None: the machine's own (``TZ=Asia/Jakarta`` sets it).
    """

    def __init__(
        self,
        rows: Callable[[], Sequence[Progress]],
        clock: Callable[[], float],
        *,
        registered: bool = True,
        expected: int | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._rows = rows
        self._clock = clock
        self._registered = registered
        self._expected = expected
        self._zone = zone
        self._kept: dict[tuple[str, str, str], _Kept] = {}

    def answer(self, path: str, query: bytes, fields: Mapping[bytes, bytes]) -> Answer:
        """The answer to a GET of one of :data:`PATHS`.

        A language or an order that does not exist is the usual one: the page is for everybody.
        """
        words = parse_qs(query.decode("latin-1"), max_num_fields=8) if query.count(b"&") < 8 else {}
        language = words.get("lang", ["id"])[-1]
        order = words.get("sort", ["name"])[-1]
        if path == "/progress.json":
            language = order = ""
        elif language not in LANGUAGES or order not in ORDERS:
            language = language if language in LANGUAGES else "id"
            order = order if order in ORDERS else "name"
        kept = self._made((path, language, order))
        packs = b"gzip" in fields.get(b"accept-encoding", b"")
        body = kept.packed if packs else kept.plain
        more = headers(
            content_length=len(body),
            content_encoding="gzip" if packs else None,
            vary="accept-encoding",
            cache_control="no-cache",
        )
        return Answer(200, kept.more + more, body)

    def _made(self, name: tuple[str, str, str]) -> _Kept:
        now = self._clock()
        kept = self._kept.get(name)
        if kept is None or not now < kept.until <= now + KEPT:
            path, language, order = name
            rows = self._rows()
            moment = datetime.fromtimestamp(now, self._zone).astimezone(self._zone)
            if path == "/":
                text, more = (
                    render(
                        rows,
                        moment,
                        language=language,
                        order=order,
                        registered=self._registered,
                        expected=self._expected,
                    ),
                    _HTML,
                )
            else:
                text, more = json.dumps(self._data(rows, moment), ensure_ascii=False), _JSON
            plain = text.encode()
            kept = _Kept(now + KEPT, plain, gzip.compress(plain, 6, mtime=0), more)
            self._kept[name] = kept
        return kept

    def _data(self, rows: Sequence[Progress], moment: datetime) -> dict[str, Any]:
        return {
            "as_of": moment.isoformat(timespec="seconds"),
            "stations_are": "registered" if self._registered else "heard of",
            "photos_expected": self._expected,
            "total": self._row(total(rows)),
            "kecamatan": [{"name": row.kecamatan, **self._row(row)} for row in rows],
        }

    def _row(self, row: Progress) -> dict[str, Any]:
        return {
            "tps_total": row.tps_total,
            "tps_some": row.tps_some,
            "tps_all": row.tps_all if self._expected else None,
            "photos": row.photos,
            "bytes": row.bytes,
            "last": row.last,
        }
