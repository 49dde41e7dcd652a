"""Outages: windows in which a share of all requests fails, whatever the load.

Rule of this file: pure. An outage is a switchable assumption of the scenario, with its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Outage(NamedTuple):
    """One window.

    Attributes
    ----------
    begins, ends : seconds of scenario time.
    severity : share of requests that fail in it, 0 to 1.
    silent : the request hangs until the client's own timeout; else it is answered by 503 at once.
    web_only : only Sirekap Web, the operators' tool, is touched.
    """

    begins: float
    ends: float
    severity: float
    silent: bool = False
    web_only: bool = False


def current(outages: Sequence[Outage], now: float, web: bool) -> Outage | None:
    """The worst outage that touches a request at ``now``; ``web``: a request of Sirekap Web."""
    worst = None
    for outage in outages:
        touches = outage.begins <= now < outage.ends and (web or not outage.web_only)
        if touches and (worst is None or outage.severity > worst.severity):
            worst = outage
    return worst


def severity_for_all(outages: Sequence[Outage], now: float) -> float:
    """Share of the nation's app requests that fail at ``now``."""
    return max(
        (o.severity for o in outages if o.begins <= now < o.ends and not o.web_only), default=0.0
    )
