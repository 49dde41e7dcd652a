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


def hit(outages: Sequence[Outage], now: float, u: float, web: bool) -> Outage | None:
    """The outage that fails the request at ``now``, if any; ``u`` is the request's draw."""
    for outage in outages:
        if outage.begins <= now < outage.ends and u < outage.severity:
            if outage.web_only and not web:
                continue
            return outage
    return None


def severity_for_all(outages: Sequence[Outage], now: float) -> float:
    """Share of the nation's app requests that fail at ``now``."""
    return max(
        (o.severity for o in outages if o.begins <= now < o.ends and not o.web_only), default=0.0
    )
