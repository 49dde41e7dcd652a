"""Rows to a page: totals, a table with bars, in one language and one order.

The page is whole without its script: the script only fetches it again and takes over what changed.
It loads nothing from anywhere, and its Content-Security-Policy names its one style and one script
by their digests.

Rule of this file: a pure function of rows and the time. Units: bytes, Unix seconds.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from server.progress.text import LANGUAGES, Language
from server.seams import Progress

EVERY: Final = 5
"""Seconds between two refreshes. Assumption: it feels live, and 10,000 readers are 2,000 requests a
second, answered from the same bytes."""

_HERE: Final = Path(__file__).parent
_STYLE: Final = (_HERE / "style.css").read_text(encoding="utf-8")
_SCRIPT: Final = (_HERE / "script.js").read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_digest(_STYLE)}",
        f"script-src {_digest(_SCRIPT)}",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy (https://www.w3.org/TR/CSP3/): nothing but what the page carries."""

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATE: Final = _ENVIRONMENT.get_template("page.html.j2")
_BAR: Final = _ENVIRONMENT.get_template("bar.html.j2").module


ORDERS: Final = {
    "name": lambda row: 0,
    "behind": lambda row: row.tps_some / row.tps_total if row.tps_total else 1.0,
    "latest": lambda row: -(row.last or 0.0),
}
"""How the rows may be sorted; rows that are equal keep the order of the registry."""


def render(
    rows: Sequence[Progress],
    now: datetime,
    *,
    language: str = "id",
    order: str = "name",
    registered: bool = True,
    expected: int | None = None,
) -> str:
    """The whole page.

    Parameters
    ----------
    now : with its zone, in which times are shown.
    registered : is the number of stations known, or only those that were heard of?
    expected : photographs of a complete station, if that is known.
    """
    t = LANGUAGES[language]
    other = "en" if language == "id" else "id"
    return _TEMPLATE.render(
        t=t,
        lang=language,
        other=other,
        switch_to=_link(other, order),
        orders=[
            {"name": name, "href": _link(language, name), "current": name == order}
            for name in ORDERS
        ],
        rows=[_shown(row, t, now, expected) for row in sorted(rows, key=ORDERS[order])],
        total=_shown(total(rows), t, now, expected),
        registered=registered,
        bar=_BAR.bar,  # type: ignore[attr-defined]  # a macro of the template
        as_of=t("as_of", when=t.stamp(now)),
        every=EVERY,
        style=Markup(_STYLE),
        script=Markup(_SCRIPT),
    )


def total(rows: Sequence[Progress]) -> Progress:
    """All kecamatan together."""
    return Progress(
        "",
        sum(row.tps_total for row in rows),
        sum(row.tps_some for row in rows),
        sum(row.photos for row in rows),
        sum(row.bytes for row in rows),
        max((row.last for row in rows if row.last is not None), default=None),
        sum(row.tps_all for row in rows),
    )


def _link(language: str, order: str) -> str:
    return "?" + urlencode({"lang": language, "sort": order})


def _shown(row: Progress, t: Language, now: datetime, expected: int | None) -> dict[str, Any]:
    """A row as its reader sees it."""
    last = None if row.last is None else datetime.fromtimestamp(row.last, now.tzinfo)
    whole = max(row.tps_total, 1)
    return {
        "name": row.kecamatan,
        "some": t.number(row.tps_some),
        "total": t.number(row.tps_total),
        "some_text": t("some", some=t.number(row.tps_some), total=t.number(row.tps_total)),
        "share": t.share(row.tps_some, row.tps_total),
        "all": t.number(row.tps_all),
        "all_text": t("all", all=t.number(row.tps_all), expected=expected) if expected else "",
        "partly_text": t("only_some", some=t.number(row.tps_some - row.tps_all)),
        "photos": t.number(row.photos),
        "size": t.size(row.bytes),
        "last": t.moment(last, now) if last is not None else "",
        "some_width": round(100 * row.tps_some / whole, 2),
        "all_width": round(100 * row.tps_all / whole, 2) if expected else 0,
    }
